"""A table is held until its end: packed rows come back as they were read, and nothing is said twice."""

import io
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avstem.domain.errors import RefusalError, UnreadableFileError
from avstem.domain.money import Money
from avstem.domain.statement import Entry, EntryStatus, Notice, StatementHead, Transaction
from avstem.formats import read_statements
from avstem.formats.bank_csv import held, statements
from avstem.formats.bank_csv.entries import Line
from avstem.formats.bank_csv.gathered import BalanceChain
from tests.support.bank_tables import cell, sheet, workbook
from tests.support.corpus import FOLDER, corpus_rows

Read = tuple[list[tuple[StatementHead, list[Entry]]], list[Notice]]


def read(content: bytes) -> Read:
    notices: list[Notice] = []
    sources = read_statements(io.BytesIO(content), file="bank.csv", notices=notices)
    return [(source.head, list(source.entries)) for source in sources], notices


def packed(content: bytes, monkeypatch: pytest.MonkeyPatch) -> Read:
    """As where the table is far longer than what is kept."""
    with monkeypatch.context() as small:
        small.setattr(held, "KEPT_ROWS_MAX", 2)
        small.setattr(held, "_BLOCK_ROWS", 3)
        return read(content)


@pytest.mark.parametrize("row", corpus_rows("csv_no", "csv_other", valid="yes"))
def test_real_tables_are_the_same_packed(row: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    content = Path(FOLDER / row["file"]).read_bytes()
    try:
        expected = read(content)
    except RefusalError as refused:
        with pytest.raises(type(refused)):
            packed(content, monkeypatch)
        return
    assert packed(content, monkeypatch) == expected


BLANK = "Dato;Forklaring;Rentedato;Ut fra konto;Inn på konto\n"


def dnb(*amounts: str) -> bytes:
    rows = (f"02.03.2026;Salg {at};02.03.2026;;{each}" for at, each in enumerate(amounts))
    return (BLANK + "\n".join(rows) + "\n").encode()


READ_MANY = """
import io, sys
from avstem.formats import read_statements
row = '02.03.2026;Innbetaling {} fra en kunde;02.03.2026;;1.250,00'
rows = ''.join(row.format(at) + chr(10) for at in range(60_000))
content = io.BytesIO((sys.argv[1] + rows).encode())
[count] = [sum(1 for _ in each.entries) for each in read_statements(content, file="x.csv")]
# Its own peak: the other counter begins with that of the process it was forked from.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(count, int(peak.split()[1]) // 1024)
"""


def test_a_long_table_takes_little_memory() -> None:
    done = subprocess.run(
        [sys.executable, "-c", READ_MANY, BLANK], capture_output=True, text=True, check=True
    )
    count, megabytes = map(int, done.stdout.split())
    assert count == 60_000
    # Held as they were read, they took 150 MB.
    assert megabytes < 100


def test_what_is_odd_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    content = dnb("1,00", "0,00", "2,00", "3,00", "4,00", "0,00", "5,00", "6,00", "7,00", "8,00")
    expected = read(content)
    assert [each.code for each in expected[1]] == ["row.zero", "row.zero"]
    assert packed(content, monkeypatch) == expected


def test_the_cells_of_a_sheet_stay_numbers_and_days(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [cell(each) for each in BLANK.strip().split(";")]
    rows = [
        [cell("46112", kind="n", style=1), cell("Salg"), cell("46113", kind="n", style=1),
         cell(""), cell(f"{at}1234.5", kind="n")]
        for at in range(1, 10)
    ]  # fmt: skip
    content = workbook(sheet([names, *rows]))
    expected = read(content)
    assert len(expected[0][0][1]) == 9
    assert packed(content, monkeypatch) == expected


def test_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "ROWS_MAX", 3)
    with pytest.raises(UnreadableFileError, match="at most 3 rows"):
        read(dnb("1,00", "2,00", "3,00", "4,00"))
    monkeypatch.undo()
    monkeypatch.setattr(held, "KEPT_ROWS_MAX", 0)
    monkeypatch.setattr(held, "PACKED_BYTES_MAX", 10)
    monkeypatch.setattr(held, "_BLOCK_ROWS", 1)
    with pytest.raises(UnreadableFileError, match="split the period"):
        read(dnb("1,00", "2,00"))


def line(minor: int, balance: int | None, *, booked: bool = True) -> Line:
    money = Money(minor, "NOK")
    status = EntryStatus.BOOKED if booked else EntryStatus.PENDING
    entry = Entry(money, status, None, None, None, None, False, None, None, (Transaction(money),))
    return Line("line 1", None, entry, None if balance is None else Money(balance, "NOK"))


def by_definition(moves: list[tuple[int, int]]) -> tuple[int, int] | None:
    """Opening and closing of rows of (amount, balance), either way round; one of them, or none."""
    found = {
        (each[0][1] - each[0][0], each[-1][1])
        for each in (moves, moves[::-1])
        if moves and all(a + minor == b for (_, a), (minor, b) in pairwise(each))
    }
    return found.pop() if len(found) == 1 else None


SMALL = st.integers(-3, 3)


@given(
    st.lists(st.tuples(SMALL, SMALL)), st.integers(-3, 3), st.sampled_from(["any", "up", "down"])
)
def test_the_chain_of_balances(moves: list[tuple[int, int]], opening: int, form: str) -> None:
    if form != "any":
        balance, made = opening, []
        for minor, _ in moves:
            balance += minor
            made.append((minor, balance))
        moves = made if form == "up" else made[::-1]
    chain = BalanceChain()
    for minor, balance in moves:
        chain.add(line(minor, balance))
        chain.add(line(99, None, booked=False))
    found = chain.balances()
    assert (found and (found[0].minor, found[1].minor)) == by_definition(moves)
    chain.add(line(1, None))
    assert chain.balances() is None
