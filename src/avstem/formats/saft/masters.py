"""The head of the file, its chart of accounts, its customers and suppliers."""

import re
from collections.abc import Iterator

from avstem.domain.errors import InvalidValueError
from avstem.domain.identifiers import check_orgnr, compact, normalise_account
from avstem.domain.money import Money, check_currency
from avstem.domain.statement import Notice
from avstem.formats.saft.model import SaftAccount, SaftBalance, SaftHeader, SaftParty
from avstem.formats.saft.node import Node
from avstem.formats.values import notice

#: The schemas that are known; what else begins with `1.` is read the same, with a notice.
VERSIONS = ("1.0", "1.00", "1.10", "1.1", "1.20", "1.2", "1.30", "1.3")
NAME_CHARACTERS_MAX = 256
_FOREIGN = re.compile(r"(?!NO)[A-Z]{2}[0-9A-Z]{4,18}\Z", re.ASCII)
#: What programs write where the schema wants a value and they have none.
_NOTHING = ("NA", "N/A", "NONE", "0", "-")


def read_header(node: Node, notices: list[Notice]) -> SaftHeader:
    """Translate `Header`. A version beyond 1 is refused: its elements may mean something else."""
    version = node.text("AuditFileVersion")
    if not version.startswith("1."):
        raise node.refuse("AuditFileVersion", version, "a version from 1.00 to 1.30")
    if version not in VERSIONS:
        notice(notices, "saft.version_unknown", f"{node.path}/AuditFileVersion", version)
    number = compact(node.text("Company/RegistrationNumber"))
    chosen = node.child("SelectionCriteria")
    return SaftHeader(
        version=version,
        orgnr=number.removesuffix("MVA").removeprefix("NO")[:35],
        name=(node.text_or_none("Company/Name") or "")[:NAME_CHARACTERS_MAX],
        currency=_currency(node),
        created=node.day("AuditFileDateCreated"),
        from_date=chosen.day_or_none("SelectionStartDate") if chosen else None,
        to_date=chosen.day_or_none("SelectionEndDate") if chosen else None,
        period=_period(chosen) if chosen else "",
    )


def _currency(node: Node) -> str:
    try:
        return check_currency(node.text("DefaultCurrencyCode"))
    except InvalidValueError as wrong:
        raise node.refuse("DefaultCurrencyCode", wrong.found, wrong.expected) from wrong


def _period(chosen: Node) -> str:
    """The period numbers as written (`2025-1 to 2025-12`); what they are is the company's own."""
    said = [
        f"{chosen.id_or_none(f'{end}Year') or '?'}-{number}"
        for end in ("PeriodStart", "PeriodEnd")
        if (number := chosen.id_or_none(end))
    ]
    return " to ".join(said)


def read_account(node: Node, currency: str) -> SaftAccount:
    """Translate one `Account` of the chart."""
    return SaftAccount(
        id=node.id("AccountID"),
        name=(node.text_or_none("AccountDescription") or "")[:NAME_CHARACTERS_MAX],
        balance=_balance(node, currency),
        standard=node.id_or_none("StandardAccountID"),
        grouping_category=(node.text_or_none("GroupingCategory") or "")[:NAME_CHARACTERS_MAX]
        or None,
        grouping_code=node.id_or_none("GroupingCode"),
    )


def read_party(node: Node, currency: str, notices: list[Notice]) -> SaftParty:
    """Translate one `Customer` or `Supplier`."""
    is_customer = "/Customer[" in node.path
    return SaftParty(
        is_customer=is_customer,
        id=node.id("CustomerID" if is_customer else "SupplierID"),
        name=(node.text_or_none("Name") or "")[:NAME_CHARACTERS_MAX],
        orgnr=_orgnr(node, notices),
        accounts=tuple(dict.fromkeys(_accounts(node, notices))),
        balances=_balances(node, currency),
        line=node.line,
    )


def _balances(node: Node, currency: str) -> tuple[SaftBalance, ...]:
    """1.30 has them in `BalanceAccount`, one each; before that the party itself has one."""
    found = tuple(_balance(each, currency) for each in node.each("BalanceAccount"))
    own = _balance(node, currency)
    return found or ((own,) if own != SaftBalance(None, None, None) else ())


def _balance(node: Node, currency: str) -> SaftBalance:
    return SaftBalance(
        account=node.id_or_none("AccountID"),
        opening=_side(node, "Opening", currency),
        closing=_side(node, "Closing", currency),
    )


def _side(node: Node, which: str, currency: str) -> Money | None:
    debit, credit = f"{which}DebitBalance", f"{which}CreditBalance"
    found = node.side_or_none(debit, credit)
    if found is None:
        return None
    amount = node.money_or_none(found[0], currency)
    assert amount is not None, "the element is there"
    return amount if found[0] == debit else -amount


def _orgnr(node: Node, notices: list[Notice]) -> str | None:
    """The registration's number, else that for tax; a wrong one is left out with a notice."""
    written = [node.text_or_none("RegistrationNumber")]
    written += [each.text_or_none("TaxRegistrationNumber") for each in node.each("TaxRegistration")]
    for text in filter(None, written):
        number = compact(text)
        if _FOREIGN.match(number):
            return number
        try:
            return check_orgnr(text)
        except InvalidValueError:
            if number not in _NOTHING:
                notice(notices, "party.orgnr_not_valid", f"{node.path}/RegistrationNumber", text)
    return None


def _accounts(node: Node, notices: list[Notice]) -> Iterator[str]:
    """The bank accounts as IBANs; what is no IBAN or Norwegian account is left out."""
    for each in node.each("BankAccount"):
        written = each.text_or_none("IBANNumber") or each.text_or_none("BankAccountNumber")
        if written is None or compact(written) in _NOTHING:
            continue
        try:
            yield normalise_account(written)
        except InvalidValueError:
            notice(notices, "account.check_digits", each.path, written)
