"""Money is a whole number of minor units, exact, in one currency."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avstem.domain.errors import CurrencyMismatchError, InvalidValueError
from avstem.domain.money import MINOR_MAX, Money, format_minor, minor_digits, parse_minor, total

currencies = st.sampled_from(["NOK", "EUR", "USD", "JPY", "ISK", "KWD", "CLF"])
minors = st.integers(min_value=-MINOR_MAX, max_value=MINOR_MAX)


@given(minors, currencies)
def test_an_amount_written_and_read_again_is_the_same_amount(minor: int, currency: str) -> None:
    assert parse_minor(format_minor(minor, currency), currency) == minor


@given(minors, currencies)
def test_an_amount_is_written_with_the_decimals_of_its_currency(minor: int, currency: str) -> None:
    _, _, decimals = format_minor(minor, currency).partition(".")
    assert len(decimals) == minor_digits(currency)


@given(st.lists(minors, max_size=50))
def test_a_sum_is_exact_in_whatever_order_it_is_taken(values: list[int]) -> None:
    amounts = [Money(value, "NOK") for value in values]
    assert total(amounts, "NOK") == total(reversed(amounts), "NOK") == Money(sum(values), "NOK")


@given(minors, minors)
def test_what_is_added_and_taken_off_again_leaves_the_amount(first: int, second: int) -> None:
    amount, other = Money(first, "NOK"), Money(second, "NOK")
    assert amount + other - other == amount
    assert amount - other == -(other - amount)


def test_the_sum_of_no_amounts_is_zero_in_the_currency_asked_for() -> None:
    assert str(total([], "EUR")) == "0.00 EUR"


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1250.00", "NOK", 125000),
        ("-1250.5", "NOK", -125050),
        ("285", "NOK", 28500),
        ("285.", "NOK", 28500),
        (".5", "NOK", 50),
        ("+.05", "NOK", 5),
        ("12.500", "NOK", 1250),
        ("7", "JPY", 7),
        ("7.00", "JPY", 7),
        ("1.234", "KWD", 1234),
        ("1.2345", "CLF", 12345),
        ("000000000000000001.00", "NOK", 100),
    ],
)
def test_an_amount_in_a_bank_file_becomes_minor_units(text: str, currency: str, minor: int) -> None:
    assert parse_minor(text, currency) == minor


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "-",
        "1,50",
        "1 250.00",
        "1e3",
        "--5",
        "1.2.3",
        "NaN",
        "12.505",
        "\u0661\u0662",
        "5\n",
    ],
)
def test_what_is_not_a_plain_amount_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError) as refusal:
        parse_minor(text, "NOK")
    assert refusal.value.kind == "amount"


def test_a_fraction_of_a_yen_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="at most 0 decimals in JPY"):
        parse_minor("7.5", "JPY")


def test_an_amount_the_tables_cannot_hold_is_refused() -> None:
    largest = format_minor(MINOR_MAX, "NOK")
    assert parse_minor(largest, "NOK") == MINOR_MAX
    with pytest.raises(InvalidValueError):
        parse_minor(format_minor(MINOR_MAX + 1, "NOK"), "NOK")
    with pytest.raises(InvalidValueError, match="at most 19 digits"):
        parse_minor("9" * 5000, "NOK")


def test_kroner_and_euro_are_never_added() -> None:
    with pytest.raises(CurrencyMismatchError) as refusal:
        Money.parse("10", "NOK") + Money.parse("10", "EUR")
    assert refusal.value.facts() == {"found": "EUR", "expected": "NOK"}
    with pytest.raises(CurrencyMismatchError):
        total([Money.parse("10", "SEK")], "NOK")


@pytest.mark.parametrize("code", ["nok", "NO", "NOKK", "N0K", "NOK\n", ""])
def test_a_currency_is_three_capital_letters(code: str) -> None:
    with pytest.raises(InvalidValueError):
        Money.parse("10", code)


def test_a_few_oere_keep_their_zeros_and_their_minus() -> None:
    assert str(Money(-5, "NOK")) == "-0.05 NOK"
    assert str(abs(Money(-5, "NOK"))) == "0.05 NOK"
