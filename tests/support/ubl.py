"""A small EHF invoice or credit note to break and to bend."""

from dataclasses import dataclass, replace
from decimal import Decimal

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
COMPANY = "974760673"
SUPPLIER = "923609016"
ACCOUNT = "15030001017"
IBAN = "NO6115030001017"
KID = "12345674"


def tag(name: str, text: str | None, **attributes: str) -> str:
    """`<cbc:name>text</cbc:name>`, or nothing where there is no text."""
    if text is None:
        return ""
    written = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<cbc:{name}{written}>{text}</cbc:{name}>"


def party(orgnr: str | None, name: str | None) -> str:
    """A Norwegian party with its registration."""
    entity = tag("RegistrationName", name) + tag("CompanyID", orgnr, schemeID="0192")
    return (
        f"<cac:Party>{tag('EndpointID', orgnr, schemeID='0192')}"
        f"<cac:PartyLegalEntity>{entity}</cac:PartyLegalEntity></cac:Party>"
    )


@dataclass(frozen=True)
class Ubl:
    """What is written; `extra` goes before the supplier, `totals` replaces the sums by name."""

    root: str = "Invoice"
    number: str = "F-1"
    issue_date: str = "2026-02-01"
    due_date: str | None = "2026-02-15"
    type_code: str | None = None
    currency: str = "NOK"
    lines: tuple[str, ...] = ("800.00", "200.00")
    tax: str = "250.00"
    prepaid: str = "0.00"
    totals: tuple[tuple[str, str | None], ...] = ()
    supplier: str = party(SUPPLIER, "Leverandør AS")
    customer: str = party(COMPANY, "Prøve AS")
    payee: str = ""
    means_code: str = "30"
    account: str | None = ACCOUNT
    payment_id: str | None = KID
    extra: str = ""
    extra_tax: str = ""

    def but(self, **changes: object) -> "Ubl":
        """The same with something else."""
        return replace(self, **changes)  # type: ignore[arg-type]  # the fields' own names

    def money(self, name: str, amount: str | None) -> str:
        """An amount in the document's currency."""
        return tag(name, amount, currencyID=self.currency)

    def sums(self) -> dict[str, str | None]:
        """The document's totals, as they should be or as `totals` says."""
        lines = sum((Decimal(each) for each in self.lines), Decimal(0))
        total = lines + Decimal(self.tax)
        right = {
            "LineExtensionAmount": f"{lines:.2f}",
            "TaxExclusiveAmount": f"{lines:.2f}",
            "TaxInclusiveAmount": f"{total:.2f}",
            "PrepaidAmount": self.prepaid,
            "PayableAmount": f"{total - Decimal(self.prepaid):.2f}",
        }
        return right | dict(self.totals)

    def xml(self) -> str:
        """The document."""
        root = self.root
        kind = "Invoice" if root == "Invoice" else "CreditNote"
        code = self.type_code or ("380" if kind == "Invoice" else "381")
        account = (
            f"<cac:PayeeFinancialAccount>{tag('ID', self.account)}</cac:PayeeFinancialAccount>"
        )
        lines = "".join(
            f"<cac:{kind}Line>{tag('ID', str(place))}{self.money('LineExtensionAmount', each)}"
            f"</cac:{kind}Line>\n"
            for place, each in enumerate(self.lines, 1)
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<{root} xmlns="{_UBL}{kind}-2" xmlns:cac="{_UBL}CommonAggregateComponents-2" '
            f'xmlns:cbc="{_UBL}CommonBasicComponents-2">\n'
            + tag("ID", self.number)
            + tag("IssueDate", self.issue_date)
            + (tag("DueDate", self.due_date) if kind == "Invoice" else "")
            + tag(f"{kind}TypeCode", code)
            + tag("DocumentCurrencyCode", self.currency)
            + self.extra
            + f"\n<cac:AccountingSupplierParty>{self.supplier}</cac:AccountingSupplierParty>"
            + f"<cac:AccountingCustomerParty>{self.customer}</cac:AccountingCustomerParty>\n"
            + self.payee
            + f"<cac:PaymentMeans>{tag('PaymentMeansCode', self.means_code)}"
            + tag("PaymentID", self.payment_id)
            + (account if self.account else "")
            + "</cac:PaymentMeans>\n"
            + f"<cac:TaxTotal>{self.money('TaxAmount', self.tax)}{self.extra_tax}</cac:TaxTotal>\n"
            + "<cac:LegalMonetaryTotal>"
            + "".join(self.money(name, amount) for name, amount in self.sums().items())
            + f"</cac:LegalMonetaryTotal>\n{lines}</{root}>\n"
        )
