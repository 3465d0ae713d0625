"""No path sends an order that is not approved, or is not what was approved: each is tried.

The tables refuse such rows to begin with (`test_guards`); here the guards are taken away first, as
somebody with the database's password could do.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection

from avstem.domain.errors import FileAlteredError, PaymentAlteredError, StateError
from avstem.domain.open_item import ItemKind
from avstem.services.deactivate_activation import deactivate_activation
from avstem.services.pay_again import pay_again
from avstem.services.refund_customer import refund_note
from avstem.services.set_payee import Payee, set_payee
from avstem.services.verify import verify
from avstem.store.models import Activation, PaymentFile, PaymentOrder
from avstem.store.payments import hash_of
from avstem.worker.handlers import KINDS
from avstem.worker.round import go_round
from tests.payments.books import ACCOUNTS, Payer, bill
from tests.payments.wages import AUTHORITY, KID, row, take
from tests.web.payer import member

pytestmark = [pytest.mark.django_db(transaction=False), pytest.mark.database]
TABLES = ("store_paymentorder", "store_paymentfile", "store_paymentapproval")


@pytest.fixture
def payer(tmp_path: Path) -> Payer:
    payer = Payer.open(tmp_path)
    payer.bills(bill("1001"), bill("1002", "20.00", party="B", account=ACCOUNTS[1]))
    payer.prepare()
    return payer


@pytest.fixture
def unguarded(payer: Payer) -> None:
    """Whoever has the database's password takes the guards away; the test's end brings them back."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            if connection.vendor == "postgresql":
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                continue
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table]
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")


def by_service(payer: Payer) -> None:
    payer.make()
    payer.send()


def by_round(payer: Payer) -> None:
    go_round(company_id=payer.company, actor="worker", now=payer.at)


def by_job(payer: Payer) -> None:
    KINDS["pay"].run(payer.company, {}, payer.at)


def by_round_of_the_queue(payer: Payer) -> None:
    KINDS["sync"].run(payer.company, {}, payer.at)


PATHS = (by_service, by_round, by_job, by_round_of_the_queue)
Path_ = Callable[[Payer], None]


@pytest.mark.parametrize("send", PATHS)
def test_what_is_not_approved_is_not_sent(payer: Payer, send: Path_) -> None:
    send(payer)
    assert (payer.delivered(), payer.states()) == ({}, ["awaiting_approval"] * 2)


def abroad(payer: Payer) -> PaymentOrder:
    """Euro to Germany, which only its supplier's page makes whole."""
    payer.bills(bill("E1", party="Teile GmbH", account="DE89370400440532013000"))
    said = Payee(
        town="Berlin", country="DE", bic="DEUTDEFF", purpose_code="14", purpose_text="Deler"
    )
    set_payee(party_id=payer.item("E1").party_id, payee=said, **payer.by)
    payer.prepare()
    return payer.order("E1")


def refund(payer: Payer) -> PaymentOrder:
    """Money back to a customer."""
    payer.bills(bill("K1", party="Kunde", account="", kind="customer_credit_note"))
    return refund_note(item_id=payer.item("K1").pk, account=ACCOUNTS[1], **payer.by)


def wages(payer: Payer) -> PaymentOrder:
    """Wages from a list."""
    return take(payer, row()).orders[0]


def tax_again(payer: Payer) -> PaymentOrder:
    """Tax from a list, cancelled and paid anew."""
    [first] = take(payer, row(AUTHORITY, kid=KID), kind=ItemKind.TAX).orders
    payer.cancel(first)
    return pay_again(order_id=first.pk, **payer.by)


def refund_abroad(payer: Payer) -> PaymentOrder:
    """Kroner back to a customer's account in Germany."""
    payer.bills(bill("K1", party="Kunde", account="", kind="customer_credit_note"))
    said = Payee(town="Berlin", country="DE", bic="DEUTDEFF", account="DE89370400440532013000")
    set_payee(party_id=payer.item("K1").party_id, payee=said, **payer.by)
    return refund_note(item_id=payer.item("K1").pk, account=said.account, **payer.by)


def without_iban(payer: Payer) -> PaymentOrder:
    """To a number at a bank in the United States."""
    payer.bills(bill("U1", party="Acme Inc", account=""))
    said = Payee(
        town="New York", country="US", number="000123", number_bank="USABA 021000021",
        purpose_code="29", purpose_text="Consulting",
    )  # fmt: skip
    set_payee(party_id=payer.item("U1").party_id, payee=said, **payer.by)
    payer.prepare()
    return payer.order("U1")


@pytest.mark.parametrize("send", PATHS)
@pytest.mark.parametrize("make", [abroad, refund, wages, tax_again, refund_abroad, without_iban])
def test_an_order_of_another_kind_is_not_sent_unapproved_either(
    payer: Payer, send: Path_, make: Callable[[Payer], PaymentOrder]
) -> None:
    made = make(payer)
    send(payer)
    waiting = [each for each in payer.orders() if each.state == "awaiting_approval"]
    assert (payer.delivered(), len(waiting), waiting[-1].pk) == ({}, 3, made.pk)


