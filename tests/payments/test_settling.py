"""A paid bill's way through the books: to the account of payments on their way, and off it."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from avstem.domain.errors import LaterBookingError
from avstem.domain.payment_errors import OtherPaymentError
from avstem.services.accept_suggestion import accept_suggestion
from avstem.services.prepare_payments import prepare_payments
from avstem.services.take_payment_answer import take_payment_answer
from avstem.services.undo_booking import undo_booking
from avstem.store.models import BankTransaction, OpenItem, SentPayment
from avstem.store.payable import Choice, payable_bills
from avstem.testbank.bank import Ways
from tests.payments.banked import BANK, CLEARING, PAYABLES, TODAY, Banked
from tests.payments.books import ACCOUNTS, KIDS, bill, credit, report
from tests.support.bank_life import account_at

pytestmark = [pytest.mark.django_db, pytest.mark.database]

WEDNESDAY, FRIDAY = date(2026, 11, 25), date(2026, 11, 27)
Open = Callable[..., Banked]


@pytest.fixture
def company(tmp_path: Path, settings: Any) -> Open:
    settings.CREDENTIAL_KEYS = ""
    settings.CREDENTIAL_KEYS_FILE = tmp_path / "credentials.key"
    return lambda ways=None: Banked.open(tmp_path, ways)


def answer(company: Banked, xml: str) -> None:
    path = company.folder / "answer.xml"
    path.write_text(xml, "utf-8")
    take_payment_answer(path=path, name=path.name, source="test", **company.by)


def sent_back(company: Open) -> Banked:
    """A bill that was paid on Wednesday, and whose money the payee's bank has sent back."""
    payer = company()
    payer.bills(bill("1001", due="2026-11-25"))
    payer.pay()
    payer.until(WEDNESDAY)
    payer.bank.send_back("kunde", payer.order_of("1001").end_to_end_id)
    payer.until(FRIDAY)
    return payer


def test_the_bill_goes_to_clearing_when_the_bank_has_paid_and_to_the_bank_with_the_debit(
    company: Open,
) -> None:
    payer = company()
    payer.bills(bill("1001", due="2026-11-25", kid=KIDS[0]))
    payer.pay()
    payer.until(datetime(2026, 11, 25, 8, 30))  # the first run is over; no statement yet
    assert (payer.states(), payer.left("1001")) == (["settled"], 0)
    assert payer.vouchers() == [
        [(CLEARING, -1000_00), (PAYABLES, 1000_00)],
        [(BANK, -1000_00), (CLEARING, 1000_00)],
    ]
    assert payer.timeline("1001")[-3:] == ["status", "moved", "settled"]
    payer.until(FRIDAY)
    assert len(payer.vouchers()) == 2, "the statement tells of the same debit"
    assert (payer.balance(CLEARING), payer.faults()) == (0, [])


def test_between_the_banks_word_and_the_debit_the_money_is_on_its_way(company: Open) -> None:
    payer = company()
    payer.bills(bill("1001"), credit("K1", "300.00"))
    payer.pay()
    file = payer.order_of("1001").file
    assert file is not None
    answer(payer, report(file.message_id, group="ACSC"))
    assert payer.states() == ["executed"]
    assert (payer.left("1001"), payer.left("K1")) == (0, 0), "the credit note is drawn off"
    assert payer.vouchers() == [[(CLEARING, -700_00), (PAYABLES, 1000_00), (PAYABLES, -300_00)]]
    assert payer.faults() == []


def test_a_debit_that_comes_before_any_word_moves_the_bill_and_settles_it(company: Open) -> None:
    payer = company(Ways(steps=()))
    payer.bills(bill("1001", due="2026-11-25"))
    payer.pay()
    payer.until(WEDNESDAY)
    assert payer.states() == ["settled"]
    assert (payer.left("1001"), payer.balance(CLEARING), payer.balance(BANK)) == (0, 0, -1000_00)
    assert payer.faults() == []


@pytest.mark.parametrize("steps", [("ACTC", "ACCP", "ACSC"), ()])
def test_one_sum_of_several_orders_settles_each_of_them(
    company: Open, steps: tuple[str, ...]
) -> None:
    payer = company(Ways(steps=steps, is_batch_booking=True))
    payer.bills(
        bill("1001", due="2026-11-25"),
        bill("1002", "20.50", party="B", account=ACCOUNTS[1], due="2026-11-25"),
        bill("1003", "7.00", party="C", account=account_at("pareto-bank", 7), due="2026-11-25"),
    )
    payer.pay()
    payer.until(FRIDAY)
    assert payer.states() == ["settled"] * 3
    assert [payer.left(number) for number in ("1001", "1002", "1003")] == [0, 0, 0]
    assert (payer.balance(CLEARING), payer.balance(BANK)) == (0, -1027_50)
    assert payer.faults() == []


