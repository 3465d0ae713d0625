"""What the round and the worker pay by themselves, and what they leave to people."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from avstem.domain.errors import OwnAccountChangeError
from avstem.services.deactivate_activation import deactivate_activation
from avstem.services.set_payment_rules import give_standing_approval, set_payment_rules
from avstem.store.models import Activation, Job, PaymentFile, PaymentOrder
from avstem.testbank.bank import Ways
from avstem.testbank.misbehaviour import Kind as Wrong
from avstem.worker.handlers import KINDS
from tests.payments.banked import USER, Banked
from tests.payments.books import ACCOUNTS, bill
from tests.support.bank_life import PERSON

pytestmark = [pytest.mark.django_db, pytest.mark.database]

Open = Callable[..., Banked]
WEDNESDAY, FRIDAY = date(2026, 11, 25), date(2026, 11, 27)


@pytest.fixture
def company(tmp_path: Path, settings: Any) -> Open:
    settings.CREDENTIAL_KEYS = ""
    settings.CREDENTIAL_KEYS_FILE = tmp_path / "credentials.key"
    return lambda ways=None: Banked.open(tmp_path, ways)


def known_supplier(company: Open) -> Banked:
    """One payment to the supplier has gone out, and a standing approval is given."""
    payer = company()
    payer.bills(bill("1000", "10.00", due="2026-11-25"))
    payer.pay()
    give_standing_approval(limit_minor=5_000_00, **payer.by)
    return payer


def test_a_bill_within_the_standing_approval_is_paid_without_a_click(company: Open) -> None:
    payer = known_supplier(company)
    payer.bills(bill("1001", "1000.00", due="2026-11-26"))
    done = payer.round().paid_out
    assert (done.prepared, done.approved, done.payments_sent, done.unsent) == (1, 1, 1, [])
    payer.until(FRIDAY)
    assert payer.states() == ["settled", "settled"]
    order = payer.order_of("1001")
    assert order.standing is not None and order.standing.given_by == PERSON
    assert payer.round().paid_out.prepared == 0


def test_what_is_held_waits_and_is_sent_by_the_job_that_the_approval_asks_for(
    company: Open,
) -> None:
    payer = company()
    payer.bills(bill("1001"))
    done = payer.round().paid_out
    assert (done.prepared, done.approved, done.sent) == (1, 0, [])
    payer.approve(payer.order_of("1001"))
    assert Job.objects.filter(kind="pay", company_id=payer.company).count() == 1
    KINDS["pay"].run(payer.company, {}, payer.now)
    assert payer.states() == ["sent"]


def test_where_people_select_nothing_becomes_an_order_by_itself(company: Open) -> None:
    payer = known_supplier(company)
    set_payment_rules(selects=True, approvals_needed=1, **payer.by)
    payer.bills(bill("1001"))
    assert payer.round().paid_out.prepared == 0
    assert len(payer.orders()) == 1


def test_what_a_person_took_out_or_the_bank_refused_is_not_tried_again_by_itself(
    company: Open,
) -> None:
    payer = known_supplier(company)
    payer.until(datetime(2026, 11, 24, 9, 0))  # the first one is taken
    payer.bank.misbehave(Wrong.REJECTION, USER, "pain001", code="AC04")
    payer.bills(bill("1001", due="2026-11-26"))
    payer.until(WEDNESDAY)
    payer.until(FRIDAY)
    assert payer.states() == ["settled", "rejected"]
    assert payer.round().paid_out.prepared == 0
    payer.approve_all()
    assert payer.order_of("1001").holds.split() == ["failed_before"]


def test_nothing_is_paid_where_no_active_agreement_takes_payments(company: Open) -> None:
    payer = known_supplier(company)
    payer.bills(bill("1001"))
    active = Activation.objects.filter(company_id=payer.company).values_list("pk", flat=True)
    deactivate_activation(activation_ids=list(active), **payer.by)
    done = payer.round().paid_out
    assert (done.prepared, done.sent, len(payer.orders())) == (0, [], 1)


def test_a_bank_that_cannot_be_reached_is_told_and_tried_again(company: Open) -> None:
    payer = known_supplier(company)
    payer.bills(bill("1001"))
    gone = payer.bank.homes / USER
    gone.rename(gone.with_name("away"))
    done = payer.round()
    assert len(done.paid_out.unsent) == 1 and len(done.unreached) == 1
    gone.with_name("away").rename(gone)
    assert payer.round().paid_out.payments_sent == 1
    assert PaymentFile.objects.count() == 2


def test_whoever_took_in_a_new_account_is_not_the_one_to_approve_it(company: Open) -> None:
    payer = company()
    payer.add_person("kari@example.no", "owner")
    payer.add_person("ola@example.no", "approver")
    payer.take_invoices([bill("1001").replace(";;86", ";86", 1)], PERSON)
    payer.round()
    order = payer.order_of("1001")
    assert order.account_changed_by == PERSON
    with pytest.raises(OwnAccountChangeError):
        payer.approve(order, reason="Sett papiret")
    payer.approve(order, person="ola@example.no")
    assert payer.order_of("1001").state == "approved"


def test_alone_they_say_why_and_that_is_kept(company: Open) -> None:
    payer = company()
    payer.add_person("kari@example.no", "owner")
    payer.take_invoices([bill("1001").replace(";;86", ";86", 1)], PERSON)
    payer.round()
    order = payer.order_of("1001")
    with pytest.raises(OwnAccountChangeError):
        payer.approve(order)
    payer.approve(order, reason="Ringt leverandøren")
    assert payer.order_of("1001").state == "approved"


def test_an_account_that_was_paid_before_is_nobodys_change(company: Open) -> None:
    payer = known_supplier(company)
    payer.take_invoices([bill("1001").replace(";;86", ";86", 1)], PERSON)
    payer.round()
    assert payer.order_of("1001").account_changed_by == ""
    payer.bills(bill("1002", "20.00", account=ACCOUNTS[1]))
    payer.round()
    swapped = payer.order_of("1002")
    assert (swapped.holds, swapped.account_changed_by) == ("new_account", "faktura@example.no")
    assert PaymentOrder.objects.get(pk=swapped.pk).state == "awaiting_approval"


def test_a_day_without_bills_does_nothing(company: Open) -> None:
    payer = company(Ways())
    payer.bank.advance_to(payer.bank.now + timedelta(days=1))
    assert payer.round().paid_out.sent == []
