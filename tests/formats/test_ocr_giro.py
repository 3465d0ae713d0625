"""OCR giro reads to what was written, to what netsgiro reads, and to what others found."""

import contextlib
import io
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import netsgiro
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avstem.domain.errors import RefusalError, UnreadableFileError
from avstem.domain.joining import IncomingEntry, Joiner, Outcome
from avstem.domain.statement import Entry, Notice, StatementHead, StatementKind
from avstem.formats import detect, read_statements
from avstem.formats.ocr_giro import reader as ocr_giro_reader
from avstem.store.entry_rows import incoming
from tests.support.corpus import FOLDER, corpus_rows
from tests.support.ocr_giro_files import Assignment, Paid, Transmission, file_of

Statement = tuple[StatementHead, list[Entry]]
#: Files by others that are read, though not all in them is as the specification has it.
NOTICES = {
    # AvtaleGiro tells of claims and agreements: no money has moved.
    "netsgiro-py__avtalegiro_agreements.txt": {"ocr_giro.other_service"},
    "netsgiro-py__avtalegiro_payment_request.txt": {"ocr_giro.other_service"},
    "netsgiro-py__quickstart_block3.txt": {"ocr_giro.other_service"},
    # Written by a program, not by the clearing house.
    "regnmed__ocr_api.txt": {"ocr_giro.no_amount_item_2"},
    "regnmed__ocr_bad_kid.txt": {
        "kid.check_digit",
        "ocr_giro.no_amount_item_2",
        "ocr_giro.days_displaced",
    },
}
REFUSALS = {"regnmed__ocr_bad_count.txt": ("line 6", "3")}


def read(content: bytes, notices: list[Notice] | None = None) -> list[Statement]:
    sources = read_statements(io.BytesIO(content), file="ocr.txt", notices=notices)
    return [(source.head, list(source.entries)) for source in sources]


def read_corpus(file: str, notices: list[Notice] | None = None) -> list[Statement]:
    return read((FOLDER / file).read_bytes(), notices)


@pytest.mark.parametrize("row", corpus_rows("ocr_giro", valid="yes"))
def test_a_file_by_others_reads_to_what_an_independent_reader_found(row: dict[str, Any]) -> None:
    notices: list[Notice] = []
    found = read_corpus(row["file"], notices)
    wanted = [each for each in row["expected"]["read"]["assignments"] if each["service"] == "09"]
    assert [said(statement) for statement in found] == [
        {name: each[name] for name in ("account", "number", "tx", "sum_ore", "kids", "negative")}
        for each in ({**each, "kids": each["kids_first"]} for each in wanted)
    ]
    assert {each.code for each in notices} == NOTICES.get(Path(row["file"]).name, set())


def said(statement: Statement) -> dict[str, Any]:
    head, entries = statement
    parts = [part for entry in entries for part in entry.transactions]
    assert head.account is not None and head.id is not None
    return {
        "account": head.account[-11:],
        "number": head.id[-7:],
        "tx": len(parts),
        "sum_ore": sum(entry.amount.minor for entry in entries),
        "kids": [part.kid for part in parts][:3],
        "negative": sum(part.amount.minor < 0 for part in parts),
    }


@pytest.mark.parametrize("row", corpus_rows("ocr_giro", valid="no"))
def test_a_broken_file_by_others_is_refused_at_its_line(row: dict[str, Any]) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        read_corpus(row["file"])
    place = refused.value.place, refused.value.found
    assert place == REFUSALS[Path(row["file"]).name]


SPECIMEN = file_of(
    Paid(150000, kid="26004119", archive="100000001", account="00000000000"),
    Paid(49950, kid="000006-", archive="100000002"),
    Paid(20000, kid="26004127", sign="-", archive="100000003"),
    Paid(30000, kid="", type="21", lump="0523000077", archive="123456789", text="Bord 4, tøyen"),
    Paid(10000, kid="", type="20", lump="0523000077", archive="123456789", text="Retur"),
    Paid(7000, day=date(2026, 11, 24), type="12", archive="004455667"),
)


