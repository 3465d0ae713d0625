"""BgMax reads to what was written and to what others found; what is not certain is refused."""

import contextlib
import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avstem.domain.errors import RefusalError, UnreadableFileError
from avstem.domain.money import Money
from avstem.domain.statement import Entry, Notice, Reference, StatementHead, StatementKind
from avstem.formats import bgmax, detect, read_statements
from tests.support.corpus import FOLDER, corpus_rows

REFUSALS = {"barsoom-bg__BgMaxfil4_broken.txt": ("line 67", "8")}


def read(
    content: bytes, notices: list[Notice] | None = None
) -> list[tuple[StatementHead, list[Entry]]]:
    sources = read_statements(io.BytesIO(content), file="bgmax.txt", notices=notices)
    return [(source.head, list(source.entries)) for source in sources]


def read_corpus(row: dict[str, Any]) -> list[tuple[StatementHead, list[Entry]]]:
    notices: list[Notice] = []
    found = read((FOLDER / row["file"]).read_bytes(), notices)
    assert notices == []
    return found


@pytest.mark.parametrize("row", corpus_rows("bgmax", valid="yes"))
def test_a_file_by_others_reads_to_what_an_independent_reader_found(row: dict[str, Any]) -> None:
    wanted = row["expected"]["read"]
    entries = [entry for _, entries in read_corpus(row) for entry in entries]
    assert [entry.amount.decimal() for entry in entries] == wanted["deposits"]
    assert sum(len(entry.transactions) for entry in entries) == wanted["n_entries"]
    parts = [part.amount.decimal() for entry in entries for part in entry.transactions]
    assert sum(map(Decimal, parts)) == Decimal(wanted["sum_payments"])


@pytest.mark.parametrize("row", corpus_rows("bgmax", valid="yes"))
def test_a_file_by_others_reads_to_its_references_and_names(row: dict[str, Any]) -> None:
    found = read_corpus(row)
    head, entries = found[0]
    assert (head.account, head.currency) == ("5841000001009823", "SEK")
    first = entries[0].transactions[0]
    assert [each.value for each in first.references] == ["665760", "665869", "665661", "657775"]
    assert first.counterparty == "Kalles Plåt AB"
    assert first.remittance == ("Betalning med extra refnr 665869 657775 665661", "665760")
    credited = found[2][1][0].transactions[3]
    assert [(each.kind, each.value, each.amount) for each in credited.references] == [
        ("kid", "7495575", Money(100000, "SEK")),
        ("kid", "695668", Money(50000, "SEK")),
        ("credit_note", "74450", Money(50000, "SEK")),
    ]
    assert credited.remittance == ("8988777",)


@pytest.mark.parametrize("row", corpus_rows("bgmax", valid="no"))
def test_a_broken_file_by_others_is_refused_at_its_line(row: dict[str, Any]) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        read_corpus(row)
    assert (refused.value.place, refused.value.found) == REFUSALS[Path(row["file"]).name]


def payment(
    minor: int, serial: int, *, ref: str = "525766", code: str = "2", kind: str = "20"
) -> str:
    return f"{kind}{97012333:010d}{ref:>25}{minor:018d}{code}1{serial:012d}0".ljust(80)


def deposit(*records: str, minor: int, count: int, currency: str = "SEK") -> list[str]:
    opening = f"05{9912346:010d}          {currency}".ljust(80)
    closing = f"15{5841000001009823:035d}20261123{56:05d}{minor:018d}{currency}{count:08d}".ljust(
        80
    )
    return [opening, *records, closing]


def whole(*deposits: list[str], mark: str = "P") -> list[str]:
    body = [line for each in deposits for line in each]
    kinds = [line[:2] for line in body]
    counts = [kinds.count("20"), kinds.count("21"), kinds.count("22") + kinds.count("23"),
              kinds.count("15")]  # fmt: skip
    start = f"01{'BGMAX':<20}0120261123173035010331{mark}".ljust(80)
    return [start, *body, ("70" + "".join(f"{each:08d}" for each in counts)).ljust(80)]


