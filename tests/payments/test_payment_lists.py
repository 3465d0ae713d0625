"""Wages and tax: each row owed once and paid once, always held, settled on its own debt account."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from avstem.domain.errors import OwnAccountChangeError, StateError
from avstem.domain.identifiers import norwegian_iban
from avstem.domain.open_item import ItemKind
from avstem.domain.payment_errors import NoPaymentAgreementError
from avstem.services.change_payment import change_payment
from avstem.services.deactivate_activation import deactivate_activation
from avstem.services.pay_again import pay_again
from avstem.services.reconcile import reconcile
from avstem.store.models import (
    Activation,
    BankTransaction,
    OpenItem,
    Posting,
    ReferenceKey,
    Voucher,
)
from avstem.store.payable import payable_bills
from avstem.worker.handlers import KINDS
from tests.payments.banked import BANK, CLEARING, TODAY, Banked
from tests.payments.books import ACCOUNTS, Payer, bill
from tests.payments.wages import AUTHORITY, KARI, KID, OLA, row, take

pytestmark = pytest.mark.django_db
WAGES, WITHHELD = "2930", "2600"
TAX = ItemKind.TAX


@pytest.fixture
def payer(tmp_path: Path) -> Payer:
    return Payer.open(tmp_path)


@pytest.mark.database
def test_wages_leave_as_one_sum_and_tax_with_its_kid(tmp_path: Path) -> None:
    banked = Banked.open(tmp_path)
    take(banked, row(KARI, "31000.00"), row(OLA, "28500.50"))
    take(banked, row(AUTHORITY, "21000.00", kid=KID), kind=TAX)
    banked.approve(*banked.orders())
    banked.send_payments()
    banked.until(TODAY + timedelta(days=2))
    assert banked.states() == ["settled"] * 3
    assert sorted(each.amount_minor for each in banked.debits()) == [-59_500_50, -21_000_00]
    assert (banked.balance(WAGES), banked.balance(WITHHELD)) == (59_500_50, 21_000_00)
    assert (banked.balance(CLEARING), banked.balance("2400"), banked.faults()) == (0, 0, [])
    summed = [(BANK, -59_500_50), (CLEARING, 31_000_00), (CLEARING, 28_500_50)]
    assert summed in banked.vouchers()


def test_the_books_do_not_tell_who_earns_what(tmp_path: Path) -> None:
    banked = Banked.open(tmp_path)
    take(banked, row(KARI), row(OLA))
    banked.approve(*banked.orders())
    banked.send_payments()
    banked.until(TODAY + timedelta(days=2))
    said = [
        f"{each.voucher.text} {each.text} {each.party and each.party.name}"
        for each in Posting.objects.select_related("voucher", "party")
    ]
    said += [f"{each.number} {each.description} {each.party_account}" for each in _items(banked)]
    for who in (KARI, OLA):
        assert not any(who[0] in text or who[1] in text for text in said)


def _items(books: Payer | Banked) -> list[OpenItem]:
    return list(OpenItem.objects.filter(company_id=books.company).order_by("pk"))


@pytest.mark.database
def test_a_list_that_comes_again_makes_nothing(payer: Payer) -> None:
    rows = [row(KARI), row(KARI, reference="bonus"), row(OLA, reference="2026-11/2")]
    assert len(take(payer, *rows).orders) == 3
    again = take(payer, *rows, row(OLA, "100.00"))
    assert again.orders[0].holds == "salary first_payment", "it is no correction: the list has both"
    assert (again.already_there, len(again.orders)) == (3, 1)
    payer.cancel(*payer.orders())
    assert take(payer, *rows).already_there == 3, "what was cancelled does not come back by itself"
    assert len(payer.orders()) == 4


def test_one_reference_is_one_payment(payer: Payer) -> None:
    first = take(payer, row(KARI, reference="R1"), row(OLA, reference="R1"))
    assert [each.line for each in first.refused] == [3]
    for other in (
        row(KARI, "99.00", reference="R1"), row(OLA, reference="R1"),
        row(KARI, reference="R1", day="2026-12-22"),
    ):  # fmt: skip
        [refused] = take(payer, other).refused
        assert refused.refusal.code == "list.differs"
    [twin] = take(payer, row(AUTHORITY, kid=KID), row(AUTHORITY, "5.00", kid=KID), kind=TAX).refused
    assert (twin.line, twin.refusal.code) == (3, "list.needs_reference")
    assert len(payer.orders()) == 2


def test_two_rows_that_nothing_tells_apart_are_not_both_paid(payer: Payer) -> None:
    taken = take(payer, row(KARI), row(OLA), row(KARI))
    [refused] = taken.refused
    assert (refused.line, refused.refusal.code) == (4, "list.needs_reference")
    assert refused.refusal.facts()["first"] == 2
    assert len(taken.orders) == 2
    told_apart = take(payer, row(KARI, reference="a"), row(KARI, reference="b"))
    assert ["same_payment" in each.holds for each in told_apart.orders] == [True, True]


@pytest.mark.parametrize(
    ("corrected", "hold"),
    [
        (row(KARI, "32000.00"), "like_payment"),
        (row((KARI[0], ACCOUNTS[2])), "like_payment"),
        (row(("Kari  A. Ansatt", KARI[1]), "32000.00", day="2026-11-27"), "like_payment"),
        (row(KARI, day="2026-11-26"), "same_payment"),
        (row(KARI, "32000.00", day="2026-12-22"), ""),
        (row(OLA, "32000.00"), ""),
    ],
)
@pytest.mark.database
def test_a_corrected_list_is_held_beside_the_one_before(
    payer: Payer, corrected: str, hold: str
) -> None:
    take(payer, row(KARI))
    [order] = take(payer, corrected).orders
    assert {"like_payment", "same_payment"} & set(order.holds.split()) == ({hold} - {""})


def test_a_list_taken_in_as_wages_and_as_tax_is_held(payer: Payer) -> None:
    take(payer, row(KARI))
    [order] = take(payer, row(KARI, text="Lønn"), kind=TAX).orders
    assert "same_payment" in order.holds.split()


def test_a_corrected_claim_is_held_and_the_next_one_is_not(payer: Payer) -> None:
    take(payer, row(AUTHORITY, kid=KID), kind=TAX)
    [corrected] = take(payer, row(AUTHORITY, "5.00", kid=KID), kind=TAX).orders
    [other] = take(payer, row(AUTHORITY, kid="12345682"), kind=TAX).orders
    assert ["like_payment" in each.holds.split() for each in (corrected, other)] == [True, False]
    assert "same_payment" not in other.holds


@pytest.mark.parametrize("day", ["2062-11-25", "2025-11-25"])
def test_a_day_that_nobody_pays_on_is_refused(payer: Payer, day: str) -> None:
    taken = take(payer, row(day=day))
    assert (len(taken.refused), taken.orders) == (1, [])


def test_a_wrong_row_is_named_and_the_others_come(payer: Payer) -> None:
    taken = take(payer, row(KARI), row(("X", "12345678901")), row(OLA, kid=KID), row(OLA))
    assert taken.unread == []
    assert [each.line for each in taken.refused] == [3, 4]
    assert (len(taken.orders), taken.total_minor) == (2, 62_000_00)


@pytest.mark.parametrize("debt", ["2400", "2990", "1920", "2999", "3000"])
def test_it_is_owed_on_a_debt_account_that_nothing_else_is_booked_to(
    payer: Payer, debt: str
) -> None:
    taken = take(payer, row(debt=debt))
    assert (len(taken.refused), taken.orders) == (1, [])


def test_another_debt_is_said_in_the_list(payer: Payer) -> None:
    take(payer, row(AUTHORITY, kid=KID, debt="2740"), kind=TAX)
    assert [each.ledger_account for each in _items(payer)] == ["2740"]


def test_it_is_always_held_and_no_standing_approval_takes_it(payer: Payer) -> None:
    payer.stand_for(1_000_000)
    take(payer, row())
    take(payer, row(AUTHORITY, kid=KID), kind=TAX)
    for job in ("sync", "pay"):
        KINDS[job].run(payer.company, {}, payer.at)
    payer.make()
    payer.send()
    assert (payer.delivered(), payer.states()) == ({}, ["awaiting_approval"] * 2)
    assert payer.prepare().orders == (), "they are no bills"


def settled_payroll(tmp_path: Path) -> Banked:
    """November's wages, paid."""
    banked = Banked.open(tmp_path)
    take(banked, row(KARI), row(OLA, "28500.00"))
    banked.approve(*banked.orders())
    banked.send_payments()
    banked.until(TODAY + timedelta(days=2))
    return banked


