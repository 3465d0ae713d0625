"""Customers are paid back: what stands on them, once, held for a person, and settled by the debit."""

from datetime import timedelta
from pathlib import Path

import pytest

from avstem.domain.errors import (
    InvalidValueError,
    LaterBookingError,
    NotFoundError,
    OwnAccountChangeError,
    StateError,
)
from avstem.domain.identifiers import norwegian_iban
from avstem.domain.money import Money
from avstem.domain.payment_errors import PayeeLacksError
from avstem.services.accept_suggestion import accept_suggestion
from avstem.services.refund_customer import refund_credit, refund_note
from avstem.services.undo_booking import undo_booking
from avstem.store.models import BankTransaction, OpenItem, PaymentOrder
from avstem.store.queries.credits import credits_list
from avstem.testbank.bank import PayIn
from avstem.worker.handlers import KINDS
from tests.payments.banked import BANK, CLEARING, TODAY, Banked
from tests.payments.books import ACCOUNTS, Payer, bill
from tests.payments.test_abroad import BERLIN, GERMAN, foreign, priced, take, tell
from tests.support.bank_life import kid_of
from tests.web.payer import member

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NORDLYS, RECEIVABLES = ACCOUNTS[1], "1500"
THERE = norwegian_iban(NORDLYS)


def note(number: str = "K1", amount: str = "500.00") -> str:
    return bill(number, amount, party="Nordlys AS", account="", kind="customer_credit_note")


def prepaid(banked: Banked) -> int:
    """A customer that is known has paid 1500 for an order that nobody knows; its credit."""
    banked.bills(
        bill("1000", "10.00", party="Nordlys AS", account=NORDLYS, kind="customer_invoice",
             kid=kid_of(1000))
    )  # fmt: skip
    first = PayIn(Money(10_00, "NOK"), "Nordlys AS", NORDLYS, kid=kid_of(1000))
    second = PayIn(Money(1_500_00, "NOK"), "Nordlys AS", NORDLYS, text="Ordre 7001")
    banked.bank.pay_in(banked.iban, [first])
    banked.until(TODAY + timedelta(days=1))
    banked.bank.pay_in(banked.iban, [second])
    banked.until(TODAY + timedelta(days=2))
    [paid] = BankTransaction.objects.filter(company_id=banked.company, amount_minor=1_500_00)
    accept_suggestion(transaction_id=paid.pk, position=0, **banked.by)
    [row] = credits_list(banked.company)
    return row.id


def test_what_was_paid_too_much_goes_back_where_it_came_from(tmp_path: Path) -> None:
    banked = Banked.open(tmp_path)
    credit = prepaid(banked)
    order = refund_credit(credit_id=credit, **banked.by)
    assert (order.creditor_account, order.amount_minor) == (THERE, 1_500_00)
    assert (order.holds, order.account_changed_by) == ("refund", "")
    assert credits_list(banked.company) == [], "what is paid back is drawn for no invoice"
    with pytest.raises(NotFoundError):
        refund_credit(credit_id=credit, **banked.by)
    with pytest.raises(LaterBookingError):
        undo_booking(
            transaction_id=BankTransaction.objects.get(amount_minor=1_500_00).pk, **banked.by
        )
    banked.approve(order)
    banked.send_payments()
    banked.until(TODAY + timedelta(days=3))
    assert banked.states() == ["settled"] and banked.left(f"TG-{credit}") == 0
    assert banked.vouchers()[-2:] == [
        [(CLEARING, -1_500_00), (RECEIVABLES, 1_500_00)], [(BANK, -1_500_00), (CLEARING, 1_500_00)],
    ]  # fmt: skip
    assert (banked.balance(CLEARING), banked.faults()) == (0, [])


@pytest.fixture
def payer(tmp_path: Path) -> Payer:
    payer = Payer.open(tmp_path)
    payer.bills(note())
    return payer


def refund(payer: Payer, account: str = NORDLYS, minor: int | None = None) -> PaymentOrder:
    item = payer.item("K1")
    return refund_note(item_id=item.pk, account=account, amount_minor=minor, **payer.by)


def test_an_account_that_is_typed_is_approved_by_somebody_else(payer: Payer) -> None:
    with pytest.raises(InvalidValueError):
        refund(payer, account="")
    payer.add_person("per@example.no", "approver")
    order = refund(payer)
    assert order.holds.split() == ["refund", "account_typed"]
    with pytest.raises(OwnAccountChangeError):
        payer.approve(order)
    payer.approve(order, person="per@example.no")
    payer.make()
    assert [each.state for each in payer.orders()] == ["in_file"]