def encode(lines: list[str], newline: str = "\r\n") -> bytes:
    return newline.join([*lines, ""]).encode("iso-8859-1")


# Its lines: 1 start, 2 opening, 3-6 payment, 7 deduction, 8 deposit, 9 opening, 10 payment, 11
# deposit, 12 end.
SPECIMEN = whole(
    deposit(
        payment(150000, 1, ref="", code="0"),
        payment(160000, 1, kind="22"),
        payment(10000, 1, ref="74450", kind="23"),
        "26Åse Öberg".ljust(80),
        payment(40000, 2, ref="KREDIT-77", code="5", kind="21"),
        minor=110000,
        count=2,
    ),
    deposit(payment(7000, 1), minor=7000, count=1, currency="EUR"),
)


def test_a_deposit_is_a_statement_with_one_entry() -> None:
    (head, entries), (other, _) = read(encode(SPECIMEN))
    assert (head.format, head.kind) == ("bgmax", StatementKind.NOTIFICATION)
    assert (head.id, head.sequence) == ("20261123-9912346-00056", "00056")
    assert (head.account, head.currency) == ("5841000001009823", "SEK")
    assert (head.from_date, head.to_date, head.created) == (
        date(2026, 11, 23), date(2026, 11, 23), "2026-11-23",
    )  # fmt: skip
    assert [(each.reference, each.booking_date, each.amount) for each in entries] == [
        ("9912346-00056", date(2026, 11, 23), Money(110000, "SEK"))
    ]
    assert other.currency == "EUR"


def test_a_payment_tells_who_paid_what() -> None:
    _, entries = read(encode(SPECIMEN))[0]
    paid, deducted = entries[0].transactions
    assert (paid.amount.minor, paid.bank_reference) == (150000, "20261123-00056-000000000001")
    assert (paid.counterparty, paid.counterparty_account) == ("Åse Öberg", "97012333")
    assert paid.references == (
        Reference("kid", "525766", Money(160000, "SEK")),
        Reference("credit_note", "74450", Money(10000, "SEK")),
    )
    # A reference that Bankgirot did not find right is the payer's words.
    assert (deducted.amount.minor, deducted.kid) == (-40000, None)
    assert deducted.remittance == ("KREDIT-77",)


def test_what_is_odd_is_kept_with_a_notice() -> None:
    notices: list[Notice] = []
    extra = payment(1, 1, kind="22")
    read(encode(whole(deposit(payment(7, 1), extra, minor=7, count=1), mark="T")), notices)
    assert notices == [
        Notice("bgmax.test_file", "line 1"),
        Notice("bgmax.references_sum", "line 3", "1"),
    ]


def test_an_empty_deposit_has_no_entry() -> None:
    assert [entries for _, entries in read(encode(whole(deposit(minor=0, count=0))))] == [[]]


def test_two_files_in_one_are_both_read_and_blanks_are_put_back() -> None:
    trimmed = [line.rstrip() for line in SPECIMEN]
    assert read(encode(trimmed + SPECIMEN, "\n")) == read(encode(SPECIMEN)) * 2


def test_the_format_is_known_by_its_first_record() -> None:
    found = detect(encode(SPECIMEN))
    assert found is not None and found[1].name == "bgmax"
    assert detect(b"01BGMAX") is None


def line_with(number: int, first: int, new: str) -> Callable[[list[str]], None]:
    """Writes over a line from a position on; both count from 1."""

    def change(lines: list[str]) -> None:
        old = lines[number - 1]
        lines[number - 1] = old[: first - 1] + new + old[first - 1 + len(new) :]

    return change


def without(*numbers: int) -> Callable[[list[str]], None]:
    def change(lines: list[str]) -> None:
        for number in sorted(numbers, reverse=True):
            del lines[number - 1]

    return change