def test_what_the_payees_bank_sends_back_is_owed_again_and_a_person_looks(company: Open) -> None:
    payer = company()
    payer.bills(bill("1001", due="2026-11-25"), bill("1002", "20.00", due="2026-11-25"))
    payer.pay()
    payer.until(WEDNESDAY)
    assert payer.bank.send_back("kunde", payer.order_of("1001").end_to_end_id) == 1
    payer.until(FRIDAY)
    assert (payer.states(), payer.left("1001")) == (["returned", "settled"], 1000_00)
    assert (payer.balance(CLEARING), payer.balance(BANK)) == (0, -20_00)
    assert payer.timeline("1001")[-2:] == ["moved_back", "returned"]
    [again] = payable_bills(payer.company, now=payer.now)
    assert "failed_before" in again.holds
    assert payer.faults() == []


def test_undoing_the_debit_puts_the_money_on_its_way_again_until_it_is_booked_anew(
    company: Open,
) -> None:
    payer = company()
    payer.bills(bill("1001", due="2026-11-25"))
    payer.pay()
    payer.until(WEDNESDAY)
    [debit] = payer.debits()
    undo_booking(transaction_id=debit.pk, **payer.by)
    assert payer.states() == ["executed"]
    assert (payer.left("1001"), payer.balance(CLEARING)) == (0, -1000_00)
    assert payable_bills(payer.company, now=payer.now) == []
    payer.round()
    debit.refresh_from_db()
    assert debit.state != "booked", "what a person has undone is not done again by itself"
    assert payer.faults() == []
    file = payer.order_of("1001").file
    assert file is not None
    answer(payer, report(file.message_id, group="ACCP", id="LATE"))
    assert payer.states() == ["executed"]
    accept_suggestion(transaction_id=debit.pk, position=0, **payer.by)
    assert payer.states() == ["settled"]
    answer(payer, report(file.message_id, group="ACSC", id="LATER"))
    assert payer.states() == ["settled"], "no report opens what the account has settled"
    assert (payer.left("1001"), payer.balance(CLEARING), payer.balance(BANK)) == (0, 0, -1000_00)
    assert payer.timeline("1001")[-4:] == ["debit_undone", "status", "settled", "status"]
    assert payer.faults() == []


def test_undoing_one_sum_opens_each_of_its_payments(company: Open) -> None:
    payer = company(Ways(is_batch_booking=True))
    payer.bills(
        bill("1001", due="2026-11-25"),
        bill("1002", "20.50", party="B", account=ACCOUNTS[1], due="2026-11-25"),
    )
    payer.pay()
    payer.until(FRIDAY)
    assert payer.states() == ["settled"] * 2
    debit = payer.debits()[0]
    opened = SentPayment.objects.filter(debit=debit).count()
    undo_booking(transaction_id=debit.pk, **payer.by)
    assert opened >= 1
    assert sorted(payer.states()) == ["executed"] * opened + ["settled"] * (2 - opened)
    assert payer.balance(CLEARING) == debit.amount_minor
    assert payer.faults() == []


def test_a_debit_is_not_undone_while_a_later_payment_of_the_bill_is_on_its_way(
    company: Open,
) -> None:
    payer = company()
    payer.bills(bill("1001", due="2026-11-25"))
    item = OpenItem.objects.get(number="1001")
    prepare_payments(choices=[Choice(item.pk, amount_minor=400_00)], **payer.by)
    payer.pay()
    payer.until(WEDNESDAY)
    [debit] = payer.debits()
    prepare_payments(choices=[Choice(item.pk)], **payer.by)
    with pytest.raises(OtherPaymentError) as refused:
        undo_booking(transaction_id=debit.pk, **payer.by)
    assert refused.value.payment == payer.order_of("1001").end_to_end_id
    payer.pay()
    payer.until(FRIDAY)
    undo_booking(transaction_id=debit.pk, **payer.by)
    assert payer.states() == ["executed", "settled"]
    assert (payer.left("1001"), payer.balance(CLEARING)) == (0, -400_00)
    assert payer.faults() == []