@pytest.mark.parametrize("with_its_hash", [False, True])
def test_what_a_payment_abroad_says_is_not_changed_after_it_was_approved(
    payer: Payer, unguarded: None, with_its_hash: bool
) -> None:
    order = abroad(payer)
    payer.approve(order)
    order.abroad["bic"] = "COBADEFF"
    said = {"order_hash": hash_of(order, order.account)} if with_its_hash else {}
    PaymentOrder.objects.filter(pk=order.pk).update(abroad=order.abroad, **said)
    by_service(payer)
    assert payer.delivered() == {}


def test_the_tables_keep_what_a_payment_abroad_says(payer: Payer) -> None:
    order = abroad(payer)
    payer.approve(order)
    changed = {**order.abroad, "bic": "COBADEFF"}
    with pytest.raises(DatabaseError, match="abroad_fixed"):
        PaymentOrder.objects.filter(pk=order.pk).update(abroad=changed)


@pytest.mark.parametrize("send", PATHS)
@pytest.mark.parametrize(
    "change",
    [
        {"creditor_account": "NO0512345678903"},
        {"amount_minor": 1001_00},
        {"creditor_name": "En annen AS"},
        {"kid": "12345674"},
        {"text": "noe annet"},
        {"order_hash": "0" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_was_changed_after_it_was_approved_is_not_sent(
    payer: Payer, unguarded: None, send: Path_, change: dict[str, Any]
) -> None:
    payer.approve(payer.order("1001"))
    PaymentOrder.objects.filter(pk=payer.order("1001").pk).update(**change)
    send(payer)
    assert payer.delivered() == {}
    assert payer.order("1001").state == "approved", "it stands there for a person to look at"


@pytest.mark.parametrize("send", PATHS)
def test_a_state_that_was_written_over_is_no_approval(
    payer: Payer, unguarded: None, send: Path_
) -> None:
    PaymentOrder.objects.update(state="approved")
    send(payer)
    assert payer.delivered() == {}


def test_one_approval_is_not_two(payer: Payer, unguarded: None) -> None:
    payer.approve(payer.order("1001"))
    PaymentOrder.objects.update(approvals_needed=2)
    by_service(payer)
    assert payer.delivered() == {}


@pytest.mark.parametrize("with_its_hash", [False, True])
def test_bytes_that_were_changed_in_the_table_are_not_sent(
    payer: Payer, unguarded: None, with_its_hash: bool
) -> None:
    payer.approve()
    payer.make()
    file = payer.file()
    altered = bytes(file.content).replace(b"1000.00", b"9000.00")
    assert altered != bytes(file.content)
    digest = hashlib.sha256(altered).hexdigest() if with_its_hash else file.sha256
    PaymentFile.objects.filter(pk=file.pk).update(content=altered, sha256=digest)
    with pytest.raises(FileAlteredError):
        payer.send()
    done = go_round(company_id=payer.company, actor="worker", now=payer.at)
    assert [refusal.code for _, refusal in done.paid_out.unsent] == ["payment.file_altered"]
    assert payer.delivered() == {}
    assert "payment files are as made" in [each.name for each in verify() if each.faults]


def test_a_retry_sends_the_same_bytes_or_nothing(payer: Payer, unguarded: None) -> None:
    payer.approve()
    payer.make()
    file = payer.file()
    PaymentFile.objects.filter(pk=file.pk).update(state="unknown")
    altered = bytes(file.content).replace(b"1000.00", b"9000.00")
    PaymentFile.objects.filter(pk=file.pk).update(content=altered)
    with pytest.raises(FileAlteredError):
        payer.send()
    assert payer.delivered() == {}


def test_the_same_bill_with_another_account_changes_no_order(payer: Payer) -> None:
    payer.approve(payer.order("1001"))
    with pytest.raises(AssertionError, match="exists"):
        payer.bills(bill("1001", account=ACCOUNTS[1]))
    by_round(payer)
    [content] = payer.delivered().values()
    assert ACCOUNTS[1].encode() not in content


def test_the_page_approves_only_what_it_showed(payer: Payer) -> None:
    order = payer.order("1001")
    seen = {f"seen-{order.pk}": "0" * 64}
    member(payer, "approver").post("payments/approve/", order=[str(order.pk)], **seen)
    by_round(payer)
    assert payer.delivered() == {} and payer.order("1001").state == "awaiting_approval"
    order.order_hash = "0" * 64
    with pytest.raises(PaymentAlteredError):
        payer.approve(order)


def test_a_file_does_not_outlive_its_agreement(payer: Payer) -> None:
    payer.approve()
    payer.make()
    active = Activation.objects.filter(company_id=payer.company).values_list("pk", flat=True)
    deactivate_activation(activation_ids=list(active), **payer.by)
    with pytest.raises(StateError):
        payer.send()
    assert payer.delivered() == {}
