"""*Bekreft alle*: every suggestion on an account with the voucher it makes, posted in one go."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from avstem.services.accept_all import ACCEPTED_MAX, AcceptedAll, Seen, accept_all
from avstem.store.models import BankAccount, LedgerAccount
from avstem.store.queries.proposed import Proposed, proposed_on
from avstem.web.access import changes
from avstem.web.company import CompanyRequest
from avstem.web.views.account import standing_of
from avstem.wording import reason_text, rule_text, sentence


@dataclass(frozen=True)
class Line:
    """A suggestion in words; `seen` is what the form sends of it."""

    said: Proposed
    ticked: bool
    rule: str
    reasons: list[str]
    against: list[str]
    why_not: str

    @property
    def seen(self) -> str:
        """Transaction and decision: what is booked is what was seen, or nothing."""
        return f"{self.said.row.pk}:{self.said.decision_id}"

    @property
    def percent(self) -> int:
        """How likely."""
        return int(self.said.suggestion.confidence * 100)


@changes
def show(request: CompanyRequest, account_id: int) -> HttpResponse:
    """What would be booked, line by line and account by account; POST books what is ticked."""
    account = standing_of(request.company.pk, account_id).account
    if request.method == "POST":
        return _accept(request, account)
    after = request.GET.get("after", "")
    shown = proposed_on(request.company, account_id, limit=ACCEPTED_MAX, after=after)
    found, everything = shown.lines, request.GET.get("tick") == "all"
    ticked = [each for each in found if each.is_likely or (everything and each.is_undisputed)]
    page = {
        "account": account,
        "shown": shown,
        "after": after,
        "lines": [_line(each, ticked=each in ticked) for each in found],
        "ticked": len(ticked),
        "undisputed": sum(each.is_undisputed for each in found),
        "totals": _totals(request, ticked),
    }
    return render(request, "web/accept_all.html", page)


def _line(said: Proposed, *, ticked: bool) -> Line:
    currency, reasons = said.row.currency, said.suggestion.reasons
    words = [(each, reason_text(each.code, each.facts, currency)) for each in reasons]
    return Line(
        said=said,
        ticked=ticked,
        rule=rule_text(said.suggestion.rule),
        reasons=[text for each, text in words if each.agrees],
        against=[text for each, text in words if not each.agrees],
        why_not=sentence(said.refusal) if said.refusal else "",
    )


def _totals(request: CompanyRequest, found: Sequence[Proposed]) -> list[dict[str, Any]]:
    """What is ticked, by ledger account and currency, with debit and credit each for itself."""
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for each in found:
        assert each.voucher is not None, "what is ticked has a voucher"
        for posting in each.voucher.postings:
            side = 0 if posting.amount.minor > 0 else 1
            sums[posting.account, posting.amount.currency][side] += abs(posting.amount.minor)
    rows = LedgerAccount.objects.filter(
        company=request.company, number__in={number for number, _currency in sums}
    )
    names = dict(rows.values_list("number", "name"))
    return [
        {"number": number, "name": names.get(number, ""), "currency": currency,
         "debit": debit, "credit": credit}
        for (number, currency), (debit, credit) in sorted(sums.items())
    ]  # fmt: skip


def _accept(request: CompanyRequest, account: BankAccount) -> HttpResponse:
    done = accept_all(
        company_id=request.company.pk,
        seen=_seen(request.POST.getlist("seen")),
        actor=request.user.email,
        now=timezone.now(),
    )
    _tell(request, done)
    if done.refused or not done.vouchers:
        return redirect(request.get_full_path())
    after = request.POST.get("after", "")
    here = "accept_all" if after else "account"
    query = urlencode({"after": after} if after else {"tab": "waiting"})
    return redirect(f"{reverse(here, args=[request.company.orgnr, account.pk])}?{query}")


def _tell(request: CompanyRequest, done: AcceptedAll) -> None:
    if done.vouchers:
        first, last = done.vouchers[0], done.vouchers[-1]
        text = _("Vouchers posted: %(count)d (%(first)s to %(last)s).")
        messages.success(
            request, text % {"count": len(done.vouchers), "first": first, "last": last}
        )
    for _transaction, refusal in done.refused[:20]:
        messages.error(request, sentence(refusal))
    if not (done.vouchers or done.refused):
        messages.warning(request, _("Nothing was ticked, so nothing is booked."))


def _seen(said: Sequence[str]) -> list[Seen]:
    pairs = [each.partition(":")[::2] for each in said[:ACCEPTED_MAX]]
    return [
        Seen(int(transaction), int(decision))
        for transaction, decision in pairs
        if transaction.isdecimal() and decision.isdecimal() and len(transaction + decision) < 37
    ]
