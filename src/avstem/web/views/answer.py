"""The owner's page: a question about one transaction, answered without an account.

Whoever has the link sees this transaction's day, amount, counterparty and text, and the question;
nothing else of the company. The link's secret is what protects the page: it is not kept, is not
told to no other site (referrer), no index and no cache, and works once.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from avstem.domain.errors import RefusalError
from avstem.services.answer_question import answer_question
from avstem.store.models import Company, OwnerQuestion
from avstem.store.questions import find_question, waits
from avstem.store.tenancy import company_scope
from avstem.web.views.asking import read_upload
from avstem.wording import sentence


def show(request: HttpRequest, company_number: str, token: str) -> HttpResponse:
    """The question, or that it is answered or gone (410); a POST answers it."""
    company = Company.objects.filter(orgnr=company_number).first()
    if company is None:
        return _render(request, None, status=410)
    with company_scope(company.pk):
        question = find_question(company.pk, token)
        if question is None or not waits(question, timezone.now()):
            return _render(request, None, status=410)
        if request.method != "POST":
            return _render(request, question)
        return _answer(request, question, token)


def _answer(request: HttpRequest, question: OwnerQuestion, token: str) -> HttpResponse:
    try:
        answered = answer_question(
            company_id=question.company_id,
            token=token,
            answer=request.POST.get("answer", ""),
            name=request.POST.get("name", ""),
            picture=read_upload(request, "picture"),
            now=timezone.now(),
        )
    except RefusalError as refusal:
        return _render(request, question, status=422, error=sentence(refusal))
    return _render(request, answered, thanks=True)


def _render(
    request: HttpRequest, question: OwnerQuestion | None, *, status: int = 200, **more: object
) -> HttpResponse:
    page = {"question": question, "typed": request.POST, "asking": question and question.company}
    answer = render(request, "web/answer.html", {**page, **more}, status=status)
    answer["Cache-Control"] = "no-store"
    # With none at all the browser sends the answer as from nowhere, and it is refused.
    answer["Referrer-Policy"] = "same-origin"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
