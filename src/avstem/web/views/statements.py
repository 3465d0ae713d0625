"""The statements of an account and their chain; explaining what does not hold."""

from collections.abc import Iterator

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from avstem.services.explain_statement import explain_statement, withdraw_explanation
from avstem.store.queries.statements import StatementLine, find_statement, statements_page
from avstem.web.access import back, posts, reads, try_to
from avstem.web.company import CompanyRequest
from avstem.web.views.account import standing_of
from avstem.wording import break_text


@reads
def listing(request: CompanyRequest, account_id: int) -> HttpResponse:
    """The account's statements, newest first, each with what is wrong with it."""
    standing = standing_of(request.company.pk, account_id)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    page, lines = statements_page(request.company.pk, account_id, after=after, before=before)
    currency = standing.account.currency
    return render(
        request,
        "web/statements.html",
        {
            "standing": standing,
            "account": standing.account,
            "page": page,
            "lines": [(line, list(_said(line, currency))) for line in lines],
        },
    )


@posts
def explain(request: CompanyRequest, statement_id: int) -> HttpResponse:
    """Keep a person's word on a broken statement; booking may go on."""
    statement = find_statement(request.company.pk, statement_id)
    if statement is None:
        raise Http404

    def do() -> str:
        explain_statement(
            company_id=request.company.pk,
            statement_id=statement_id,
            reason=request.POST.get("reason", ""),
            actor=request.user.email,
            now=timezone.now(),
        )
        return _("The explanation is kept with the statement.")

    try_to(request, do)
    return back(request, "statements", statement.account_id)


@posts
def withdraw(request: CompanyRequest, statement_id: int) -> HttpResponse:
    """The explanation does not hold; booking stops again."""
    statement = find_statement(request.company.pk, statement_id)
    if statement is None:
        raise Http404

    def do() -> str:
        withdraw_explanation(
            company_id=request.company.pk,
            statement_id=statement_id,
            actor=request.user.email,
            now=timezone.now(),
        )
        return _("The explanation is withdrawn.")

    try_to(request, do)
    return back(request, "statements", statement.account_id)


def _said(line: StatementLine, currency: str) -> Iterator[str]:
    for each in line.breaks:
        facts = {"expected_minor": each.expected_minor, "found_minor": each.found_minor}
        yield break_text(each.kind.value, facts, currency)
