"""Payment orders of every kind for tests; all names are invented."""

import os
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from avstem.domain.kid import Modulus, with_check_digit
from avstem.domain.money import Money
from avstem.domain.payment_order import (
    ChargeBearer,
    DocumentKind,
    DocumentReference,
    PaymentFile,
    PaymentKind,
    PaymentOrder,
    RegulatoryReport,
    Urgency,
    execution_date,
    group_orders,
)
from avstem.domain.payment_party import Account, Address, Bank, Creditor, Debtor

CORPUS = Path(os.environ.get("AVSTEM_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))
CREATED = datetime(2026, 11, 24, 9, 30)
DAY = date(2026, 11, 26)
DEBTOR = Debtor("Fjellvik Rør & Varme AS", Account.parse("8601 11 17947"), "DNBANOKK")
AT_HOME = Creditor("Åsgård Kjøkken AS", Account.parse("1503.00.01017"))
IN_GERMANY = Creditor(
    "Müller & Söhne GmbH",
    Account.parse("DE89 3704 0044 0532 0130 00"),
    Address("DE", "Köln", "50667", "Domstraße", "7"),
    Bank("COBADEFFXXX"),
)
IN_AMERICA = Creditor(
    "Bolt & Nut Inc.",
    Account.other("123456789"),
    Address("US", "Springfield", "62701", "Main Street", "12", ("Suite 3",)),
    Bank(clearing_system="USABA", clearing_number="021000021"),
)
GOODS = RegulatoryReport("14", "Maskindeler til verkstedet, ordre 4711")


def nok(minor: int) -> Money:
    return Money(minor, "NOK")


def order(
    number: int, kind: PaymentKind, creditor: Creditor = AT_HOME, **more: Any
) -> PaymentOrder:
    """An order of that kind; `more` states what matters."""
    values: dict[str, Any] = {"amount": nok(125_000), "execution_date": DAY} | more
    return PaymentOrder(f"I-{number}", f"E-{number}", kind, DEBTOR, creditor, **values)


def invoice(number: str, minor: int) -> DocumentReference:
    return DocumentReference(DocumentKind.INVOICE, number, nok(minor), date(2026, 10, 30))


def credit_note(number: str, minor: int) -> DocumentReference:
    return DocumentReference(DocumentKind.CREDIT_NOTE, number, nok(minor))


def file_of(*orders: PaymentOrder, message_id: str = "914512345-000017") -> PaymentFile:
    return group_orders(
        orders, message_id=message_id, created=CREATED, initiator_name="Fjellvik Rør & Varme AS"
    )


KIND = PaymentKind
_ADDRESS = Address("NO", "Ålesund", "6002", "Løvenvoldgata", "7 B")
#: Each situation by its name.
SITUATIONS: dict[str, list[PaymentOrder]] = {
    "kid": [order(1, KIND.DOMESTIC_KID, kid="12345674"), order(2, KIND.DOMESTIC_KID, kid="000006-")],
    "rf_reference": [order(1, KIND.DOMESTIC_KID, kid="RF18539007547034")],
    "text": [order(1, KIND.DOMESTIC_TEXT, text="Faktura 1001 – Kjøkkenvifte “Blåtind”")],
    "invoices_and_credit_note": [
        order(1, KIND.DOMESTIC_DOCUMENTS,
              documents=(invoice("1001", 150_000), credit_note("K-7", 25_000))),
    ],
    "salary_beside_suppliers": [
        order(1, KIND.SALARY, Creditor("Kari Nordmann", Account.parse("86011117947")), text="Lønn"),
        order(2, KIND.DOMESTIC_KID, kid="12345674"),
        order(3, KIND.SALARY, Creditor("Ola Nordmann", Account.parse("15030001017"))),
    ],
    "pension": [order(1, KIND.PENSION)],
    "tax": [order(1, KIND.TAX, Creditor("Skatteetaten", AT_HOME.account), kid="12345674")],
    "sepa": [order(1, KIND.SEPA, IN_GERMANY, amount=Money(4_250_50, "EUR"), text="Rechnung 77 – Ø-Ring",
                   nok_equivalent=nok(49_000_00))],
    "sepa_rf_reference": [order(1, KIND.SEPA, IN_GERMANY, amount=Money(100, "EUR"),
                                kid="RF18539007547034", nok_equivalent=nok(1_150))],
    "abroad_with_report": [
        order(1, KIND.CROSS_BORDER, IN_AMERICA, amount=Money(25_000_00, "USD"), regulatory=GOODS,
              text="Invoice 9", charge_bearer=ChargeBearer.DEBTOR),
        order(2, KIND.CROSS_BORDER, IN_GERMANY, amount=nok(100_000_00), text="Invoice 10"),
    ],
    "urgent": [order(1, KIND.DOMESTIC_TEXT, text="Haster", urgency=Urgency.URGENT)],
    "several_days": [
        order(1, KIND.DOMESTIC_KID, kid="12345674", execution_date=date(2026, 11, 30)),
        order(2, KIND.DOMESTIC_KID, kid="12345674"),
        replace(order(3, KIND.DOMESTIC_KID, kid="12345674"),
                debtor=replace(DEBTOR, account=Account.parse("15030001017"))),
    ],
    "structured_addresses": [
        order(1, KIND.DOMESTIC_TEXT, replace(AT_HOME, address=_ADDRESS), text="Leie"),
        order(2, KIND.SEPA, replace(IN_GERMANY, address=Address("DE", "Köln")),
              amount=Money(100, "EUR"), nok_equivalent=nok(1_150)),
        order(3, KIND.CROSS_BORDER,
              replace(IN_AMERICA, address=Address("US", "Springfield", lines=("12 Main St", "Suite 3"))),
              amount=Money(100, "USD"), nok_equivalent=nok(1_020)),
    ],
    "letters": [
        order(1, KIND.DOMESTIC_TEXT, replace(AT_HOME, name="Ærøy Ål & Sønner – Café Übel"),
              text="Blåbær, rømme og «ærlig» talt: 50 % på § 3"),
        order(2, KIND.CROSS_BORDER, replace(IN_GERMANY, name="Ærøy Ål & Sønner – Café Übel"),
              text="Blåbær, rømme og «ærlig» talt: 50 % på § 3"),
    ],
    "lengths": [
        order(1, KIND.DOMESTIC_TEXT, replace(AT_HOME, name="Å" * 71), text="x" * 140),
        replace(order(2, KIND.DOMESTIC_KID, kid=with_check_digit("2" * 24, Modulus.TEN)), end_to_end_id="E" * 35,
                instruction_id="I" * 35),
        order(3, KIND.CROSS_BORDER, replace(IN_GERMANY, name="A" * 71), text="y" * 140,
              regulatory=RegulatoryReport("14", "Maskindeler " * 11)),
        order(4, KIND.DOMESTIC_TEXT, text="z", amount=nok(99_999_999_999_999_99)),
    ],
    "ids": [replace(order(1, KIND.PENSION), end_to_end_id="A/b-?:().,'+ 1", instruction_id="0")],
    "bank_days": [
        order(number, KIND.PENSION, execution_date=execution_date(due, earliest=CREATED.date()))
        for number, due in enumerate(
            (date(2026, 11, 24), date(2026, 12, 24), date(2027, 1, 1), date(2027, 3, 28),
             date(2027, 5, 17)), start=1)
    ],
}  # fmt: skip


def schema(name: str) -> bytes:
    """A published schema; without the corpus the test is skipped, under CI it fails."""
    path = CORPUS / "xsd" / name
    if not path.exists():
        assert not os.environ.get("CI"), f"{path} is missing"
        pytest.skip("no corpus")
    return path.read_bytes()
