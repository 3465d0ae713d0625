"""Records: which answers are alike, how sure is sure enough, what two mistakes in fifty do."""

from math import isclose

import pytest

from avstem.matching.decision import Reason
from avstem.matching.record import (
    Record,
    Told,
    is_sample,
    lower_bound,
    may_book,
    record_key,
    so_far,
)
from avstem.matching.record import (
    testimonies as said_by,
)

LIMIT = 9_950
UNDONE = ((1, "u"), (2, "u"))


def against(*codes: str) -> list[Reason]:
    return [Reason(f"veto.{code}", agrees=False) for code in codes]


@pytest.mark.parametrize(
    ("rule", "version", "reasons", "key"),
    [
        ("structured_reference", 1, [Reason("kid.exact")], "structured_reference"),
        ("structured_reference", 1, against("rule_on_probation"), "structured_reference"),
        ("structured_reference", 1, against("party_blocked"), "structured_reference+doubt"),
        ("account_and_amount", 1, against("amount_common"), "account_and_amount+amount_common"),
        ("account_and_amount", 1, against("amount_common", "party_blocked"),
         "account_and_amount+doubt"),
        ("account_and_amount", 1, [Reason("record.earned", {"guard": "amount_common"})],
         "account_and_amount+amount_common"),
        ("booking_rule:7", 3, [], "booking_rule:7@3"),
        ("x", 1, [Reason("record.so_far", {"right": 0, "of": 9}, agrees=False)], "x"),
    ],
)  # fmt: skip
def test_answers_are_counted_with_those_like_them(
    rule: str, version: int, reasons: list[Reason], key: str
) -> None:
    assert record_key(rule, version, reasons) == key


@pytest.mark.parametrize(
    ("key", "record", "may"),
    [
        ("named_in_text", Record(), True),  # our own keys are trusted from the start
        ("named_in_text", Record(booked=3, undone=1), True),  # one mistake shows nothing
        ("named_in_text", Record(booked=48, undone=2, recent=UNDONE), False),
        ("named_in_text", Record(booked=500, undone=2), True),  # long ago
        ("named_in_text", Record(booked=592, undone=8), False),  # shown to be worse than 99.5 %
        ("account_and_amount+amount_common", Record(), False),
        ("account_and_amount+amount_common", Record(accepted=597), False),
        ("account_and_amount+amount_common", Record(accepted=598), True),
        ("account_and_amount+amount_common", Record(accepted=598, passed_over=1), False),
        ("account_and_amount+amount_common", Record(accepted=950, passed_over=1), True),
        ("structured_reference+doubt", Record(accepted=100_000), False),
    ],
)
def test_what_may_be_booked_without_a_person(key: str, record: Record, may: bool) -> None:
    assert may_book(key, record, LIMIT) is may


def test_with_a_limit_of_all_no_guard_is_ever_outgrown() -> None:
    assert not may_book("collective+sum_without_leave", Record(accepted=10**6), 10_000)


def test_the_bound_is_exact_and_agrees_with_the_decision() -> None:
    assert isclose(lower_bound(600, 0), 0.05 ** (1 / 600), abs_tol=1e-9)
    # One wrong of n: (1 - p)^n + n p (1 - p)^(n - 1) = 0.05 at the bound.
    bound = lower_bound(1_000, 1)
    chance = bound**1_000 + 1_000 * (1 - bound) * bound**999
    assert isclose(chance, 0.05, rel_tol=1e-6)
    assert lower_bound(0, 0) == pytest.approx(0, abs=1e-9)
    for count in (500, 597, 598, 700):
        enough = may_book("x+amount_common", Record(accepted=count), LIMIT)
        assert enough == (lower_bound(count, 0) >= 0.995)


def test_only_the_newest_fifty_count_for_the_two() -> None:
    record = Record().told(1, Told.BOOKED).taken_back(1, Told.BOOKED)
    record = record.told(2, Told.PASSED_OVER)
    for voucher in range(3, 51):
        record = record.told(voucher, Told.ACCEPTED)
    assert (record.wrong_of_recent, record.count) == (2, 50)
    record = record.told(51, Told.ACCEPTED)
    assert (record.wrong_of_recent, record.wrong) == (1, 2)


def test_a_person_who_takes_back_having_passed_it_over_says_nothing_of_it() -> None:
    record = Record().told(1, Told.PASSED_OVER).taken_back(1, Told.PASSED_OVER)
    assert (record.count, record.recent) == (0, ((1, "w"),))


def test_two_sides_of_a_transfer_are_one_answer() -> None:
    said = {"suggestions": [{"rule": "own_transfer", "rule_version": 1, "reasons": []}]}
    told = [
        said_by({**said, "partner": 9}, line_id=4, automatic=True),
        said_by({**said, "partner": 4}, line_id=9, automatic=True),
    ]
    assert told == [[("own_transfer", Told.BOOKED)], []]


def test_the_record_is_said_in_counts() -> None:
    assert so_far(Record(booked=300, accepted=12)).facts == {"right": 312, "of": 312}
    assert so_far(Record()).code == "record.first"
    assert not so_far(Record(undone=2, recent=UNDONE)).agrees


def test_one_of_two_hundred_is_looked_at_and_always_the_same() -> None:
    chosen = [voucher for voucher in range(40_000) if is_sample(1, voucher)]
    assert chosen == [voucher for voucher in range(40_000) if is_sample(1, voucher)]
    assert 140 <= len(chosen) <= 260
    assert chosen != [voucher for voucher in range(40_000) if is_sample(2, voucher)]
