"""What the tables refuse, whoever writes: unapproved, altered, deleted, out of order."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from avstem.domain.payment_life import MOVES, OrderState
from avstem.store.models import (
    PaymentApproval,
    PaymentEvent,
    PaymentFile,
    PaymentOrder,
    StandingApproval,
)
from tests.payments.books import ACCOUNTS, Payer, bill

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def payer(tmp_path: Path) -> Payer:
    payer = Payer.open(tmp_path)
    payer.bills(bill("1001"), bill("1002", "20.00", party="B", account=ACCOUNTS[1]))
    payer.prepare()
    return payer


def refused(rows: Any, said: str, **changed: Any) -> None:
    with pytest.raises(IntegrityError, match=said), transaction.atomic():
        rows.update(**changed)


def one(payer: Payer, number: str = "1001") -> Any:
    return PaymentOrder.objects.filter(pk=payer.order(number).pk)


def test_the_moves_in_the_migration_are_the_table() -> None:
    stated = set(import_module("avstem.store.migrations.0024_debits_undone").ORDER_MOVES)
    assert stated == {f"{a.value}>{b.value}" for a in MOVES for b in MOVES[a]}


def test_nothing_is_approved_by_writing_so(payer: Payer) -> None:
    refused(one(payer), "nobody has approved this", state="approved")
    for state in ("in_file", "sent", "executed"):
        refused(one(payer), "the state does not move|in no file", state=state)


def test_a_standing_approval_covers_no_more_than_it_says(payer: Payer) -> None:
    payer.stand_for(15)
    standing = StandingApproval.objects.get()
    PaymentOrder.objects.filter(company_id=payer.company).update(holds="")
    for number in ("1001", "1002"):  # 1000.00 and 20.00, up to 15.00
        refused(one(payer, number), "nobody has approved", state="approved", standing=standing)
    payer.stand_for(20)
    new = StandingApproval.objects.latest("pk")
    refused(one(payer, "1002"), "nobody has approved", state="approved", standing=standing)
    one(payer, "1002").update(state="approved", standing=new)
    one(payer, "1001").update(holds="first_payment")
    payer.stand_for(5_000)
    refused(
        one(payer),
        "nobody has approved",
        state="approved",
        standing=StandingApproval.objects.latest("pk"),
    )


def test_an_approval_of_something_else_does_not_count(payer: Payer) -> None:
    order = payer.order("1001")
    row = {"company_id": payer.company, "order": order, "person": "x", "at": payer.at}
    with pytest.raises(IntegrityError, match="approves something else"), transaction.atomic():
        PaymentApproval.objects.create(order_hash="0" * 64, **row)
    PaymentApproval.objects.create(order_hash=order.order_hash, **row)
    one(payer).update(amount_minor=1, order_hash="1" * 64)
    refused(one(payer), "nobody has approved", state="approved")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("amount_minor", 1), ("creditor_account", "NO1"), ("creditor_name", "X"), ("kid", "18"),
        ("execution_date", "2027-01-04"), ("order_hash", "1"), ("text", "x"), ("documents", [1]),
        ("approvals_needed", 2), ("account_changed_by", "x"), ("currency", "EUR"),
    ],
)  # fmt: skip
def test_what_is_approved_is_not_changed(payer: Payer, column: str, value: Any) -> None:
    payer.approve()
    refused(one(payer), "what is approved is not changed", **{column: value})
    payer.make()
    refused(one(payer), "what is approved is not changed", **{column: value})


def test_what_it_is_for_is_never_changed_and_nothing_is_deleted(payer: Payer) -> None:
    refused(one(payer), "what it is for", end_to_end_id="other")
    refused(one(payer), "what it is for", item=payer.item("1002"))
    payer.approve()
    payer.make()
    for model in (PaymentOrder, PaymentFile, PaymentApproval, PaymentEvent):
        table = model._meta.db_table
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")


def test_a_bill_has_one_live_order(payer: Payer) -> None:
    order = payer.order("1001")
    order.pk, order.end_to_end_id = None, "another"
    with pytest.raises(IntegrityError), transaction.atomic():
        order.save(force_insert=True)


def test_a_files_bytes_are_what_they_were_and_it_begins_as_made(payer: Payer) -> None:
    payer.approve()
    [file] = payer.make().files
    rows = PaymentFile.objects.filter(pk=file.pk)
    for changed in ({"content": b"x"}, {"sha256": "0"}, {"message_id": "x"}, {"remote_name": "x"}):
        refused(rows, "what was made is not changed", **changed)
    refused(rows, "does not move", state="sent")
    refused(PaymentOrder.objects.filter(file=file), "stays in its file|in no file", file=None)
    payer.send()
    refused(rows, "does not move", state="made")
    refused(rows, "does not move", state="sending")


def test_every_state_begins_before_the_approval(payer: Payer) -> None:
    order = payer.order("1001")
    one(payer).update(state="cancelled")
    for state in set(OrderState) - {OrderState.DRAFT, OrderState.AWAITING_APPROVAL}:
        order.pk, order.end_to_end_id, order.state = None, "another", state.value
        with pytest.raises(IntegrityError, match="begins before"), transaction.atomic():
            order.save(force_insert=True)
