"""Set a credit note off against an invoice of the same party: no money moves.

Source: ADR 73.
"""

from dataclasses import replace
from datetime import datetime

from django.db import transaction as database

from avstem.domain.booked_value import set_off_postings
from avstem.domain.errors import InvalidValueError, NotFoundError, StateError
from avstem.domain.money import Money, format_minor
from avstem.domain.open_item import ItemKind
from avstem.domain.voucher import Settled
from avstem.store import booking, chart
from avstem.store.locks import lock_company
from avstem.store.models import Company, OpenItem, Voucher
from avstem.store.posting import NewVoucher
from avstem.store.queries.setting_off import counterparts, free_minor, is_set_off
from avstem.store.reversing import first_open_day, reversing_voucher
from avstem.store.tenancy import in_company
from avstem.store.valuation import load_valuation


@in_company
@database.atomic
def set_off(
    *, company_id: int, note_id: int, invoice_id: int, amount_minor: int | None = None,
    actor: str, now: datetime,
) -> Voucher:  # fmt: skip
    """The voucher: so much of both, else as much as both have free.

    Refused where the two are not open documents of one party, side and currency, where a payment of
    the invoice or of the note is on its way, or more is asked for than either has free.
    """
    company = lock_company(company_id)
    note, invoice = _document(company_id, note_id), _document(company_id, invoice_id)
    if invoice.pk not in {each.pk for each in counterparts(note)} or not _is_note(note):
        raise NotFoundError("invoice", str(invoice_id))
    most = min(free_minor(note), free_minor(invoice))
    if most <= 0:
        raise StateError("payment", invoice.number, "on its way", "settled or cancelled")
    minor = most if amount_minor is None else amount_minor
    if not 0 < minor <= most:
        expected = f"at most {format_minor(most, note.currency)}"
        raise InvalidValueError("amount", format_minor(minor, note.currency), expected)
    voucher = _voucher(company, note, invoice, minor)
    return booking.post_one(company_id, voucher, actor=actor, action="documents.set_off", now=now)


@in_company
@database.atomic
def undo_set_off(*, company_id: int, voucher_id: int, actor: str, now: datetime) -> Voucher:
    """The reversing voucher: both documents are open again. Any other voucher is refused."""
    company = lock_company(company_id)
    voucher = Voucher.objects.filter(company_id=company_id, pk=voucher_id).first()
    if voucher is None or not is_set_off(voucher):
        raise NotFoundError("set-off", str(voucher_id))
    if Voucher.objects.filter(company_id=company_id, reverses=voucher).exists():
        raise StateError("voucher", str(voucher), "reversed", "standing")
    day = first_open_day(company, voucher.date)
    reversing = reversing_voucher(voucher, day, company.currency)
    return booking.post_one(company_id, reversing, actor=actor, action="voucher.reversed", now=now)


def _document(company_id: int, item_id: int) -> OpenItem:
    rows = OpenItem.objects.filter(company_id=company_id, pk=item_id).select_related("party")
    found = rows.first()
    if found is None:
        raise NotFoundError("invoice", str(item_id))
    return found


def _is_note(item: OpenItem) -> bool:
    return ItemKind(item.kind).is_credit_note


def _voucher(company: Company, note: OpenItem, invoice: OpenItem, minor: int) -> NewVoucher:
    """Dated when both were there; on the first open day where that lies in a closed period."""
    pair = [
        Settled(
            each.pk, ItemKind(each.kind), each.party_id, Money(minor, each.currency),
            each.ledger_account or None,
        )
        for each in (note, invoice)
    ]  # fmt: skip
    currencies = {each.pk: each.currency for each in (note, invoice)}
    values = load_valuation(company.pk, (), currencies).items
    lines = set_off_postings(
        pair, values, own=company.currency, accounts=chart.accounts_by_role(company.pk)
    )
    text = f"Motregning: {invoice.party.name}: {note.number}, {invoice.number}"[:200]
    lines = tuple(replace(line, text=text[:140]) for line in lines)
    day = first_open_day(company, max(note.invoice_date, invoice.invoice_date))
    allocations = ((note.pk, minor), (invoice.pk, minor))
    return NewVoucher(date=day, text=text, postings=lines, allocations=allocations)