def test_the_head_tells_whose_money_and_when() -> None:
    head, _ = read(SPECIMEN.encode())[0]
    assert (head.format, head.kind) == ("ocr_giro", StatementKind.NOTIFICATION)
    assert (head.id, head.sequence) == ("0000100-0000001", "0000100")
    assert (head.account, head.currency) == ("NO9297104133219", "NOK")
    assert (head.from_date, head.to_date) == (date(2026, 11, 23), date(2026, 11, 24))
    assert (head.opening_balance, head.closing_balance) == (None, None)


def test_a_lump_sum_is_an_entry_and_a_payment_a_transaction() -> None:
    _, entries = read(SPECIMEN.encode())[0]
    assert [(each.reference, each.booking_date, each.amount.minor) for each in entries] == [
        ("0523100042", date(2026, 11, 23), 150000 + 49950 - 20000),
        ("0523000077", date(2026, 11, 23), 30000 - 10000),
        ("0523100042", date(2026, 11, 24), 7000),
    ]
    parts = [part for entry in entries for part in entry.transactions]
    assert [(part.bank_reference, part.kid, part.amount.minor) for part in parts] == [
        ("100000001", "26004119", 150000),
        ("100000002", "000006-", 49950),
        ("100000003", "26004127", -20000),
        # A terminal's session and a payer's agreement are no archive references.
        ("20261123-0523000077-0000004", None, 30000),
        ("20261123-0523000077-0000005", None, -10000),
        ("20261124-0523100042-0000006", "26004119", 7000),
    ]
    assert [part.counterparty_account for part in parts[:2]] == [None, "86011117947"]
    assert [part.remittance for part in parts[2:5]] == [(), ("Bord 4, tøyen",), ("Retur",)]


def test_a_lump_sum_that_comes_in_pieces_is_one_entry() -> None:
    pieces = [Paid(100, lump=lump) for lump in ("0523100001", "0523100002", "0523100001")]
    _, entries = read(file_of(*pieces).encode())[0]
    assert [entry.amount.minor for entry in entries] == [200, 100]


def test_camt_054_about_the_same_payments_joins_by_their_archive_references() -> None:
    # Two payments of one order share their archive reference, and one of them its amount too.
    paid = Paid(100, archive="600101140")
    _, [entry] = read(file_of(paid, paid, Paid(250, archive="600101140")).encode())[0]
    known = incoming(entry, date(2026, 11, 23))
    told = IncomingEntry(
        booking_date=date(2026, 11, 23),
        amount_minor=450,
        reference="90000001",
        fingerprint="",
        has_details=True,
        details=(("600101140", 100), ("600101140", 100), ("600101140", 250)),
    )
    [answer] = Joiner("notification").join([told], [], dict.fromkeys(known.details, 7))
    assert (answer.outcome, answer.stored) == (Outcome.KNOWN, (7,))


def test_without_a_serial_number_payments_count_within_their_assignment() -> None:
    paid = Paid(100, type="19", lump="0000000000", archive="0")
    files = Transmission((Assignment((paid, paid)), Assignment((paid,), number=2)))
    found = [entry for _, entries in read(files.encode()) for entry in entries]
    assert [entry.reference for entry in found] == [None, None]
    assert [part.bank_reference for entry in found for part in entry.transactions] == [
        "0000100-0000001-0000001",
        "0000100-0000001-0000002",
        "0000100-0000002-0000001",
    ]


def test_only_a_whole_lump_sum_of_reversals_is_a_reversal() -> None:
    refund, sale = Paid(100, type="18", lump="0523000001"), Paid(300, type="19")
    _, entries = read(file_of(refund, sale, Paid(50, type="18")).encode())[0]
    assert [(entry.reversal, entry.amount.minor) for entry in entries] == [
        (True, -100),
        (False, 250),
    ]