def test_the_debit_of_what_came_back_is_not_undone_before_the_return(company: Open) -> None:
    payer = sent_back(company)
    [debit] = payer.debits()
    with pytest.raises(LaterBookingError):
        undo_booking(transaction_id=debit.pk, **payer.by)
    back = BankTransaction.objects.get(amount_minor=1000_00)
    undo_booking(transaction_id=back.pk, **payer.by)
    undo_booking(transaction_id=debit.pk, **payer.by)
    assert (payer.states(), payer.balance(CLEARING)) == (["executed"], -1000_00)
    assert payer.faults() == []


def test_undoing_a_return_pays_the_bill_as_it_was(company: Open) -> None:
    payer = sent_back(company)
    back = BankTransaction.objects.get(amount_minor=1000_00)
    undo_booking(transaction_id=back.pk, **payer.by)
    assert (payer.states(), payer.left("1001")) == (["settled"], 0)
    assert payer.balance(CLEARING) == 0
    assert payer.faults() == []


def test_a_return_is_not_undone_once_the_bill_is_paid_anew(company: Open) -> None:
    payer = sent_back(company)
    payer.pay()
    back = BankTransaction.objects.get(amount_minor=1000_00)
    with pytest.raises(LaterBookingError):
        undo_booking(transaction_id=back.pk, **payer.by)


def test_refused_after_it_was_executed_it_is_returned_and_owed_again(company: Open) -> None:
    payer = company()
    payer.bills(bill("1001"))
    payer.pay()
    file = payer.order_of("1001").file
    assert file is not None
    answer(payer, report(file.message_id, group="ACSC", id="S1"))
    answer(payer, report(file.message_id, group="RJCT", reason="AC04", id="S2"))
    assert (payer.states(), payer.left("1001")) == (["returned"], 1000_00)
    assert payer.balance(CLEARING) == 0
    assert payer.faults() == []


def test_a_debit_is_believed_over_a_refusal(company: Open) -> None:
    payer = company(Ways(steps=()))
    payer.bills(bill("1001", due="2026-11-25"))
    payer.pay()
    file = payer.order_of("1001").file
    assert file is not None
    answer(payer, report(file.message_id, group="RJCT", reason="AM04"))
    assert (payer.states(), payer.left("1001")) == (["rejected"], 1000_00)
    payer.until(WEDNESDAY)
    assert (payer.states(), payer.left("1001")) == (["settled"], 0)
    assert payer.faults() == []


def test_the_banks_own_reference_is_enough(company: Open) -> None:
    payer = company(Ways(steps=()))
    payer.bills(bill("1001", due="2026-11-25"))
    payer.pay()
    payer.bank.advance_to(WEDNESDAY)
    # A bank that says no id of ours on the account, but its own, which it told when it executed.
    posting = payer.bank.ledger.row("SELECT reference FROM posting WHERE minor < 0")
    assert posting is not None
    SentPayment.objects.update(
        bank_reference=posting["reference"], end_to_end_id="A", instruction_id="A",
        message_id="A", payment_information_id="A",
    )  # fmt: skip
    payer.round()
    assert SentPayment.objects.get().settled


def test_a_bill_paid_otherwise_meanwhile_is_not_paid_twice_in_the_books(company: Open) -> None:
    payer = company()
    payer.bills(bill("1001", due="2026-11-25"))
    payer.pay()
    by_hand = payer.type_in(TODAY, -1000_00, "Betalt i nettbanken")
    payer.settle_by_hand(by_hand, "1001")
    payer.until(WEDNESDAY)
    order = payer.order_of("1001")
    assert (order.state, payer.left("1001")) == ("executed", 0)
    assert "not_moved" in payer.timeline("1001")
    debit = payer.debits()[-1]
    assert debit.state == "suggested"
    accept_suggestion(transaction_id=debit.pk, position=0, **payer.by)
    assert payer.balance(PAYABLES) == 2000_00, "paid twice: half of it is the supplier's debt"
    assert payer.faults() == []


def test_verify_finds_money_that_is_on_its_way_for_ever(company: Open) -> None:
    payer = company()
    payer.bills(bill("1001", due="2026-11-25"))
    payer.pay()
    payer.until(WEDNESDAY)
    SentPayment.objects.update(settled=False)
    assert [each.name for each in payer.faults()] == ["the clearing account is what is on its way"]
    SentPayment.objects.update(settled=True, debit=None)
    assert [each.name for each in payer.faults()] == ["settled payments have their debit"]
