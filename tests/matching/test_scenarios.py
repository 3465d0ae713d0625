"""The situations of the scenario tables, each with the outcome a bookkeeper expects."""

from dataclasses import replace
from random import Random

import pytest

from avstem.matching.decision import Decision, LeftBecause, Suggestion
from avstem.matching.engine import decide

from .table import Outcome, Scenario, minor, read_scenarios

ALL = list(read_scenarios())
each_scenario = pytest.mark.parametrize("scenario", ALL, ids=[each.id for each in ALL])


@each_scenario
def test_the_outcome_is_the_one_in_the_table(scenario: Scenario) -> None:
    decisions = scenario.books.decide(scenario.lines)
    for decision, outcome in zip(decisions, scenario.outcomes, strict=True):
        _compare(scenario, decision, outcome)


def _compare(scenario: Scenario, decision: Decision, outcome: Outcome) -> None:
    assert decision.verdict.name == outcome.verdict, decision
    if outcome.verdict == "LEAVE":
        reason = LeftBecause(decision.left_because or "").value
        assert reason == outcome.more.get("because", reason)
        return
    assert decision.best is not None
    found = [decision.best, *decision.others]
    wanted = outcome.suggestions
    reopened = {scenario.number_of(s.item_id): s.amount_minor for s in decision.best.reopened}
    number, _, amount = outcome.more.get("reopens", "").partition(":")
    assert reopened == ({number: minor(amount)} if number else {})
    is_rest = "rest" in outcome.more
    if any(wanted) or is_rest:
        settled = [_settled(scenario, each) for each in found]
        assert settled[: len(wanted)] == wanted
    _compare_more(decision, decision.best, outcome.more)


def _compare_more(decision: Decision, best: Suggestion, more: dict[str, str]) -> None:
    if decision.verdict.name == "BOOK" or "rest" in more:
        assert best.rest_minor == minor(more.get("rest", "0"))
        assert best.charge_minor == minor(more.get("charge", "0"))
    ledger = [(each.role or each.account, each.amount_minor) for each in best.ledger_lines]
    wanted = [each.partition(":") for each in more.get("ledger", "").split(",") if each]
    assert ledger == [(account, minor(amount)) for account, _, amount in wanted]
    assert best.rule == more.get("rule", best.rule)
    codes = {reason.code for reason in (*best.reasons, *decision.reasons)}
    assert set(filter(None, more.get("because", "").split(","))) <= codes
    if "low" in more:
        assert best.confidence < 0.5


def _settled(scenario: Scenario, suggestion: Suggestion) -> dict[str, int]:
    return {scenario.number_of(s.item_id): s.amount_minor for s in suggestion.settlements}


@each_scenario
def test_the_order_of_the_payments_never_matters(scenario: Scenario) -> None:
    wanted = {each.line_id: each for each in scenario.books.decide(scenario.lines)}
    for seed in range(3):
        shuffled = list(scenario.lines)
        Random(seed).shuffle(shuffled)
        assert {each.line_id: each for each in scenario.books.decide(shuffled)} == wanted


@each_scenario
def test_what_the_service_looks_up_is_enough_for_the_same_answer(scenario: Scenario) -> None:
    loaded = scenario.books.loaded(scenario.lines)
    assert decide(scenario.lines, loaded, scenario.books.policy) == scenario.books.decide(
        scenario.lines
    )


@each_scenario
def test_an_account_that_does_not_add_up_books_nothing(scenario: Scenario) -> None:
    halted = [replace(line, halted="chain_broken") for line in scenario.lines]
    assert all(each.verdict.name != "BOOK" for each in scenario.books.decide(halted))


@each_scenario
def test_every_booking_says_why_by_which_rule_and_adds_up(scenario: Scenario) -> None:
    items = {item.id: item for item in scenario.books.items}
    settled: dict[int, int] = {}
    for line, decision in zip(scenario.lines, scenario.books.decide(scenario.lines), strict=True):
        best = decision.best
        if decision.verdict.name != "BOOK":
            continue
        assert best is not None
        assert (bool(best.rule), best.rule_version > 0, decision.others) == (True, True, ())
        assert best.reasons
        assert all(reason.agrees for reason in best.reasons)
        if any(items[s.item_id].currency != line.currency for s in best.settlements):
            continue  # its difference of rates is the voucher's: tests/domain/test_exchange.py
        net = sum(items[s.item_id].kind.direction * s.amount_minor for s in best.settlements)
        back = sum(items[s.item_id].kind.direction * s.amount_minor for s in best.reopened)
        posted = sum(each.amount_minor for each in best.ledger_lines)
        rest = line.direction * best.rest_minor
        assert net - back + rest - best.charge_minor - posted == line.amount_minor
        for each in best.settlements:
            settled[each.item_id] = settled.get(each.item_id, 0) + each.amount_minor
    assert all(minor_sum <= items[item].remaining_minor for item, minor_sum in settled.items())