def test_reversals_taken_off_the_control_sum_are_read_with_a_notice() -> None:
    lines = file_of(Paid(300, type="19"), Paid(100, type="18")).lines()
    lines[-2] = lines[-2].replace(f"{400:017d}", f"{200:017d}")
    notices: list[Notice] = []
    with pytest.raises(UnreadableFileError, match="line 8"):
        read("\n".join(lines).replace(f"{400:017d}", f"{300:017d}").encode())
    lines[-1] = lines[-1].replace(f"{400:017d}", f"{200:017d}")
    _, entries = read("\n".join(lines).encode(), notices)[0]
    assert entries[0].amount.minor == 200
    assert [each.code for each in notices] == ["ocr_giro.reversals_subtracted"] * 2


def test_two_transmissions_in_one_file_are_both_read() -> None:
    content = file_of(Paid(100)).encode() + b"\r\n" + file_of(Paid(200)).encode() + b"\x1a"
    assert [entries[0].amount.minor for _, entries in read(content)] == [100, 200]


def test_an_assignment_of_another_service_beside_ours_is_passed_over() -> None:
    ours = file_of(Paid(100)).lines()
    others = ["NY212420" + "0" * 72, f"NY212488{0:08d}{2:08d}" + "0" * 56]
    end = ours[-1].replace(f"{6:08d}", f"{8:08d}", 1)
    notices: list[Notice] = []
    found = read("\n".join([ours[0], *others, *ours[1:-1], end]).encode(), notices)
    assert [len(entries) for _, entries in found] == [1]
    assert notices == [Notice("ocr_giro.other_service", "line 2", "AvtaleGiro")]


def test_blanks_that_an_editor_took_off_are_put_back() -> None:
    lines = SPECIMEN.lines()
    trimmed = [line[:55].rstrip() if line[6:8] == "32" else line for line in lines]
    assert trimmed != lines
    assert read("\n".join(trimmed).encode()) == read(SPECIMEN.encode())


@pytest.mark.parametrize("kid", ["", "12AB34", "1-23", "26004118"])
def test_an_odd_kid_is_kept_with_a_notice(kid: str) -> None:
    notices: list[Notice] = []
    _, entries = read(file_of(Paid(100, kid=kid)).encode(), notices)[0]
    assert (entries[0].transactions[0].kid or "") == kid
    assert [(each.place, each.code[:4]) for each in notices] == [("line 3", "kid.")]


def test_the_format_is_known_by_its_first_record() -> None:
    for content in (SPECIMEN.encode(), b"\xef\xbb\xbf\r\n" + SPECIMEN.encode()):
        found = detect(content)
        assert found is not None and found[1].name == "ocr_giro"
    assert detect(b"NY0000") is None


def line_with(number: int, first: int, new: str) -> Callable[[list[str]], None]:
    """Writes over a line from a position on; both count from 1."""

    def change(lines: list[str]) -> None:
        old = lines[number - 1]
        lines[number - 1] = old[: first - 1] + new + old[first - 1 + len(new) :]

    return change


def cut(number: int, length: int) -> Callable[[list[str]], None]:
    def change(lines: list[str]) -> None:
        lines[number - 1] = lines[number - 1][:length]

    return change


def without(*numbers: int) -> Callable[[list[str]], None]:
    def change(lines: list[str]) -> None:
        for number in sorted(numbers, reverse=True):
            del lines[number - 1]

    return change


def twice(number: int) -> Callable[[list[str]], None]:
    return lambda lines: lines.insert(number - 1, lines[number - 1])


