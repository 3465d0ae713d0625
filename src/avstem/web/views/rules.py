"""Booking rules: the list, one rule with its trial, the form, and the switches."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from avstem.domain.errors import NotFoundError, RefusalError
from avstem.services.propose_rules import draft_rule, propose_rules
from avstem.services.queue_trial import queue_trial
from avstem.services.save_rule import save_rule
from avstem.services.switch_rule import switch_rule, switch_standing_rule
from avstem.services.try_rule import try_rule
from avstem.store.models import BookingRule, RuleTrial
from avstem.store.queries.company import ledger_accounts
from avstem.store.queries.own_accounts import own_accounts
from avstem.store.rule_book import (
    get_rule,
    get_version,
    list_rules,
    newest_trial,
    standing_switches,
)
from avstem.store.rule_history import history_count
from avstem.store.rule_rows import rule_of
from avstem.web.access import back, changes, posts, reads, try_to
from avstem.web.company import CompanyRequest
from avstem.web.payout_bar import BarPart, bar_of
from avstem.web.rule_form import RuleForm, empty_form, form_of, read_form
from avstem.wording import sentence
from avstem.wording.rules import TEXT_MATCHES, VAT_LABELS

#: More is tried in the background: a page is not waited for longer than a few seconds.
TRIED_IN_REQUEST_MAX = 20_000


@reads
def listing(request: CompanyRequest) -> HttpResponse:
    """The company's rules, those from the start, and those that people's decisions ask for."""
    page = {
        "rules": list_rules(request.company.pk),
        "standing": standing_switches(request.company.pk).items(),
        "drafts": propose_rules(company_id=request.company.pk),
    }
    return render(request, "web/rules.html", page)


@reads
def show(request: CompanyRequest, rule_id: int) -> HttpResponse:
    """The newest version, what the last trial of it came to, and which version is on."""
    row = _own(request, rule_id)
    version = get_version(request.company.pk, row, None)
    trial = newest_trial(request.company.pk, row, version.version)
    accounts = {each.id: each for each in own_accounts(request.company.pk)}
    rule = rule_of(version)
    page = {
        "row": row,
        "version": version,
        "rule": rule,
        "trial": trial,
        "bar": _bar(trial) if trial else [],
        "own_account": accounts.get(rule.conditions.account_id or 0),
    }
    return render(request, "web/rule.html", page)


@changes
def add(request: CompanyRequest) -> HttpResponse:
    """A new rule; `from` names the transaction that it is to be like."""
    if request.method == "POST":
        return _save(request, None)
    try:
        return _render(request, _start(request), None)
    except RefusalError as refusal:
        return _render(request, empty_form(), None, error=sentence(refusal))


def _start(request: CompanyRequest) -> RuleForm:
    """The form to begin with: like a transaction, like an earlier draft, or empty."""
    wanted = request.GET.get("from", "")
    if not wanted.isdecimal() or len(wanted) > 18:
        return empty_form()
    draft = draft_rule(company_id=request.company.pk, transaction_id=int(wanted))
    return form_of(draft, request.company.currency)


@changes
def edit(request: CompanyRequest, rule_id: int) -> HttpResponse:
    """A new version of a rule."""
    row = _own(request, rule_id)
    if request.method == "POST":
        return _save(request, row)
    rule = rule_of(get_version(request.company.pk, row, None))
    return _render(request, form_of(rule, request.company.currency), row)


@posts
def put_to_trial(request: CompanyRequest, rule_id: int) -> HttpResponse:
    """Try the newest version on what happened before."""

    def do() -> str:
        if history_count(request.company.pk, to_date=timezone.localdate()) > TRIED_IN_REQUEST_MAX:
            queue_trial(company_id=request.company.pk, rule_id=rule_id, now=timezone.now())
            return _("There is much to look at. The rule is tried in the background.")
        trial = try_rule(
            company_id=request.company.pk,
            rule_id=rule_id,
            actor=request.user.email,
            now=timezone.now(),
        )
        return ngettext(
            "It would have booked %(count)d transaction.",
            "It would have booked %(count)d transactions.",
            trial.would_book,
        ) % {"count": trial.would_book}

    try_to(request, do)
    return back(request, "rule", rule_id)


@posts
def switch(request: CompanyRequest, rule_id: int) -> HttpResponse:
    """Switch the version that the page showed on, or the rule off."""
    on = request.POST.get("on") == "1"
    version = request.POST.get("version", "")

    def do() -> str:
        switch_rule(
            company_id=request.company.pk,
            rule_id=rule_id,
            on=on,
            version=int(version) if version.isdecimal() and len(version) < 9 else None,
            actor=request.user.email,
            now=timezone.now(),
        )
        return (
            _("The rule is on. It books from the next matching.") if on else _("The rule is off.")
        )

    try_to(request, do)
    return back(request, "rule", rule_id)


@posts
def switch_standing(request: CompanyRequest, standing: str) -> HttpResponse:
    """Switch a rule from the start on or off."""
    on = request.POST.get("on") == "1"

    def do() -> str:
        switch_standing_rule(
            company_id=request.company.pk,
            standing=standing,
            on=on,
            actor=request.user.email,
            now=timezone.now(),
        )
        return (
            _("The rule is on. It books from the next matching.") if on else _("The rule is off.")
        )

    try_to(request, do)
    return back(request, "rules")


def _switched(*, on: bool) -> str:
    return _("The rule is on. It books from the next matching.") if on else _("The rule is off.")


def _own(request: CompanyRequest, rule_id: int) -> BookingRule:
    try:
        return get_rule(request.company.pk, rule_id)
    except NotFoundError as absent:
        raise Http404 from absent


def _save(request: CompanyRequest, row: BookingRule | None) -> HttpResponse:
    form = read_form(request.POST)
    try:
        version = save_rule(
            company_id=request.company.pk,
            draft=form.draft(request.company.currency),
            rule_id=row.pk if row else None,
            actor=request.user.email,
            now=timezone.now(),
        )
    except RefusalError as refusal:
        return _render(request, form, row, error=sentence(refusal))
    messages.success(request, _("The rule is saved. Try it before it is switched on."))
    return redirect("rule", request.company.orgnr, version.rule_id)


def _render(
    request: CompanyRequest, form: RuleForm, row: BookingRule | None, *, error: str = ""
) -> HttpResponse:
    page: dict[str, Any] = {
        "form": form,
        "row": row,
        "error": error,
        "accounts": ledger_accounts(request.company.pk),
        "own_accounts": own_accounts(request.company.pk),
        "matches": list(TEXT_MATCHES),
        "vat_codes": list(VAT_LABELS),
    }
    return render(request, "web/rule_form.html", page, status=422 if error else 200)


def _bar(trial: RuleTrial) -> list[BarPart]:
    parts = {"same": trial.same, "differs": trial.differs, "untouched": trial.untouched}
    return bar_of(parts)