@pytest.mark.database
def test_the_next_month_is_plain_and_what_is_new_is_held(tmp_path: Path) -> None:
    banked = settled_payroll(tmp_path)
    moved, new = (KARI[0], ACCOUNTS[2]), ("Ny Ansatt", "15030001033")
    taken = take(banked, row(OLA, "28500.00", day="2026-12-22"), row(moved, day="2026-12-22"),
                 row(new, day="2026-12-22"), row((new[0], KARI[1]), "5.00", day="2026-12-22"))  # fmt: skip
    assert [each.holds.split() for each in taken.orders] == [
        ["salary"], ["salary", "new_account"], ["salary", "first_payment"],
        ["salary", "account_of_another", "first_payment"],
    ]  # fmt: skip
    assert [bool(each.account_changed_by) for each in taken.orders] == [False, True, True, True]


def test_who_brings_a_new_account_does_not_approve_it(payer: Payer) -> None:
    payer.add_person("per@example.no", "approver")
    take(payer, row(), actor=payer.person)
    with pytest.raises(OwnAccountChangeError):
        payer.approve(*payer.orders())
    payer.approve(*payer.orders(), person="per@example.no")
    assert payer.states() == ["approved"]


def test_two_payees_on_one_account_are_held(payer: Payer) -> None:
    taken = take(payer, row(KARI), row((OLA[0], KARI[1]), "5.00"))
    assert all("account_of_another" in each.holds for each in taken.orders)


