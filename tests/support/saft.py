"""A small SAF-T file to break and to bend."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

COMPANY = "974760673"
CUSTOMER = "923609016"
KID = "12345674"


def tag(name: str, text: str | None) -> str:
    """`<name>text</name>`, or nothing where there is no text."""
    return "" if text is None else f"<{name}>{text}</{name}>"


def balance(which: str, amount: str | None) -> str:
    """`OpeningDebitBalance` or its like: a minus is credit."""
    if amount is None:
        return ""
    side = "Credit" if amount.startswith("-") else "Debit"
    return tag(f"{which}{side}Balance", amount.lstrip("-"))


@dataclass(frozen=True)
class SaftRow:
    """One line: a minus is credit. `party` is a customer on 1500, a supplier on 2400."""

    account: str
    amount: str
    party: str | None = None
    reference: str | None = None
    cid: str | None = None
    due: str | None = None
    currency: str | None = None
    currency_amount: str | None = None

    def xml(self, place: int) -> str:
        """The `Line`."""
        side = "CreditAmount" if self.amount.startswith("-") else "DebitAmount"
        of = "SupplierID" if self.account == "2400" else "CustomerID"
        amount = tag("Amount", self.amount.lstrip("-")) + tag("CurrencyCode", self.currency)
        amount += tag("CurrencyAmount", self.currency_amount)
        return (
            f"<Line>{tag('RecordID', str(place))}{tag('AccountID', self.account)}"
            + tag(of, self.party)
            + f"<Description>Linje</Description>{tag(side, amount)}"
            + tag("ReferenceNumber", self.reference)
            + tag("CID", self.cid)
            + f"{tag('DueDate', self.due)}</Line>\n"
        )


@dataclass(frozen=True)
class SaftParty:
    """A customer or supplier with its balances; a minus is credit."""

    id: str
    opening: str | None = "0"
    closing: str | None = "0"
    name: str = "Nordlys Bygg AS"
    orgnr: str | None = CUSTOMER
    bank: str | None = None

    def xml(self, kind: str, version: str) -> str:
        """The `Customer` or `Supplier`."""
        account = tag("AccountID", "1500" if kind == "Customer" else "2400")
        own = account + balance("Opening", self.opening) + balance("Closing", self.closing)
        if self.opening is None and self.closing is None:
            own = ""
        bank = None if self.bank is None else tag("BankAccountNumber", self.bank)
        return (
            f"<{kind}>{tag('RegistrationNumber', self.orgnr)}{tag('Name', self.name)}"
            + tag("BankAccount", bank)
            + tag(f"{kind}ID", self.id)
            + (tag("BalanceAccount", own or None) if version == "1.30" else own)
            + f"</{kind}>\n"
        )


Voucher = tuple[str, tuple[SaftRow, ...]]


@dataclass(frozen=True)
class Saft:
    """What is written: vouchers are (day, lines); `totals` replaces the control totals by name."""

    version: str = "1.30"
    orgnr: str = COMPANY
    currency: str = "NOK"
    customers: tuple[SaftParty, ...] = ()
    suppliers: tuple[SaftParty, ...] = ()
    vouchers: tuple[Voucher, ...] = ()
    totals: dict[str, str | None] = field(default_factory=dict)
    extra: str = ""

    def but(self, **changes: object) -> "Saft":
        """The same with something else."""
        return replace(self, **changes)  # type: ignore[arg-type]  # the fields' own names

    def sums(self) -> dict[str, str | None]:
        """The control totals, as they should be or as `totals` says."""
        amounts = [Decimal(row.amount) for _, rows in self.vouchers for row in rows]
        right = {
            "NumberOfEntries": str(len(self.vouchers)),
            "TotalDebit": str(sum((each for each in amounts if each > 0), Decimal(0))),
            "TotalCredit": str(-sum((each for each in amounts if each < 0), Decimal(0))),
        }
        return right | self.totals

    def xml(self) -> str:
        """The file."""
        company = tag("RegistrationNumber", self.orgnr) + tag("Name", "Prøve AS")
        header = (
            tag("AuditFileVersion", self.version)
            + "<AuditFileCountry>NO</AuditFileCountry>"
            + tag("AuditFileDateCreated", "2026-04-01")
            + tag("Company", company)
            + tag("DefaultCurrencyCode", self.currency)
            + tag(
                "SelectionCriteria",
                tag("SelectionStartDate", "2026-01-01") + tag("SelectionEndDate", "2026-03-31"),
            )
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<AuditFile xmlns="urn:StandardAuditFile-Taxation-Financial:NO">\n'
            f"<Header>{header}</Header>\n<MasterFiles>{self._accounts()}"
            + self._parties("Customer", self.customers)
            + self._parties("Supplier", self.suppliers)
            + f"</MasterFiles>\n<GeneralLedgerEntries>{self._totals()}"
            + "<Journal><JournalID>A</JournalID><Description>Alle</Description><Type>A</Type>\n"
            + "".join(self._voucher(n, each) for n, each in enumerate(self.vouchers, 1))
            + f"</Journal></GeneralLedgerEntries>{self.extra}</AuditFile>\n"
        )

    def _totals(self) -> str:
        return "".join(tag(name, text) for name, text in self.sums().items())

    def _accounts(self) -> str:
        rows = "".join(
            f"<Account>{tag('AccountID', number)}{tag('AccountDescription', 'Konto')}"
            "<GroupingCategory>NA</GroupingCategory><GroupingCode>NA</GroupingCode>"
            "<AccountType>GL</AccountType><OpeningDebitBalance>0</OpeningDebitBalance>"
            f"{balance('Closing', str(self._moved(number)))}</Account>\n"
            for number in ("1500", "1920", "2400", "3000")
        )
        return tag("GeneralLedgerAccounts", rows)

    def _moved(self, number: str) -> Decimal:
        rows = [row for _, rows in self.vouchers for row in rows if row.account == number]
        return sum((Decimal(row.amount) for row in rows), Decimal(0))

    def _parties(self, kind: str, parties: tuple[SaftParty, ...]) -> str:
        return tag(f"{kind}s", "".join(each.xml(kind, self.version) for each in parties) or None)

    def _voucher(self, number: int, voucher: Voucher) -> str:
        day, rows = voucher
        head = tag("TransactionID", str(number)) + tag("Period", day[5:7])
        head += tag("PeriodYear", day[:4]) + tag("TransactionDate", day)
        head += "<Description>Bilag</Description>" + tag("SystemEntryDate", day)
        head += tag("GLPostingDate", day)
        lines = "".join(row.xml(place) for place, row in enumerate(rows, 1))
        return f"<Transaction>{head}\n{lines}</Transaction>\n"


def sale(amount: str, reference: str | None, **more: str | None) -> tuple[SaftRow, ...]:
    """An invoice to customer 1; a minus takes one back."""
    against = amount.removeprefix("-") if amount.startswith("-") else f"-{amount}"
    return (
        SaftRow("1500", amount, party="1", reference=reference, **more),
        SaftRow("3000", against),
    )


def paid(amount: str, reference: str | None, **more: str | None) -> tuple[SaftRow, ...]:
    """A payment from customer 1."""
    return (
        SaftRow("1920", amount),
        SaftRow("1500", f"-{amount}", party="1", reference=reference, **more),
    )