# The specimen's lines: 1 start, 2 assignment, 3-8 giro, 9-14 card, 15-16 remittance, 17 and 18 end.
@pytest.mark.parametrize(
    ("change", "place"),
    [
        (line_with(3, 33, "00000000000150001"), "line 17"),
        (line_with(3, 33, "0000000000015O000"), "line 3"),
        (line_with(3, 32, "+"), "line 3"),
        (line_with(3, 5, "22"), "line 3"),
        (line_with(3, 16, "310926"), "line 3"),
        (line_with(3, 16, "221126"), "line 17"),
        (line_with(3, 27, "ABCDE"), "line 3"),
        (line_with(4, 42, "310226"), "line 4"),
        (line_with(4, 9, "0000007"), "line 4"),
        (line_with(4, 5, "11"), "line 4"),
        (line_with(2, 25, "9710413321X"), "line 2"),
        (line_with(2, 5, "01"), "line 2"),
        (line_with(17, 9, "00000005"), "line 17"),
        (line_with(17, 17, "00000017"), "line 17"),
        (line_with(17, 25, "00000000000000001"), "line 17"),
        (line_with(17, 48, "221126"), "line 17"),
        (line_with(17, 54, "251126"), "line 17"),
        (line_with(18, 9, "00000005"), "line 18"),
        (line_with(18, 17, "00000017"), "line 18"),
        (line_with(18, 25, "00000000000000001"), "line 18"),
        (cut(3, 79), "line 3"),
        (cut(3, 68), "line 3"),
        (cut(4, 57), "line 4"),
        (cut(4, 40), "line 4"),
        (cut(17, 79), "line 17"),
        (cut(18, 41), "line 18"),
        (line_with(3, 81, "0"), "line 3"),
        (line_with(3, 50, "\x00"), "line 3"),
        (without(4), "line 16"),
        (without(3, 4), "line 15"),
        (without(3), "line 3"),
        (twice(4), "line 5"),
        (twice(11), "line 12"),
        (without(2), "line 2"),
        (without(17), "line 17"),
        (without(18), "line 18"),
        (without(17, 18), "line 17"),
        (lambda lines: lines.append("NY090020"), "line 19"),
        (line_with(5, 3, "21"), "line 5"),
        (line_with(5, 7, "49"), "line 5"),
    ],
)
def test_what_is_not_whole_and_certain_is_refused_at_its_line(
    change: Callable[[list[str]], None], place: str
) -> None:
    lines = SPECIMEN.lines()
    change(lines)
    with pytest.raises(UnreadableFileError) as refused:
        read("\r\n".join(lines).encode("iso-8859-1"))
    assert (refused.value.place, refused.value.file) == (place, "ocr.txt")


def test_amounts_that_hide_in_each_other_do_not_overflow() -> None:
    huge = 99_999_999_999_999_999
    paid = [Paid(huge, lump="0523100001")] * 100 + [Paid(huge, lump="0523100002", sign="-")] * 100
    with pytest.raises(UnreadableFileError, match="64 bits"):
        read(file_of(*paid).encode())


def test_an_assignment_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr_giro_reader, "ITEMS_MAX", 2)
    read(file_of(Paid(1), Paid(2)).encode())
    with pytest.raises(UnreadableFileError, match="line 7"):
        read(file_of(Paid(1), Paid(2), Paid(3)).encode())


DAYS = st.dates(date(2000, 1, 1), date(2068, 12, 31))
NORWEGIAN = st.text("abcæøåÆØÅé ,.-/0123456789", max_size=40)


def payments(kids: str) -> st.SearchStrategy[Paid]:
    def paid(type_: str, text: str, **given_: Any) -> Paid:
        return Paid(type=type_, text=text if type_ in ("20", "21") else None, **given_)

    return st.builds(
        paid,
        type_=st.sampled_from([str(number) for number in range(10, 22)]),
        text=NORWEGIAN,
        minor=st.integers(0, 10**11),
        day=DAYS,
        kid=st.from_regex(kids, fullmatch=True),
        lump=st.sampled_from(["0523100042", "0523200043", "0000000000"]),
        sign=st.sampled_from("0-"),
        archive=st.from_regex(r"[0-9]{9}", fullmatch=True),
        account=st.from_regex(r"[0-9]{11}", fullmatch=True),
        order_day=st.none() | DAYS,
    )


