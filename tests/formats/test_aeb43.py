"""Norma 43 reads to what was written and to what others found; totals that differ refuse it."""

import contextlib
import io
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.es import ccc
from stdnum.es import iban as spanish

from avstem.domain.errors import RefusalError, UnreadableFileError
from avstem.domain.statement import BalanceProof, Entry, Notice, StatementHead
from avstem.formats import detect, read_statements
from avstem.formats.aeb43 import spanish_iban
from tests.support.corpus import FOLDER, corpus_rows

Statement = tuple[StatementHead, list[Entry], bool | None]
ACCOUNT = "210004180200051332"


def read(content: bytes, notices: list[Notice] | None = None) -> list[Statement]:
    found = []
    for source in read_statements(io.BytesIO(content), file="n43.txt", notices=notices):
        proof = BalanceProof(source.head)
        entries = list(proof.watch(source.entries))
        found.append((source.head, entries, proof.holds()))
    return found


def signed(minor: int) -> str:
    """Norma 43 writes 1 for debit and 2 for credit before the amount."""
    return f"{1 if minor < 0 else 2}{abs(minor):014d}"


def account_of(*amounts: int, opening: int = 100_000) -> list[str]:
    """Records 11 to 33 of an account, after the layout and by none of the reader's code."""
    lines = [f"11{ACCOUNT}261101261130{signed(opening)}9783{'EMPRESA DE PRUEBA SL':<29}"]
    for number, minor in enumerate(amounts, 1):
        lines += [
            f"22    0418261105261106{2:02d}002{signed(minor)}{number:010d}{'':0>12}{'FRA 42':<16}",
            f"2301{'TRANSFERENCIA DE':<38}{'NIÑO Y CIA':<38}",
        ]
    debits = [each for each in amounts if each < 0]
    credit = [each for each in amounts if each >= 0]
    lines.append(
        f"33{ACCOUNT}{len(debits):05d}{-sum(debits):014d}{len(credit):05d}{sum(credit):014d}"
        f"{signed(opening + sum(amounts))}978    "
    )
    return lines


def file_of(*accounts: list[str]) -> bytes:
    lines = [line for account in accounts for line in account]
    end = f"88{'9' * 18}{len(lines):06d}{'':54}"
    return "\r\n".join([*lines, end, ""]).encode("cp1252")


@pytest.mark.parametrize("row", corpus_rows("aeb43", valid="yes"))
def test_a_file_by_others_reads_to_what_an_independent_reader_found(row: dict[str, Any]) -> None:
    notices: list[Notice] = []
    found = read((FOLDER / row["file"]).read_bytes(), notices)
    assert [said(each) for each in found] == [
        {
            **each,
            "opening": Decimal(each["opening"]),
            "closing": Decimal(each["closing"]),
            "ccy": {"978": "EUR"}[each["ccy"]],
        }
        for each in row["expected"]["read"]["statements"]
    ]
    assert notices == []


def said(statement: Statement) -> dict[str, Any]:
    head, entries, balanced = statement
    assert head.account is not None
    assert head.opening_balance is not None
    assert head.closing_balance is not None
    return {
        # Without the check digits of IBAN and of the account.
        "account": head.account[4:12] + head.account[14:],
        "balanced": balanced,
        "ccy": head.currency,
        "closing": Decimal(head.closing_balance.decimal()),
        "entries": len(entries),
        "opening": Decimal(head.opening_balance.decimal()),
    }


def test_what_a_movement_says_is_kept() -> None:
    ((head, (entry,), holds),) = read(file_of(account_of(-1250)))
    assert (head.format, head.account, holds) == ("aeb43", "ES9121000418450200051332", True)
    assert (str(head.from_date), str(head.to_date)) == ("2026-11-01", "2026-11-30")
    assert (str(entry.booking_date), str(entry.value_date)) == ("2026-11-05", "2026-11-06")
    assert (entry.amount.minor, entry.code, entry.entry_number) == (-1250, "02/002", "0000000001")
    assert entry.transactions[0].remittance == ("TRANSFERENCIA DE NIÑO Y CIA", "FRA 42")


