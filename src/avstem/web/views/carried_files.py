"""Payment files that a person carries to the bank: taken from here, and said to be there."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from avstem.domain.errors import RefusalError
from avstem.services.carry_payment_file import hand_out_file, note_carried
from avstem.web.access import back, posts, try_to
from avstem.web.company import CompanyRequest


@posts
def take(request: CompanyRequest, file_id: int) -> HttpResponse:
    """The bytes as an attachment; who took them and when is written down first."""
    try:
        file = hand_out_file(
            company_id=request.company.pk, file_id=file_id, actor=request.user.email,
            now=timezone.now(),
        )  # fmt: skip
    except RefusalError as refusal:
        return _refused(request, refusal)
    answer = HttpResponse(bytes(file.content), content_type="application/xml")
    name = file.remote_name.replace('"', "").replace("\\", "")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _refused(request: CompanyRequest, refusal: RefusalError) -> HttpResponse:
    def do() -> str:
        raise refusal

    try_to(request, do)
    return back(request, "payments")


@posts
def carried(request: CompanyRequest, file_id: int) -> HttpResponse:
    """A person says that the bank has it."""

    def do() -> str:
        note_carried(
            company_id=request.company.pk, file_id=file_id, actor=request.user.email,
            now=timezone.now(),
        )  # fmt: skip
        return _("Written down. The bank will answer, or the account will show the debits.")

    try_to(request, do)
    return back(request, "payments")
