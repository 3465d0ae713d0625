"""Which numbers in a payer's text may be references."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avstem.domain.open_item import ItemKind
from avstem.matching.facts import Key, KeyKind
from avstem.matching.keys import keys_of_document
from avstem.matching.text import TOKENS_MAX, normalise_kid, normalise_number, read_tokens


def numbers(text: str) -> set[str]:
    return {token.value for token in read_tokens(text) if not token.is_kid}


def kids(text: str) -> set[str]:
    return {token.value for token in read_tokens(text) if token.is_kid}


@pytest.mark.parametrize(
    "text",
    [
        "Faktura 1020", "faktura: 1020", "Fakturanr. 1020", "FAKTURANUMMER 1020", "fakt.1020",
        "inv 1020", "Invoice no. 1020", "Betaling faktura nr 1020 takk", "1020",
        "Salgsfaktura 1020", "faktura 001020", "Kundenr 5005, fakturanr 1020", "Regning 1020",
    ],
)  # fmt: skip
def test_an_invoice_number_is_found_however_it_is_introduced(text: str) -> None:
    assert "1020" in numbers(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ordre 7001", "ordrenr: 7001", "Order no 7001", "Avtale 7001", "leieavtale 7001",
        "Kontrakt nr 7001", "tlf 7001", "Mob. 7001", "Kundenummer 7001", "Medlemsnr 7001",
        "Prosjekt 7001", "Bestilling 7001", "kr 7001", "7001 kr", "NOK 7001", "Salgsordre 7001",
        "polisenummer 7001", "A7001B7001C", "70013", "7001,00", "7 001,00", "Saksnr 7001",
    ],
)  # fmt: skip
def test_other_numbers_are_no_invoice_numbers(text: str) -> None:
    assert "7001" not in numbers(text)


@pytest.mark.parametrize(
    "text",
    [
        "Husleie mars 2024", "Januar 2026", "2026", "Leie for 2025 takk", "10.03.2026", "10.03.26",
        "2026-03-10", "20260310", "10032026", "100326", "Betalt 10/3-26", "nr", "Leie 77",
        "97501100114", "15030001017",
    ],
)  # fmt: skip
def test_years_dates_accounts_and_short_numbers_are_nothing_by_themselves(text: str) -> None:
    assert numbers(text) == set()


def test_a_year_or_a_short_number_counts_behind_the_word_faktura() -> None:
    assert numbers("Faktura 2024") == {"2024"}
    assert numbers("fakturanr 77") == {"77"}


def test_a_word_between_ends_what_the_word_before_it_said() -> None:
    assert numbers("Faktura for mars 2024") == set()
    assert numbers("Ordre 7001 faktura 1020") == {"1020"}


def test_several_numbers_behind_one_word_all_count() -> None:
    assert {"1025", "1026"} <= numbers("Faktura 1025-1026")
    assert {"25", "26", "27"} <= numbers("Faktura 25, 26 og 27")


def test_a_number_with_its_prefix_is_one_number() -> None:
    assert "F1020" in numbers("Gjelder F-1020")
    assert "20260001" in numbers("Faktura 2026-0001")
    assert "INV1020" in numbers("INV/1020")


@pytest.mark.parametrize(
    "text", ["0001 0074", "KID 00010074", "takk 000 100 74", "KID: 0001 0074."]
)
def test_a_kid_is_found_also_where_it_is_written_with_spaces(text: str) -> None:
    assert "00010074" in kids(text)


def test_a_mistyped_kid_is_no_kid() -> None:
    assert kids("00010075") == set()


def test_groups_of_a_phone_number_are_not_joined_to_a_kid() -> None:
    assert kids("Mobil 975 01 231") == set()


def test_the_number_on_the_document_and_in_the_text_meet() -> None:
    for number in ("1020", "F-1020", "2026-0001", "INV/1020", "001020", "12-345"):
        wanted = Key(KeyKind.NUMBER, normalise_number(number))
        assert wanted in keys_of_document(ItemKind.CUSTOMER_INVOICE, number, None)
        assert wanted.value in numbers(f"Faktura {number}")


def test_a_document_is_known_by_its_number_and_its_kid() -> None:
    assert keys_of_document(ItemKind.CUSTOMER_INVOICE, "0001020", "0001 0207") == [
        Key(KeyKind.NUMBER, "1020"),
        Key(KeyKind.KID, "00010207"),
    ]


@given(st.text(max_size=300))
def test_any_text_gives_few_tokens_and_no_error(text: str) -> None:
    assert len(read_tokens(text)) <= TOKENS_MAX
    assert normalise_number(normalise_number(text)) == normalise_number(text)
    assert normalise_kid(normalise_kid(text)) == normalise_kid(text)


@pytest.mark.parametrize("text", ["1 " * 5_000, "1234 " * 2_000, "0-" * 5_000, "1.234," * 2_000])
def test_a_text_made_to_be_slow_is_read_at_once(text: str) -> None:
    began = process_time()
    read_tokens(text)
    assert process_time() - began < 1
