"""How far the program may go by itself on each account."""

from collections.abc import Sequence

from avstem.matching.decision import Decision, Verdict
from avstem.store.models import BankTransaction
from avstem.store.models.automation import AccountAutomation, Automation


def level_of(company_id: int, account_id: int) -> Automation:
    """The level chosen for the account; ON where nobody has chosen."""
    return levels_of(company_id).get(account_id, Automation.ON)


def levels_of(company_id: int) -> dict[int, Automation]:
    """The accounts on which the program does not book by itself, with their levels."""
    rows = AccountAutomation.objects.filter(company_id=company_id)
    chosen = rows.exclude(level=Automation.ON).values_list("account_id", "level")
    return {account_id: Automation(level) for account_id, level in chosen}


def still_wanted(company_id: int, decisions: Sequence[Decision]) -> list[Decision]:
    """Without the bookings on accounts where a person has stopped them since they were decided.

    Call it with the company locked. What falls out is decided anew by the next run.
    """
    if not (stopped := levels_of(company_id)):
        return list(decisions)
    booked = [each.line_id for each in decisions if each.verdict is Verdict.BOOK]
    rows = BankTransaction.objects.filter(company_id=company_id, pk__in=booked)
    accounts = dict(rows.values_list("pk", "account_id"))
    held = {pk for pk, account_id in accounts.items() if account_id in stopped}
    return [
        each for each in decisions if each.line_id not in held and each.partner_line_id not in held
    ]
