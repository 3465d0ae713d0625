"""Booking rules by themselves: sums, refusals, hostile conditions, and how the work grows."""

import gc
from dataclasses import replace
from datetime import date
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avstem.domain.errors import InvalidValueError
from avstem.domain.vat import VAT_CODES, part_gross
from avstem.matching.booking_rules import (
    BookingRule,
    Conditions,
    RuleBook,
    RuleLine,
    TextMatch,
    check_rule,
    ledger_lines,
)
from avstem.matching.facts import Line

REST = (RuleLine("7140"),)
TEXT = Conditions(text="parkering")


def line(minor: int = -5_000, text: str = "Parkering", **more: object) -> Line:
    plain = Line(1, 1, date(2026, 3, 10), minor, "NOK", text=text)
    return replace(plain, **more)


def rule(number: int, conditions: Conditions, lines: tuple[RuleLine, ...] = REST) -> BookingRule:
    check_rule(conditions, lines)
    return BookingRule(number, 1, f"Regel {number}", conditions, lines)


def found(rules: list[BookingRule], said: Line) -> list[int]:
    return [match.rule.id for match in RuleBook(rules).matches(said)]


shares = st.lists(
    st.tuples(st.integers(0, 300), st.integers(0, 5_000), st.sampled_from(["", *VAT_CODES])),
    max_size=3,
)


@given(st.integers(-(10**12), 10**12).filter(bool), shares, st.sampled_from(["", *VAT_CODES]))
def test_the_postings_are_the_payment_to_the_oere(
    minor: int, parts: list[tuple[int, int, str]], last: str
) -> None:
    lines = [RuleLine("6000", share, 0 if share else fixed, code) for share, fixed, code in parts]
    lines = [each for each in lines if not each.is_rest] + [RuleLine("7000", vat_code=last)]
    posted = ledger_lines(lines, minor)
    if posted is None:
        assert sum(each.fixed_minor for each in lines) + 900 * abs(minor) // 1_000 > abs(minor) - 1
        return
    assert sum(each.amount_minor for each in posted) == -minor
    assert all(each.amount_minor * minor < 0 for each in posted)


@given(st.integers(-(10**12), 10**12), st.sampled_from([0, 12, 15, 25]))
def test_net_and_vat_are_the_gross_and_half_an_oere_from_the_rate(gross: int, rate: int) -> None:
    net, vat = part_gross(gross, rate)
    assert net + vat == gross
    assert abs(vat * (100 + rate) - gross * rate) * 2 <= 100 + rate


@pytest.mark.parametrize(
    ("conditions", "lines", "kind"),
    [
        (Conditions(), REST, "rule"),
        (Conditions(direction=-1, account_id=1), REST, "rule"),
        (Conditions(counterparty="AS"), REST, "rule"),
        (Conditions(text="***"), REST, "text"),
        (Conditions(text="a" * 141), REST, "text"),
        (replace(TEXT, direction=2), REST, "direction"),
        (replace(TEXT, amount_min_minor=1), REST, "currency"),
        (replace(TEXT, amount_min_minor=-1, currency="NOK"), REST, "amount"),
        (replace(TEXT, amount_min_minor=5, amount_max_minor=4, currency="NOK"), REST, "amount"),
        (TEXT, (), "lines"),
        (TEXT, (*REST, *REST), "lines"),
        (TEXT, (RuleLine("6000", 500),), "lines"),
        (TEXT, (RuleLine("6000", 1_000), *REST), "shares"),
        (TEXT, (RuleLine("6000", 600), RuleLine("6001", 400), *REST), "shares"),
        (TEXT, (RuleLine("6000", -1), *REST), "line"),
        (TEXT, (RuleLine("6000", 1, 1), *REST), "line"),
        (TEXT, (RuleLine("6000", 0, 100), *REST), "currency"),
        (TEXT, (RuleLine("6000", vat_code="99"),), "VAT code"),
    ],
)
def test_a_rule_that_tests_too_little_or_does_not_add_up_is_refused(
    conditions: Conditions, lines: tuple[RuleLine, ...], kind: str
) -> None:
    with pytest.raises(InvalidValueError) as refused:
        check_rule(conditions, lines)
    assert refused.value.kind == kind


@pytest.mark.parametrize(
    ("asked", "text", "covers"),
    [
        ("Strøm & kraft", "KRAFT strom", True),
        ("strøm kraft", "strømkraft", False),
        ("café", "CAFE Oslo", True),
        ("a.*b", "axxb", False),
        ("(a+)+$", "aaaaaaaaaaaaaaaaaaaa!", False),
        ("(a+)+$", "a", True),
    ],
)
def test_words_are_words_and_never_a_pattern(asked: str, text: str, covers: bool) -> None:
    assert found([rule(1, Conditions(text=asked))], line(text=text)) == ([1] if covers else [])


def test_only_the_first_500_characters_of_a_text_are_looked_at() -> None:
    asked = [rule(1, Conditions(text="parkering"))]
    assert found(asked, line(text="x " * 245 + "parkering")) == [1]
    assert found(asked, line(text="x " * 250 + "parkering")) == []