def test_an_amount_in_another_currency_is_the_original_one() -> None:
    lines = account_of(-1250)
    lines.insert(3, f"2401840{1400:014d}{'':59}")
    ((_, (entry,), _),) = read(file_of(lines))
    assert str(entry.transactions[0].original_amount) == "14.00 USD"


def test_a_day_outside_the_period_is_odd() -> None:
    notices: list[Notice] = []
    read(file_of(account_of(5)).replace(b"261105", b"261205"), notices)
    assert [(each.code, each.place) for each in notices] == [("aeb43.day_outside", "line 2")]


@given(
    accounts=st.lists(st.lists(st.integers(-(10**10), 10**10), max_size=5), min_size=1, max_size=3),
    opening=st.integers(-(10**11), 10**11),
)
def test_what_was_written_is_what_is_read(accounts: list[list[int]], opening: int) -> None:
    content = file_of(*(account_of(*amounts, opening=opening) for amounts in accounts))
    found = read(content)
    assert [[entry.amount.minor for entry in entries] for _, entries, _ in found] == accounts
    assert all(holds for _, _, holds in found)


@given(account=st.from_regex(r"[0-9]{18}", fullmatch=True))
def test_the_iban_is_the_one_others_compute(account: str) -> None:
    found = spanish_iban(account[:4], account[4:8], account[8:])
    assert spanish.is_valid(found)
    assert found[12:14] == ccc.calc_check_digits(account[:8] + "00" + account[8:])


SPECIMEN = file_of(account_of(-1250, 400, -300))


@pytest.mark.parametrize(
    ("old", "new", "place", "found"),
    [
        (b"33" + ACCOUNT.encode() + b"00002", b"33" + ACCOUNT.encode() + b"00003", "line 8", "3"),
        (b"00000000001550", b"00000000001551", "line 8", "1551"),
        (b"0000100000000000400", b"0000200000000000400", "line 8", "2"),
        (b"0000100000000000400", b"0000100000000000401", "line 8", "401"),
        (b"999000008", b"999000009", "line 9", "9"),
        (b"261105", b"261131", "line 2", "261131"),
        (b"100000000001250", b"300000000001250", "line 2", "3"),
        (b"100000000001250", b"1000000000012,0", "line 2", "000000000012,0"),
        (b"9783EMPRESA", b"0003EMPRESA", "line 1", "000"),
        (b"33" + ACCOUNT.encode(), b"33" + ACCOUNT.encode()[::-1], "line 8", ACCOUNT[::-1]),
        (b"2301", b"2501", "line 3", "25"),
    ],
)
def test_a_broken_file_is_refused_at_its_line(
    old: bytes, new: bytes, place: str, found: str
) -> None:
    assert old in SPECIMEN
    with pytest.raises(UnreadableFileError) as refused:
        read(SPECIMEN.replace(old, new))
    assert (refused.value.place, refused.value.found) == (place, found)


@pytest.mark.parametrize("lines", range(1, 9))
def test_a_file_cut_off_between_lines_is_refused(lines: int) -> None:
    whole = SPECIMEN.splitlines(keepends=True)
    assert len(whole) == 9
    with pytest.raises(UnreadableFileError):
        read(b"".join(whole[:lines]))


@pytest.mark.parametrize("line", range(9))
def test_a_file_that_lost_a_line_is_refused(line: int) -> None:
    lines = SPECIMEN.splitlines(keepends=True)
    with pytest.raises(RefusalError):
        read(b"".join(lines[:line] + lines[line + 1 :]))


def test_a_file_whose_balance_does_not_add_up_is_read_as_such() -> None:
    _, _, holds = read(SPECIMEN.replace(b"2" + b"%014d" % 100_000, b"2" + b"%014d" % 100_001))[0]
    assert holds is False


@given(place=st.integers(0, len(SPECIMEN) - 1), junk=st.binary(max_size=4))
def test_nothing_but_a_refusal_comes_out_of_a_damaged_file(place: int, junk: bytes) -> None:
    damaged = SPECIMEN[:place] + junk + SPECIMEN[place + len(junk) :]
    with contextlib.suppress(RefusalError):
        read(damaged)


def test_only_norma_43_is_claimed() -> None:
    found = detect(SPECIMEN)
    assert found is not None
    assert found[1].name == "aeb43"
    assert detect(b"11 and something else") is None
