"""Accounts, organisation numbers and references, held against python-stdnum."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from stdnum import iban, iso11649
from stdnum.no import kontonr, orgnr

from avstem.domain.errors import InvalidValueError
from avstem.domain.identifiers import (
    account_key,
    bban_of,
    check_orgnr,
    is_creditor_reference,
    is_iban,
    is_norwegian_account,
    is_same_account,
    normalise_account,
    norwegian_iban,
)

digits_10 = st.text("0123456789", min_size=10, max_size=10)
digits_11 = st.text("0123456789", min_size=11, max_size=11)
digits_9 = st.text("0123456789", min_size=9, max_size=9)


def is_orgnr(number: str) -> bool:
    try:
        check_orgnr(number)
    except InvalidValueError:
        return False
    return True


@given(digits_11.filter(lambda number: number[4:6] != "00"))
@example("15030001017")
def test_an_account_number_is_right_when_python_stdnum_says_so(number: str) -> None:
    assert is_norwegian_account(number) == kontonr.is_valid(number)


@given(digits_10)
def test_a_mistyped_last_digit_of_an_account_is_found(payload: str) -> None:
    right = [digit for digit in "0123456789" if is_norwegian_account(payload + digit)]
    assert len(right) <= (2 if payload[4:6] == "00" else 1)


@given(digits_9)
@example("974760673")
def test_an_organisation_number_is_right_when_python_stdnum_says_so(number: str) -> None:
    assert is_orgnr(number) == orgnr.is_valid(number)


@given(digits_10.filter(lambda payload: payload[4:6] != "00"), st.sampled_from("0123456789"))
@example("1503000101", "7")
def test_the_iban_of_an_account_is_right_and_leads_back_to_it(payload: str, check: str) -> None:
    number = payload + check
    made = norwegian_iban(number)
    assert iban.is_valid(made) == is_iban(made) == is_norwegian_account(number)
    assert bban_of(made) == number


@pytest.mark.parametrize("number", ["15030012345", "15030012343"])
def test_an_account_with_zeros_at_places_5_and_6_is_right_by_either_way_of_checking(
    number: str,
) -> None:
    assert is_norwegian_account(number)
    assert is_iban(norwegian_iban(number))


@given(st.from_regex(r"(DE|SE|DK|GB|FI)[0-9]{2}[0-9]{14,20}", fullmatch=True))
@example("DE89370400440532013000")
def test_an_iban_that_python_stdnum_takes_is_taken(number: str) -> None:
    if iban.is_valid(number):
        assert is_iban(number)


@given(st.from_regex(r"[0-9A-Z]{1,21}", fullmatch=True), st.integers(0, 99))
def test_a_creditor_reference_is_right_when_python_stdnum_says_so(text: str, check: int) -> None:
    reference = f"RF{check:02d}{text}"
    assert is_creditor_reference(reference) == iso11649.is_valid(reference)


@pytest.mark.parametrize(
    "typed",
    ["15030001017", "1503.00.01017", "1503 00 01017", "NO61 1503 0001 017", "no6115030001017"],
)
def test_an_account_is_known_by_its_iban_however_it_is_typed(typed: str) -> None:
    assert normalise_account(typed) == "NO6115030001017"
    assert account_key(typed) == "NO6115030001017"


@pytest.mark.parametrize("typed", ["", "15030001018", "NO6215030001017", "1503000101", "konto"])
def test_an_account_with_a_wrong_check_digit_is_refused(typed: str) -> None:
    with pytest.raises(InvalidValueError) as refusal:
        normalise_account(typed)
    assert refusal.value.kind == "account"


def test_an_odd_account_of_a_counterparty_is_kept_as_the_bank_wrote_it() -> None:
    assert account_key("BG 123-4567") == "BG1234567"


def test_a_norwegian_iban_around_a_wrong_account_is_refused() -> None:
    wrong = norwegian_iban("15030001018")
    assert not is_iban(wrong)


@pytest.mark.parametrize("typed", ["974 760 673", "NO974760673MVA", "974760673 mva"])
def test_an_organisation_number_is_taken_with_its_vat_letters(typed: str) -> None:
    assert check_orgnr(typed) == "974760673"


def test_a_creditor_reference_is_taken_with_spaces() -> None:
    assert is_creditor_reference("RF18 5390 0754 7034")
    assert not is_creditor_reference("RF19 5390 0754 7034")


@given(st.text(max_size=40))
def test_no_text_whatever_breaks_the_reading_of_identifiers(text: str) -> None:
    account_key(text)
    is_creditor_reference(text)
    is_iban(text)
    is_orgnr(text)


@pytest.mark.parametrize(
    ("named", "iban", "same"),
    [
        ("5841000001009823", "SE3150000000058411009823", True),
        ("58411009823", "SE3150000000058411009823", True),
        ("6000000001009823", "SE8160000000000001009823", True),
        ("5841000001009824", "SE3150000000058411009823", False),
        ("5842000001009823", "SE3150000000058411009823", False),
        ("1009823", "SE3150000000058411009823", False),
        ("5841000000000000", "SE3150000000058411009823", False),
        ("9912346", "SE3150000000058411009823", False),
        ("NO6115030001017", "NO6115030001017", True),
        ("1503.00.01017", "NO6115030001017", True),
        ("15030001025", "NO6115030001017", False),
        ("370400440532013000", "DE89370400440532013000", True),
        ("532013000", "DE89370400440532013000", False),
        ("", "SE3150000000058411009823", False),
    ],
)
def test_a_number_as_written_at_home_is_that_of_its_iban_alone(
    named: str, iban: str, same: bool
) -> None:
    assert is_same_account(named, iban) is same