def cut(number: int, length: int) -> Callable[[list[str]], None]:
    def change(lines: list[str]) -> None:
        lines[number - 1] = lines[number - 1][:length]

    return change


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (line_with(1, 23, "02"), "line 1"),
        (line_with(1, 25, "20261131"), "line 1"),
        (line_with(2, 23, "JPY"), "line 2"),
        (line_with(2, 23, "sek"), "line 2"),
        (line_with(3, 38, "000000000000150001"), "line 8"),
        (line_with(3, 38, "00000000000015O000"), "line 3"),
        (line_with(3, 1, "21"), "line 8"),
        (line_with(3, 1, "24"), "line 3"),
        (line_with(4, 58, "000000000009"), "line 4"),
        (line_with(7, 1, "20"), "line 8"),
        (line_with(8, 38, "20261131"), "line 8"),
        (line_with(8, 51, "000000000000110001"), "line 8"),
        (line_with(8, 69, "EUR"), "line 8"),
        (line_with(8, 72, "00000003"), "line 8"),
        (line_with(12, 3, "00000003"), "line 12"),
        (line_with(12, 11, "00000000"), "line 12"),
        (line_with(12, 19, "00000001"), "line 12"),
        (line_with(12, 27, "00000001"), "line 12"),
        (cut(3, 65), "line 3"),
        (cut(4, 57), "line 4"),
        (cut(8, 75), "line 8"),
        (cut(12, 30), "line 12"),
        (line_with(3, 81, "0"), "line 3"),
        (line_with(6, 3, "\x00"), "line 6"),
        (without(2), "line 2"),
        (without(3), "line 3"),
        (without(4), "line 11"),
        (without(7), "line 7"),
        (without(8), "line 8"),
        (without(12), "line 12"),
        (without(11, 12), "line 11"),
        (without(9, 10, 11), "line 9"),
        (lambda lines: lines.append("05"), "line 13"),
    ],
)
def test_what_is_not_whole_and_certain_is_refused_at_its_line(
    change: Callable[[list[str]], None], place: str
) -> None:
    lines = list(SPECIMEN)
    change(lines)
    with pytest.raises(UnreadableFileError) as refused:
        read(encode(lines))
    assert (refused.value.place, refused.value.file) == (place, "bgmax.txt")


def test_amounts_that_hide_in_each_other_do_not_overflow() -> None:
    huge = [payment(9 * 10**17, n, kind=kind) for n, kind in enumerate(["20", "21"] * 10)]
    with pytest.raises(UnreadableFileError, match="64 bits"):
        read(encode(whole(deposit(*huge, minor=0, count=20))))


def test_a_deposit_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bgmax, "RECORDS_MAX", 2)
    read(encode(whole(deposit(payment(1, 1), minor=1, count=1))))
    with pytest.raises(UnreadableFileError, match="line 5"):
        read(encode(whole(deposit(payment(1, 1), payment(1, 2), minor=2, count=2))))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.tuples(st.sampled_from(["20", "21"]), st.integers(0, 10**12))), max_size=4)
)
def test_what_was_written_is_what_is_read(written: list[list[tuple[str, int]]]) -> None:
    signed = [[minor if kind == "20" else -minor for kind, minor in each] for each in written]
    # A sum has no sign: what is deducted is never more than what is paid.
    signed = [each if sum(each) >= 0 else [-minor for minor in each] for each in signed]
    deposits = [
        deposit(
            *(
                payment(abs(minor), n, ref=f"{n:05d}", kind="20" if minor >= 0 else "21")
                for n, minor in enumerate(each)
            ),
            minor=sum(each),
            count=len(each),
        )
        for each in signed
    ]
    found = [entry for _, entries in read(encode(whole(*deposits))) for entry in entries]
    assert [[part.amount.minor for part in entry.transactions] for entry in found] == [
        each for each in signed if each
    ]
    for entry in found:
        kids = [part.kid for part in entry.transactions]
        assert kids == [f"{n:05d}" for n in range(len(kids))]


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    content = bytearray(encode(SPECIMEN))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(25, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    with contextlib.suppress(RefusalError):
        read(bytes(content))
