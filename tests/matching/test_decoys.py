"""Payments that look like an invoice's and must not be booked on it unasked.

Each text stands on a payment of exactly the amount of invoice 4711 and nothing else to go by: the
number is the invoice's by accident, and the amount must not be enough.
"""

import pytest

from .table import read_scenario

NO_INVOICE_NUMBER = {
    "an order": "Ordre 4711",
    "an order confirmation": "Ordrebekreftelse 4711",
    "an order that an invoice is for": "Faktura for ordre 4711",
    "an order with a sign before it": "Ordre #4711",
    "a quote": "Tilbud 4711",
    "a delivery note": "Følgeseddel 4711",
    "a packing slip": "Pakkseddel nr 4711",
    "a requisition": "Rekvisisjon 4711",
    "an agreement": "Leieavtale 4711",
    "an agreement's id": "AvtaleID 4711",
    "a subscription": "Avisabonnement 4711",
    "a project": "Prosj. 4711",
    "a department": "Avd. 4711",
    "a customer": "Kundeid 4711",
    "a member": "Medl. 4711",
    "a loan": "Lånenr 4711",
    "a journey": "Reisenr 4711",
    "a booking": "Booking 4711",
    "a flat": "Leil. 4711",
    "a meter": "Målernr 4711",
    "a plant": "Anleggsnr 4711",
    "a claim": "Saksnr 4711",
    "a policy": "Polisenummer 4711",
    "a code": "Kode 4711",
    "a birth number": "Fødselsnr 4711",
    "a clock": "klokken 4711",
    "a power reading": "Strøm 4711 kWh",
    "a distance": "Kjøring 4711 km",
    "pieces": "4711 stk skruer",
    "crowns": "Overfører kr 4711",
    "crowns behind": "Overfører 4711 kroner",
    "crowns with a dash": "Overfører 4711,-",
    "crowns with a dot and a dash": "Overfører 4711.-",
    "crowns and øre": "Overfører 4711,00",
    "thousands": "Overfører 4 711,00",
    "a card": "*4711 Kiosken",
    "an address for letters": "Spørsmål til 4711@post.invalid",
    "an address on the web": "Bestilt på www.4711.invalid",
    "part of a longer number": "Faktura 147112",
    "part of a word": "Gjelder A4711B",
    "a number with an end of its own": "Faktura 4711A",
}


@pytest.mark.parametrize("text", NO_INVOICE_NUMBER.values(), ids=NO_INVOICE_NUMBER.keys())
def test_a_number_that_is_something_else_books_no_invoice(text: str) -> None:
    rows = ["item 4711 C1 990.00", f'line +990.00 text="{text}"']
    assert _verdict(rows) != "BOOK"


def test_the_same_payment_with_the_word_faktura_is_booked() -> None:
    assert _verdict(["item 4711 C1 990.00", 'line +990.00 text="Faktura 4711"']) == "BOOK"


@pytest.mark.parametrize("number", ["97501234", "47501234"])
def test_a_phone_number_with_the_code_of_the_country_is_no_invoice_number(number: str) -> None:
    grouped = f"+47 {number[:3]} {number[3:5]} {number[5:]}"
    for text in (f"Ring +47 {number}", f"Ring +47{number}", f"Ring {grouped}"):
        assert _verdict([f"item {number} C1 990.00", f'line +990.00 text="{text}"']) != "BOOK"


def _verdict(rows: list[str]) -> str:
    scenario = read_scenario(["# T a decoy", *rows, "=> LEAVE"])
    return scenario.books.decide(scenario.lines)[0].verdict.name
