"""Which transaction is which payout: a table of situations, read like a spreadsheet."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avstem.matching.facts import Line
from avstem.matching.payouts import Pair, Payout, days_around, pair_payouts, words_of_payout

DAY = date(2026, 4, 13)  # a Monday
VIPPS = Payout(1, "vipps", "57860-2000023", DAY, "NOK", 78_25)
STRIPE = Payout(2, "stripe", "po_1AbC9xyz", DAY, "NOK", 500_00)
ZETTLE = Payout(3, "zettle", "2026-04-13", DAY, "NOK", 97_25)
UTB = "Utb. 2000023 Vippsnr 57860"


def line(
    text: str, minor: int, *, id: int = 10, days: int = 1, name: str = "", e2e: str = "",
    currency: str = "NOK", account: int = 1,
) -> Line:  # fmt: skip
    return Line(
        id, account, DAY + timedelta(days=days), minor, currency,
        text=text, counterparty=name or None, end_to_end_id=e2e or None,
    )  # fmt: skip


BY_NAME, BY_AMOUNT = "reference", "amount"
SITUATIONS: dict[str, tuple[Payout, Line, str | None]] = {
    "both numbers of Vipps": (VIPPS, line(UTB, 78_25), BY_NAME),
    "both numbers, another amount, the name stands by": (VIPPS, line(UTB, 70_00), BY_NAME),
    "both numbers, another amount, no name": (VIPPS, line("2000023 57860", 70_00), None),
    "both numbers, the amount, no name": (VIPPS, line("2000023 57860", 78_25), BY_NAME),
    "one of two numbers": (VIPPS, line("Utb. 2000023 Vippsnr 11111", 70_00), None),
    "the number is a part of another": (VIPPS, line("Vipps 57860 12000023", 70_00), None),
    "both numbers, money out": (VIPPS, line(UTB, -78_25), None),
    "both numbers, another currency": (VIPPS, line(UTB, 78_25, currency="SEK"), None),
    "both numbers, two months later": (VIPPS, line(UTB, 78_25, days=60), None),
    "the payout's name as EndToEndId": (STRIPE, line("", 480_00, e2e="po_1AbC9xyz"), BY_NAME),
    "the payout's name in the text, another case": (STRIPE, line("STRIPE PO_1ABC9XYZ", 1), BY_NAME),
    "amount, day and name": (STRIPE, line("Overføring", 500_00, name="STRIPE TECHNOLOGY"), BY_AMOUNT),
    "amount and day without the name": (STRIPE, line("Overføring", 500_00), None),
    "the name inside another word": (STRIPE, line("Pinstripes AS", 500_00), None),
    "another provider's name": (STRIPE, line("Vipps", 500_00), None),
    "an øre less": (STRIPE, line("Stripe", 499_99), None),
    "five bank days later": (STRIPE, line("Stripe", 500_00, days=7), BY_AMOUNT),
    "six bank days later": (STRIPE, line("Stripe", 500_00, days=8), None),
    "a day before": (STRIPE, line("Stripe", 500_00, days=-1), BY_AMOUNT),
    "a payout named by its day alone": (ZETTLE, line("Zettle 2026-04-13", 90_00), None),
    "the same with its amount": (ZETTLE, line("iZettle", 97_25), BY_AMOUNT),
    "a report of a period": (
        Payout(4, "zettle", "2026-04-01/2026-04-30", None, "NOK", 97_25), line("Zettle", 97_25), None
    ),
    "nothing was paid": (Payout(5, "stripe", "po_0AbC9xyz", DAY, "NOK", 0), line("Stripe po_0AbC9xyz", 0), None),
    "the account the report names": (
        Payout(6, "vipps", "57860-2000023", DAY, "NOK", 78_25, account_id=1), line(UTB, 78_25), BY_NAME
    ),
    "another account of ours": (
        Payout(6, "vipps", "57860-2000023", DAY, "NOK", 78_25, account_id=2), line(UTB, 78_25), None
    ),
    "a provider we do not know": (Payout(7, "klarna", "2026-04-13", DAY, "NOK", 9_00), line("Klarna", 9_00), None),
    "a payout that takes money": (
        Payout(8, "vipps", "57860-2000024", DAY, "NOK", -9_00), line("Utb. 2000024 Vippsnr 57860", -9_00), BY_NAME
    ),
}  # fmt: skip


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_transaction_is_a_payout_or_it_is_not(situation: str) -> None:
    payout, paid, found_by = SITUATIONS[situation]
    expected = {} if found_by is None else {paid.id: Pair(payout.id, found_by)}
    assert pair_payouts([payout], [paid]) == expected


def test_two_transactions_that_may_be_it_are_none() -> None:
    for text in (UTB, "Vipps"):
        lines = [line(text, 78_25, id=10), line(text, 78_25, id=11, days=2)]
        assert pair_payouts([VIPPS], lines) == {}


def test_two_payouts_that_may_be_it_are_none() -> None:
    other = Payout(9, "vipps", "57860-2000031", DAY, "NOK", 78_25)
    assert pair_payouts([VIPPS, other], [line("Vipps", 78_25)]) == {}
    named = pair_payouts([VIPPS, other], [line(UTB, 78_25)])
    assert named == {10: Pair(1, BY_NAME)}


def test_what_is_found_by_name_leaves_the_equal_amounts_to_each_other() -> None:
    other = Payout(9, "vipps", "57860-2000031", DAY, "NOK", 78_25)
    lines = [line(UTB, 78_25, id=10), line("Vipps", 78_25, id=11)]
    assert pair_payouts([VIPPS, other], lines) == {10: Pair(1, BY_NAME), 11: Pair(9, BY_AMOUNT)}


def test_a_name_that_is_not_enough_is_not_helped_by_the_amount() -> None:
    twice = [line(UTB, 78_25, id=10), line(UTB, 70_00, id=11), line("Vipps", 78_25, id=12)]
    assert pair_payouts([VIPPS], twice) == {}


def test_easter_has_few_bank_days() -> None:
    assert days_around(date(2026, 4, 1)) == (date(2026, 3, 25), date(2026, 4, 13))


@given(
    nets=st.lists(st.sampled_from([100, 200, -100]), max_size=6),
    paid=st.lists(st.tuples(st.sampled_from([100, 200, -100]), st.integers(-9, 9)), max_size=6),
)
def test_nothing_is_ever_paired_twice_and_the_order_says_nothing(
    nets: list[int], paid: list[tuple[int, int]]
) -> None:
    payouts = [Payout(n, "stripe", f"po_{n:06}", DAY, "NOK", net) for n, net in enumerate(nets)]
    lines = [line("Stripe", minor, id=n, days=day) for n, (minor, day) in enumerate(paid)]
    found = pair_payouts(payouts, lines)
    assert len({pair.payout_id for pair in found.values()}) == len(found)
    assert pair_payouts(payouts[::-1], lines[::-1]) == found
    for line_id, pair in found.items():
        assert lines[line_id].amount_minor == payouts[pair.payout_id].net_minor


@pytest.mark.parametrize("name", ["2026-05-04", "2026-05-01/2026-05-03", "4002", "", "-"])
def test_a_name_that_any_text_may_hold_is_no_reference(name: str) -> None:
    assert words_of_payout(name) == ()
