"""What is late, what was paid twice and what came back: shown with the reason and the next step."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.payments.banked import TODAY, Banked
from tests.payments.books import Payer, bill, report
from tests.web.payer import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def payer(tmp_path: Path) -> Payer:
    payer = Payer.open(tmp_path)
    payer.bills(bill("1001", "1250.50", due="2026-11-25"))
    payer.pay()
    return payer


def test_a_late_payment_is_an_alarm_with_one_next_step(payer: Payer) -> None:
    keeper = member(payer, "bookkeeper")
    order, file = payer.order("1001"), payer.file()
    step = f"Ask the bank what became of {order.end_to_end_id} in the file {file.message_id}"
    for path in ("payments/", "payments/?tab=going", f"payments/{order.pk}/"):
        said = keeper.get(path)
        assert "1 payment is late" in said, path
        assert step in said, path
    assert "1 payment is late" in keeper.get("agreements/1/")
    form = f"payments/{order.pk}/refused/"
    assert "The bank says that it refused it" in keeper.get(f"payments/{order.pk}/")
    assert "no statement reaches beyond" in keeper.post(form, reason="Avvist")
    assert payer.order("1001").state == "sent"
    assert member(payer, "reader").status_of(form, reason="Avvist") == 403


def test_refused_after_it_was_executed_is_shown_with_reason_and_next_step(payer: Payer) -> None:
    file = payer.file()
    payer.answer(report(file.message_id, group="ACSC", id="S1"))
    payer.answer(report(file.message_id, group="RJCT", reason="AC04", id="S2"))
    keeper = member(payer, "bookkeeper")
    said = keeper.get("payments/?tab=rejected")
    assert "Came back" in said
    assert "The account is closed." in said
    assert "«Bankens ord»" in said
    ready = keeper.get("payments/")
    assert "1001" in ready
    assert "A person looks at it" in ready
    assert "the bank refused it or the money came back" in ready
    assert "owed again" in keeper.get(f"invoices/{payer.item('1001').pk}/")


def test_the_letter_for_money_that_left_twice_is_a_page_away(tmp_path: Path, settings: Any) -> None:
    settings.CREDENTIAL_KEYS = ""
    settings.CREDENTIAL_KEYS_FILE = tmp_path / "credentials.key"
    payer: Any = Banked.open(tmp_path)
    payer.bills(bill("1001", due="2026-11-25"))
    payer.pay()
    payer.settle_by_hand(payer.type_in(TODAY, -1000_00, "Betalt i nettbanken"), "1001")
    payer.until(datetime(2026, 11, 25, 9, 0))
    payer.at = payer.now
    keeper = member(payer, "bookkeeper")
    item = payer.order_of("1001").item
    for path in ("payments/", f"invoices/{item.pk}/"):
        assert "has been paid more than once: 1 000,00 NOK too much" in keeper.get(path), path
    said = keeper.get("payments/double/")
    assert "1 000,00 NOK left too much" in said
    for language in ("nb", "nn", "en"):
        answer = keeper.browser.get(f"/974760673/payments/double/{item.pk}-{language}.pdf")
        assert answer.content.startswith(b"%PDF"), language
    keeper.get(f"payments/double/{item.pk}-xx.pdf", status=404)
    keeper.get(f"payments/double/{item.pk + 1000}-nb.pdf", status=404)
