"""All banks, and how an agreement is ordered at each."""

from collections import defaultdict
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render

from avstem.banks.dialects import dialect
from avstem.banks.directory import Bank, bank, bank_of_account, search
from avstem.banks.order_guide import OrderGuide, order_guide
from avstem.domain.errors import NotFoundError
from avstem.store.queries.own_accounts import OwnAccount, own_accounts
from avstem.web.access import reads
from avstem.web.company import CompanyRequest


@dataclass(frozen=True, slots=True)
class Row:
    """A bank on the page: how it is ordered at, and the company's accounts in it."""

    bank: Bank
    guide: OrderGuide
    accounts: tuple[OwnAccount, ...]


@reads
def listing(request: CompanyRequest) -> HttpResponse:
    """Every bank, or those that the words may mean; the company's own stand first by themselves."""
    words = " ".join(request.GET.get("q", "")[:100].split())
    accounts = _by_bank(request)
    rows = [_row(each, accounts) for each in search(words)]
    own = [] if words else [row for row in rows if row.accounts]
    return render(request, "web/banks.html", {"rows": rows, "own": own, "words": words})


@reads
def show(request: CompanyRequest, slug: str) -> HttpResponse:
    """One bank: how to order, step by step, and what else is known of it."""
    try:
        found = bank(slug)
    except NotFoundError as absent:
        raise Http404 from absent
    row = _row(found, _by_bank(request))
    return render(request, "web/bank.html", {"row": row, "dialect": dialect(found.dialect)})


def _row(found: Bank, accounts: dict[str, list[OwnAccount]]) -> Row:
    return Row(found, order_guide(found), tuple(accounts.get(found.slug, ())))


def _by_bank(request: CompanyRequest) -> dict[str, list[OwnAccount]]:
    """The company's accounts by the slug of their bank."""
    found: dict[str, list[OwnAccount]] = defaultdict(list)
    for account in own_accounts(request.company.pk):
        owner = bank_of_account(account.iban)
        if owner is not None:
            found[owner.slug].append(account)
    return found
