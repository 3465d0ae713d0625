"""What the matching would do now with all that waits, before it does it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from avstem import wording
from avstem.matching.decision import Verdict
from avstem.services.dry_run import SHOWN_MAX, dry_run
from avstem.services.queue_dry_run import queue_dry_run
from avstem.store.models import Rehearsal
from avstem.store.models.automation import RehearsalKind
from avstem.store.queries.accounts import standings
from avstem.store.queries.own_accounts import own_accounts
from avstem.store.rehearsals import is_under_way, newest_rehearsal
from avstem.web.access import back, posts, reads, try_to
from avstem.web.company import CompanyRequest

#: More is tried in the background: a page is not waited for longer than a few seconds.
TRIED_IN_REQUEST_MAX = 2_000


@reads
def show(request: CompanyRequest) -> HttpResponse:
    """The newest answer: sums by rule, then the transactions one by one."""
    company_id = request.company.pk
    asked = newest_rehearsal(company_id, RehearsalKind.DRY_RUN)
    answered = newest_rehearsal(company_id, RehearsalKind.DRY_RUN, answered=True)
    page: dict[str, Any] = {
        "under_way": asked if asked and is_under_way(asked) else None,
        "dry_run": answered,
        "shown_max": SHOWN_MAX,
        **(_answer(answered) if answered else {}),
    }
    return render(request, "web/dry_run.html", page)


@posts
def ask(request: CompanyRequest) -> HttpResponse:
    """Try it: at once where little waits, else in the background."""
    now, company_id = timezone.now(), request.company.pk
    waiting = sum(each.waiting for each in standings(company_id))

    def do() -> str:
        if waiting > TRIED_IN_REQUEST_MAX:
            queue_dry_run(company_id=company_id, actor=request.user.email, now=now)
            return _("There is much to look at. It is tried in the background.")
        dry_run(company_id=company_id, actor=request.user.email, now=now)
        return _("This is what the matching would do now. Nothing is written.")

    try_to(request, do)
    return back(request, "dry_run")


def _answer(row: Rehearsal) -> dict[str, Any]:
    found = row.found
    accounts = {each.id: each for each in own_accounts(row.company_id)}
    shown = {
        verdict: [
            {**each, "account": accounts.get(each["account"]), "why": _why(verdict, each["rule"])}
            for each in rows
        ]
        for verdict, rows in found["shown"].items()
    }
    counts = {verdict.value: _count(found, verdict.value) for verdict in Verdict}
    return {
        "counts": counts,
        "by_rule": [
            {**each, "why": _why(each["verdict"], each["rule"])} for each in found["by_rule"]
        ],
        "lists": [(verdict, counts[verdict], rows) for verdict, rows in shown.items() if rows],
        "halted_accounts": found["halted_accounts"],
    }


def _why(verdict: str, rule: str) -> str:
    """The rule in words, or why the transaction is left."""
    if verdict == Verdict.LEAVE:
        return wording.left_text(rule) if rule else ""
    return wording.rule_text(rule)


def _count(found: dict[str, Any], verdict: str) -> int:
    return sum(each["count"] for each in found["by_rule"] if each["verdict"] == verdict)
