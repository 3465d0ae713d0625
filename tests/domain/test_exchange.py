"""Exchange: exact prices, parts that make the whole, and gain and loss that leave no øre."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from random import Random

import pytest

from avstem.domain.booked_value import Exchange, ItemValue, exchanged_postings
from avstem.domain.errors import DifferenceError, InvalidValueError, RateUnknownError
from avstem.domain.exchange import (
    Rate,
    Rates,
    implied_price,
    line_price,
    parse_price,
    part_of,
    price_exact,
    price_text,
    rounded,
    value_minor,
)
from avstem.domain.money import Money
from avstem.domain.open_item import ItemKind
from avstem.domain.voucher import (
    DEFAULT_ACCOUNTS,
    LedgerRole,
    PostingLine,
    Settled,
    check_balance,
    reversal_of,
)

ACCOUNTS = {role: number for role, (number, _) in DEFAULT_ACCOUNTS.items()}
DAY = date(2026, 3, 10)


def item(left: int, value: int | None, direction: int = 1, currency: str = "EUR") -> ItemValue:
    return ItemValue(currency, DAY, direction, left, value)


def postings(
    amount: Money,
    settled: Sequence[tuple[int, ItemKind, Money]],
    items: dict[int, ItemValue],
    price: str | None,
    extra: Sequence[PostingLine] = (),
) -> tuple[PostingLine, ...]:
    return exchanged_postings(
        bank_account="1930",
        amount=amount,
        settled=[Settled(item_id, kind, 7, money) for item_id, kind, money in settled],
        extra=extra,
        accounts=ACCOUNTS,
        exchange=Exchange("NOK", DAY, parse_price(price) if price else None, items),
    )


def worth(lines: Sequence[PostingLine]) -> dict[str, int]:
    return {
        each.account: each.amount.minor if each.value_minor is None else each.value_minor
        for each in lines
    }


INVOICE, BILL = ItemKind.CUSTOMER_INVOICE, ItemKind.SUPPLIER_INVOICE
EUR_100 = Money(100_00, "EUR")


def test_i_01_an_invoice_of_1150_paid_at_1170_is_a_gain_of_20() -> None:
    lines = postings(EUR_100, [(1, INVOICE, EUR_100)], {1: item(100_00, 1150_00)}, "11.70")
    assert worth(lines) == {"1930": 1170_00, "1500": -1150_00, "8060": -20_00}
    assert lines[-1].amount == Money(-20_00, "NOK")


def test_a_lower_rate_is_a_loss_and_for_a_bill_the_other_way_round() -> None:
    lines = postings(EUR_100, [(1, INVOICE, EUR_100)], {1: item(100_00, 1150_00)}, "11.30")
    assert worth(lines) == {"1930": 1130_00, "1500": -1150_00, "8160": 20_00}
    lines = postings(-EUR_100, [(1, BILL, EUR_100)], {1: item(100_00, 1150_00, -1)}, "11.30")
    assert worth(lines) == {"1930": -1130_00, "2400": 1150_00, "8060": -20_00}


def test_the_same_rate_has_no_line_of_difference() -> None:
    lines = postings(EUR_100, [(1, INVOICE, EUR_100)], {1: item(100_00, 1150_00)}, "11.50")
    assert worth(lines) == {"1930": 1150_00, "1500": -1150_00}


def test_i_02_kroner_for_an_invoice_in_euro_are_a_gain_of_what_is_over() -> None:
    kroner = Money(1160_00, "NOK")
    lines = postings(kroner, [(1, INVOICE, EUR_100)], {1: item(100_00, 1150_00)}, None)
    assert worth(lines) == {"1930": 1160_00, "1500": -1150_00, "8060": -10_00}


def test_a_charge_stays_apart_from_the_difference_of_rates() -> None:
    charge = PostingLine("7770", Money(15_00, "NOK"))
    kroner, items = Money(1145_00, "NOK"), {1: item(100_00, 1150_00)}
    lines = postings(kroner, [(1, INVOICE, EUR_100)], items, None, [charge])
    assert worth(lines) == {"1930": 1145_00, "1500": -1150_00, "7770": 15_00, "8060": -10_00}


def test_a_euro_account_pays_an_invoice_in_kroner() -> None:
    kroner = Money(1170_00, "NOK")
    price = price_text(implied_price(kroner, EUR_100))
    lines = postings(EUR_100, [(1, INVOICE, kroner)], {}, price)
    assert worth(lines) == {"1930": 1170_00, "1500": -1170_00}


def test_money_that_is_missing_is_never_a_difference_of_rates() -> None:
    with pytest.raises(DifferenceError):
        postings(EUR_100, [(1, INVOICE, Money(99_00, "EUR"))], {1: item(100_00, 1150_00)}, "11.70")
    with pytest.raises(DifferenceError):
        postings(Money(500_00, "NOK"), [(1, INVOICE, EUR_100)], {1: item(100_00, 1150_00)}, None)


def test_without_a_rate_or_a_booked_value_nothing_is_booked() -> None:
    with pytest.raises(RateUnknownError):
        postings(EUR_100, [(1, INVOICE, EUR_100)], {1: item(100_00, 1150_00)}, None)
    with pytest.raises(RateUnknownError):
        postings(EUR_100, [(1, INVOICE, EUR_100)], {1: item(100_00, None)}, "11.70")


@pytest.mark.parametrize("seed", range(200))
def test_whatever_is_paid_in_parts_the_values_of_the_parts_are_the_whole(seed: int) -> None:
    random = Random(seed)
    whole, value = random.randint(1, 10**6), random.randint(0, 10**7)
    standing, left, taken = item(whole, value), whole, 0
    while left:
        part = random.randint(1, left)
        taken += standing.take(part, "NOK")
        left -= part
        assert standing.left_value is not None
        assert standing.left_value + taken == value
    assert (taken, standing.left_value, standing.settled_value) == (value, 0, value)


@pytest.mark.parametrize("seed", range(200))
def test_what_is_paid_is_what_is_settled_with_gain_and_loss_to_the_last_cent(seed: int) -> None:
    random = Random(seed)
    items, settled = {}, []
    for item_id in range(1, random.randint(2, 6)):
        left = random.randint(1, 50_000)
        items[item_id] = item(left, random.randint(0, 10**6))
        settled.append((item_id, INVOICE, Money(random.randint(1, left), "EUR")))
    total = sum(money.minor for _, _, money in settled)
    charge = random.randint(0, total - 1)
    extra = [PostingLine("7770", Money(charge, "EUR"))] if charge else []
    price = f"{random.randint(1, 20)}.{random.randint(0, 999999):06}"
    lines = postings(Money(total - charge, "EUR"), settled, items, price, extra)
    assert sum(worth([each])[each.account] for each in lines) == 0
    bank = worth([lines[0]])["1930"]
    assert bank == value_minor(Money(total - charge, "EUR"), Fraction(price), "NOK")
    of_items = -sum(each.value_minor or 0 for each in lines if each.item_id)
    charged = sum(each.value_minor or 0 for each in lines if each.account == "7770")
    difference = sum(each.amount.minor for each in lines if each.amount.currency == "NOK")
    assert bank == of_items - charged - difference
    check_balance(reversal_of(lines))
    assert [each.value_minor for each in reversal_of(reversal_of(lines))] == [
        each.value_minor for each in lines
    ]


@pytest.mark.parametrize("seed", range(50))
def test_money_without_an_item_never_leaves_a_cent(seed: int) -> None:
    random = Random(seed)
    parts = [random.randint(1, 999) for _ in range(random.randint(1, 9))]
    extra = [PostingLine("6100", Money(-each, "EUR")) for each in parts]
    lines = postings(Money(sum(parts), "EUR"), [], {}, f"11.{seed:02}357", extra)
    assert all(each.account in ("1930", "6100") for each in lines)


def test_what_comes_back_is_worth_what_was_settled() -> None:
    standing = item(100_00, 1150_03)
    parts = [standing.take(33_33, "NOK"), standing.take(66_67, "NOK")]
    assert standing.take(-100_00, "NOK") == -sum(parts)
    assert (standing.left, standing.left_value, standing.settled_value) == (100_00, 1150_03, 0)


def rates(*known: tuple[str, date, str]) -> Rates:
    return Rates("NOK", [Rate(code, "NOK", day, parse_price(price)) for code, day, price in known])


def test_the_rate_is_that_of_the_day_or_of_the_nearest_earlier_bank_day() -> None:
    known = rates(("EUR", date(2026, 3, 6), "11.60"), ("EUR", date(2026, 3, 9), "11.70"))
    days = {
        day: found.day.day if (found := known.on("EUR", date(2026, 3, day))) else None
        for day in (5, 6, 8, 9, 10, 19, 20)
    }
    assert days == {5: None, 6: 6, 8: 6, 9: 9, 10: 9, 19: 9, 20: None}
    assert known.on("USD", date(2026, 3, 9)) is None
    assert Rates("SEK", [Rate("EUR", "NOK", DAY, Fraction(11))]).on("EUR", DAY) is None


def price_of(original: Money | None, written: str, known: Rates) -> tuple[str, bool] | None:
    found = line_price(EUR_100, DAY, original=original, written=written, rates=known)
    return (price_exact(found.price), found.is_banks) if found else None


def test_the_banks_own_rate_wins_over_the_days() -> None:
    known = rates(("EUR", DAY, "11.70"))
    assert price_of(None, "", known) == ("11.7", False)
    assert price_of(Money(1165_00, "NOK"), "", known) == ("11.65", True)
    assert price_of(None, "11,6512", known) == ("11.6512", True)
    # What a third currency cost, or one that is quoted the other way, is no rate of ours.
    assert price_of(Money(108_00, "USD"), "11.65", known) == ("11.7", False)
    assert price_of(None, "0.0855", known) == ("11.7", False)
    assert price_of(None, "11.65", rates()) is None
    assert line_price(Money(1, "NOK"), DAY, original=None, written="", rates=known) is None


def test_a_written_rate_near_one_could_be_either_way_and_is_not_used() -> None:
    crowns = Money(100_00, "SEK")
    known = rates(("SEK", DAY, "1.03"))
    found = line_price(crowns, DAY, original=None, written="0.97", rates=known)
    assert found is not None
    assert (price_exact(found.price), found.is_banks) == ("1.03", False)


def test_prices_are_exact_and_currencies_have_their_own_decimals() -> None:
    assert value_minor(Money(1000, "JPY"), parse_price("0.0705"), "NOK") == 70_50
    assert value_minor(Money(1_000, "KWD"), parse_price("33.3335"), "NOK") == 33_33
    assert rounded(Fraction(-1, 2)) == -1
    assert part_of(100, 0, 0) == 0
    for wrong in ("", "0", "0.00", "-1", "1,5", "1e3", "11.", "٣"):
        with pytest.raises(InvalidValueError):
            parse_price(wrong)
    for text in ("11.5", "103.55", "0.000000000001", "123456789012"):
        assert price_exact(parse_price(text)) == text
    assert LedgerRole.RATE_GAIN in ACCOUNTS
