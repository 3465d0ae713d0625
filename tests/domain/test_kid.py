"""A KID's check character finds the mistakes people make when they copy it."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum import luhn

from avstem.domain.errors import InvalidValueError
from avstem.domain.kid import Modulus, check_character, is_valid, make_kid, with_check_digit

payloads = st.text("0123456789", min_size=1, max_size=24)
moduli = st.sampled_from(Modulus)


@given(payloads, moduli)
def test_a_kid_made_with_either_modulus_is_a_right_one(payload: str, modulus: Modulus) -> None:
    assert is_valid(with_check_digit(payload, modulus))


@given(payloads)
def test_modulus_10_is_the_luhn_digit_of_python_stdnum(payload: str) -> None:
    assert check_character(payload, Modulus.TEN) == luhn.calc_check_digit(payload)


@given(payloads)
def test_modulus_11_makes_the_weighted_sum_divisible_by_11(payload: str) -> None:
    check = check_character(payload, Modulus.ELEVEN)
    weights = [2, 3, 4, 5, 6, 7] * 4
    weighted = sum(int(d) * w for d, w in zip(reversed(payload), weights, strict=False))
    assert (weighted + (10 if check == "-" else int(check))) % 11 == 0


@given(payloads, moduli, st.data())
def test_one_mistyped_digit_never_gives_the_same_check_character(
    payload: str, modulus: Modulus, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(payload) - 1))
    other = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != payload[place]))
    mistyped = payload[:place] + other + payload[place + 1 :]
    assert check_character(mistyped, modulus) != check_character(payload, modulus)


@given(payloads, st.data())
def test_two_neighbours_swapped_are_found_by_modulus_11(payload: str, data: st.DataObject) -> None:
    assume(len(payload) > 1)
    place = data.draw(st.integers(0, len(payload) - 2))
    first, second = payload[place], payload[place + 1]
    assume(first != second)
    swapped = payload[:place] + second + first + payload[place + 2 :]
    right = check_character(payload, Modulus.ELEVEN)
    assert check_character(swapped, Modulus.ELEVEN) != right


@pytest.mark.parametrize(
    ("payload", "modulus", "check"),
    [
        ("1234567", Modulus.TEN, "4"),
        ("000006", Modulus.ELEVEN, "-"),
        ("0", Modulus.TEN, "0"),
        ("0", Modulus.ELEVEN, "0"),
        ("1", Modulus.ELEVEN, "9"),
    ],
)
def test_known_check_characters(payload: str, modulus: Modulus, check: str) -> None:
    assert check_character(payload, modulus) == check


def test_a_kid_that_ends_with_a_dash_is_lawful() -> None:
    assert is_valid("000006-")


@pytest.mark.parametrize(
    "text", ["", "5", "-", "12345675", "1234-567", "12 345674", "1234567A", "0" * 26, "00\n"]
)
def test_what_is_no_kid_is_not_taken_for_one(text: str) -> None:
    assert not is_valid(text)


def test_a_kid_has_two_to_twenty_five_characters() -> None:
    assert is_valid("00")
    assert is_valid("0" * 25)
    assert not is_valid("0" * 26)


@given(st.integers(0, 10**9), st.integers(11, 25))
def test_a_kid_made_for_an_invoice_has_the_length_agreed_with_the_bank(
    number: int, length: int
) -> None:
    kid = make_kid(number, length)
    assert kid is not None
    assert len(kid) == length
    assert int(kid[:-1]) == number
    assert is_valid(kid)


def test_no_kid_with_a_dash_is_made_for_our_own_invoices() -> None:
    assert make_kid(6, 7, Modulus.ELEVEN) is None


@pytest.mark.parametrize(("number", "length"), [(1000, 4), (-1, 7), (1, 1), (1, 26)])
def test_a_number_that_does_not_fit_the_agreed_length_is_refused(number: int, length: int) -> None:
    with pytest.raises(InvalidValueError):
        make_kid(number, length)


@pytest.mark.parametrize("payload", ["", "12A", "1" * 25, "\u0661"])
def test_a_check_character_of_anything_but_1_to_24_digits_is_refused(payload: str) -> None:
    with pytest.raises(InvalidValueError):
        check_character(payload, Modulus.TEN)
