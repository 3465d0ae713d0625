"""Write SAF-T Financial (NO) 1.30: header, accounts, parties, VAT, and the vouchers as they stream.

A million vouchers need no more memory than one. The bytes depend on the values alone. A text
that is longer than the schema has room for is cut; an identifier is not, it is left out.

Source: Skatteetaten, Norwegian SAF-T Financial schema 1.30; docs/formats/saft.md.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import BinaryIO
from xml.sax.saxutils import escape

from avstem.domain.exchange import implied_price, price_text
from avstem.domain.identifiers import is_iban
from avstem.domain.money import Money
from avstem.domain.vat import VatCode
from avstem.formats.saft.grouping import NOT_GROUPED
from avstem.formats.saft.model import NAMESPACE, SaftAccount, SaftBalance, SaftParty
from avstem.formats.saft.tax import LineTax, tax_details, tax_information

VERSION = "1.30"
#: What the schema wants where there is nothing to say.
NOT_USED = "NotUsed"
_CHUNK_CHARACTERS = 256_000
#: The schema's rates have 18 digits, 8 of them decimals; with the dot.
_RATE_DECIMALS, _RATE_CHARACTERS_MAX = 8, 19
#: The lengths of the schema's texts.
_CODE, _SHORT, _MIDDLE_1, _MIDDLE_2, _LONG = 9, 18, 35, 70, 256
#: No XML can hold these, written in whatever way.
_NO_XML = dict.fromkeys((*range(32), *range(55296, 57344), 65534, 65535), " ")


@dataclass(frozen=True, slots=True)
class BankAccount:
    """One of the company's bank accounts (an IBAN) and the ledger account that mirrors it."""

    number: str
    currency: str
    ledger_account: str


@dataclass(frozen=True, slots=True)
class Books:
    """Whose books these are and what they hold: the totals are of all vouchers that follow.

    `debit` and `credit` are positive. `contact` and `telephone` may be empty: the schema wants
    them, and they are then written as `NotUsed`. `vat_codes` are those that any line has.
    """

    orgnr: str
    name: str
    currency: str
    created: date
    software_version: str
    from_date: date
    to_date: date
    voucher_count: int
    debit: Money
    credit: Money
    contact: str = ""
    telephone: str = ""
    bank_accounts: tuple[BankAccount, ...] = ()
    vat_codes: tuple[VatCode, ...] = ()


@dataclass(frozen=True, slots=True)
class LineToWrite:
    """One line: positive is debit. `reference` is the invoice's number, `cid` its KID.

    `amount` and `tax` are in the books' currency, `foreign` is what it was in another.
    """

    account: str
    amount: Money
    text: str = ""
    customer: str | None = None
    supplier: str | None = None
    reference: str | None = None
    cid: str | None = None
    due_date: date | None = None
    foreign: Money | None = None
    tax: LineTax | None = None


@dataclass(frozen=True, slots=True)
class VoucherToWrite:
    """A voucher; those of one journal follow each other. `entered` is the day it was posted."""

    journal: str
    id: str
    day: date
    entered: date
    text: str
    source: str
    lines: tuple[LineToWrite, ...]


def write_saft(
    stream: BinaryIO,
    books: Books,
    *,
    accounts: Iterable[SaftAccount],
    customers: Iterable[SaftParty],
    suppliers: Iterable[SaftParty],
    vouchers: Iterable[VoucherToWrite],
) -> None:
    """Write the file; that the vouchers come to the totals of `books` is asserted at the end."""
    pending: list[str] = []
    size = 0
    for piece in _file(books, accounts, customers, suppliers, vouchers):
        pending.append(piece)
        size += len(piece)
        if size > _CHUNK_CHARACTERS:
            stream.write("".join(pending).encode())
            pending.clear()
            size = 0
    stream.write("".join(pending).encode())