def test_the_same_wages_within_days_are_held_and_a_month_later_not(tmp_path: Path) -> None:
    banked = settled_payroll(tmp_path)
    soon = take(banked, row(KARI, day="2026-12-04", reference="again"))
    later = take(banked, row(KARI, day="2026-12-22"))
    assert [each.orders[0].holds.split() for each in (soon, later)] == [
        ["salary", "same_payment"], ["salary"],
    ]  # fmt: skip


def test_a_payroll_that_came_by_two_lists_is_held_when_the_file_is_made(payer: Payer) -> None:
    first = take(payer, row(KARI, day="2026-12-22"))
    second = take(payer, row(KARI, day="2026-11-25", reference="R9"))
    change_payment(order_id=second.orders[0].pk, pay_on=date(2026, 12, 21), **payer.by)
    assert "same_payment" not in payer.orders()[1].holds, "nobody knew when it came in"
    payer.approve(first.orders[0], payer.orders()[1])
    payer.make()
    assert payer.states() == ["awaiting_approval"] * 2


def test_tax_paid_twice_is_held(payer: Payer) -> None:
    take(payer, row(AUTHORITY, kid=KID, reference="a"), kind=TAX)
    twin = take(payer, row(AUTHORITY, kid=KID, reference="b", day="2027-01-15"), kind=TAX)
    assert "same_payment" in twin.orders[0].holds


@pytest.mark.database
def test_what_was_cancelled_is_paid_again_when_a_person_says_so(payer: Payer) -> None:
    [first] = take(payer, row()).orders
    with pytest.raises(StateError):
        pay_again(order_id=first.pk, **payer.by)
    payer.cancel(first)
    second = pay_again(order_id=first.pk, **payer.by)
    assert (second.creditor_account, second.amount_minor) == (norwegian_iban(KARI[1]), 31_000_00)
    assert "failed_before" not in second.holds
    with pytest.raises(StateError):
        pay_again(order_id=first.pk, **payer.by)
    payer.cancel(second)
    with pytest.raises(StateError):
        pay_again(order_id=first.pk, **payer.by)  # the last one counts: its account may be another
    third = pay_again(order_id=second.pk, **payer.by)
    payer.approve(third)
    payer.make()
    assert payer.states() == ["cancelled", "cancelled", "in_file"]


def test_a_bill_is_not_paid_again_by_it(payer: Payer) -> None:
    payer.bills(bill("1001"))
    payer.prepare()
    payer.cancel(payer.order("1001"))
    with pytest.raises(StateError):
        pay_again(order_id=payer.order("1001").pk, **payer.by)


@pytest.mark.database
def test_wages_that_come_back_are_owed_again(tmp_path: Path) -> None:
    banked = settled_payroll(tmp_path)
    assert banked.bank.send_back("kunde", banked.orders()[0].end_to_end_id) == 1
    banked.until(TODAY + timedelta(days=4))
    assert banked.states() == ["returned", "settled"]
    assert (banked.balance(WAGES), banked.balance(CLEARING), banked.faults()) == (28_500_00, 0, [])
    again = pay_again(order_id=banked.orders()[0].pk, **banked.by)
    assert again.holds.split()[-1] == "failed_before"


def test_no_debit_is_taken_for_wages_that_stand_open(tmp_path: Path) -> None:
    """Paid in the bank's own pages: a person says what it was."""
    banked = Banked.open(tmp_path)
    take(banked, row(KARI))
    typed = banked.type_in(TODAY, -31_000_00, f"Lønn {KARI[0]} {_items(banked)[0].number}")
    BankTransaction.objects.filter(pk=typed.pk).update(
        counterparty=KARI[0], counterparty_account=norwegian_iban(KARI[1])
    )
    reconcile(**banked.by)
    typed.refresh_from_db()
    assert typed.state == "open"
    assert not ReferenceKey.objects.exists()
    banked.settle_by_hand(typed, _items(banked)[0].number)
    assert (banked.balance(WAGES), banked.faults()) == (31_000_00, [])
    said = Voucher.objects.filter(company_id=banked.company).latest("pk").text
    assert KARI[0] not in said
    assert said.startswith("Lønn: L-")


def test_a_debit_that_names_the_kid_of_tax_settles_it(tmp_path: Path) -> None:
    banked = Banked.open(tmp_path)
    take(banked, row(AUTHORITY, kid=KID), kind=TAX)
    [key] = ReferenceKey.objects.all()
    assert (key.kind, key.value) == ("kid", KID)


def test_nothing_is_made_where_no_agreement_takes_payments(payer: Payer) -> None:
    active = Activation.objects.values_list("pk", flat=True)
    deactivate_activation(activation_ids=list(active), **payer.by)
    with pytest.raises(NoPaymentAgreementError) as refused:
        take(payer, row())
    assert refused.value.currency == "NOK"


def test_they_are_no_bills(payer: Payer) -> None:
    take(payer, row())
    payer.cancel(*payer.orders())
    assert payable_bills(payer.company, now=payer.at) == []
