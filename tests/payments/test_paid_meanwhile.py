"""A bill that is settled otherwise after its payment was made: nothing leaves for more than is owed."""

from pathlib import Path

import pytest

from avstem.domain.errors import OverAllocationError
from avstem.domain.payment_shield import Hold
from avstem.services.add_account import NewAccount, add_account
from avstem.services.add_transaction import add_transaction
from avstem.services.book_transaction import book_transaction
from avstem.services.carry_payment_file import hand_out_file
from avstem.services.undo_booking import undo_booking
from avstem.store.models import BankTransaction, PaymentFile
from tests.payments.banked import TODAY
from tests.payments.books import Payer, bill, credit
from tests.support.bank_life import account_at

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def prepared(folder: Path, *bills: str) -> Payer:
    payer = Payer.open(folder)
    payer.bills(*bills)
    payer.prepare()
    return payer


def pay_otherwise(payer: Payer, number: str, minor: int) -> BankTransaction:
    """Money on another account, which a person books on the bill or the note."""
    account = add_account(
        account=NewAccount(account_at("nordea", 9), "operating", "1930"), **payer.by
    )
    typed = add_transaction(
        account_id=account.pk, booking_date=TODAY, amount_minor=minor, text=number, **payer.by
    )
    item = payer.item(number)
    book_transaction(
        transaction_id=typed.pk, settlements=[(item.pk, item.remaining_minor)], lines=[], **payer.by
    )
    return typed


def held(payer: Payer, number: str) -> bool:
    return Hold.PAID_MEANWHILE in payer.order(number).holds.split()


def test_it_does_not_leave_and_is_not_approved_until_it_is_owed_again(tmp_path: Path) -> None:
    payer = prepared(tmp_path, bill("1001"), bill("1002", "300.00"))
    payer.approve(*payer.orders())
    typed = pay_otherwise(payer, "1001", -1_000_00)
    payer.make()
    assert (payer.order("1001").state, payer.order("1002").state) == (
        "awaiting_approval", "in_file",
    )  # fmt: skip
    assert held(payer, "1001")
    assert not held(payer, "1002")
    with pytest.raises(OverAllocationError) as refused:
        payer.approve(payer.order("1001"))
    assert refused.value.remaining == "0.00 NOK"

    undo_booking(transaction_id=typed.pk, **payer.by)
    payer.approve(payer.order("1001"))
    payer.make()
    assert payer.order("1001").state == "in_file"


def test_a_file_that_has_not_been_sent_is_taken_apart(tmp_path: Path) -> None:
    payer = prepared(tmp_path, bill("1001"), bill("1002", "300.00"))
    payer.approve(*payer.orders())
    payer.make()
    pay_otherwise(payer, "1001", -1_000_00)
    payer.make()
    states = {number: payer.order(number).state for number in ("1001", "1002")}
    assert states == {"1001": "awaiting_approval", "1002": "in_file"}
    assert list(PaymentFile.objects.order_by("pk").values_list("state", "payments")) == [
        ("withdrawn", 2), ("made", 1),
    ]  # fmt: skip


def test_a_file_that_nobody_has_begun_is_not_sent(tmp_path: Path) -> None:
    payer = prepared(tmp_path, bill("1001"))
    payer.approve(*payer.orders())
    payer.make()
    pay_otherwise(payer, "1001", -1_000_00)
    with pytest.raises(OverAllocationError):
        payer.send()
    assert (payer.delivered(), payer.file().state) == ({}, "made")


def test_a_file_to_carry_is_not_given_out(tmp_path: Path) -> None:
    payer = Payer.open(tmp_path, channel="netbank")
    payer.bills(bill("1001"))
    payer.prepare()
    payer.approve(*payer.orders())
    payer.make()
    pay_otherwise(payer, "1001", -1_000_00)
    with pytest.raises(OverAllocationError):
        hand_out_file(file_id=payer.file().pk, **payer.by)


def test_what_is_paid_before_its_approval_is_not_approved(tmp_path: Path) -> None:
    payer = prepared(tmp_path, bill("1001"))
    pay_otherwise(payer, "1001", -1_000_00)
    with pytest.raises(OverAllocationError):
        payer.approve(*payer.orders())
    assert payer.states() == ["awaiting_approval"]


def test_a_credit_note_that_was_used_elsewhere_holds_it(tmp_path: Path) -> None:
    payer = prepared(tmp_path, bill("1001"), credit("9", "100.00"))
    [order] = payer.orders()
    assert (order.amount_minor, len(order.documents)) == (900_00, 2)
    payer.approve(order)
    # The supplier paid the note back: it is used, and 1001 is owed in full.
    pay_otherwise(payer, "9", 100_00)
    payer.make()
    assert held(payer, "1001")