HOSTILE = ["(a+)+$", "a" * 140, "a " * 70, "(" * 70 + "a" + ")" * 69, "a|" * 70, "\\a" * 70]
HOSTILE_TEXTS = ["a" * 500, "a " * 250, "a!" * 250, "(a+)+$" * 83, "\u0130" * 500, "a" * 4_000]


def test_hostile_conditions_on_long_texts_take_no_more_time_than_plain_ones() -> None:
    """O-04: no time limit is needed, for there is nothing whose time could run away."""
    kinds = list(TextMatch)
    rules = [
        rule(3 * place + number, Conditions(text=asked, text_match=match))
        for place, asked in enumerate(HOSTILE)
        for number, match in enumerate(kinds)
    ]
    book = RuleBook(rules)
    began = process_time()
    for _ in range(100):
        for text in HOSTILE_TEXTS:
            book.matches(line(text=text))
    assert process_time() - began < 600 * 0.005, "5 ms for a line and 18 rules is far too much"


WORDS = ("parkering", "easypark", "oslo", "12", "gebyr")
texts = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)
CODES = ("", "CHRG", "PMNT/CCRD", "PMNT/CCRD/CHRG")
asked_for = st.builds(
    Conditions,
    text=texts,
    text_match=st.sampled_from(TextMatch),
    counterparty=st.sampled_from(["", "Nets AS", "Kiwi"]),
    counterparty_account=st.sampled_from(["", "A1", "A2"]),
    code=st.sampled_from(CODES),
    direction=st.sampled_from([-1, 0, 1]),
    account_id=st.sampled_from([None, 1, 2]),
    amount_min_minor=st.sampled_from([None, 100]),
    amount_max_minor=st.sampled_from([None, 200]),
    currency=st.just("NOK"),
).filter(lambda each: each.text or each.counterparty or each.counterparty_account or each.code)
said_by_bank = st.builds(
    line,
    st.sampled_from([-300, -150, -100, 50, 150, 200]),
    texts,
    counterparty=st.sampled_from([None, "NETS", "Kiwi"]),
    counterparty_account=st.sampled_from([None, "A1", "A2"]),
    code=st.sampled_from(CODES),
    account_id=st.sampled_from([1, 2]),
    currency=st.sampled_from(["NOK", "EUR"]),
)


def covers(asked: Conditions, said: Line) -> bool:
    """The rule as a person reads it, without index or preparation."""
    words, wanted = said.text.lower().split(), asked.text.lower().split()
    by_text = {
        TextMatch.WORDS: all(word in words for word in wanted),
        TextMatch.BEGINS: words[: len(wanted)] == wanted,
        TextMatch.WHOLE: words == wanted or not wanted,
    }[asked.text_match]
    name = (said.counterparty or "").lower().removesuffix(" as")
    paid = abs(said.amount_minor)
    return all(
        (
            by_text,
            asked.counterparty.lower().removesuffix(" as") in ("", name),
            asked.counterparty_account in ("", said.counterparty_account),
            asked.code in said.code,
            asked.direction in (0, 1 if said.amount_minor > 0 else -1),
            asked.account_id in (None, said.account_id),
            paid >= (asked.amount_min_minor or 0),
            asked.amount_max_minor is None or paid <= asked.amount_max_minor,
            said.currency == "NOK",
        )
    )


@given(st.lists(asked_for, max_size=8), said_by_bank)
def test_the_index_finds_just_the_rules_that_cover_a_line(
    conditions: list[Conditions], said: Line
) -> None:
    rules = [rule(number, each) for number, each in enumerate(conditions, 1)]
    wanted = [each.id for each in rules if covers(each.conditions, said)]
    assert found(rules, said) == wanted


def a_book(rules: int) -> RuleBook:
    """Rules as a company has them, all with one common word and in one direction."""
    made = [
        rule(number, Conditions(text=f"varekjøp butikk{number}", direction=-1))
        for number in range(rules)
    ]
    return RuleBook(made)


def cpu_seconds(book: RuleBook, lines: list[Line]) -> float:
    gc.collect()
    gc.disable()
    try:
        began = process_time()
        covered = sum(len(book.matches(each)) for each in lines)
        spent = process_time() - began
    finally:
        gc.enable()
    assert covered > 0
    return spent


def test_a_hundred_times_the_rules_do_not_make_a_line_dearer() -> None:
    lines = [line(text=f"Varekjøp butikk{n % 900} Oslo {n}") for n in range(20_000)]
    few = min(cpu_seconds(a_book(10), lines) for _ in range(2))
    many = min(cpu_seconds(a_book(1_000), lines) for _ in range(2))
    assert many <= 3 * few, f"{few:.2f} s with 10 rules, {many:.2f} s with 1,000"


def test_1000_rules_and_100_000_lines_grow_with_the_lines() -> None:
    book = a_book(1_000)
    lines = [line(text=f"Varekjøp butikk{n % 1_500} Oslo {n}") for n in range(100_000)]
    small = cpu_seconds(book, lines[:25_000])
    large = cpu_seconds(book, lines)
    assert large <= 5 * small, f"{small:.2f} s for 25,000 lines, {large:.2f} s for 100,000"
    assert large < 20