def _file(
    books: Books,
    accounts: Iterable[SaftAccount],
    customers: Iterable[SaftParty],
    suppliers: Iterable[SaftParty],
    vouchers: Iterable[VoucherToWrite],
) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<AuditFile xmlns="{NAMESPACE}">\n'
    yield _header(books)
    yield "<MasterFiles>\n"
    yield from _section("GeneralLedgerAccounts", map(_account, accounts))
    yield from _section("Customers", map(_party, customers))
    yield from _section("Suppliers", map(_party, suppliers))
    yield from _tax_table(books.vat_codes)
    yield "</MasterFiles>\n"
    yield from _entries(books, vouchers)
    yield "</AuditFile>\n"


def _section(name: str, inner: Iterable[str]) -> Iterator[str]:
    """A section around its elements; nothing where there are none, for the schema wants one."""
    is_begun = False
    for each in inner:
        if not is_begun:
            yield f"<{name}>\n"
            is_begun = True
        yield each
    if is_begun:
        yield f"</{name}>\n"


def _tax_table(codes: Iterable[VatCode]) -> Iterator[str]:
    details = "".join(tax_details(codes))
    if details:
        kind = _tag("TaxType", "MVA") + _tag("Description", "Merverdiavgift")
        yield _within("TaxTable", _within("TaxTableEntry", f"{kind}\n{details}")) + "\n"


def _header(books: Books) -> str:
    person = _tag("FirstName", NOT_USED) + _tag("LastName", books.contact or books.name, _MIDDLE_2)
    contact = _within("ContactPerson", person)
    contact += _tag("Telephone", books.telephone or NOT_USED, _SHORT)
    company = _tag("RegistrationNumber", books.orgnr) + _tag("Name", books.name, _LONG)
    company += _within("Contact", contact) + "".join(map(_bank_account, books.bank_accounts))
    period = _tag("SelectionStartDate", str(books.from_date))
    period += _tag("SelectionEndDate", str(books.to_date))
    return (
        "<Header>"
        + _tag("AuditFileVersion", VERSION)
        + _tag("AuditFileCountry", "NO")
        + _tag("AuditFileDateCreated", str(books.created))
        + _tag("SoftwareCompanyName", "avstem")
        + _tag("SoftwareID", "avstem")
        + _tag("SoftwareVersion", books.software_version, _SHORT)
        + _within("Company", company)
        + _tag("DefaultCurrencyCode", books.currency)
        + _within("SelectionCriteria", period)
        + _tag("TaxAccountingBasis", "A")
        + "</Header>\n"
    )


def _bank_account(account: BankAccount) -> str:
    return _within(
        "BankAccount",
        _number(account.number)
        + _tag("CurrencyCode", account.currency)
        + _tag("GeneralLedgerAccountID", account.ledger_account),
    )


def _number(number: str) -> str:
    return _tag("IBANNumber" if is_iban(number) else "BankAccountNumber", number)


def _account(account: SaftAccount) -> str:
    category, code = account.grouping_category, account.grouping_code
    return (
        "<Account>"
        + _tag("AccountID", account.id)
        + _tag("AccountDescription", account.name or account.id, _LONG)
        + _tag("GroupingCategory", category or NOT_GROUPED[0])
        + _tag("GroupingCode", code or NOT_GROUPED[1])
        + _tag("AccountType", "GL")
        + _balances(account.balance)
        + "</Account>\n"
    )


def _balances(balance: SaftBalance) -> str:
    assert balance.opening is not None, "the schema wants both balances"
    assert balance.closing is not None, "the schema wants both balances"
    return _side("Opening", balance.opening) + _side("Closing", balance.closing)


def _side(which: str, amount: Money) -> str:
    side = "Credit" if amount.minor < 0 else "Debit"
    return _tag(f"{which}{side}Balance", abs(amount).decimal())


def _party(party: SaftParty) -> str:
    name = "Customer" if party.is_customer else "Supplier"
    # A number is known whole or not at all.
    accounts = (each for each in party.accounts if len(each) <= _MIDDLE_1)
    return (
        f"<{name}>"
        + _tag("RegistrationNumber", party.orgnr)
        + _tag("Name", party.name or party.id, _LONG)
        + "".join(_within("BankAccount", _number(each)) for each in accounts)
        + _tag(f"{name}ID", party.id)
        + "".join(
            _within("BalanceAccount", _tag("AccountID", each.account) + _balances(each))
            for each in party.balances
        )
        + f"</{name}>\n"
    )


