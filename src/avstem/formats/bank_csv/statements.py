"""Entries become statements: one for each account of ours, each currency its own.

A table is held (`held`) until its last row has been read: its balances stand below, and the newest
row may stand first. That bounds how many rows it may have.
"""

from collections.abc import Iterable, Iterator

from avstem.domain.errors import UnreadableFileError
from avstem.domain.money import Money
from avstem.domain.statement import (
    Notice,
    StatementHead,
    StatementKind,
    StatementSource,
)
from avstem.formats.bank_csv.cells import one_line
from avstem.formats.bank_csv.entries import Line, RowReader
from avstem.formats.bank_csv.gathered import Gathered, Moved
from avstem.formats.bank_csv.held import HeldLines
from avstem.formats.bank_csv.plan import Plan
from avstem.formats.bank_csv.rows import Row
from avstem.formats.bank_csv.summary import Summary
from avstem.formats.values import notice

#: The most rows of one table.
ROWS_MAX = 1_000_000
#: A table of several accounts is gone through once for each: so many rows in all.
_ROWS_READ_MAX = 5_000_000
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
        self._held = HeldLines(file=file)
        self._gathered: dict[_Key, Gathered] = {}
        self._moved = {"paid_in": Moved(), "paid_out": Moved()}

    def statements(self, rows: Iterable[Row]) -> Iterator[StatementSource]:
        """The statements in the order of their first rows; one that is empty for an empty table."""
        self._take(rows)
        groups = self._by_account()
        if not groups:
            notice(self._notices, "statement.empty", "the table")
            groups = {(self._stated_account(), self._plan.currency or ""): Gathered()}
        self._require_sums()
        for (account, currency), group in groups.items():
            lines = self._lines(account, currency, alone=len(groups) == 1)
            yield self._statement(account, currency, group, lines, alone=len(groups) == 1)

    def _take(self, rows: Iterable[Row]) -> None:
        """Read every row, and hold it."""
        for row in rows:
            if self._held.count >= ROWS_MAX:
                expected = f"at most {ROWS_MAX} rows: split the period"
                raise UnreadableFileError(row.place, "more rows", expected, self._file)
            line = None if self._is_no_entry(row) else self._reader.read(row)
            if line is not None:
                self._gather(line)
                self._held.add(row, line)
            elif self._every_row and not row.is_blank():
                self._require_ignored(row)

    def _gather(self, line: Line) -> None:
        amount = line.entry.amount
        key = (line.account, amount.currency)
        group = self._gathered.get(key)
        if group is None:
            group = self._gathered[key] = Gathered()
        group.add(line)
        self._moved["paid_in" if amount.minor > 0 else "paid_out"].add(line)
        if len(self._gathered) * self._held.count > _ROWS_READ_MAX:
            expected = "fewer accounts or rows: export each account by itself"
            found = f"{len(self._gathered)} accounts and currencies"
            raise UnreadableFileError(line.place, found, expected, self._file)

    def _lines(self, account: str | None, currency: str, *, alone: bool) -> Iterator[Line]:
        """The rows of one account; those without one are on the only one there is."""
        if alone:
            return iter(self._held)
        return (
            line
            for line in self._held
            if line.entry.amount.currency == currency and line.account in (account, None)
        )

    def _require_ignored(self, row: Row) -> None:
        """A row may be left out only if the user has said so."""
        first = next(cell for cell in row.cells if cell.strip()).strip()
        if not any(first.casefold().startswith(word) for word in self._plan.ignored_rows):
            expected = "a row that is read as mapped: without a header, every row must be"
            raise UnreadableFileError(row.place, one_line(first)[:60], expected, self._file)

    def _is_no_entry(self, row: Row) -> bool:
        if row.is_blank() or (self._summary is not None and self._summary.take_below(row)):
            return True
        if not self._plan.ignored_rows:
            return False
        first = next(cell for cell in row.cells if cell.strip()).strip().casefold()
        ignored = any(first.startswith(word) for word in self._plan.ignored_rows)
        if ignored:
            notice(self._notices, "row.ignored", row.place, first)
        return ignored

    def _stated_account(self) -> str | None:
        stated = self._summary.account if self._summary is not None else None
        return stated or self._plan.account

    def _by_account(self) -> dict[_Key, Gathered]:
        """A row without an account of ours is on the only one there is; of several, refused."""
        accounts = {account for account, _ in self._gathered} - {None}
        unnamed = [each for (account, _), each in self._gathered.items() if account is None]
        if not accounts or not unnamed:
            stated = None if accounts else self._stated_account()
            return {
                (account or stated, currency): each
                for (account, currency), each in self._gathered.items()
            }
        if len(accounts) > 1:
            expected = "the account of ours, as in the other rows"
            raise UnreadableFileError(unnamed[0].place, "no account", expected, self._file)
        return self._on_the_only(next(iter(accounts)))

    def _on_the_only(self, account: str | None) -> dict[_Key, Gathered]:
        """All rows on that account, in their own order."""
        found: dict[_Key, Gathered] = {}
        for line in self._held:
            if line.account is None:
                notice(self._notices, "row.account_of_the_others", line.place, account or "")
            found.setdefault((account, line.entry.amount.currency), Gathered()).add(line)
        return found

    def _require_sums(self) -> None:
        """The sums the bank gives are those of the booked rows, or of these and the reserved."""
        stated = self._summary.amounts if self._summary is not None else {}
        for what, moved in self._moved.items():
            wanted = stated.get(what)
            if wanted is None:
                continue
            booked = moved.booked_minor
            if abs(wanted.minor) not in (abs(booked), abs(moved.all_minor)):
                found = f"{Money(abs(booked), wanted.currency)} in the rows"
                raise UnreadableFileError(f"the sum {what}", found, str(abs(wanted)), self._file)

    def _statement(
        self,
        account: str | None,
        currency: str,
        group: Gathered,
        lines: Iterable[Line],
        *,
        alone: bool,
    ) -> StatementSource:
        balances = self._balances(group, alone=alone)
        stated = self._summary if alone else None
        head = StatementHead(
            format=self._plan.name,
            kind=StatementKind.STATEMENT,
            id=None,
            sequence=None,
            account=account,
            currency=currency or None,
            from_date=(stated.from_date if stated else None) or group.from_date,
            to_date=(stated.to_date if stated else None) or group.to_date,
            opening_balance=balances[0] if balances else None,
            closing_balance=balances[1] if balances else None,
            balances_booked=balances is not None,
        )
        return StatementSource(head, (line.entry for line in lines))

    def _balances(self, group: Gathered, *, alone: bool) -> tuple[Money, Money] | None:
        """Opening and closing as the table states them, or as its column of balances proves."""
        stated = self._summary.amounts if self._summary is not None else {}
        if "opening" in stated and "closing" in stated:
            if alone:
                return stated["opening"], stated["closing"]
            notice(self._notices, "balance.of_several_accounts", "the table")
            return None
        if self._plan.columns.balance is None or not group.count:
            return None
        found = group.chain.balances()
        if self._every_row and (found is None or group.count < 2):
            # Of one row, any two amounts may be the amount and the balance.
            expected = "balances that follow each other: without a header, only they show the order"
            raise UnreadableFileError(group.place, "other balances", expected, self._file)
        if found is None:
            notice(self._notices, "balance.no_chain", group.place)
        return found
