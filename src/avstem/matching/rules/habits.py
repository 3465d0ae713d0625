"""What people did by hand with payments like it is proposed, with the number of decisions."""

from collections.abc import Sequence

from avstem.matching import habits
from avstem.matching.booking_rules import with_vat
from avstem.matching.decision import LedgerLine, Reason
from avstem.matching.facts import Line
from avstem.matching.rules.booking_rules import speaks_against
from avstem.matching.state import Desk, Reading


def apply(desk: Desk, lines: Sequence[Line]) -> None:
    """Keep the account that three decisions gave, for lines that cannot be about an invoice."""
    if not desk.candidates.habits:
        return
    for line in lines:
        key = habits.habit_key(
            amount_minor=line.amount_minor,
            currency=line.currency,
            counterparty=line.counterparty or "",
            text=line.text,
        )
        habit = desk.candidates.habits.get(key) if key and line.amount_minor else None
        if habit and not any(speaks_against(desk, line)):
            _keep(desk, line, habit)


def _keep(desk: Desk, line: Line, habit: habits.Habit) -> None:
    facts = {"count": habit.agreeing, "account": habit.answer.account}
    reasons = [Reason("habit.decisions", facts)]
    if habit.disagreeing:
        reasons.append(Reason("habit.otherwise", {"count": habit.disagreeing}, agrees=False))
    said = LedgerLine(
        -line.amount_minor, account=habit.answer.account, vat_code=habit.answer.vat_code
    )
    posted = tuple(with_vat(said))
    reading = Reading(habits.RULE, habit.score, (), tuple(reasons), ledger_lines=posted)
    desk.keep(line, reading)
