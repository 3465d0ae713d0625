"""The order of the stages. Each is settled over all lines before the next begins.

Within a stage only what is certain is booked; ties are proposals. The order in which the lines
come in never matters (docs/matching.md).
"""

from collections.abc import Sequence
from dataclasses import replace

from avstem.domain.exchange import Rates, line_price
from avstem.domain.money import Money
from avstem.matching.decision import Decision, LeftBecause, Verdict
from avstem.matching.facts import Candidates, Line
from avstem.matching.policy import Policy
from avstem.matching.rules import (
    account_and_amount,
    booking_rules,
    collective,
    credit_refund,
    early_payment,
    exchanged,
    habits,
    learnt_account,
    named_in_text,
    near_amount,
    near_reference,
    own_keys,
    own_transfer,
    payout,
    prepayment,
    proposals,
    returned,
    structured_reference,
)
from avstem.matching.state import Desk

_STAGES = (
    returned,
    own_keys,
    own_transfer,
    payout,
    exchanged,
    structured_reference,
    named_in_text,
    early_payment,
    account_and_amount,
    learnt_account,
    collective,
    booking_rules,
    prepayment,
    credit_refund,
    near_reference,
    near_amount,
    habits,
)


def decide(lines: Sequence[Line], candidates: Candidates, policy: Policy) -> list[Decision]:
    """One decision a line, in the order of the lines."""
    desk = Desk(candidates, policy)
    lines = [_priced(line, candidates.rates) for line in lines]
    undecided = sorted(lines, key=lambda line: (line.booking_date, line.bank_reference, line.id))
    settled = 0
    for stage in _STAGES:
        if settled != (settled := desk.settled_count):
            undecided = desk.undecided(undecided)
        stage.apply(desk, undecided)
    return [_answer(desk, line) for line in lines]


def _answer(desk: Desk, line: Line) -> Decision:
    if line.account_id in desk.policy.silent:
        return Decision(line.id, Verdict.LEAVE, left_because=LeftBecause.AUTOMATION_OFF)
    return desk.decisions.get(line.id) or proposals.propose(desk, line)


def _priced(line: Line, rates: Rates) -> Line:
    """Money of which nobody knows what it is worth in the company's currency is a person's."""
    if line.currency == rates.own or line.halted or not line.amount_minor:
        return line
    amount = Money(line.amount_minor, line.currency)
    price = line_price(
        amount,
        line.booking_date,
        original=line.original,
        written=line.exchange_rate,
        rates=rates,
    )
    return line if price else replace(line, halted="rate_unknown")
