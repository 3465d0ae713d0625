"""On an account set to suggest only, or to nothing at all, no scenario books anything."""

from dataclasses import replace

import pytest

from avstem.matching.decision import LeftBecause, Verdict
from avstem.matching.record import record_key

from .table import Scenario, read_scenario, read_scenarios

ALL = list(read_scenarios())
HELD = "veto.account_proposes_only"


@pytest.mark.parametrize("scenario", ALL, ids=[each.id for each in ALL])
def test_what_would_be_booked_is_put_first_instead(scenario: Scenario) -> None:
    before = scenario.books.decide(scenario.lines)
    accounts = frozenset(line.account_id for line in scenario.lines)
    books = replace(scenario.books, policy=replace(scenario.books.policy, propose_only=accounts))
    held = books.decide(scenario.lines)
    assert Verdict.BOOK not in {each.verdict for each in held}
    first, was = held[0], before[0]
    # With several, the first in the row need not be the first that is decided.
    if len(held) == 1 and was.verdict is Verdict.BOOK and was.best:
        assert first.best is not None
        assert first.best.settlements == was.best.settlements
        assert first.best.ledger_lines == was.best.ledger_lines
        assert HELD in {each.code for each in first.best.reasons}
        key = record_key(first.best.rule, first.best.rule_version, first.best.reasons)
        assert key == record_key(was.best.rule, was.best.rule_version, was.best.reasons), (
            "accepting it speaks for the rule as booking it would have done"
        )


@pytest.mark.parametrize("scenario", ALL, ids=[each.id for each in ALL])
def test_where_automation_is_off_nothing_is_said(scenario: Scenario) -> None:
    accounts = frozenset(line.account_id for line in scenario.lines)
    chosen = replace(scenario.books.policy, propose_only=accounts, silent=accounts)
    said = replace(scenario.books, policy=chosen).decide(scenario.lines)
    assert {each.verdict for each in said} <= {Verdict.LEAVE}
    assert {each.left_because for each in said} <= {LeftBecause.AUTOMATION_OFF}
    assert not any(each.best or each.others for each in said)


def test_what_a_held_account_claims_is_not_booked_on_another() -> None:
    scenario = read_scenario([
        "# X-1 One invoice, its KID on the held account and its amount on the other",
        "item 1002 C1 812.50",
        "line +812.50 kid=KID(1002)",
        "=> BOOK 1002:812.50",
        "line +812.50 from=C1 date=2026-03-11",
        "=> PROPOSE",
    ])  # fmt: skip
    held, other = scenario.lines[0], replace(scenario.lines[1], account_id=99)
    for silent in (frozenset[int](), frozenset({held.account_id})):
        chosen = replace(
            scenario.books.policy, propose_only=frozenset({held.account_id}), silent=silent
        )
        said = replace(scenario.books, policy=chosen).decide([held, other])
        assert [each.verdict for each in said].count(Verdict.BOOK) == 0


def test_a_transfer_is_booked_only_where_both_accounts_are_booked_on() -> None:
    pairs = [each for each in ALL if any(d.partner_line_id for d in each.books.decide(each.lines))]
    assert pairs, "the tables have transfers"
    for scenario in pairs:
        for line in scenario.lines:
            chosen = replace(scenario.books.policy, propose_only=frozenset({line.account_id}))
            said = replace(scenario.books, policy=chosen).decide(scenario.lines)
            ids = {each.line_id for each in said if each.verdict is Verdict.BOOK}
            assert all(
                each.partner_line_id in ids
                for each in said
                if each.verdict is Verdict.BOOK and each.partner_line_id
            )
