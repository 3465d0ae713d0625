"""Rules that people's own decisions ask for: a draft like one row, or like many."""

from collections.abc import Mapping
from dataclasses import dataclass

from avstem.matching.booking_rules import Conditions, RuleLine
from avstem.matching.habits import Answer, Habit, HabitKey, conditions_like, habits_of
from avstem.store.habit_rows import answer_of, decided
from avstem.store.models import BankTransaction, BookingRuleVersion, Decision
from avstem.store.rule_rows import conditions_document

NAME_CHARACTERS_MAX = 140


@dataclass(frozen=True)
class DraftedRule:
    """A rule as it might be saved, and the decisions it rests on."""

    name: str
    conditions: Conditions
    lines: tuple[RuleLine, ...]
    agreeing: int
    disagreeing: int
    transaction_id: int


def drafts_of_habits(company_id: int) -> list[DraftedRule]:
    """One draft a habit, the most frequent first; none for conditions that a rule has already."""
    found: list[tuple[HabitKey, Answer, BankTransaction]] = list(decided(company_id))
    habits: Mapping[HabitKey, Habit] = habits_of((key, answer) for key, answer, _ in found)
    newest = {key: row for key, answer, row in reversed(found)}
    there = _conditions_there(company_id)
    drafts = [_draft(newest[key], habit) for key, habit in habits.items()]
    new = [each for each in drafts if _told(each.conditions) not in there]
    return sorted(new, key=lambda each: (-each.agreeing, each.name))


def draft_like(transaction: BankTransaction) -> DraftedRule | None:
    """A draft like one transaction that stands booked; None where it was not to one account.

    Of one that waits the conditions alone: a person says where it goes.
    """
    if transaction.state in ("open", "suggested"):
        return _draft(transaction, None)
    decision = (
        Decision.objects.filter(company_id=transaction.company_id, transaction=transaction)
        .order_by("-pk")
        .first()
    )
    told = bool(decision and decision.verdict == "book" and decision.content["suggestions"])
    answer = answer_of(decision.content) if decision and told else None
    return _draft(transaction, Habit(answer, 1, 0)) if answer else None


def _draft(row: BankTransaction, habit: Habit | None) -> DraftedRule:
    conditions = conditions_like(
        amount_minor=row.amount_minor, counterparty=row.counterparty, text=row.text
    )
    who = (conditions.counterparty or conditions.text or row.text)[: NAME_CHARACTERS_MAX - 20]
    if habit is None:
        return DraftedRule(who, conditions, (), 0, 0, row.pk)
    account, vat_code = habit.answer
    return DraftedRule(
        name=f"{who} {account}".strip(),
        conditions=conditions,
        lines=(RuleLine(account, vat_code=vat_code),),
        agreeing=habit.agreeing,
        disagreeing=habit.disagreeing,
        transaction_id=row.pk,
    )


def _conditions_there(company_id: int) -> set[tuple[tuple[str, object], ...]]:
    rows = BookingRuleVersion.objects.filter(company_id=company_id)
    return {_key(said) for said in rows.values_list("conditions", flat=True)}


def _told(conditions: Conditions) -> tuple[tuple[str, object], ...]:
    return _key(conditions_document(conditions))


def _key(said: Mapping[str, object]) -> tuple[tuple[str, object], ...]:
    return tuple(sorted((name, str(value)) for name, value in said.items()))
