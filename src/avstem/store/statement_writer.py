"""Writes one statement's entries, a chunk at a time, joining what is known.

Each chunk costs a constant number of queries.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from avstem.domain.joining import IncomingEntry, Joined, Joiner, Outcome
from avstem.domain.statement import Entry as BankEntry
from avstem.domain.statement import EntryStatus
from avstem.store.bulk import insert_rows, reserve_ids
from avstem.store.entry_rows import (
    ENTRY_FIELDS,
    TRANSACTION_FIELDS,
    adds_up,
    entry_row,
    incoming,
    transaction_rows,
    transactions_of,
)
from avstem.store.known_entries import stored_details, stored_entries
from avstem.store.models import (
    BankAccount,
    BankTransaction,
    Entry,
    ImportAlarm,
    Statement,
)

#: How long a pending entry waits for the booked one that replaces it.
PENDING_DAYS = 7

DatedEntry = tuple[BankEntry, date]


class StatementWriter:
    """Counts are of transactions: `added`, `known` (of which `joined`), `pending`, `alarms`."""

    def __init__(self, statement: Statement, account: BankAccount) -> None:
        self.statement = statement
        self.account = account
        self.added = self.known = self.joined = self.pending = self.alarms = 0
        self._joiner = Joiner(statement.kind)
        self._position = 0
        self._odd: list[dict[str, str]] = []
        self._finer: dict[int, DatedEntry] = {}

    def write(self, entries: Sequence[DatedEntry]) -> None:
        """Store one chunk: booked entries are joined or added, pending ones replaced."""
        booked = [each for each in entries if self._is_money(each[0])]
        pending = [each for each in entries if not self._is_money(each[0])]
        if booked:
            self._write_booked(booked)
        if pending:
            self._write_pending(pending)

    def finish(self, *, holds: bool | None, sum_minor: int, entry_count: int) -> None:
        """Write down what the statement came to."""
        statement = self.statement
        statement.balance_holds = holds
        statement.sum_minor = sum_minor
        statement.entry_count = entry_count
        statement.transaction_count = self.added + self.known
        statement.notices = self._odd[:100]
        statement.save()

    def _is_money(self, entry: BankEntry) -> bool:
        # A report tells of the running day: what it calls booked is awaited, never money yet.
        return entry.status is EntryStatus.BOOKED and self.statement.kind != "report"

    def _write_booked(self, entries: Sequence[DatedEntry]) -> None:
        asked = [incoming(entry, day) for entry, day in entries]
        where = {"account_id": self.account.pk, "company_id": self.account.company_id}
        stored = stored_entries(**where, incoming=asked, statement=self.statement)
        answers = self._joiner.join(
            asked,
            stored,
            stored_details(**where, incoming=asked, statement=self.statement),
        )
        typed = {each.id for each in stored if each.typed_by_hand}
        by_bank: dict[int, IncomingEntry] = {}
        told: list[int] = []
        fresh: list[tuple[DatedEntry, IncomingEntry]] = []
        for dated, question, answer in zip(entries, asked, answers, strict=True):
            self._note(dated[0])
            if answer.outcome is Outcome.NEW:
                fresh.append((dated, question))
            else:
                self._count_known(dated, answer)
                told.extend(answer.stored if answer.outcome is not Outcome.ALARM else ())
                by_bank |= dict.fromkeys(typed & set(answer.stored), question)
        self._insert(fresh)
        self._confirm(told)
        if self._finer:
            self._refine()
        if by_bank:
            self._name(by_bank)
        self._replace_pending(entries)

    def _count_known(self, dated: DatedEntry, answer: Joined) -> None:
        if answer.outcome is Outcome.ALARM:
            self._raise_alarm(dated[0], answer.stored[0])
            return
        self.known += len(transactions_of(dated[0]))
        if answer.outcome is Outcome.FINER:
            self._finer[answer.stored[0]] = dated

    def _insert(self, fresh: Sequence[tuple[DatedEntry, IncomingEntry]]) -> None:
        ids = reserve_ids(Entry, len(fresh))
        entry_rows, parts = [], []
        for ((entry, day), question), entry_id in zip(fresh, ids, strict=True):
            self._position += 1
            entry_rows.append(self._row(entry, entry_id, day, question.fingerprint))
            parts.extend(self._transaction_rows(entry, entry_id, day))
        insert_rows(Entry, ENTRY_FIELDS, entry_rows)
        insert_rows(BankTransaction, TRANSACTION_FIELDS, parts)
        self.added += len(parts)

    def _row(
        self, entry: BankEntry, entry_id: int, day: date, fingerprint: str
    ) -> tuple[object, ...]:
        return entry_row(
            entry,
            entry_id=entry_id,
            company_id=self.account.company_id,
            account_id=self.account.pk,
            statement_id=self.statement.pk,
            statement_kind=self.statement.kind,
            position=self._position,
            booking_date=day,
            entry_fingerprint=fingerprint,
        )

    def _transaction_rows(
        self, entry: BankEntry, entry_id: int, day: date
    ) -> list[tuple[object, ...]]:
        return list(
            transaction_rows(
                entry,
                company_id=self.account.company_id,
                account_id=self.account.pk,
                entry_id=entry_id,
                booking_date=day,
            )
        )

    def _confirm(self, entry_ids: Sequence[int]) -> None:
        """Write on the known entries that this message tells of them too."""
        field = {"statement": "confirmed_by", "notification": "notified_by"}[self.statement.kind]
        self.joined += (
            Entry.objects.filter(pk__in=entry_ids, company_id=self.account.company_id)
            .filter(**{f"{field}__isnull": True})
            .update(**{field: self.statement})
        )

    def _refine(self) -> None:
        """Put the details in the place of the sums they make; no money is added."""
        finer, self._finer = self._finer, {}
        company_id = self.account.company_id
        poorer = BankTransaction.objects.filter(company_id=company_id, entry_id__in=finer)
        poorer.exclude(state="superseded").update(state="superseded")
        rows = list(Entry.objects.filter(company_id=company_id, pk__in=finer))
        parts: list[tuple[object, ...]] = []
        for row in rows:
            entry, _day = finer[row.pk]
            row.has_details, row.batch_count = entry.has_details, entry.batch_count
            row.reference = row.reference or (entry.reference or "")[:70]
            row.text = entry.text[:500] if entry.text else row.text
            # The money keeps the day it was first told of.
            parts.extend(self._transaction_rows(entry, row.pk, row.booking_date))
        Entry.objects.bulk_update(rows, ["has_details", "batch_count", "reference", "text"], 500)
        insert_rows(BankTransaction, TRANSACTION_FIELDS, parts)

    def _name(self, by_bank: Mapping[int, IncomingEntry]) -> None:
        """Typed rows get the bank's day, reference and fingerprint: told again, they are known."""
        rows = list(Entry.objects.filter(company_id=self.account.company_id, pk__in=by_bank))
        for row in rows:
            question = by_bank[row.pk]
            row.told_date, row.fingerprint = question.booking_date, question.fingerprint
            row.reference = row.reference or question.reference[:70]
        Entry.objects.bulk_update(rows, ["told_date", "fingerprint", "reference"], 500)

    def _raise_alarm(self, entry: BankEntry, stored_id: int) -> None:
        self.alarms += 1
        ImportAlarm.objects.create(
            company_id=self.account.company_id,
            account=self.account,
            statement=self.statement,
            entry_id=stored_id,
            code="entry.changed",
            facts={
                "reference": entry.reference,
                "now": entry.amount.decimal(),
                "text": entry.text,
            },
        )

    def _note(self, entry: BankEntry) -> None:
        if not adds_up(entry):
            self._odd.append({"code": "entry.details_differ", "reference": entry.reference or ""})

    def _write_pending(self, entries: Sequence[DatedEntry]) -> None:
        """A newer message's pending entries take the place of the older ones'."""
        ours = Entry.objects.filter(
            company_id=self.account.company_id, account=self.account, status="pending"
        )
        ours.exclude(statement=self.statement).update(status="replaced")
        ids = reserve_ids(Entry, len(entries))
        rows = []
        for (entry, day), entry_id in zip(entries, ids, strict=True):
            self._position += 1
            row = list(self._row(entry, entry_id, day, incoming(entry, day).fingerprint))
            row[ENTRY_FIELDS.index("status")] = "pending"
            rows.append(tuple(row))
        insert_rows(Entry, ENTRY_FIELDS, rows)
        self.pending += len(rows)

    def _replace_pending(self, entries: Sequence[DatedEntry]) -> None:
        """What was pending is booked now; it was never counted as money."""
        waiting = Entry.objects.filter(
            company_id=self.account.company_id, account=self.account, status="pending"
        ).exclude(statement=self.statement)
        came = [(entry.amount.minor, entry.reference or "", day) for entry, day in entries]
        done = []
        for row in waiting[:1000]:
            for minor, reference, day in came:
                near = abs(day - row.booking_date) <= timedelta(PENDING_DAYS)
                if minor == row.amount_minor and (near or reference == row.reference != ""):
                    came.remove((minor, reference, day))
                    done.append(row.pk)
                    break
        Entry.objects.filter(pk__in=done).update(status="replaced")
