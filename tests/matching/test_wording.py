"""Whatever the engine answers in the scenarios is said in words."""

from collections.abc import Iterator

import pytest

from avstem.matching.decision import Decision, LeftBecause, Reason, Suggestion
from avstem.wording import LEFT_BECAUSE, REASONS, RULES, reason_text

from .table import Scenario, read_scenarios

ALL = list(read_scenarios())


def _suggestions(decision: Decision) -> Iterator[Suggestion]:
    if decision.best is not None:
        yield decision.best
    yield from decision.others


def _reasons(decision: Decision) -> Iterator[Reason]:
    yield from decision.reasons
    for each in _suggestions(decision):
        yield from each.reasons


@pytest.mark.parametrize("scenario", ALL, ids=[each.id for each in ALL])
def test_every_rule_and_reason_has_a_sentence_with_all_its_facts(scenario: Scenario) -> None:
    for decision in scenario.books.decide(scenario.lines):
        rules = {each.rule.partition(":")[0] for each in _suggestions(decision)}
        assert rules <= RULES.keys()
        for reason in _reasons(decision):
            assert reason.code in REASONS
            assert "…" not in reason_text(reason.code, reason.facts, "NOK"), reason


@pytest.mark.parametrize("why", list(LeftBecause))
def test_every_reason_for_leaving_a_payment_has_a_sentence(why: LeftBecause) -> None:
    assert LEFT_BECAUSE[why]


@pytest.mark.parametrize("scenario", ALL, ids=[each.id for each in ALL])
def test_every_suggestion_gives_a_reason(scenario: Scenario) -> None:
    for decision in scenario.books.decide(scenario.lines):
        for each in _suggestions(decision):
            assert each.reasons
            assert 0 < each.confidence < 1
