"""BAI2 reads to what was written and to what others found; a trailer that differs refuses it."""

import contextlib
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avstem.domain.errors import RefusalError, UnreadableFileError
from avstem.domain.statement import BalanceProof, Entry, EntryStatus, Notice, StatementHead
from avstem.formats import detect, read_statements
from avstem.formats.bai2 import records as bai2_records
from avstem.formats.bai2.codes import direction
from tests.support.corpus import FOLDER, corpus_rows

Statement = tuple[StatementHead, list[Entry], bool | None]
NOTICES = {
    "moov-bai2__sample2.txt": {"bai2.correction"},
    # Line feeds were lost and added: its counts tell where the records begin.
    "moov-bai2__sample3.txt": {"bai2.records_on_one_line", "bai2.broken_line"},
}
#: The manifest's reader went by lines; the file's own trailers say 15 accounts.
BY_LINES = "moov-bai2__sample3.txt"


def read(content: bytes | str, notices: list[Notice] | None = None) -> list[Statement]:
    content = content.encode() if isinstance(content, str) else content
    found = []
    for source in read_statements(io.BytesIO(content), file="bai2.txt", notices=notices):
        proof = BalanceProof(source.head)
        entries = list(proof.watch(source.entries))
        found.append((source.head, entries, proof.holds()))
    return found


def account_of(*transactions: str, summaries: Sequence[int] = (), number: str = "77") -> str:
    """Records 03 to 49; each transaction is `type,amount,…` without its `16`."""
    told = "".join(f",{100 + place},{minor},,0" for place, minor in enumerate(summaries))
    total = sum(summaries) + sum(int(each.split(",")[1]) for each in transactions)
    continued = sum(each.count("\n") for each in transactions)
    lines = [f"03,{number},NOK{told}/", *(f"16,{each}/" for each in transactions)]
    return "\n".join([*lines, f"49,{total},{len(lines) + continued + 1}/"])


def file_of(*groups: Sequence[str], head: str = "1,261120,,NOK,2") -> str:
    """Records 01 to 99, with totals of the accounts' own trailers."""
    written, file_total, file_records = ["01,BANK,AVSTEM,261121,0600,7,,,2/"], 0, 2
    for accounts in groups:
        trailers = [each.rsplit("\n49,", 1)[1].rstrip("/").split(",") for each in accounts]
        total, records = (sum(int(each[n]) for each in trailers) for n in (0, 1))
        written += [f"02,AVSTEM,BANK,{head}/", *accounts]
        written.append(f"98,{total},{len(accounts)},{records + 2}/")
        file_total, file_records = file_total + total, file_records + records + 2
    return "\n".join([*written, f"99,{file_total},{len(groups)},{file_records}/", ""])


@pytest.mark.parametrize("row", corpus_rows("bai2", valid="yes"))
def test_a_file_by_others_reads_to_what_an_independent_reader_found(row: dict[str, Any]) -> None:
    notices: list[Notice] = []
    found = read((FOLDER / row["file"]).read_bytes(), notices)
    name = Path(row["file"]).name
    assert {each.code for each in notices} == NOTICES.get(name, set())
    if name == BY_LINES:
        assert len(found) == 15
        return
    wanted = row["expected"]["read"]
    assert sum(len(entries) for _, entries, _ in found) == wanted["n_entries"]
    assert [said(each) for each in found] == [
        (each["account"], each["ccy"] or "USD", each["entries"], each["sum_credit"],
         each["sum_debit"]) for each in wanted["accounts"]
    ]  # fmt: skip


def said(statement: Statement) -> tuple[str | None, str | None, int, int, int]:
    head, entries, _ = statement
    minors = [entry.amount.minor for entry in entries]
    credit, debit = sum(n for n in minors if n > 0), -sum(n for n in minors if n < 0)
    return head.account, head.currency, len(entries), credit, debit


@pytest.mark.parametrize(
    "row", [each for each in corpus_rows("bai2") if str(each.id).endswith(BY_LINES)]
)
def test_where_line_feeds_were_lost_the_balances_still_add_up(row: dict[str, Any]) -> None:
    found = read((FOLDER / row["file"]).read_bytes())
    assert [holds for _, _, holds in found] == [True] * 15
    by_lines = row["expected"]["read"]["accounts"][5:8]
    assert [said(each)[2:] for each in found[7:10]] == [
        (each["entries"], each["sum_credit"], each["sum_debit"]) for each in by_lines
    ]


