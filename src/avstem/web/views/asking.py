"""At a transaction: receipts attached and looked at, the owner asked, a question withdrawn."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from avstem.domain.attachment import BYTES_MAX, PICTURES, clean_name
from avstem.domain.errors import FileTooLargeError, InvalidValueError, RefusalError
from avstem.services.ask_owner import ask_owner
from avstem.services.attach_receipt import attach_receipt
from avstem.services.withdraw_question import withdraw_question
from avstem.store.attachments import pieces_of_attachment
from avstem.store.models import Attachment
from avstem.store.queries.attachments import questions_page
from avstem.web.access import Page, back, posts, reads, try_to
from avstem.web.company import CompanyRequest
from avstem.web.views.transaction import own_transaction
from avstem.wording import sentence


def read_upload(request: HttpRequest, field: str) -> tuple[str, bytes] | None:
    """The file that was sent under that name; None where none was. Too large is refused unread."""
    sent = request.FILES.get(field)
    if sent is None:
        return None
    name, size = str(sent.name or ""), sent.size or 0
    if size > BYTES_MAX:
        raise FileTooLargeError(size, BYTES_MAX, clean_name(name))
    return name, sent.read()


def _attach(request: CompanyRequest, transaction_id: int) -> HttpResponse:
    """Keep a receipt at the transaction."""
    own_transaction(request, transaction_id)

    def do() -> str:
        sent = read_upload(request, "receipt")
        if sent is None:
            raise InvalidValueError("receipt", "nothing", "a picture or a PDF")
        kept = attach_receipt(
            company_id=request.company.pk, transaction_id=transaction_id, name=sent[0],
            content=sent[1], actor=request.user.email, now=timezone.now(),
        )  # fmt: skip
        return _("%(name)s is attached.") % {"name": kept}

    try_to(request, do)
    return back(request, "transaction", transaction_id)


def _ask(request: CompanyRequest, transaction_id: int) -> HttpResponse:
    """Make a question and show its link, once."""
    own_transaction(request, transaction_id)
    try:
        asked = ask_owner(
            company_id=request.company.pk, transaction_id=transaction_id,
            text=request.POST.get("question", ""), actor=request.user.email, now=timezone.now(),
        )  # fmt: skip
    except RefusalError as refusal:
        messages.error(request, sentence(refusal))
        return back(request, "transaction", transaction_id)
    link = request.build_absolute_uri(reverse("answer", args=[request.company.orgnr, asked.token]))
    told = _("Send this link to the owner. It is shown only now, and works for thirty days:")
    messages.success(request, format_html('{} <a href="{}">{}</a>', told, link, link))
    return back(request, "transaction", transaction_id)


def _withdraw(request: CompanyRequest, transaction_id: int, question_id: int) -> HttpResponse:
    """The question is asked no longer."""
    own_transaction(request, transaction_id)

    def do() -> str:
        withdraw_question(
            company_id=request.company.pk, question_id=question_id, actor=request.user.email,
            now=timezone.now(),
        )  # fmt: skip
        return _("The question is withdrawn; its link no longer works.")

    try_to(request, do)
    return back(request, "transaction", transaction_id)


attach: Page = posts(_attach)
ask: Page = posts(_ask)
withdraw: Page = posts(_withdraw)


@reads
def questions(request: CompanyRequest) -> HttpResponse:
    """What the owner was asked, and what came back."""
    page = questions_page(
        request.company.pk,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    shown = {
        "page": page,
        "next_link": "?" + urlencode({"after": page.after}),
        "previous_link": "?" + urlencode({"before": page.before}),
    }
    return render(request, "web/questions.html", shown)


@reads
def attachment(request: CompanyRequest, attachment_id: int) -> HttpResponse:
    """The bytes as they came. A picture may be shown; everything else is only saved.

    The answer names the type that the bytes are, forbids guessing another, and is boxed in.
    """
    rows = Attachment.objects.filter(company_id=request.company.pk, pk=attachment_id)
    kept = rows.first()
    if kept is None:
        raise Http404
    way = "inline" if kept.media_type in PICTURES else "attachment"
    answer = HttpResponse(b"".join(pieces_of_attachment(kept)), content_type=kept.media_type)
    answer["Content-Disposition"] = (
        f'{way}; filename="{kept.name.encode("ascii", "replace").decode()}"'
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
