"""The office: one worklist over all companies, and one answer for equal transactions in many."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from avstem.domain.errors import RefusalError
from avstem.services.answer_equals import ANSWERED_MAX, EqualAnswer, answer_equals
from avstem.store.models import BankTransaction, User
from avstem.store.queries.cash_short import COMPANIES_MAX
from avstem.store.queries.office import (
    CompanyWork,
    Equals,
    companies_at_work,
    equals_of,
    shared_accounts,
)
from avstem.store.tenancy import office_scope
from avstem.wording import sentence
from avstem.wording.rules import VAT_LABELS

#: So many companies stand on a page; the most urgent first.
COMPANIES_SHOWN = 100
#: So many groups of equals stand on the page; the most frequent first.
GROUPS_SHOWN = 20


def worklist(request: HttpRequest, user: User) -> HttpResponse:
    """All companies of the user, the most urgent first, and what one answer may fit."""
    today, words = timezone.localdate(), request.GET.get("q", "").strip()[:80]
    with office_scope(user.pk):
        rows, groups = companies_at_work(user.pk, today, words), equals_of(user.pk)
    shown = _page(request.GET.get("page", ""), rows, words)
    page = {
        **shown,
        "words": words,
        "left_out": max(len(rows) - COMPANIES_MAX, 0),
        "groups": groups[:GROUPS_SHOWN],
        "groups_left": len(groups[GROUPS_SHOWN:]),
    }
    return render(request, "web/office.html", page)


def _page(said: str, rows: Sequence[CompanyWork], words: str) -> dict[str, Any]:
    """The rows of the page that is asked for, the first where it is none, with its neighbours."""
    last = max((len(rows) - 1) // COMPANIES_SHOWN, 0)
    number = min(int(said), last) if said.isdecimal() and len(said) < 7 else 0
    kept = {"all": "1", "q": words} if words else {"all": "1"}
    return {
        "rows": rows[number * COMPANIES_SHOWN : (number + 1) * COMPANIES_SHOWN],
        "page": {"before": number > 0, "after": number < last},
        "previous_link": "?" + urlencode({**kept, "page": number - 1}),
        "next_link": "?" + urlencode({**kept, "page": number + 1}),
    }


@login_required
def equals(request: HttpRequest, key: str) -> HttpResponse:
    """One group of equal transactions; a POST gives those that are ticked one answer."""
    user = request.user
    assert isinstance(user, User), "a signed-in user is one of ours"
    with office_scope(user.pk):
        group = next(iter(equals_of(user.pk, key)), None)
        if group is None:
            raise Http404
        accounts = shared_accounts({each.company_id for each in group.rows})
    if request.method == "POST":
        return _answer(request, user, group)
    page = {
        "group": group,
        "rows": group.rows[:ANSWERED_MAX],
        "left": len(group.rows[ANSWERED_MAX:]),
        "accounts": accounts,
        "vat_codes": list(VAT_LABELS),
    }
    return render(request, "web/equals.html", page)


def _answer(request: HttpRequest, user: User, group: Equals) -> HttpResponse:
    """Company by company, each behind its own wall; only what is in the group still is touched."""
    answer = EqualAnswer(
        account=request.POST.get("account", "")[:10],
        vat_code=request.POST.get("vat_code", "")[:10],
        text=request.POST.get("text", "").strip()[:140],
    )
    posted, refused = 0, list[str]()
    for company_id, rows in _ticked(request.POST.getlist("row"), group.rows).items():
        company = rows[0].company
        try:
            done = answer_equals(
                company_id=company_id, transaction_ids=[each.pk for each in rows], answer=answer,
                actor=user.email, now=timezone.now(),
            )  # fmt: skip
        except RefusalError as refusal:
            refused.append(f"{company.name}: {sentence(refusal)}")
            continue
        posted += len(done.vouchers)
        refused += [f"{company.name}: {sentence(refusal)}" for _pk, refusal in done.refused]
    _tell(request, posted, refused)
    return redirect("home")


def _ticked(
    said: Sequence[str], rows: Sequence[BankTransaction]
) -> dict[int, list[BankTransaction]]:
    """The group's own rows that are ticked, by company."""
    wanted = set(said)
    found: dict[int, list[BankTransaction]] = defaultdict(list)
    for row in rows[:ANSWERED_MAX]:
        if str(row.pk) in wanted:
            found[row.company_id].append(row)
    return found


def _tell(request: HttpRequest, posted: int, refused: Sequence[str]) -> None:
    if posted:
        messages.success(request, _("Vouchers posted: %(count)d.") % {"count": posted})
    for each in refused[:20]:
        messages.error(request, each)
    if not (posted or refused):
        messages.warning(request, _("Nothing was ticked, so nothing is booked."))
