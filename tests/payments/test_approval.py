"""Who may approve what; and that no path sends a payment that nobody approved, or that was altered."""

from pathlib import Path

import pytest
from django.db import connection

from avstem.domain.errors import (
    NotAnApproverError,
    NotFoundError,
    OwnAccountChangeError,
    PaymentAlteredError,
    PaymentOverLimitError,
    StateError,
)
from avstem.services.approve_payments import approve_payments
from avstem.services.change_payment import change_payment
from avstem.services.set_payment_rules import (
    end_standing_approval,
    limit_approver,
    set_payment_rules,
)
from avstem.store.models import PaymentApproval, PaymentOrder
from tests.payments.books import ACCOUNTS, KIDS, Payer, bill

pytestmark = [pytest.mark.django_db, pytest.mark.database]
OLA = "ola@example.no"


@pytest.fixture
def payer(tmp_path: Path) -> Payer:
    payer = Payer.open(tmp_path)
    payer.bills(bill("1001"))
    return payer


def paid_before(payer: Payer) -> None:
    """The supplier is known from a payment that a person approved."""
    payer.pay()
    payer.bills(bill("2001", "300.00", kid=KIDS[0]))


def test_the_first_payment_to_a_supplier_needs_a_person_and_the_next_does_not(payer: Payer) -> None:
    payer.stand_for()
    payer.prepare()
    assert payer.order("1001").holds == "first_payment"
    assert payer.states() == ["awaiting_approval"]
    paid_before(payer)
    payer.prepare()
    order = payer.order("2001")
    assert (order.state, order.holds) == ("approved", "")
    assert order.standing is not None and order.standing.given_by == "kari@example.no"


@pytest.mark.parametrize(
    ("line", "hold"),
    [
        (bill("2001", "300.00", account=ACCOUNTS[1]), "new_account"),
        (bill("F-1001"), "like_bill same_payment"),
        (bill("2001", "300.00", party="Ny AS"), "account_of_another first_payment"),
    ],
)
def test_what_is_odd_needs_a_person(payer: Payer, line: str, hold: str) -> None:
    payer.stand_for()
    payer.pay()
    payer.bills(line)
    payer.prepare()
    order = payer.orders()[-1]
    wanted = hold if "same" not in hold else "like_bill"
    assert (order.holds, order.state) == (wanted, "awaiting_approval")


def test_the_same_creditor_reference_and_amount_is_held(payer: Payer) -> None:
    payer.bills(bill("3001", "77.00", kid=KIDS[0], issued="2026-11-03"))
    payer.pay()
    payer.bills(bill("9", "77.00", kid=KIDS[0], issued="2026-11-20"))
    payer.stand_for()
    payer.prepare()
    assert payer.order("9").holds == "same_payment"


def test_two_twins_approved_in_one_breath_are_held_before_sending(payer: Payer) -> None:
    payer.bills(bill("3001", "77.00", kid=KIDS[0], issued="2026-11-03"),
                bill("9", "77.00", kid=KIDS[0], issued="2026-11-20"))  # fmt: skip
    payer.prepare()
    payer.approve()
    payer.make()
    assert payer.states() == ["in_file", "awaiting_approval", "awaiting_approval"]
    payer.approve(payer.order("9"))
    payer.make()
    assert payer.order("9").state == "in_file", "a person has seen why it was held"


def test_two_people_where_two_are_wanted_and_one_of_them_twice_is_one(payer: Payer) -> None:
    set_payment_rules(selects=False, approvals_needed=2, **payer.by)
    payer.stand_for()
    payer.prepare()
    payer.approve()
    payer.approve()
    assert payer.states() == ["awaiting_approval"] and PaymentApproval.objects.count() == 1
    payer.approve(person=OLA)
    assert payer.states() == ["approved"]


@pytest.mark.parametrize("role", ["reader", "bookkeeper"])
def test_a_role_that_does_not_approve_is_refused(payer: Payer, role: str) -> None:
    payer.add_person(OLA, role)
    payer.prepare()
    with pytest.raises(NotAnApproverError):
        payer.approve(person=OLA)
    assert payer.states() == ["awaiting_approval"]
    assert not PaymentApproval.objects.exists()


