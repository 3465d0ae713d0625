"""What the demo company pays: suppliers, wages, taxes, cards, and what the bank takes and gives.

Dates of payment as in Norway: withheld tax and employer's contribution on the 15th of every
other month, VAT for two months at a time on the 10th (in August on the 31st).
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from avstem.domain import kid as kids
from avstem.domain.calendar import next_bank_day, previous_bank_day
from avstem.domain.open_item import Document, ItemKind, Party
from avstem.domain.statement import Reference
from avstem.testbank.names import make_account, make_orgnr
from avstem.testbank.payments import OPERATING, TAX, BankLine, kroner
from avstem.testbank.truth import Settles

_OUT = "PMNT/ICDT/DMCT"
# Name, what for, day of the month, bills a month, cost in øre from and to, has a KID.
_SUPPLIERS = (
    ("Nordvik Næringsbygg AS", "Husleie lager og kontor", 1, 1, 1_425_000, 1_425_000, True),
    ("Varebilleie Nord AS", "Leasing to varebiler", 3, 1, 896_000, 896_000, True),
    ("Fjordtele AS", "Mobil og bredbånd", 8, 1, 210_000, 289_000, True),
    ("Elgrossen Vest AS", "Elektromateriell", 4, 5, 320_000, 2_400_000, True),
    ("Kabel & Lys Engros AS", "Kabel og armaturer", 11, 2, 150_000, 1_100_000, True),
    ("Tall og Orden Regnskap", "Regnskapsførsel", 6, 1, 480_000, 620_000, False),
    ("Bygdekraft Strøm AS", "Strøm lager", 14, 1, 90_000, 310_000, True),
)
_SHOPS = (
    "TANKEN MOSELVA", "BENSIN & BOLLER ÅSANE", "JERNVARESTUA FJELL", "BYGGHJØRNET STRØMSBRU",
    "KAFÉ KVERNA", "BOMPAKKE FJORDVEIEN", "PARKERING SENTRUM P2", "KONTORKROKEN",
)  # fmt: skip
_TAX_ACCOUNT = make_account(4_000_001)
_WAGES = 9_840_000
_WITHHELD = 4_512_000
_CONTRIBUTION = 2_023_000
_MONTHS = "januar februar mars april mai juni juli august september oktober november desember"


@dataclass
class Costs:
    """Bills and payments out as they are made; `iban_of` names our own accounts."""

    random: Random
    start: date
    end: date
    iban_of: dict[str, str]
    documents: list[Document] = field(default_factory=list)
    lines: list[BankLine] = field(default_factory=list)

    def month(self, first: date) -> None:
        """All that happens in the month beginning on `first`."""
        for number, supplier in enumerate(_SUPPLIERS):
            self._bills(number, supplier, first)
        self._supplier_credit(first)
        self._wages(first)
        self._taxes(first)
        self._cards(first)
        self._vipps(first)
        self._bank(first)

    def _add(self, day: date, minor: int, family: str, text: str, **more: object) -> None:
        day = next_bank_day(day)
        if self.start <= day <= self.end:
            values: dict[str, object] = {"code": _OUT, "entry_text": text, **more}
            account = str(values.pop("account", OPERATING))
            line = BankLine(account, day, kroner(minor), family, **values)  # type: ignore[arg-type]  # mixed
            self.lines.append(line)

    def _bills(
        self, number: int, supplier: tuple[str, str, int, int, int, int, bool], first: date
    ) -> None:
        for count in range(supplier[3]):
            document = self._bill(number, supplier, first + timedelta(supplier[2] - 1 + 5 * count))
            text = f"Faktura {document.number}"
            kid = document.kid
            assert document.due_date is not None, "bills are due"
            self._add(
                document.due_date, -document.amount.minor, "supplier", "Betaling",
                is_certain=True, settles=(Settles(document, document.amount),),
                name=document.party.name, party_account=document.party_account,
                references=(Reference("kid", kid),) if kid else (),
                remittance=() if kid else (text,),
            )  # fmt: skip

    def _bill(
        self, number: int, supplier: tuple[str, str, int, int, int, int, bool], day: date
    ) -> Document:
        name, what, _, _, low, high, has_kid = supplier
        serial = 31_000 + 977 * number + len(self.documents)
        document = Document(
            ItemKind.SUPPLIER_INVOICE, str(serial), Party(name, make_orgnr(440_000 + number)),
            day, kroner(self.random.randint(low, high)), day + timedelta(14),
            kids.make_kid(serial * 13 + 7_000_000, 11) if has_kid else None,
            make_account(4_100_000 + number), what,
        )  # fmt: skip
        self.documents.append(document)
        return document

    def _supplier_credit(self, first: date) -> None:
        """Every other month the wholesaler takes goods back, and the bill is paid less that."""
        if first.month % 2:
            return
        bill = self._bill(3, _SUPPLIERS[3], first + timedelta(9))
        note = Document(
            ItemKind.SUPPLIER_CREDIT_NOTE, f"K{bill.number}", bill.party,
            bill.invoice_date + timedelta(2), kroner(bill.amount.minor // 5),
            party_account=bill.party_account, description="Retur av varer",
        )  # fmt: skip
        self.documents.append(note)
        self._add(
            bill.invoice_date + timedelta(14), note.amount.minor - bill.amount.minor,
            "supplier_netted", "Betaling",
            settles=(Settles(bill, bill.amount), Settles(note, note.amount)),
            name=bill.party.name, party_account=bill.party_account,
            remittance=(f"Faktura {bill.number} kreditnota {note.number}",),
        )  # fmt: skip

    def _wages(self, first: date) -> None:
        """Wages on the 20th, and the same day the withheld tax to the account it must lie on."""
        day = previous_bank_day(first + timedelta(19))
        name = _MONTHS.split()[first.month - 1]
        self._add(day, -_WAGES, "wages", f"Lønn {name}", code="PMNT/ICDT/SALA")
        text = f"Skattetrekk {name}"
        own, tax = self.iban_of[OPERATING], self.iban_of[TAX]
        book = {"family": "own_transfer", "text": text}
        self._add(day, -_WITHHELD, **book, code="PMNT/ICDT/BOOK", party_account=tax)
        self._add(day, _WITHHELD, **book, account=TAX, code="PMNT/RCDT/BOOK", party_account=own)

    def _taxes(self, first: date) -> None:
        to = {"name": "Skatteetaten", "party_account": _TAX_ACCOUNT}
        if first.month % 2:
            day = first + timedelta(14)
            self._add(day, -2 * _WITHHELD, "withheld_tax", "Forskuddstrekk", account=TAX, **to)
            self._add(day, -2 * _CONTRIBUTION, "contribution", "Arbeidsgiveravgift", **to)
        else:
            day = first + timedelta(30 if first.month == 8 else 9)
            vat = -self.random.randint(3_000_000, 7_000_000)
            self._add(day, vat, "vat", "Merverdiavgift termin", **to)

    def _cards(self, first: date) -> None:
        for _ in range(self.random.randint(8, 16)):
            bought = first + timedelta(self.random.randint(0, 26))
            shop = self.random.choice(_SHOPS)
            self._add(
                bought + timedelta(1), -self.random.randint(4_900, 189_000), "card",
                f"VISA VARE *4417 {bought:%d.%m} NOK {shop}", code="PMNT/CCRD/POSD",
            )  # fmt: skip

    def _vipps(self, first: date) -> None:
        for week in range(4):
            paid_out = self.random.randint(60_000, 950_000)
            self._add(
                first + timedelta(2 + 7 * week), paid_out, "vipps", "Overføring",
                code="PMNT/RCDT/DMCT", name="Vipps utbetaling",
                party_account=make_account(4_000_002),
                remittance=(f"Utbetaling {self.random.randint(10_000, 99_999)} Vippsnr 71234",),
            )  # fmt: skip

    def _bank(self, first: date) -> None:
        """Charges on the 2nd, interest each quarter, on both accounts."""
        charge = -self.random.randint(8_000, 21_000)
        self._add(first + timedelta(1), charge, "bank_charge", "Gebyr betalingstjenester",
                  code="PMNT/MDOP/CHRG")  # fmt: skip
        if first.month % 3 == 1:
            for account in (OPERATING, TAX):
                interest = self.random.randint(3_000, 42_000)
                self._add(first, interest, "interest", "Kreditrenter", account=account,
                          code="ACMT/MCOP/INTR")  # fmt: skip