def transmissions(kids: str) -> st.SearchStrategy[Transmission]:
    paid = st.lists(payments(kids), max_size=8).map(tuple)
    listed = st.lists(paid, min_size=1, max_size=3)
    return listed.map(
        lambda each: Transmission(tuple(Assignment(p, number=n) for n, p in enumerate(each, 1)))
    )


@settings(max_examples=60, deadline=None)
@given(transmissions(r"[0-9]{2,24}[0-9-]"), st.sampled_from(["\r\n", "\n", "\r"]))
def test_what_was_written_is_what_is_read(file: Transmission, newline: str) -> None:
    found = read(file.encode(newline))
    assert len(found) == len(file.assignments)
    for (head, entries), wanted in zip(found, file.assignments, strict=True):
        days = [paid.day for paid in wanted.payments]
        assert (head.from_date, head.to_date) == (min(days, default=None), max(days, default=None))
        assert facts(entries) == Counter(
            (paid.day, paid.lump.strip("0") and paid.lump, paid.signed, paid.kid,
             paid.account.strip("0") and paid.account, (paid.text or "").strip())
            for paid in wanted.payments
        )  # fmt: skip
        for entry in entries:
            assert entry.amount.minor == sum(part.amount.minor for part in entry.transactions)


def facts(entries: list[Entry]) -> Counter[tuple[Any, ...]]:
    return Counter(
        (entry.booking_date, entry.reference or "", part.amount.minor, part.kid,
         part.counterparty_account or "", "".join(part.remittance))
        for entry in entries
        for part in entry.transactions
    )  # fmt: skip


# netsgiro knows no `-` in a KID and gives every amount unsigned, with its sign beside it.
@settings(max_examples=60, deadline=None)
@given(transmissions(r"[0-9]{2,25}"))
def test_netsgiro_reads_the_same(file: Transmission) -> None:
    require_as_netsgiro_reads(file.encode())


@pytest.mark.parametrize("row", corpus_rows("ocr_giro", valid="yes"))
def test_netsgiro_reads_the_same_in_files_by_others(row: dict[str, Any]) -> None:
    if Path(row["file"]).name.startswith("regnmed"):
        pytest.skip("netsgiro needs an amount item 2")
    require_as_netsgiro_reads((FOLDER / row["file"]).read_bytes())


def require_as_netsgiro_reads(content: bytes) -> None:
    theirs = netsgiro.parse(content.decode("iso-8859-1"))
    assignments = [each for each in theirs.assignments if each.service_code == 9]
    found = read(content)
    assert len(found) == len(assignments)
    for (head, entries), wanted in zip(found, assignments, strict=True):
        assert head.account is not None and head.account[-11:] == wanted.account
        assert head.id == f"{theirs.number}-{wanted.number}"
        assert facts(entries) == Counter(their_facts(each) for each in wanted.transactions)


def their_facts(theirs: Any) -> tuple[Any, ...]:
    lump = (
        f"{theirs.centre_id}{theirs.day_code:02d}{theirs.partial_settlement_number}"
        f"{theirs.partial_settlement_serial_number}"
    )
    is_out = theirs.sign == "-" or theirs.type in (18, 20)
    minor = -theirs.amount_in_cents if is_out else theirs.amount_in_cents
    account = theirs.debit_account if theirs.debit_account.strip("0") else ""
    text = (theirs.text or "").strip()
    return theirs.date, lump if lump.strip("0") else "", minor, theirs.kid, account, text


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    content = bytearray(SPECIMEN.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(8, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    with contextlib.suppress(RefusalError):
        read(bytes(content))


@settings(max_examples=60, deadline=None)
@given(st.integers(8, len(SPECIMEN.encode()) - 3))
def test_a_file_cut_off_anywhere_is_refused(length: int) -> None:
    content = SPECIMEN.encode()[:length]
    # The filler of the last record may be blanks that were taken off.
    if content.endswith(SPECIMEN.lines()[-1][:47].encode()):
        return
    with pytest.raises(RefusalError):
        read(content)
