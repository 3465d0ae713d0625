"""*Kasse og bank*: one account with its transactions, a month of them or all that wait."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from avstem.store.automation import level_of
from avstem.store.models import BankTransaction
from avstem.store.queries.accounts import Standing, standings
from avstem.store.queries.statements import broken_accounts
from avstem.store.queries.transactions import (
    Detail,
    Wanted,
    cursor_at,
    find_transaction,
    latest_day,
    next_month,
    next_waiting,
    sums_of,
    transactions_page,
)
from avstem.web.access import reads
from avstem.web.company import CompanyRequest
from avstem.web.inputs import find_amount, find_month
from avstem.web.views.transaction import pane_context


@dataclass(frozen=True)
class Shown:
    """What the address asks for."""

    waiting: bool
    month: date
    words: str
    suggested: bool = False

    @property
    def tab(self) -> str:
        """What the address calls this list; "" for a month."""
        return ("suggested" if self.suggested else "waiting") if self.waiting else ""

    def query(self, **changed: str) -> str:
        """The address's query for this view of the list, with something changed."""
        said = {"tab": self.tab} if self.waiting else {"month": f"{self.month:%Y-%m}"}
        said |= {"q": self.words} if self.words else {}
        return "?" + urlencode({**said, **{name: each for name, each in changed.items() if each}})

    def wanted(self, currency: str) -> Wanted:
        """What is looked for in the tables."""
        amount = find_amount(self.words, currency) if self.words else None
        month = None if self.waiting else self.month
        return Wanted(month, self.words, amount, self.suggested)


def standing_of(company_id: int, account_id: int) -> Standing:
    """The company's own account; 404 for any other."""
    found = standings(company_id, account_id)
    if not found:
        raise Http404
    return found[0]


@reads
def show(request: CompanyRequest, account_id: int) -> HttpResponse:
    """The list, with one transaction open beside it where the address says so."""
    detail = _open_one(request, account_id)
    if request.headers.get("HX-Request") and detail is not None:
        return render(request, "web/_pane.html", _pane(request, detail))
    standing = standing_of(request.company.pk, account_id)
    shown = _shown(request.GET, request.company.pk, account_id)
    pane = _pane(request, detail) if detail is not None else {"pane": None}
    return render(request, "web/account.html", {**_list(request, standing, shown, detail), **pane})


def _open_one(request: CompanyRequest, account_id: int) -> Detail | None:
    wanted = request.GET.get("open", "")
    if not wanted.isdecimal() or len(wanted) > 18:
        return None
    detail = find_transaction(request.company.pk, int(wanted))
    if detail is None or detail.row.account_id != account_id:
        raise Http404
    return detail


def _pane(request: CompanyRequest, detail: Detail) -> dict[str, Any]:
    return pane_context(request, detail, next_page=request.get_full_path(), beside=True)


def _shown(asked: QueryDict, company_id: int, account_id: int) -> Shown:
    month = find_month(asked.get("month", ""))
    if month is None:
        day = latest_day(company_id, account_id) or timezone.localdate()
        month = day.replace(day=1)
    words = " ".join(asked.get("q", "")[:100].split())
    tab = asked.get("tab", "")
    return Shown(tab in {"waiting", "suggested"}, month, words, tab == "suggested")


def after_this(request: CompanyRequest, done: BankTransaction) -> str:
    """The list that the form came from, with what waits after this one open; "" from elsewhere."""
    came_from = urlsplit(request.POST.get("next", ""))
    here = reverse("account", args=[request.company.orgnr, done.account_id])
    if came_from.path != here or came_from.netloc:
        return ""
    asked, company_id = QueryDict(came_from.query, mutable=True), request.company.pk
    wanted = _shown(asked, company_id, done.account_id).wanted(done.currency)
    following = next_waiting(company_id, done.account_id, wanted, done)
    asked["open"] = str(following.pk) if following else ""
    asked.pop("book", None)
    return f"{here}?{asked.urlencode()}"


def _list(
    request: CompanyRequest, standing: Standing, shown: Shown, opened: Detail | None
) -> dict[str, Any]:
    account, company_id = standing.account, request.company.pk
    wanted = shown.wanted(account.currency)
    cursor = {name: request.GET.get(name, "") for name in ("after", "before")}
    page = transactions_page(company_id, account.pk, wanted, **cursor)
    if opened is not None and opened.row not in page.rows:
        at = {"after": cursor_at(opened.row), "before": ""}
        there = transactions_page(company_id, account.pk, wanted, **at)
        if opened.row in there.rows:
            page, cursor = there, at
    here = shown.query(**cursor)
    return {
        "standing": standing,
        "account": account,
        "shown": shown,
        "page": page,
        "rows": [(row, f"{here}&open={row.pk}") for row in page.rows],
        "sums": sums_of(company_id, account.pk, wanted),
        "broken": account.pk in broken_accounts(company_id),
        "level": level_of(company_id, account.pk).value,
        "open_id": request.GET.get("open", ""),
        "links": _links(shown, page.after, page.before),
        "here": here,
    }


def _links(shown: Shown, after: str, before: str) -> dict[str, str]:
    months = {"previous": next_month(shown.month, -1), "next": next_month(shown.month)}
    waiting = Shown(True, shown.month, shown.words)
    period = Shown(False, shown.month, shown.words)
    return {
        "waiting": waiting.query(),
        "suggested": Shown(True, shown.month, shown.words, suggested=True).query(),
        "period": period.query(),
        "later": shown.query(before=before) if before else "",
        "earlier": shown.query(after=after) if after else "",
        "previous_month": Shown(False, months["previous"], shown.words).query(),
        "next_month": Shown(False, months["next"], shown.words).query(),
        "all_words": Shown(shown.waiting, shown.month, "", shown.suggested).query(),
    }