def _entries(books: Books, vouchers: Iterable[VoucherToWrite]) -> Iterator[str]:
    yield (
        "<GeneralLedgerEntries>"
        + _tag("NumberOfEntries", str(books.voucher_count))
        + _tag("TotalDebit", books.debit.decimal())
        + _tag("TotalCredit", books.credit.decimal())
        + "\n"
    )
    count = debit = credit = 0
    for journal, its in groupby(vouchers, key=lambda each: each.journal):
        yield f"<Journal>{_tag('JournalID', journal)}<Description>Bank</Description>"
        yield _tag("Type", journal, _CODE) + "\n"
        for voucher in its:
            count += 1
            debit += sum(line.amount.minor for line in voucher.lines if line.amount.minor > 0)
            credit -= sum(line.amount.minor for line in voucher.lines if line.amount.minor < 0)
            yield _voucher(voucher, books)
        yield "</Journal>\n"
    yield "</GeneralLedgerEntries>\n"
    told = (books.voucher_count, books.debit.minor, books.credit.minor)
    assert (count, debit, credit) == told, "the totals are those of the vouchers"


def _voucher(voucher: VoucherToWrite, books: Books) -> str:
    head = (
        _tag("TransactionID", voucher.id)
        + _tag("Period", str(voucher.day.month))
        + _tag("PeriodYear", str(voucher.day.year))
        + _tag("TransactionDate", str(voucher.day))
        + _tag("SourceID", voucher.source, _MIDDLE_1)
        + _tag("Description", voucher.text or voucher.id, _LONG)
        + _tag("SystemEntryDate", str(voucher.entered))
        + _tag("GLPostingDate", str(voucher.day))
    )
    lines = "".join(
        _line(place, line, voucher, books) for place, line in enumerate(voucher.lines, 1)
    )
    return f"<Transaction>{head}\n{lines}</Transaction>\n"


def _line(place: int, line: LineToWrite, voucher: VoucherToWrite, books: Books) -> str:
    assert line.amount.currency == books.currency, "another currency has no amount in this one"
    assert line.tax is None or line.tax.code in books.vat_codes, "each code stands in the table"
    side = "CreditAmount" if line.amount.minor < 0 else "DebitAmount"
    return (
        "<Line>"
        + _tag("RecordID", str(place))
        + _tag("AccountID", line.account)
        + _tag("CustomerID", line.customer)
        + _tag("SupplierID", line.supplier)
        + _tag("Description", line.text or voucher.text or voucher.id, _LONG)
        + _within(side, _amount(line))
        + (tax_information(line.tax) if line.tax is not None else "")
        + _tag("ReferenceNumber", _whole(line.reference))
        + _tag("CID", _whole(line.cid))
        + _tag("DueDate", str(line.due_date) if line.due_date else None)
        + "</Line>\n"
    )


def _amount(line: LineToWrite) -> str:
    """The amount; for foreign money also what it was, and the rate where it is one to write."""
    amount = _tag("Amount", abs(line.amount).decimal())
    if line.foreign is None:
        return amount
    foreign = abs(line.foreign)
    price = price_text(implied_price(line.amount, foreign), _RATE_DECIMALS)
    return (
        amount
        + _tag("CurrencyCode", foreign.currency)
        + _tag("CurrencyAmount", foreign.decimal())
        + (_tag("ExchangeRate", price) if len(price) <= _RATE_CHARACTERS_MAX else "")
    )


def _whole(reference: str | None) -> str | None:
    """A reference that is cut is another's; one that has no room is left out."""
    return reference if reference and len(reference) <= _MIDDLE_1 else None


def _tag(name: str, text: str | None, most: int | None = None) -> str:
    """An element with text; nothing where there is no text."""
    return f"<{name}>{escape(text.translate(_NO_XML)[:most])}</{name}>" if text else ""


def _within(name: str, inner: str) -> str:
    return f"<{name}>{inner}</{name}>" if inner else ""
