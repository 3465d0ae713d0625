"""Say what payments abroad to a supplier need: address, bank, purpose, who pays the banks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction as database

from avstem.domain.clearing_codes import bank_said, said_of
from avstem.domain.errors import InvalidValueError, NotFoundError
from avstem.domain.identifiers import account_key, compact
from avstem.domain.payment_abroad import AccountWithoutIban
from avstem.domain.payment_areas import PAYMENT_PURPOSES
from avstem.domain.payment_order import REPORT_CHARACTERS_MAX, ChargeBearer
from avstem.domain.payment_party import Address, Bank, refuse_unless
from avstem.store import audit
from avstem.store.locks import lock_company
from avstem.store.models import OpenItem, Party, PayeeDetail
from avstem.store.tenancy import in_company

_ADDRESS = {"street": 70, "building_number": 16, "post_code": 16, "town": 35, "country": 2}
_CHARGES = (ChargeBearer.SHARED, ChargeBearer.DEBTOR, ChargeBearer.CREDITOR)


@dataclass(frozen=True)
class Payee:
    """What is said now, group by group; a group of which nothing is said stays as it was.

    The groups: address, bank, purpose (`domain.payment_areas.PAYMENT_PURPOSES`), charges (`SHAR`,
    `DEBT` or `CRED`). `account` is whose bank it is; empty is that of the newest bill. A group of
    its own is an account in a country without IBAN: `number` at `number_bank` (a BIC, or a
    clearing's code and the bank's number there, as `USABA 021000021`).
    """

    street: str = ""
    building_number: str = ""
    post_code: str = ""
    town: str = ""
    country: str = ""
    bic: str = ""
    account: str = ""
    number: str = ""
    number_bank: str = ""
    purpose_code: str = ""
    purpose_text: str = ""
    charges: str = ""


@in_company
@database.atomic
def set_payee(
    *, company_id: int, party_id: int, payee: Payee, actor: str, now: datetime
) -> PayeeDetail:
    """Remember it for the next orders; those that are made stay as they are.

    Refused (`InvalidValueError`) where a bank would not take it.
    """
    lock_company(company_id)
    if not Party.objects.filter(company_id=company_id, pk=party_id).exists():
        raise NotFoundError("supplier", str(party_id))
    said = {**_address(payee), **_purpose(payee), **_charges(payee)}
    row = PayeeDetail.objects.filter(company_id=company_id, party_id=party_id).first()
    row = row or PayeeDetail(company_id=company_id, party_id=party_id, set_at=now)
    bank = {**_bank(company_id, party_id, payee), **_elsewhere(payee, row, actor)}
    if not (said or bank):
        raise InvalidValueError("payee", "nothing", "an address, a bank, a purpose or charges")
    for name, value in {**said, **bank}.items():
        setattr(row, name, value)
    row.set_by, row.set_at = actor, now
    row.save()
    audit.record(
        company_id=company_id, actor=actor, action="payee.set", at=now,
        facts={"party": party_id, **said, **bank},
    )  # fmt: skip
    return row


def _address(payee: Payee) -> dict[str, Any]:
    said = {name: " ".join(getattr(payee, name).split()) for name in _ADDRESS}
    if not any(said.values()):
        return {}
    for name, longest in _ADDRESS.items():
        expected = f"at most {longest} characters"
        refuse_unless(len(said[name]) <= longest, name, said[name], expected)
    refuse_unless(bool(said["town"]), "town", "nothing", "a town beside the country")
    Address(said["country"], said["town"])
    return dict(said)


def _bank(company_id: int, party_id: int, payee: Payee) -> dict[str, Any]:
    bic = compact(payee.bic).upper()
    if not bic:
        return {}
    Bank(bic)
    account = account_key(payee.account) or _newest_account(company_id, party_id)
    refuse_unless(0 < len(account) <= 34, "account", account, "the account that is at this bank")
    return {"bic": bic, "bank_account": account}


def _elsewhere(payee: Payee, row: PayeeDetail, actor: str) -> dict[str, Any]:
    """Whoever wrote the number stays known, also where another says the same again."""
    number = compact(payee.number)
    if not (number or payee.number_bank.strip()):
        return {}
    refuse_unless(bool(number), "account", "nothing", "the number of the account at this bank")
    account = AccountWithoutIban(number, bank_said(payee.number_bank))
    bank = said_of(account.bank)
    if (row.account_number, row.account_bank) == (account.number, bank):
        return {"account_number": account.number}
    return {"account_number": account.number, "account_bank": bank, "account_set_by": actor}


def _newest_account(company_id: int, party_id: int) -> str:
    bills = OpenItem.objects.filter(
        company_id=company_id, party_id=party_id, kind="supplier_invoice"
    ).exclude(party_account="")
    newest = bills.order_by("-invoice_date", "-pk").values_list("party_account", flat=True)
    return newest.first() or ""


def _purpose(payee: Payee) -> dict[str, Any]:
    code, text = payee.purpose_code.strip(), " ".join(payee.purpose_text.split())
    if not (code or text):
        return {}
    refuse_unless(code in PAYMENT_PURPOSES, "purpose", code, " ".join(PAYMENT_PURPOSES))
    holds = 0 < len(text) <= REPORT_CHARACTERS_MAX
    expected = f"1 to {REPORT_CHARACTERS_MAX} characters about what is paid for"
    refuse_unless(holds, "purpose text", text or "nothing", expected)
    return {"purpose_code": code, "purpose_text": text}


def _charges(payee: Payee) -> dict[str, Any]:
    if not payee.charges:
        return {}
    refuse_unless(payee.charges in _CHARGES, "charges", payee.charges, "SHAR, DEBT or CRED")
    return {"charges": payee.charges}
