"""Payers have their habits; the same seed gives the same ones."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

from avstem.domain.kid import is_valid, make_kid
from avstem.domain.money import Money, total
from avstem.testbank.counterparties import ExpectedInvoice, payments_of
from tests.support.practice_bank import IBAN, RICH, TODAY, nok, open_bank

INVOICES = [
    ExpectedInvoice(str(1000 + n), nok(100_00 + n), TODAY + timedelta(days=10), f"Kunde {n}",
                    None, make_kid(1000 + n, 8))
    for n in range(400)
]  # fmt: skip


def test_the_same_seed_gives_the_same_payments() -> None:
    assert payments_of(INVOICES, seed=3) == payments_of(INVOICES, seed=3)
    assert payments_of(INVOICES, seed=3) != payments_of(INVOICES, seed=4)


def test_each_habit_does_what_it_says() -> None:
    paid: dict[str, list[tuple[str, Money, date, str | None]]] = {}
    habits = Counter()
    for habit, each in payments_of(INVOICES, seed=1):
        assert each.at is not None
        habits[habit] += 1
        paid.setdefault(each.payer, []).append((habit, each.amount, each.at.date(), each.kid))
    assert set(habits) == {
        "in_time",
        "late",
        "in_parts",
        "too_much",
        "twice",
        "without_kid",
        "mistyped",
    }
    assert len(paid) < len(INVOICES), "some never pay"
    for invoice in INVOICES:
        found = paid.get(invoice.payer, [])
        sums = total((amount for _, amount, _, _ in found), "NOK")
        match found[0][0] if found else "never":
            case "never":
                assert found == []
            case "in_parts":
                assert (len(found), sums) == (2, invoice.amount)
            case "twice":
                assert sums == invoice.amount + invoice.amount
            case "too_much":
                assert sums > invoice.amount
            case "late":
                assert found[0][2] > invoice.due
            case "mistyped" | "without_kid":
                assert found[0][3] is None
            case _:
                assert (sums, found[0][2] <= invoice.due) == (invoice.amount, True)


def test_a_mistyped_kid_is_never_another_right_one() -> None:
    wrong = [each.text for habit, each in payments_of(INVOICES, seed=1) if habit == "mistyped"]
    assert wrong
    # Another last digit can fit modulus 11; modulus 10 it cannot.
    rights = {invoice.kid for invoice in INVOICES}
    assert not rights & set(wrong)
    assert sum(is_valid(each) for each in wrong) < len(wrong)


def test_what_they_pay_is_on_the_account(tmp_path: Path) -> None:
    payments = [each for _, each in payments_of(INVOICES, seed=1)]
    with open_bank(tmp_path) as bank:
        bank.pay_in(IBAN, payments)
        bank.advance_to(TODAY + timedelta(days=90))
        assert bank.balance(IBAN) == nok(RICH) + total((each.amount for each in payments), "NOK")
