"""*Kasse og bank*: one account with its transactions, a month of them or all that wait."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
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
    first_day_looked_at,
    latest_day,
    next_month,
    next_waiting,
    sums_of,
    transactions_page,
)
from avstem.web.access import reads
from avstem.web.company import CompanyRequest
from avstem.web.inputs import find_amount, find_day, find_month
from avstem.web.views.transaction import pane_context

#: The list in which a search looks at all months, and those that stand for a month.
EVERYWHERE = "all"
TABS = {"waiting", "suggested"}


@dataclass(frozen=True)
class Shown:
    """What the address asks for: a month, or one of `TABS`; `until` is the last day of a search."""

    tab: str
    month: date
    words: str
    until: date | None = None
    since: date | None = None

    @property
    def waiting(self) -> bool:
        """Whether all that waits is listed, or what of it has a suggestion."""
        return self.tab in {"waiting", "suggested"}

    @property
    def suggested(self) -> bool:
        """Whether only what a suggestion stands at is listed."""
        return self.tab == "suggested"

    @property
    def everywhere(self) -> bool:
        """Whether the words are sought in all months and lists."""
        return self.tab == EVERYWHERE

    def query(self, **changed: str) -> str:
        """The address's query for this view of the list, with something changed."""
        said = {"tab": self.tab} if self.tab else {"month": f"{self.month:%Y-%m}"}
        said |= {"q": self.words} if self.words else {}
        said |= {"until": f"{self.until}"} if self.until else {}
        return "?" + urlencode({**said, **{name: each for name, each in changed.items() if each}})

    def wanted(self, currency: str) -> Wanted:
        """What is looked for in the tables."""
        amount = find_amount(self.words, currency) if self.words else None
        month = None if self.tab else self.month
        bounds = {"since": self.since, "until": self.until}
        return Wanted(month, self.words, amount, self.suggested, self.everywhere, **bounds)


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
    if tab != EVERYWHERE or not words:
        return Shown(tab if tab in TABS else "", month, words)
    until = find_day(asked.get("until", ""))
    since = first_day_looked_at(company_id, account_id, until)
    return Shown(tab, month, words, until, since)


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
    month, words = shown.month, shown.words
    further = replace(shown, until=shown.since - timedelta(days=1)) if shown.since else None
    return {
        "waiting": Shown("waiting", month, words).query(),
        "suggested": Shown("suggested", month, words).query(),
        "period": Shown("", month, words).query(),
        "everywhere": Shown(EVERYWHERE, month, words).query(),
        "further": further.query() if further else "",
        "later": shown.query(before=before) if before else "",
        "earlier": shown.query(after=after) if after else "",
        "previous_month": Shown("", next_month(month, -1), words).query(),
        "next_month": Shown("", next_month(month), words).query(),
        "all_words": Shown("" if shown.everywhere else shown.tab, month, "").query(),
    }