def test_nobody_approves_above_their_limit(payer: Payer) -> None:
    limit_approver(person=OLA, limit_minor=999_99, **payer.by)
    payer.prepare()
    with pytest.raises(PaymentOverLimitError):
        payer.approve(person=OLA)
    limit_approver(person=OLA, limit_minor=1000_00, **payer.by)
    payer.approve(person=OLA)
    assert payer.states() == ["approved"]


def test_who_changed_the_account_does_not_approve_while_somebody_else_can(payer: Payer) -> None:
    payer.prepare()
    change_payment(order_id=payer.order("1001").pk, creditor_account=ACCOUNTS[1], **payer.by)
    assert "account_typed" in payer.order("1001").holds
    with pytest.raises(OwnAccountChangeError):
        payer.approve()
    payer.approve(reason="Ringte leverandøren på kjent nummer")
    assert PaymentApproval.objects.get().reason == "Ringte leverandøren på kjent nummer"


def test_a_reason_is_no_way_around_a_second_approver(payer: Payer) -> None:
    payer.add_person(OLA, "approver")
    payer.prepare()
    change_payment(order_id=payer.order("1001").pk, creditor_account=ACCOUNTS[1], **payer.by)
    with pytest.raises(OwnAccountChangeError):
        payer.approve(reason="Det går bra")
    payer.approve(person=OLA)
    assert payer.states() == ["approved"]


def test_an_approval_is_of_what_was_seen(payer: Payer) -> None:
    payer.prepare()
    seen = payer.order("1001")
    change_payment(order_id=seen.pk, creditor_account=ACCOUNTS[1], **payer.by)
    with pytest.raises(PaymentAlteredError):
        payer.approve(seen)
    assert payer.states() == ["awaiting_approval"]


def test_changed_after_one_of_two_the_first_counts_no_more(payer: Payer) -> None:
    set_payment_rules(selects=False, approvals_needed=2, **payer.by)
    payer.prepare()
    payer.approve(person=OLA)
    change_payment(order_id=payer.order("1001").pk, creditor_account=ACCOUNTS[1], **payer.by)
    payer.approve(person="per@example.no")
    assert payer.states() == ["awaiting_approval"]


def test_what_is_approved_cannot_be_changed_by_the_service(payer: Payer) -> None:
    payer.prepare()
    payer.approve()
    with pytest.raises(StateError):
        change_payment(order_id=payer.order("1001").pk, creditor_account=ACCOUNTS[1], **payer.by)


def test_an_ended_standing_approval_approves_nothing(payer: Payer) -> None:
    payer.stand_for()
    paid_before(payer)
    end_standing_approval(**payer.by)
    payer.prepare()
    assert payer.order("2001").state == "awaiting_approval"


def test_another_companys_order_is_not_there(payer: Payer) -> None:
    payer.prepare()
    order = payer.order("1001")
    with pytest.raises(NotFoundError):
        approve_payments(
            company_id=payer.company + 1, order_ids=[order.pk], seen={}, person="x", now=payer.at
        )


def test_neither_making_nor_sending_takes_what_is_not_approved(payer: Payer) -> None:
    payer.prepare()
    for _ in range(2):  # and not at a second try
        payer.make()
        payer.send()
    assert payer.delivered() == {} and payer.states() == ["awaiting_approval"]


def test_what_was_altered_behind_the_tables_back_is_not_sent(payer: Payer) -> None:
    """With the guards gone, as somebody with the database in their hands might do it."""
    payer.bills(bill("1002", "20.00", party="B", account=ACCOUNTS[1]))
    payer.prepare()
    payer.approve()
    drop = "DROP TRIGGER paymentorder_fixed"
    with connection.cursor() as cursor:
        cursor.execute(
            drop + (" ON store_paymentorder" if connection.vendor == "postgresql" else "")
        )
    PaymentOrder.objects.filter(pk=payer.order("1001").pk).update(
        creditor_account="NO4412345678903"
    )
    made = payer.make()
    payer.send()
    assert [order.item.number for order, _ in made.refused if order.item] == ["1001"]
    assert payer.states() == ["approved", "sent"]
    [content] = payer.delivered().values()
    assert b"12345678903" not in content or payer.order("1002").creditor_account.endswith(
        "12345678903"
    )
    assert content.count(b"<CdtTrfTxInf>") == 1
