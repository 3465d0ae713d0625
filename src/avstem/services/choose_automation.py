"""Choose how far the program goes by itself on an account."""

from datetime import datetime

from django.db import transaction as database

from avstem.domain.errors import InvalidValueError, NotFoundError
from avstem.store import audit
from avstem.store.automation import ask_for_matching, level_of
from avstem.store.locks import lock_company
from avstem.store.models import AccountAutomation, BankAccount
from avstem.store.models.automation import Automation
from avstem.store.tenancy import in_company


@in_company
@database.atomic
def choose_automation(
    *, company_id: int, account_id: int, level: str, actor: str, now: datetime
) -> Automation:
    """From now on; a run in progress books nothing more on an account that is not on.

    What is booked stands; what waits is matched anew by the worker. The same choice again changes
    nothing.
    """
    if level not in Automation.values:
        raise InvalidValueError("automation", level[:20], " / ".join(Automation.values))
    lock_company(company_id)
    account = BankAccount.objects.filter(company_id=company_id, pk=account_id).first()
    if account is None:
        raise NotFoundError("account", str(account_id))
    before, chosen = level_of(company_id, account_id), Automation(level)
    if chosen is before:
        return chosen
    AccountAutomation.objects.update_or_create(
        company_id=company_id,
        account=account,
        defaults={"level": chosen, "chosen_by": actor, "chosen_at": now},
    )
    audit.record(
        company_id=company_id,
        actor=actor,
        action="account.automation",
        at=now,
        facts={"account": account.iban, "before": before.value, "after": chosen.value},
    )
    ask_for_matching(company_id, now)
    return chosen
