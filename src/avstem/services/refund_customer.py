"""Pay a customer back: what was paid too much or twice, or what a credit note says."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction as database
from django.utils import timezone

from avstem.domain.errors import InvalidValueError, NotFoundError, RateUnknownError, StateError
from avstem.domain.identifiers import compact, is_iban, normalise_account
from avstem.domain.money import format_minor
from avstem.domain.open_item import ItemKind
from avstem.domain.payment_abroad import NOTHING_KNOWN, PayeeAbroad
from avstem.domain.payment_day import pay_day
from avstem.domain.payment_errors import NoPaymentAgreementError
from avstem.domain.payment_life import LIVE, OrderState
from avstem.domain.payment_shield import Hold
from avstem.matching.keys import keys_of_document
from avstem.store import audit, payments
from avstem.store.bulk import reserve_ids
from avstem.store.creditor_accounts import creditor_accounts
from avstem.store.locks import lock_company
from avstem.store.models import Company, OpenItem, PaymentOrder, ReferenceKey, SentPayment
from avstem.store.order_ways import way_for
from avstem.store.party_credits import OpenCredit, credit_values, open_credits
from avstem.store.payable import debit_accounts
from avstem.store.payees import payees_of
from avstem.store.refunds import accounts_paid_from, number_of_credit, series_of_credit
from avstem.store.tenancy import in_company

_KIND = "customer_credit_note"
#: Of what is new about an account, what also concerns a customer who is paid back.
_OF_ANY_ACCOUNT = (Hold.ACCOUNT_OF_ANOTHER, Hold.ACCOUNT_ABROAD)


@in_company
@database.atomic
def refund_credit(
    *, company_id: int, credit_id: int, account: str = "", actor: str, now: datetime
) -> PaymentOrder:
    """The order that pays all that is left of a customer's credit back (`refund_note`).

    The credit becomes a credit note first: nothing else is drawn of it, also where the order is
    cancelled. What is used up or a supplier's is refused, and in another currency what nobody knows
    the value of.
    """
    company = lock_company(company_id)
    found = [each for each in open_credits(company_id) if each.credit.id == credit_id]
    if not found or not found[0].credit.is_customer:
        raise NotFoundError("credit", str(credit_id))
    said = found[0].credit
    value = said.left_minor
    if said.currency != company.currency:
        value = _left_value(company, found[0])
    note = OpenItem.objects.create(
        company_id=company_id, kind=_KIND, direction=-1, series_key=series_of_credit(credit_id),
        number=number_of_credit(credit_id), party_id=said.party_id, invoice_date=said.day,
        currency=said.currency, amount_minor=said.left_minor, remaining_minor=said.left_minor,
        value_minor=value, description=found[0].posting.voucher.text, imported_by=actor,
    )  # fmt: skip
    ReferenceKey.objects.bulk_create(
        ReferenceKey(company_id=company_id, kind=key.kind.value, value=key.value, item=note)
        for key in keys_of_document(ItemKind(note.kind), note.number, None)
    )
    return _refund(company, note, account, None, actor, now)


@in_company
@database.atomic
def refund_note(
    *, company_id: int, item_id: int, account: str = "", amount_minor: int | None = None,
    actor: str, now: datetime,
) -> PaymentOrder:  # fmt: skip
    """The order that pays an open credit note of a customer, or a part of it, held for a person.

    To the account that the money came from; where that is not known or not one, `account` is
    typed, and then somebody else approves it. Abroad, or in another currency, what any payment
    there needs must be known of the customer (`PayeeLacksError`). Never more than the note has
    left, and one order at a time (`StateError`).
    """
    company = lock_company(company_id)
    rows = OpenItem.objects.filter(company_id=company_id, pk=item_id, kind=_KIND)
    note = rows.select_related("party").first()
    if note is None or not note.remaining_minor:
        raise NotFoundError("credit note", str(item_id))
    return _refund(company, note, account, amount_minor, actor, now)


def _left_value(company: Company, credit: OpenCredit) -> int:
    """What is left of a foreign credit was booked at, in the company's currency."""
    value = credit_values(company.pk, [credit], company.currency)[credit.credit.id]
    if value.left_value is None:
        raise RateUnknownError(value.currency, value.day.isoformat(), company.currency)
    return value.left_value


