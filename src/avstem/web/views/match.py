"""*Avstem selv*: match a transaction by hand until nothing is left, then book it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from avstem.services.book_transaction import book_transaction
from avstem.store import chart
from avstem.store.models import BankTransaction, OpenItem
from avstem.store.queries.company import ledger_accounts
from avstem.store.queries.items import find_items, items_by_id
from avstem.web.access import changes, try_to
from avstem.web.company import CompanyRequest
from avstem.web.matching_form import Line, MatchForm, chosen_ids, read_form, reasons
from avstem.web.views.transaction import own_transaction


@changes
def show(request: CompanyRequest, transaction_id: int) -> HttpResponse:
    """The form; each button sends it and names what to do in `do`, as `add:17` or `book`."""
    transaction = own_transaction(request, transaction_id).row
    if transaction.state not in ("open", "suggested"):
        return _to_transaction(request, transaction)
    if request.method != "POST":
        return _render(request, MatchForm(transaction, words=request.GET.get("q", "")))
    form = _read(request, transaction)
    verb, _colon, what = request.POST.get("do", "").partition(":")
    if verb == "book" and _book(request, form):
        return _to_transaction(request, transaction)
    step = _STEPS.get(verb)
    return _render(request, step(request, form, what) if step else form)


def _read(request: CompanyRequest, transaction: BankTransaction) -> MatchForm:
    items = items_by_id(request.company.pk, chosen_ids(request.POST))
    return read_form(request.POST, transaction, items)


def _add(request: CompanyRequest, form: MatchForm, what: str) -> MatchForm:
    if not what.isdecimal() or len(what) > 18:
        return form
    item = items_by_id(request.company.pk, [int(what)]).get(int(what))
    return form.add(item) if item and item.remaining_minor else form


def _remove(_request: CompanyRequest, form: MatchForm, what: str) -> MatchForm:
    return form.without_item(int(what)) if what.isdecimal() else form


def _remove_line(_request: CompanyRequest, form: MatchForm, what: str) -> MatchForm:
    return form.without_line(int(what)) if what.isdecimal() and len(what) < 4 else form


def _explain(request: CompanyRequest, form: MatchForm, _what: str) -> MatchForm:
    """Let the chosen reason take what is left."""
    code = request.POST.get("reason", "")
    if not form.difference_minor or code == "part_payment":
        return form.as_part_payment()
    text = request.POST.get("reason_text", "").strip()
    if code == "other_account":
        return form.explain(Line(request.POST.get("reason_account", ""), "", None, text))
    for reason in reasons(customers=_is_about_customers(form)):
        if reason.code == code and reason.role is not None:
            account = chart.accounts_by_role(request.company.pk)[reason.role]
            party = form.chosen[0].item.party if reason.on_party and form.chosen else None
            if reason.on_party and party is None:
                messages.error(request, _("Choose an invoice first: the credit is its party's."))
                return form
            named = (party.pk, party.name) if party else (None, "")
            return form.explain(Line(account, "", None, text, *named))
    return form


_STEPS: dict[str, Callable[[CompanyRequest, MatchForm, str], MatchForm]] = {
    "add": _add,
    "remove": _remove,
    "remove_line": _remove_line,
    "explain": _explain,
}


def _book(request: CompanyRequest, form: MatchForm) -> bool:
    def do() -> str:
        voucher = book_transaction(
            company_id=request.company.pk,
            transaction_id=form.transaction.pk,
            settlements=form.settlements(),
            lines=form.booking_lines(),
            actor=request.user.email,
            now=timezone.now(),
        )
        return _("Booked as voucher %(voucher)s.") % {"voucher": voucher}

    return try_to(request, do)


def _is_about_customers(form: MatchForm) -> bool:
    if not form.chosen:
        return form.transaction.amount_minor > 0
    return form.chosen[0].item.kind.startswith("customer")


def _render(request: CompanyRequest, form: MatchForm) -> HttpResponse:
    customers = _is_about_customers(form)
    page: dict[str, Any] = {
        "form": form,
        "transaction": form.transaction,
        "found": _found(request, form),
        "accounts": ledger_accounts(request.company.pk),
        "reasons": [each.code for each in reasons(customers=customers)],
        "about_customers": customers,
        "wanted_reason": request.POST.get("reason", ""),
    }
    partial = request.headers.get("HX-Request")
    return render(request, "web/_match_form.html" if partial else "web/match.html", page)


def _found(request: CompanyRequest, form: MatchForm) -> list[OpenItem]:
    transaction = form.transaction
    return find_items(
        request.company.pk,
        currency=transaction.currency,
        words=form.words,
        amount_minor=form.sought_minor,
        near_minor=form.difference_minor * form.sign or transaction.amount_minor,
        name=transaction.counterparty,
        without=[each.item.pk for each in form.chosen],
    )


def _to_transaction(request: CompanyRequest, transaction: BankTransaction) -> HttpResponse:
    address = reverse("transaction", args=[request.company.orgnr, transaction.pk])
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(address)
    return HttpResponse(headers={"HX-Redirect": address})
