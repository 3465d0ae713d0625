"""A dry run that is kept: what would be booked, suggested and left now, account by account.

Accounts where automation is off or suggests only are shown as if it were on: that is the question
before it is switched on.
"""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db import transaction as database
from django.utils import timezone

from avstem.matching.decision import Decision, Verdict
from avstem.matching.facts import Line
from avstem.store.foresight import Foreseen, look_ahead, rule_or_reason
from avstem.store.locks import lock_company
from avstem.store.models import Rehearsal
from avstem.store.rehearsals import answer, ask_for_dry_run, get_rehearsal
from avstem.store.tenancy import in_company

#: So many transactions of each verdict are kept one by one; all are counted.
SHOWN_MAX = 50


@in_company
def dry_run(*, company_id: int, actor: str, now: datetime) -> Rehearsal:
    """The answer for all that waits, kept as a rehearsal. No row of the books is written."""
    with database.atomic():
        lock_company(company_id)
        row = ask_for_dry_run(company_id=company_id, actor=actor, now=now)
    return _run(row)


@in_company
def run_dry_run(*, company_id: int, rehearsal_id: int) -> Rehearsal:
    """The answer to what was asked for before; asked twice, the newer one stands."""
    return _run(get_rehearsal(company_id, rehearsal_id))


def _run(row: Rehearsal) -> Rehearsal:
    foreseen = look_ahead(row.company_id, as_if_on=True)
    found = _found(foreseen)
    return answer(row, found, of=len(foreseen.decisions), now=timezone.now())


def _found(foreseen: Foreseen) -> dict[str, Any]:
    by_account: dict[int, Counter[str]] = {}
    shown: dict[str, list[dict[str, Any]]] = {verdict.value: [] for verdict in Verdict}
    for line, decision in foreseen.decisions:
        verdict = decision.verdict.value
        by_account.setdefault(line.account_id, Counter())[verdict] += 1
        if len(shown[verdict]) < SHOWN_MAX:
            shown[verdict].append(_shown(line, decision))
    return {
        "by_account": {str(pk): dict(count) for pk, count in sorted(by_account.items())},
        "by_rule": [
            {
                "verdict": each.verdict.value,
                "rule": each.rule,
                "currency": each.currency,
                "count": each.count,
                "in_minor": each.in_minor,
                "out_minor": each.out_minor,
            }
            for each in foreseen.by_rule()
        ],
        "shown": shown,
        "halted_accounts": foreseen.halted_accounts,
    }


def _shown(line: Line, decision: Decision) -> dict[str, Any]:
    return {
        "transaction": line.id,
        "account": line.account_id,
        "date": line.booking_date.isoformat(),
        "amount_minor": line.amount_minor,
        "currency": line.currency,
        "text": " ".join(filter(None, (line.counterparty, line.text)))[:140],
        "rule": rule_or_reason(decision),
    }