def test_never_twice_and_never_more_than_what_stands_there(payer: Payer) -> None:
    for minor in (500_01, 0):
        with pytest.raises(InvalidValueError):
            refund(payer, minor=minor)
    order = refund(payer, minor=200_00)
    with pytest.raises(StateError):
        refund(payer)
    payer.cancel(order)
    assert refund(payer).amount_minor == 500_00


def test_kroner_go_back_to_a_right_account_and_abroad_only_with_what_that_needs(
    payer: Payer,
) -> None:
    with pytest.raises(InvalidValueError):
        refund(payer, account="12345678901")
    with pytest.raises(PayeeLacksError):
        refund(payer, account=GERMAN)
    tell(payer, "Nordlys AS", **BERLIN, bic="DEUTDEFF", account=GERMAN)
    order = refund(payer, account=GERMAN)
    assert order.abroad and order.abroad["bic"] == "DEUTDEFF"
    payer.add_person("per@example.no", "approver")
    payer.approve(order, person="per@example.no")
    assert payer.make().refused == []


def test_euro_go_back_in_euro_and_are_settled_by_the_debit(tmp_path: Path) -> None:
    banked = Banked.open(tmp_path)
    priced()
    take(banked, foreign("K9", "100.00", value="1140.00", party="Kunde GmbH",
                         kind="customer_credit_note", account=""))  # fmt: skip
    note = OpenItem.objects.get(number="K9")
    order = refund_note(item_id=note.pk, account=GERMAN, **banked.by)
    assert order.holds.split() == ["refund", "account_typed", "bank_exchanges"]
    assert order.abroad and (order.abroad["kind"], order.abroad["nok_minor"]) == ("sepa", 1150_00)
    banked.send_payments()
    assert banked.states() == ["awaiting_approval"]
    banked.approve(order, reason="Ringt")
    banked.send_payments()
    banked.until(TODAY + timedelta(days=1))
    assert (banked.states(), banked.left("K9")) == (["settled"], 0)
    assert banked.vouchers()[-1] == [(BANK, -1150_00), (RECEIVABLES, 100_00), ("8160", 10_00)]
    assert banked.faults() == []
    with pytest.raises(NotFoundError):
        refund_note(item_id=note.pk, account=GERMAN, **banked.by)


def test_a_debit_that_is_undone_is_not_paid_back_again(tmp_path: Path) -> None:
    banked = Banked.open(tmp_path)
    priced()
    take(banked, foreign("K9", "100.00", value="1140.00", party="Kunde GmbH",
                         kind="customer_credit_note", account=""))  # fmt: skip
    note = OpenItem.objects.get(number="K9")
    banked.approve(refund_note(item_id=note.pk, account=GERMAN, **banked.by), reason="Ringt")
    banked.send_payments()
    banked.until(TODAY + timedelta(days=1))
    undo_booking(transaction_id=banked.debits()[0].pk, **banked.by)
    assert banked.left("K9") == 100_00
    with pytest.raises(StateError):
        refund_note(item_id=note.pk, account=GERMAN, **banked.by)


def test_another_s_account_is_held_and_a_blocked_customer_is_refused(payer: Payer) -> None:
    payer.bills(bill("1001", account=NORDLYS))
    assert "account_of_another" in refund(payer).holds
    payer.cancel(payer.orders()[0])
    item = payer.item("K1")
    item.party.blocked = True
    item.party.save()
    with pytest.raises(StateError):
        refund(payer)


def test_no_standing_approval_and_no_round_pays_back(payer: Payer) -> None:
    payer.stand_for()
    refund(payer)
    KINDS["sync"].run(payer.company, {}, payer.at)
    KINDS["pay"].run(payer.company, {}, payer.at)
    payer.make()
    payer.send()
    assert (payer.delivered(), payer.states()) == ({}, ["awaiting_approval"])


def test_the_page_of_a_credit_note_pays_back(payer: Payer) -> None:
    item = OpenItem.objects.get(number="K1")
    who = member(payer, "accountant")
    assert "Pay the customer back" in who.get(f"invoices/{item.pk}/")
    who.post(f"invoices/{item.pk}/refund/", account=NORDLYS)
    [order] = payer.orders()
    assert (order.purpose, order.state) == ("refund", "awaiting_approval")
    assert order.text in who.get(f"payments/{order.pk}/")
    assert "Pay the customer back" not in who.get(f"invoices/{item.pk}/"), "one at a time"
    assert "Nordlys AS" in who.get("payments/?tab=approve")
