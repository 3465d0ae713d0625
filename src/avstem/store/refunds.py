"""What is paid back to customers: a credit becomes a credit note, which an order settles.

A credit is a posting without a document (ADR 15). The note is made of all that is left of it, once,
and from then on it is what stands on the customer; nothing else is drawn of the credit. ADR 66.
"""

from collections.abc import Collection, Iterable

from avstem.store.models import Allocation, OpenItem, Posting

_SERIES = "credit:"
_NOTE = "customer_credit_note"
_CHUNK = 500
#: So many of a customer's newest payments tell which account is theirs.
_PAYMENTS_LOOKED_AT = 20


def series_of_credit(posting_id: int) -> str:
    """The series that the one note of a credit is numbered in."""
    return f"{_SERIES}{posting_id}"


def number_of_credit(posting_id: int) -> str:
    """The number of the one note of a credit."""
    return f"TG-{posting_id}"


def credit_of(note: OpenItem) -> int | None:
    """The credit that the note is made of; None for one that the company has written."""
    prefix, _, posting_id = note.series_key.partition(":")
    return int(posting_id) if f"{prefix}:" == _SERIES else None


def notes_of(company_id: int, credits: Iterable[int]) -> list[OpenItem]:
    """The notes made of those credits."""
    found: list[OpenItem] = []
    wanted = sorted(credits)
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        found += OpenItem.objects.filter(
            company_id=company_id, kind=_NOTE,
            number__in=[number_of_credit(each) for each in part],
            series_key__in=[series_of_credit(each) for each in part],
        )  # fmt: skip
    return found


def accounts_paid_from(note: OpenItem) -> set[str]:
    """The accounts that the money came from: of the credit's payment, else of the newest ones."""
    credit_id = credit_of(note)
    if credit_id is not None:
        rows = Posting.objects.filter(company_id=note.company_id, pk=credit_id)
        accounts = rows.values_list("voucher__transaction__counterparty_account", flat=True)
        return _named(accounts)
    paid = Allocation.objects.filter(
        company_id=note.company_id, item__party_id=note.party_id, item__kind="customer_invoice",
        amount_minor__gt=0, transaction__amount_minor__gt=0,
    ).order_by("-pk")  # fmt: skip
    named = paid.values_list("transaction__counterparty_account", flat=True)
    return _named(named[:_PAYMENTS_LOOKED_AT])


def _named(accounts: Collection[str | None] | Iterable[str | None]) -> set[str]:
    return {each for each in accounts if each}
