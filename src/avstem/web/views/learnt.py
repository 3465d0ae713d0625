"""*Lært*: how right each kind of answer has been, who pays how, and bookings to take a look at."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from avstem.services.confirm_booking import confirm_booking
from avstem.services.correct_fact import give_fact, switch_fact
from avstem.store.queries.learning import (
    learnt_accounts,
    learnt_names,
    rule_standings,
    samples_page,
)
from avstem.web.access import back, posts, reads, try_to
from avstem.web.company import CompanyRequest
from avstem.wording.learning import answer_text


@reads
def listing(request: CompanyRequest) -> HttpResponse:
    """The records, those put back to proposals first; then the facts."""
    company_id = request.company.pk
    standings = rule_standings(company_id)
    facts = [
        *(("account", each.account_key, each) for each in learnt_accounts(company_id)),
        *(("name", each.name, each) for each in learnt_names(company_id)),
    ]
    return render(
        request,
        "web/learnt.html",
        {
            "standings": [(each, answer_text(each.rule, each.guard)) for each in standings],
            "put_back": [answer_text(each.rule, "") for each in standings if each.put_back],
            "facts": facts,
        },
    )


@reads
def samples(request: CompanyRequest) -> HttpResponse:
    """*Ta en titt*: automatic bookings that wait for a look."""
    page = samples_page(
        request.company.pk,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    return render(
        request,
        "web/samples.html",
        {
            "page": page,
            "next_link": "?" + urlencode({"after": page.after}),
            "previous_link": "?" + urlencode({"before": page.before}),
        },
    )


@posts
def confirm(request: CompanyRequest, sample_id: int) -> HttpResponse:
    """The booking is right."""

    def do() -> str:
        sample = confirm_booking(
            company_id=request.company.pk,
            sample_id=sample_id,
            actor=request.user.email,
            now=timezone.now(),
        )
        return _("Voucher %(voucher)s is right.") % {"voucher": sample.voucher}

    try_to(request, do)
    return back(request, "samples")


@posts
def switch(request: CompanyRequest, kind: str, fact_id: int) -> HttpResponse:
    """Switch a fact on or off, as `on` says."""
    on = request.POST.get("on") == "1"

    def do() -> str:
        switch_fact(
            company_id=request.company.pk,
            kind=kind,
            fact_id=fact_id,
            on=on,
            actor=request.user.email,
            now=timezone.now(),
        )
        if on:
            return _("It counts again.")
        return _("It is switched off, and is not learnt again by itself.")

    try_to(request, do)
    return back(request, "learnt")


@posts
def give(request: CompanyRequest, kind: str, fact_id: int) -> HttpResponse:
    """It is another party's."""

    def do() -> str:
        party = give_fact(
            company_id=request.company.pk,
            kind=kind,
            fact_id=fact_id,
            party=request.POST.get("party", ""),
            actor=request.user.email,
            now=timezone.now(),
        )
        return _("It is %(party)s's now.") % {"party": party}

    try_to(request, do)
    return back(request, "learnt")
