"""What went wrong with payments that have left: paid more than once, or refused without a word."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from avstem.formats.paper import render_pdf
from avstem.services.note_refused import note_refused
from avstem.store.queries.double_debits import double_debits
from avstem.web.access import back, posts, reads, try_to
from avstem.web.company import CompanyRequest
from avstem.web.views.agreements import LANGUAGES
from avstem.wording.claim_letter import claim_letter


@reads
def listing(request: CompanyRequest) -> HttpResponse:
    """Each with its debits."""
    page = {"doubles": double_debits(request.company.pk)}
    return render(request, "web/double_debits.html", page)


@reads
def letter(request: CompanyRequest, item_id: int, language: str) -> HttpResponse:
    """The letter to the supplier of the bill, as PDF."""
    found = [each for each in double_debits(request.company.pk) if each.item.pk == item_id]
    if not found or language not in LANGUAGES:
        raise Http404
    with override(language):
        paper = claim_letter(found[0], request.company, timezone.localdate(), language)
    name = f"{found[0].item.pk}-{language}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(render_pdf(paper), content_type="application/pdf", headers=headers)


@posts
def refused(request: CompanyRequest, order_id: int) -> HttpResponse:
    """The bank has told a person that it refused the payment."""

    def do() -> str:
        note_refused(
            company_id=request.company.pk,
            order_id=order_id,
            reason=request.POST.get("reason", ""),
            actor=request.user.email,
            now=timezone.now(),
        )
        return _("It is taken for refused. The bill can be paid again.")

    try_to(request, do)
    return back(request, "payment", order_id)
