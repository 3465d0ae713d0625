"""How far the program may go by itself on each account."""

from collections.abc import Container, Sequence
from datetime import datetime

from avstem.matching.decision import Decision, Verdict
from avstem.store.jobs import NewJob, enqueue
from avstem.store.models import BankTransaction, RejectedPair
from avstem.store.models.automation import AccountAutomation, Automation


def level_of(company_id: int, account_id: int) -> Automation:
    """The level chosen for the account; ON where nobody has chosen."""
    return levels_of(company_id).get(account_id, Automation.ON)


def levels_of(company_id: int) -> dict[int, Automation]:
    """The accounts on which the program does not book by itself, with their levels."""
    rows = AccountAutomation.objects.filter(company_id=company_id)
    chosen = rows.exclude(level=Automation.ON).values_list("account_id", "level")
    return {account_id: Automation(level) for account_id, level in chosen}


def ask_for_matching(company_id: int, now: datetime) -> None:
    """Let the worker match anew what waits: another answer may hold now. Asked for once."""
    enqueue([NewJob(company_id, "reconcile")], now=now)


def still_wanted(
    company_id: int, decisions: Sequence[Decision], undone_before: Container[int]
) -> list[Decision]:
    """Without the bookings that a person has spoken against since they were decided.

    Automation was switched off on the account, or the transaction was booked and undone, and is
    not in `undone_before`, which the engine knew of. Call it with the company locked. What falls
    out is decided anew by the next run.
    """
    stopped = levels_of(company_id)
    booked = {each.line_id: each for each in decisions if each.verdict is Verdict.BOOK}
    rows = BankTransaction.objects.filter(company_id=company_id, pk__in=booked)
    held = {
        pk
        for pk, account_id, booking_no in rows.values_list("pk", "account_id", "booking_no")
        if account_id in stopped or (booking_no and pk not in undone_before)
    }
    refused = RejectedPair.objects.filter(company_id=company_id, transaction_id__in=booked)
    for pk, item_id in refused.values_list("transaction_id", "item_id"):
        best = booked[pk].best
        # The engine books no pair that it knew to be refused.
        if best and any(each.item_id == item_id for each in best.settlements):
            held.add(pk)
    return [
        each for each in decisions if each.line_id not in held and each.partner_line_id not in held
    ]