def test_what_a_transaction_says_is_kept() -> None:
    paid = "195,125050,V,261122,0900,B-1,OUR-7,FRA A/S, ÅS/LTD/\n88,INVOICE 42"
    ((head, (entry,), holds),) = read(file_of([account_of(paid)]))
    assert (head.format, head.account, head.currency, holds) == ("bai2", "77", "NOK", None)
    assert (head.id, head.created) == ("BANK-20261121-7", "2026-11-21")
    assert (entry.amount.minor, entry.code, entry.reference) == (125_050, "195", "B-1")
    assert (entry.booking_date, entry.value_date) == (date(2026, 11, 20), date(2026, 11, 22))
    assert entry.transactions[0].end_to_end_id == "OUR-7"
    assert entry.transactions[0].remittance == ("FRA A/S, ÅS/LTD", "INVOICE 42")


def test_what_the_standard_shows_of_split_availability_is_read() -> None:
    """The standard's own example: fields go on in a continuation, and text after them."""
    paid = (
        "115,10000000,S,5000000,4000000,1000000/\n"
        "88,AX13612,B096132,AMALGAMATED CORP. LOCKBOX/\n88,DEPOSIT-MISC. RECEIVABLES"
    )
    ((_, (entry,), _),) = read(file_of([account_of(paid)]))
    assert (entry.amount.minor, entry.reference) == (10_000_000, "AX13612")
    assert entry.transactions[0].end_to_end_id == "B096132"
    assert entry.text == "AMALGAMATED CORP. LOCKBOX DEPOSIT-MISC. RECEIVABLES"


@pytest.mark.parametrize(
    ("funds", "expected"),
    [
        (",B", "B"),
        ("0,B", "B"),
        ("Z,B", "B"),
        ("V,261122,,B", "B"),
        ("S,,5,10,B", "B"),
        ("D,2,0,5,1,10,B", "B"),
        ("D,0,B", "B"),
    ],
)
def test_every_funds_type_leaves_the_reference_in_its_place(funds: str, expected: str) -> None:
    ((_, (entry,), _),) = read(file_of([account_of(f"195,15,{funds},C,TEXT")]))
    assert (entry.reference, entry.text) == (expected, "TEXT")


@pytest.mark.parametrize(
    ("summaries", "opening", "closing", "holds"),
    [
        ("010,500,,,015,700,,", 500, 700, True),
        ("010,500,,,015,701,,", 500, 701, False),
        ("040,500,,,045,700,,", 500, 700, None),
        ("010,500,,,040,1,,", 500, None, None),
        ("010,-500,,,015,-300,,,045,9,,", -500, -300, True),
    ],
)
def test_only_balances_of_the_ledger_prove(
    summaries: str, opening: int, closing: int | None, holds: bool | None
) -> None:
    total = 200 + sum(int(each) for each in summaries.split(",")[1::4])
    account = f"03,77,NOK,{summaries}/\n16,195,200,,,,/\n49,{total},3/"
    ((head, _, proved),) = read(file_of([account]))
    assert head.opening_balance is not None
    assert head.opening_balance.minor == opening
    assert (head.closing_balance and head.closing_balance.minor) == closing
    assert proved is holds


@pytest.mark.parametrize(
    ("head", "kind", "status"),
    [
        ("1,261120,,NOK,2", "statement", EntryStatus.BOOKED),
        ("1,261120,,NOK,", "statement", EntryStatus.BOOKED),
        ("1,261120,,NOK,1", "report", EntryStatus.BOOKED),
        ("1,261120,,NOK,3", "report", EntryStatus.BOOKED),
        ("3,261120,,NOK,2", "statement", EntryStatus.BOOKED),
        ("4,261120,,NOK,2", "report", EntryStatus.INFORMATION),
    ],
)
def test_only_a_day_that_is_over_is_a_statement(head: str, kind: str, status: EntryStatus) -> None:
    ((found, (entry,), _),) = read(file_of([account_of("195,5,,,")], head=head))
    assert (found.kind, entry.status) == (kind, status)


def test_text_that_is_no_money_is_no_entry() -> None:
    notices: list[Notice] = []
    account = "03,77,NOK/\n16,890,,,,,HAPPY NEW YEAR/\n49,0,3/"
    ((_, entries, _),) = read(file_of([account]), notices)
    assert entries == []
    assert [(each.code, each.place) for each in notices] == [("bai2.no_money", "line 4")]


def test_a_bank_may_leave_the_summaries_out_of_its_control_total() -> None:
    notices: list[Notice] = []
    account = account_of("195,200,,,", summaries=(300, 400)).replace("49,900,", "49,200,")
    ((_, (entry,), _),) = read(file_of([account]), notices)
    assert entry.amount.minor == 200
    assert [each.code for each in notices] == ["bai2.summaries_left_out"]


def test_the_type_code_tells_the_direction() -> None:
    assert [direction(code) for code in (100, 399, 400, 699, 920, 959, 960, 999)] == [
        1, 1, -1, -1, 1, 1, -1, -1,
    ]  # fmt: skip
    assert [direction(code) for code in (0, 99, 700, 890, 900, 919)] == [None] * 6


amounts = st.lists(
    st.tuples(st.sampled_from((142, 195, 451, 925, 699)), st.integers(0, 10**12)), max_size=4
)


