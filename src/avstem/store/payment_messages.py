"""Payment orders as the writer of files takes them, in the way of the agreement's bank."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, cast

from django.utils import timezone

from avstem.banks.dialects import Dialect as BankDialect
from avstem.banks.dialects import Generation, dialect
from avstem.banks.directory import bank as bank_by_slug
from avstem.banks.directory import bank_of_account
from avstem.domain.errors import NotFoundError
from avstem.domain.money import Money
from avstem.domain.payment_abroad import account_in, address_of, bank_in, report_in
from avstem.domain.payment_order import (
    ChargeBearer,
    DocumentKind,
    DocumentReference,
    PaymentFile,
    PaymentKind,
    PaymentOrder,
    group_orders,
)
from avstem.domain.payment_party import Account, Creditor, Debtor
from avstem.formats.pain001.dialect import Dialect
from avstem.store import models
from avstem.store.models import Agreement, BankAccount, Company
from avstem.store.payees import nok_value

#: Orders of a payment list go as what they are.
_LISTED = frozenset({PaymentKind.SALARY.value, PaymentKind.TAX.value})
_NO_RATES: Mapping[str, Decimal] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class BankWay:
    """How the agreement's bank takes files: its dialect, and the same as the writer takes it."""

    bank: BankDialect
    writer: Dialect


def way_of(agreement: Agreement, company: Company) -> BankWay:
    """The dialect of the agreement's bank, in the generation that was agreed on."""
    found = dialect(bank_by_slug(agreement.bank).dialect)
    if agreement.generation is not None:
        found = found.of_generation(cast(Generation, agreement.generation))
    sender = agreement.sender_id or company.orgnr
    said = found.payment_file(initiator_id=sender, division_id=agreement.division_id)
    return BankWay(found, Dialect(**said))


def debtor_of(account: BankAccount, agreement: Agreement, company: Company) -> Debtor:
    """The company on that account, at the bank whose number series it is of."""
    bank = bank_of_account(account.iban) or bank_by_slug(agreement.bank)
    if bank.bic is None:
        raise NotFoundError("BIC", bank.name)
    return Debtor(company.name, Account.parse(account.iban), bank.bic, account.currency)


def domain_order(
    row: models.PaymentOrder, debtor: Debtor, rates: Mapping[str, Decimal] = _NO_RATES
) -> PaymentOrder:
    """The order as it is approved; what a bank would refuse is refused here (`value.invalid`).

    `rates`: kroner for one unit of a currency, where they are known.
    """
    if row.abroad is not None:
        return _order_abroad(row, row.abroad, debtor, rates)
    documents = tuple(_document(each, row.currency) for each in row.documents)
    named = documents if not (row.kid or row.text) else ()
    return PaymentOrder(
        instruction_id=row.end_to_end_id,
        end_to_end_id=row.end_to_end_id,
        kind=_kind(row),
        debtor=debtor,
        creditor=Creditor(row.creditor_name, Account.parse(row.creditor_account)),
        amount=Money(row.amount_minor, row.currency),
        execution_date=row.execution_date,
        kid=row.kid,
        text=row.text,
        documents=named,
    )


def _order_abroad(
    row: models.PaymentOrder, way: Mapping[str, Any], debtor: Debtor, rates: Mapping[str, Decimal]
) -> PaymentOrder:
    account = account_in(way, row.creditor_account)
    amount = Money(row.amount_minor, row.currency)
    value = nok_value(amount, rates)
    return PaymentOrder(
        instruction_id=row.end_to_end_id,
        end_to_end_id=row.end_to_end_id,
        kind=PaymentKind(way["kind"]),
        debtor=debtor,
        creditor=Creditor(row.creditor_name, account, address_of(way), bank_in(way)),
        amount=amount,
        execution_date=row.execution_date,
        kid=row.kid,
        text=row.text,
        charge_bearer=ChargeBearer(way["charges"]),
        regulatory=report_in(way),
        nok_equivalent=None if value is None else Money(value, "NOK"),
    )


def domain_file(
    rows: Sequence[models.PaymentOrder],
    agreement: Agreement,
    company: Company,
    *,
    message_id: str,
    made_at: datetime,
    rates: Mapping[str, Decimal] = _NO_RATES,
) -> PaymentFile:
    """The file of these orders: the same orders and instant give the same file."""
    debtors = {
        row.account_id: debtor_of(row.account, agreement, company)
        for row in {row.account_id: row for row in rows}.values()
    }
    orders = [domain_order(row, debtors[row.account_id], rates) for row in rows]
    created = timezone.localtime(made_at).replace(tzinfo=None, microsecond=0)
    return group_orders(orders, message_id=message_id, created=created, initiator_name=company.name)


def _kind(row: models.PaymentOrder) -> PaymentKind:
    if row.purpose in _LISTED:
        return PaymentKind(row.purpose)
    if row.kid:
        return PaymentKind.DOMESTIC_KID
    return PaymentKind.DOMESTIC_TEXT if row.text else PaymentKind.DOMESTIC_DOCUMENTS


def _document(stated: dict[str, object], currency: str) -> DocumentReference:
    return DocumentReference(
        DocumentKind(str(stated["kind"])),
        str(stated["number"]),
        Money(int(str(stated["amount_minor"])), currency),
        date.fromisoformat(str(stated["issued"])),
    )
