"""A bank transaction typed by hand; a later bank line about the same money joins it."""

from datetime import date, datetime

from django.db import transaction as database
from django.utils import timezone

from avstem.domain.errors import InvalidValueError, NotFoundError
from avstem.store import audit, booking
from avstem.store.agreements import check_not_waiting
from avstem.store.locks import lock_company
from avstem.store.models import BankAccount, BankTransaction, Company, Entry
from avstem.store.tenancy import in_company

TEXT_CHARACTERS_MAX = 500


@in_company
@database.atomic
def add_transaction(
    *,
    company_id: int,
    account_id: int,
    booking_date: date,
    amount_minor: int,
    text: str,
    actor: str,
    now: datetime,
) -> BankTransaction:
    """The transaction, open. A day that has not come, or before the account began, is refused.

    So is a day that the account's bank is to tell of, while it is awaited (`domain.agreement`).
    """
    company = lock_company(company_id)
    account = BankAccount.objects.filter(company_id=company_id, pk=account_id).first()
    if account is None:
        raise NotFoundError("account", str(account_id))
    said = " ".join(text.split())
    today = timezone.localdate(now)
    _check(company, account, booking_date, amount_minor, said, today)

    transaction = _insert(account, booking_date, amount_minor, said)
    audit.record(
        company_id=company_id,
        actor=actor,
        action="transaction.added",
        at=now,
        facts={
            "transaction": transaction.pk,
            "date": str(booking_date),
            "amount": amount_minor,
        },
    )
    return transaction


def _check(
    company: Company,
    account: BankAccount,
    day: date,
    minor: int,
    text: str,
    today: date,
) -> None:
    if not text or len(text) > TEXT_CHARACTERS_MAX:
        raise InvalidValueError("text", text[:60] or "nothing", "what the money is about")
    if minor == 0:
        raise InvalidValueError("amount", "0", "an amount that is not zero")
    if day > today:
        raise InvalidValueError("date", str(day), f"a day that has come, {today} at the latest")
    if account.from_date and day < account.from_date:
        raise InvalidValueError(
            "date", str(day), f"{account.from_date} or later, when the account begins"
        )
    check_not_waiting(account, day)
    booking.require_open_period(company, day)


def _insert(account: BankAccount, day: date, minor: int, text: str) -> BankTransaction:
    entry = Entry.objects.create(
        company_id=account.company_id,
        account=account,
        statement=None,
        position=0,
        status="booked",
        booking_date=day,
        amount_minor=minor,
        text=text,
        fingerprint="",
    )
    return BankTransaction.objects.create(
        company_id=account.company_id,
        account=account,
        entry=entry,
        position=0,
        booking_date=day,
        amount_minor=minor,
        currency=account.currency,
        text=text,
    )