@given(groups=st.lists(st.lists(amounts, min_size=1, max_size=3), min_size=1, max_size=3))
def test_what_was_written_is_what_is_read(groups: list[list[list[tuple[int, int]]]]) -> None:
    content = file_of(
        *(
            [account_of(*(f"{code},{minor},0,,,T" for code, minor in each)) for each in accounts]
            for accounts in groups
        )
    )
    found = [[entry.amount.minor for entry in entries] for _, entries, _ in read(content)]
    wanted = [accounts for group in groups for accounts in group]
    assert found == [
        [-minor if code in (451, 699) else minor for code, minor in each] for each in wanted
    ]


SPECIMEN = file_of(
    [
        account_of("195,1250,V,261122,,B-1,C-1,FIRST", "475,300,,,,CHECK", summaries=(1250,)),
        account_of(number="78"),
    ]
)


@pytest.mark.parametrize(
    ("old", "new", "line", "found"),
    [
        ("49,2800,4", "49,2801,4", 6, "2801"),
        ("49,2800,4", "49,2800,5", 6, "5"),
        ("49,2800,4", "49,28.00,4", 6, "28.00"),
        ("98,2800,2,8", "98,2799,2,8", 9, "2799"),
        ("98,2800,2,8", "98,2800,1,8", 9, "1"),
        ("98,2800,2,8", "98,2800,2,7", 9, "7"),
        ("99,2800,1,10", "99,0,1,10", 10, "0"),
        ("99,2800,1,10", "99,2800,2,10", 10, "2"),
        ("99,2800,1,10", "99,2800,1,11", 10, "11"),
        ("16,195,1250", "16,195,1251", 6, "2800"),
        ("16,195,1250", "16,195,12,50", 4, "50"),
        ("16,195,1250", "16,195,-1250", 4, "-1250"),
        ("16,195,1250", "16,195,", 4, "nothing"),
        ("16,195,1250", "16,701,1250", 4, "701"),
        ("16,195,1250", "16,A95,1250", 4, "A95"),
        ("V,261122", "V,261131", 4, "261131"),
        ("V,261122", "Q,261122", 4, "Q"),
        ("261120", "261320", 2, "261320"),
        ("1,261120", "2,261120", 2, "2 (deletion)"),
        ("03,77,NOK", "03,77,NO", 3, "NO"),
        ("03,77,NOK", "03,,NOK", 3, "nothing"),
        ("02,AVSTEM", "03,AVSTEM", 2, "03"),
        ("49,2800,4/\n", "", 6, "03"),
        ("NOK/\n49,0,2/", "NOK\n49,0,2/", 7, "78,NOK"),
    ],
)
def test_a_broken_file_is_refused_at_its_line(old: str, new: str, line: int, found: str) -> None:
    assert SPECIMEN.count(old) == 1
    with pytest.raises(UnreadableFileError) as refused:
        read(SPECIMEN.replace(old, new))
    assert (refused.value.place, refused.value.found) == (f"line {line}", found)


@pytest.mark.parametrize("line", range(10))
def test_a_file_that_lost_a_line_is_refused(line: int) -> None:
    lines = SPECIMEN.splitlines(keepends=True)
    assert len(lines) == 10
    with pytest.raises(RefusalError):
        read("".join(lines[:line] + lines[line + 1 :]))


def test_a_file_cut_off_anywhere_is_refused() -> None:
    for end in range(1, len(SPECIMEN) - 1):
        with pytest.raises(RefusalError):
            read(SPECIMEN[:end])


def test_what_follows_the_file_is_refused() -> None:
    with pytest.raises(UnreadableFileError) as refused:
        read(SPECIMEN + SPECIMEN)
    assert refused.value.place == "line 11"


def test_a_text_in_very_many_pieces_is_refused() -> None:
    head, tail = SPECIMEN.split("FIRST/")
    with pytest.raises(UnreadableFileError):
        read(head + "FIRST" + "\nx" * (bai2_records.BROKEN_LINES_MAX + 1) + "/" + tail)
    with pytest.raises(UnreadableFileError):
        read(head + "FIRST/" + "\n88,/" * bai2_records.CHARACTERS_MAX + tail)


@given(place=st.integers(0, len(SPECIMEN) - 1), junk=st.binary(max_size=4))
def test_nothing_but_a_refusal_comes_out_of_a_damaged_file(place: int, junk: bytes) -> None:
    whole = SPECIMEN.encode()
    with contextlib.suppress(RefusalError):
        read(whole[:place] + junk + whole[place + len(junk) :])


def test_only_bai2_of_version_2_is_claimed() -> None:
    found = detect(SPECIMEN.encode())
    assert found is not None
    assert found[1].name == "bai2"
    assert detect(SPECIMEN.replace(",,,2/", ",,,3/").encode()) is None
