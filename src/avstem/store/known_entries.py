"""What is stored already of the money a chunk of incoming entries may tell of: four queries."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q

from avstem.domain.joining import CROSS_MESSAGE_DAYS, MANUAL_DAYS, IncomingEntry, StoredEntry
from avstem.store.models import BankTransaction, Entry, Statement

_FIELDS = (
    "id", "booking_date", "amount_minor", "reference", "fingerprint", "statement__kind",
    "confirmed_by_id", "notified_by_id", "has_details", "statement_id", "is_booked",
    "told_date",
)  # fmt: skip


def stored_entries(
    *,
    account_id: int,
    company_id: int,
    incoming: Sequence[IncomingEntry],
    statement: Statement,
) -> list[StoredEntry]:
    """Entries of other messages with the same amount and day or reference, and typed rows."""
    amounts = {entry.amount_minor for entry in incoming}
    days = {entry.booking_date for entry in incoming}
    references = {entry.reference for entry in incoming if entry.reference}
    ours = Entry.objects.filter(company_id=company_id, account_id=account_id, status="booked")
    near = (
        min(days) - timedelta(CROSS_MESSAGE_DAYS),
        max(days) + timedelta(CROSS_MESSAGE_DAYS),
    )
    same_money = Q(booking_date__range=(min(days), max(days)), amount_minor__in=amounts)
    # A typed row that the bank has told of stands under the bank's day from then on.
    told = Q(
        statement__isnull=True,
        booking_date__range=(
            min(days) - timedelta(MANUAL_DAYS),
            max(days) + timedelta(MANUAL_DAYS),
        ),
        told_date__range=(min(days), max(days)),
        amount_minor__in=amounts,
    )
    by_hand = Q(statement__isnull=True, confirmed_by__isnull=True, notified_by__isnull=True)
    followed = _statements_before(statement)
    found: dict[int, StoredEntry] = {}
    for wanted in (
        same_money,
        told,
        Q(reference__in=references, booking_date__range=near),
        by_hand,
    ):
        rows = ours.filter(wanted).exclude(statement_id=statement.pk).annotate(is_booked=_booked())
        for row in rows.values_list(*_FIELDS):
            found[row[0]] = _stored(row, followed)
    return list(found.values())


def stored_details(
    *,
    account_id: int,
    company_id: int,
    incoming: Iterable[IncomingEntry],
    statement: Statement,
) -> dict[tuple[str, int], int]:
    """From a stored transaction's (reference, amount) to its entry, near the incoming days."""
    entries = [entry for entry in incoming if entry.details]
    if not entries:
        return {}
    references = {reference for entry in entries for reference, _ in entry.details}
    days = [entry.booking_date for entry in entries]
    rows = BankTransaction.objects.filter(
        company_id=company_id,
        account_id=account_id,
        bank_reference__in=references,
        booking_date__range=(
            min(days) - timedelta(CROSS_MESSAGE_DAYS),
            max(days) + timedelta(CROSS_MESSAGE_DAYS),
        ),
    )
    rows = rows.exclude(state="superseded").exclude(entry__statement_id=statement.pk)
    return {
        (reference, amount): entry_id
        for reference, amount, entry_id in rows.values_list(
            "bank_reference", "amount_minor", "entry_id"
        )
    }


def _booked() -> Exists:
    return Exists(BankTransaction.objects.filter(entry=OuterRef("pk"), state="booked"))


def _statements_before(statement: Statement) -> set[int]:
    """Statements that this one continues on the same day: an equal entry there is another entry.

    One that also opens with the same balance is a repetition, not a predecessor.
    """
    if statement.kind != "statement" or statement.opening_minor is None:
        return set()
    before = Statement.objects.filter(
        company_id=statement.company_id,
        account_id=statement.account_id,
        kind="statement",
        to_date=statement.from_date,
        closing_minor=statement.opening_minor,
        retired_at__isnull=True,
    ).exclude(opening_minor=statement.opening_minor)
    return set(before.values_list("pk", flat=True))


def _stored(row: tuple[Any, ...], followed: set[int]) -> StoredEntry:
    values = dict(zip(_FIELDS, row, strict=True))
    return StoredEntry(
        id=values["id"],
        booking_date=values["told_date"] or values["booking_date"],
        amount_minor=values["amount_minor"],
        reference=values["reference"],
        fingerprint=values["fingerprint"],
        origin=values["statement__kind"] or "manual",
        in_statement=values["confirmed_by_id"] is not None,
        in_notification=values["notified_by_id"] is not None,
        has_details=values["has_details"],
        booked=values["is_booked"],
        before=values["statement_id"] in followed,
    )
