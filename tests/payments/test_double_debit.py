"""Money that left twice for one bill: found, and asked for in a letter."""

import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from pypdf import PdfReader

from avstem import wording
from avstem.formats.paper import render_pdf
from avstem.services.accept_suggestion import accept_suggestion
from avstem.store.models import Company
from avstem.store.queries.double_debits import double_debits
from avstem.wording.claim_letter import claim_letter
from tests.payments.banked import TODAY, Banked
from tests.payments.books import bill

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def payer(tmp_path: Path, settings: Any) -> Banked:
    """Two bills were sent to the bank; one of them was paid by hand too."""
    settings.CREDENTIAL_KEYS = ""
    settings.CREDENTIAL_KEYS_FILE = tmp_path / "credentials.key"
    payer = Banked.open(tmp_path)
    payer.bills(bill("1001", due="2026-11-25"), bill("1002", "20.00", due="2026-11-25"))
    payer.pay()
    by_hand = payer.type_in(TODAY, -1000_00, "Betalt i nettbanken")
    payer.settle_by_hand(by_hand, "1001")
    assert double_debits(payer.company) == []
    payer.until(datetime(2026, 11, 25, 9, 0))
    return payer


def test_the_second_debit_is_found_while_it_waits_and_once_it_stands_on_the_supplier(
    payer: Banked,
) -> None:
    [found] = double_debits(payer.company)
    assert (found.item.number, found.too_much_minor) == ("1001", 1000_00)
    assert [row.amount_minor for row in found.debits] == [-1000_00, -1000_00]
    accept_suggestion(transaction_id=found.debits[-1].pk, position=0, **payer.by)
    [again] = double_debits(payer.company)
    assert [row.pk for row in again.debits] == [row.pk for row in found.debits]


def test_the_bank_that_takes_one_payment_twice_is_found_out(payer: Banked) -> None:
    order = payer.order_of("1002")
    twice = payer.debits()[-1]
    twice.pk, twice.position, twice.bank_reference, twice.state = None, 7, "again", "open"
    twice.amount_minor, twice.end_to_end_id = -20_00, order.end_to_end_id
    twice.save(force_insert=True)
    found = {each.item.number: each for each in double_debits(payer.company)}
    assert found["1002"].too_much_minor == 20_00 and len(found["1002"].debits) == 2


@pytest.mark.parametrize(
    ("language", "said"),
    [("nb", "tilbake til konto"), ("nn", "attende til konto"), ("en", "back to account")],
)
def test_the_letter_names_every_debit(
    payer: Banked, language: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wording, "translate", translation.gettext)
    [found] = double_debits(payer.company)
    company = Company.objects.get(pk=payer.company)
    with translation.override(language):
        made = render_pdf(claim_letter(found, company, date(2026, 11, 26), language))
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
    assert "1001" in text and "Rør AS" in text and "24.11.2026" in text and "25.11.2026" in text
    assert f"1 000,00 NOK {said}" in " ".join(text.replace("\u00a0", " ").split())