def _refund(
    company: Company, note: OpenItem, account: str, minor: int | None, actor: str, now: datetime
) -> PaymentOrder:
    _check(note, minor)
    came_from = {each for each in accounts_paid_from(note) if is_iban(each)}
    payee = payees_of(company.pk, [note.party_id]).get(note.party_id, NOTHING_KNOWN)
    creditor = _creditor(account, came_from, payee)
    order = _order(company, note, creditor, minor or note.remaining_minor, actor, now)
    order.abroad = way_for(order, creditor, payee, now)
    order.holds = " ".join(hold.value for hold in _holds(order, came_from))
    order.account_changed_by = "" if creditor in came_from else actor
    order.order_hash = payments.hash_of(order, order.account)
    order.save(force_insert=True)
    payments.tell([order], "prepared_refund", now=now, person=actor)
    audit.record(
        company_id=company.pk, actor=actor, action="payments.refund", at=now,
        facts={"order": order.pk, "note": note.pk, "account": creditor},
    )  # fmt: skip
    return order


def _check(note: OpenItem, minor: int | None) -> None:
    if note.party.blocked:
        raise StateError("customer", note.party.name, "blocked", "not blocked")
    live = PaymentOrder.objects.filter(company_id=note.company_id, item=note, state__in=LIVE)
    if (order := live.first()) is not None:
        found = order.state.replace("_", " ")
        raise StateError("payment", order.end_to_end_id, found, "settled or cancelled")
    left = SentPayment.objects.filter(company_id=note.company_id, item=note, rejected=False)
    if left.filter(settled=False).exists():
        raise StateError("payment", note.number, "on its way", "settled or cancelled")
    if minor is not None and not 0 < minor <= note.remaining_minor:
        most = format_minor(note.remaining_minor, note.currency)
        raise InvalidValueError("amount", format_minor(minor, note.currency), f"at most {most}")


def _creditor(typed: str, came_from: set[str], payee: PayeeAbroad) -> str:
    """What was typed, else the one account that the money came from."""
    if not typed and len(came_from) != 1:
        found = ", ".join(sorted(came_from)) or "nothing"
        raise InvalidValueError("account", found[:60], "the one account to pay back to, typed")
    if payee.is_elsewhere(compact(typed)):
        return compact(typed)
    return normalise_account(typed) if typed else next(iter(came_from))


def _holds(order: PaymentOrder, came_from: set[str]) -> Iterator[Hold]:
    yield Hold.REFUND
    assert order.party is not None, "a refund is of a note"
    known = creditor_accounts(order.company_id, [order.party.pk], [order.creditor_account])
    new = known.holds(order.party, order.creditor_account, order.abroad)
    yield from (hold for hold in new if hold in _OF_ANY_ACCOUNT)
    if order.creditor_account not in came_from:
        yield Hold.ACCOUNT_TYPED
    if order.account.currency != order.currency and order.account.pk not in known.exchanges:
        yield Hold.BANK_EXCHANGES
    before = PaymentOrder.objects.filter(company_id=order.company_id, item=order.item)
    if before.filter(state__in=(OrderState.REJECTED, OrderState.RETURNED)).exists():
        yield Hold.FAILED_BEFORE


def _order(
    company: Company, note: OpenItem, creditor: str, minor: int, actor: str, now: datetime
) -> PaymentOrder:
    known = debit_accounts(company.pk)
    account, cut_offs = known.get(note.currency) or known.get("NOK") or (None, ())
    if account is None:
        raise NoPaymentAgreementError(note.currency)
    local = timezone.localtime(now).replace(tzinfo=None)
    day = pay_day(local.date(), now=local, cut_offs=cut_offs)
    [order_id] = reserve_ids(PaymentOrder, 1)
    return PaymentOrder(
        id=order_id, company_id=company.pk, purpose="refund", item=note, party=note.party,
        account=account, creditor_name=note.party.name, creditor_account=creditor,
        amount_minor=minor, currency=note.currency, asked_date=local.date(),
        execution_date=day.day, day_reason=day.reason.value,
        text=f"Tilbakebetaling {note.number}"[:140],
        end_to_end_id=payments.new_end_to_end_id(company, order_id, note.pk, now),
        approvals_needed=payments.people_needed(company.pk),
        state=OrderState.AWAITING_APPROVAL.value, created_at=now, created_by=actor,
    )  # fmt: skip
