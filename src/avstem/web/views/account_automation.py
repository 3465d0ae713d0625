"""How far the program goes by itself on an account, after a look at what it would have done."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from avstem.matching.replay import Outcome, Sums
from avstem.services.choose_automation import choose_automation
from avstem.services.queue_replay import queue_replay
from avstem.services.replay import replay
from avstem.store.automation import level_of
from avstem.store.models import BookingRule, Rehearsal
from avstem.store.models.automation import Automation, RehearsalKind
from avstem.store.past_lines import history_of, months_before
from avstem.store.queries.own_accounts import OwnAccount, own_accounts
from avstem.store.rehearsals import is_under_way, newest_rehearsal
from avstem.web.access import back, governs, posts, reads, try_to
from avstem.web.company import CompanyRequest
from avstem.web.replay_shown import months_of, parts_of, rules_of
from avstem.wording.replay import not_as_then_text, outcome_text

MONTHS = 12
#: More is replayed in the background: a page is not waited for longer than a few seconds.
REPLAYED_IN_REQUEST_MAX = 2_000


@reads
def show(request: CompanyRequest, account_id: int) -> HttpResponse:
    """What would be booked now, what would have been booked before, and then the choice."""
    company_id = request.company.pk
    account = _own(request, account_id)
    asked = newest_rehearsal(company_id, RehearsalKind.REPLAY, account_id)
    answered = newest_rehearsal(company_id, RehearsalKind.REPLAY, account_id, answered=True)
    dry = newest_rehearsal(company_id, RehearsalKind.DRY_RUN, answered=True)
    page: dict[str, Any] = {
        "account": account,
        "level": level_of(company_id, account_id).value,
        "levels": list(Automation.values),
        "under_way": asked if asked and is_under_way(asked) else None,
        "replay": answered,
        "dry_run": dry,
        "now_counts": dry.found["by_account"].get(str(account_id), {}) if dry else {},
        **(_answer(answered) if answered else {}),
    }
    return render(request, "web/account_automation.html", page)


def _answer(row: Rehearsal) -> dict[str, Any]:
    sums = Sums.from_json(row.found)
    outcomes = [(each.value, outcome_text(each.value), sums.total(each)) for each in Outcome]
    return {
        "sums": sums,
        "known": sums.total(Outcome.SAME, Outcome.DIFFERS),
        "same": sums.total(Outcome.SAME),
        "months": months_of(sums),
        "rules": rules_of(sums, _rule_names(row.company_id)),
        "outcomes": outcomes,
        "parts": parts_of({value: count for value, _text, count in outcomes}),
        "examples": row.found["examples"],
        "not_as_then": [not_as_then_text(code) for code in row.found["not_as_then"]],
    }


def _rule_names(company_id: int) -> dict[str, str]:
    """What the company calls its own rules, by the rule's name in a decision."""
    rows = BookingRule.objects.filter(company_id=company_id, standing="")
    return {f"booking_rule:{pk}": name for pk, name in rows.values_list("pk", "name")}


@posts
def ask(request: CompanyRequest, account_id: int) -> HttpResponse:
    """Replay the last twelve months: at once where they are few, else in the background."""
    _own(request, account_id)
    now, company_id = timezone.now(), request.company.pk
    today = timezone.localdate(now)
    much = history_of(company_id, months_before(today, MONTHS), today) > REPLAYED_IN_REQUEST_MAX
    actor = request.user.email

    def do() -> str:
        service = queue_replay if much else replay
        service(company_id=company_id, account_id=account_id, actor=actor, now=now, months=MONTHS)
        if much:
            return _("There is much to look at. It is replayed in the background.")
        return _("This is what would have been booked.")

    try_to(request, do)
    return back(request, "account_automation", account_id)


@governs
def choose(request: CompanyRequest, account_id: int) -> HttpResponse:
    """Choose the level, from the next matching on."""
    _own(request, account_id)

    def do() -> str:
        choose_automation(
            company_id=request.company.pk,
            account_id=account_id,
            level=request.POST.get("level", ""),
            actor=request.user.email,
            now=timezone.now(),
        )
        return _("It holds from now on. What waits is matched anew the next time.")

    try_to(request, do)
    return back(request, "account_automation", account_id)


def _own(request: CompanyRequest, account_id: int) -> OwnAccount:
    """The company's own account; 404 for any other."""
    for account in own_accounts(request.company.pk):
        if account.id == account_id:
            return account
    raise Http404
