"""Entries become statements: one for each account of ours, each currency its own.

A table is held until its last row has been read: its balances stand below, and the newest row may
stand first. That bounds how many rows it may have.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from avstem.domain.errors import UnreadableFileError
from avstem.domain.money import Money
from avstem.domain.statement import (
    EntryStatus,
    Notice,
    StatementHead,
    StatementKind,
    StatementSource,
)
from avstem.formats.bank_csv.cells import one_line
from avstem.formats.bank_csv.entries import Line, RowReader
from avstem.formats.bank_csv.plan import Plan
from avstem.formats.bank_csv.rows import Row
from avstem.formats.bank_csv.summary import Summary
from avstem.formats.values import notice

#: The most rows of one table; they are held in about 350 MB.
ROWS_MAX = 200_000
#: And the most characters in them all.
_CHARACTERS_MAX = 64 * 1024**2
_Key = tuple[str | None, str]


class Table:
    """The rows below the header, read by one plan."""

    def __init__(
        self,
        plan: Plan,
        *,
        file: str,
        notices: list[Notice],
        summary: Summary | None = None,
        every_row: bool = False,
    ) -> None:
        """`every_row` refuses what is else left out: nothing but the rows shows whose it is."""
        self._every_row = every_row
        self._plan, self._file, self._notices, self._summary = plan, file, notices, summary
        self._reader = RowReader(plan, file=file, notices=notices)

    def statements(self, rows: Iterable[Row]) -> Iterator[StatementSource]:
        """The statements in the order of their first rows; one that is empty for an empty table."""
        lines = self._lines(rows)
        groups = self._by_account(lines)
        if not groups:
            notice(self._notices, "statement.empty", "the table")
            groups = {(self._stated_account(), self._plan.currency or ""): []}
        self._require_sums(lines)
        for (account, currency), group in groups.items():
            yield self._statement(account, currency, group, alone=len(groups) == 1)

    def _lines(self, rows: Iterable[Row]) -> list[Line]:
        lines: list[Line] = []
        characters = 0
        for row in rows:
            characters += sum(map(len, row.cells))
            if len(lines) >= ROWS_MAX or characters > _CHARACTERS_MAX:
                expected = f"at most {ROWS_MAX} rows: split the period"
                raise UnreadableFileError(row.place, "more rows", expected, self._file)
            line = None if self._is_no_entry(row) else self._reader.read(row)
            if line is not None:
                lines.append(line)
            elif self._every_row and not row.is_blank():
                self._require_ignored(row)
        return lines

    def _require_ignored(self, row: Row) -> None:
        """A row may be left out only if the user has said so."""
        first = next(cell for cell in row.cells if cell.strip()).strip()
        if not any(first.casefold().startswith(word) for word in self._plan.ignored_rows):
            expected = "a row that is read as mapped: without a header, every row must be"
            raise UnreadableFileError(row.place, one_line(first)[:60], expected, self._file)

    def _is_no_entry(self, row: Row) -> bool:
        if row.is_blank() or (self._summary is not None and self._summary.take_below(row)):
            return True
        first = next(cell for cell in row.cells if cell.strip()).strip().casefold()
        ignored = any(first.startswith(word) for word in self._plan.ignored_rows)
        if ignored:
            notice(self._notices, "row.ignored", row.place, first)
        return ignored

    def _stated_account(self) -> str | None:
        stated = self._summary.account if self._summary is not None else None
        return stated or self._plan.account

    def _by_account(self, lines: Sequence[Line]) -> dict[_Key, list[Line]]:
        """A row without an account of ours is on the only one there is; of several, refused."""
        accounts = {line.account for line in lines} - {None}
        only = next(iter(accounts)) if len(accounts) == 1 else self._stated_account()
        groups: dict[_Key, list[Line]] = {}
        for line in lines:
            if line.account is None and len(accounts) > 1:
                expected = "the account of ours, as in the other rows"
                raise UnreadableFileError(line.place, "no account", expected, self._file)
            if line.account is None and accounts:
                notice(self._notices, "row.account_of_the_others", line.place, only or "")
            key = (line.account or only, line.entry.amount.currency)
            groups.setdefault(key, []).append(line)
        return groups

    def _require_sums(self, lines: Sequence[Line]) -> None:
        """The sums the bank gives are those of the booked rows, or of these and the reserved."""
        stated = self._summary.amounts if self._summary is not None else {}
        for what, sign in (("paid_in", 1), ("paid_out", -1)):
            wanted = stated.get(what)
            if wanted is None:
                continue
            moved = [each for each in lines if each.entry.amount.minor * sign > 0]
            booked = _sum_minor(each for each in moved if each.is_booked)
            if abs(wanted.minor) not in (abs(booked), abs(_sum_minor(moved))):
                found = f"{Money(abs(booked), wanted.currency)} in the rows"
                raise UnreadableFileError(f"the sum {what}", found, str(abs(wanted)), self._file)

    def _statement(
        self, account: str | None, currency: str, lines: Sequence[Line], *, alone: bool
    ) -> StatementSource:
        balances = self._balances(lines, alone=alone)
        stated = self._summary if alone else None
        days = [day for line in lines if line.is_booked and (day := line.entry.booking_date)]
        head = StatementHead(
            format=self._plan.name,
            kind=StatementKind.STATEMENT,
            id=None,
            sequence=None,
            account=account,
            currency=currency or None,
            from_date=(stated.from_date if stated else None) or min(days, default=None),
            to_date=(stated.to_date if stated else None) or max(days, default=None),
            opening_balance=balances[0] if balances else None,
            closing_balance=balances[1] if balances else None,
            balances_booked=balances is not None,
        )
        return StatementSource(head, iter([line.entry for line in lines]))

    def _balances(self, lines: Sequence[Line], *, alone: bool) -> tuple[Money, Money] | None:
        """Opening and closing as the table states them, or as its column of balances proves."""
        stated = self._summary.amounts if self._summary is not None else {}
        if "opening" in stated and "closing" in stated:
            if alone:
                return stated["opening"], stated["closing"]
            notice(self._notices, "balance.of_several_accounts", "the table")
            return None
        if self._plan.columns.balance is None or not lines:
            return None
        found = balances_of(lines)
        if self._every_row and (found is None or len(lines) < 2):
            # Of one row, any two amounts may be the amount and the balance.
            expected = "balances that follow each other: without a header, only they show the order"
            raise UnreadableFileError(lines[0].place, "other balances", expected, self._file)
        if found is None:
            notice(self._notices, "balance.no_chain", lines[0].place)
        return found


def balances_of(lines: Sequence[Line]) -> tuple[Money, Money] | None:
    """Opening and closing, where each balance follows from the row before or from the row after.

    Oldest row first or newest first; None where the column does not prove one of them.
    """
    steps = [
        (each.entry.amount.minor, each.balance)
        for each in lines
        if each.entry.status is EntryStatus.BOOKED
    ]
    moves = [(minor, balance) for minor, balance in steps if balance is not None]
    if not moves or len(moves) < len(steps):
        return None
    found = {
        (ordered[0][1] - Money(ordered[0][0], ordered[0][1].currency), ordered[-1][1])
        for ordered in (moves, moves[::-1])
        if all(a.minor + minor == b.minor for (_, a), (minor, b) in pairwise(ordered))
    }
    return found.pop() if len(found) == 1 else None


def _sum_minor(lines: Iterable[Line]) -> int:
    return sum(line.entry.amount.minor for line in lines)
