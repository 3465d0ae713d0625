"""What is done to a transaction with one click: accept, book, undo, set aside."""

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from avstem.services.accept_suggestion import accept_suggestion
from avstem.services.book_transaction import BookingLine, book_transaction
from avstem.services.set_aside import set_aside
from avstem.services.set_aside import take_back as take_it_back
from avstem.services.undo_booking import undo_booking
from avstem.store.models import BankTransaction
from avstem.web.access import back, posts, try_to
from avstem.web.company import CompanyRequest
from avstem.web.inputs import parse_day
from avstem.web.views.account import after_this
from avstem.web.views.transaction import own_transaction


@posts
def accept(request: CompanyRequest, transaction_id: int) -> HttpResponse:
    """Post the suggestion at `position` (0 is the best)."""
    row = own_transaction(request, transaction_id).row
    position = request.POST.get("position", "0")

    def do() -> str:
        voucher = accept_suggestion(
            company_id=request.company.pk,
            transaction_id=transaction_id,
            position=int(position) if position.isdecimal() else -1,
            actor=request.user.email,
            now=timezone.now(),
        )
        return _booked(request, row, voucher)

    return _onwards(request, row, done=try_to(request, do))


@posts
def book(request: CompanyRequest, transaction_id: int) -> HttpResponse:
    """Book all of it to one ledger account."""
    detail = own_transaction(request, transaction_id)
    line = BookingLine(
        account=request.POST.get("account", ""),
        amount_minor=-detail.row.amount_minor,
        text=request.POST.get("text", "").strip()[:140],
        vat_code=request.POST.get("vat_code", "")[:10],
    )

    def do() -> str:
        voucher = book_transaction(
            company_id=request.company.pk,
            transaction_id=transaction_id,
            settlements=[],
            lines=[line],
            actor=request.user.email,
            now=timezone.now(),
        )
        return _booked(request, detail.row, voucher)

    return _onwards(request, detail.row, done=try_to(request, do))


@posts
def undo(request: CompanyRequest, transaction_id: int) -> HttpResponse:
    """Reverse the booking; the transaction is open again."""
    own_transaction(request, transaction_id)

    day = request.POST.get("on_date", "").strip()

    def do() -> str:
        voucher = undo_booking(
            company_id=request.company.pk,
            transaction_id=transaction_id,
            actor=request.user.email,
            now=timezone.now(),
            on_date=parse_day(day) if day else None,
        )
        return _("Undone: voucher %(voucher)s reverses the booking.") % {"voucher": voucher}

    try_to(request, do)
    return back(request, "transaction", transaction_id)


@posts
def put_aside(request: CompanyRequest, transaction_id: int) -> HttpResponse:
    """Take it off the work list, with a reason."""
    row = own_transaction(request, transaction_id).row

    def do() -> str:
        set_aside(
            company_id=request.company.pk,
            transaction_id=transaction_id,
            reason=request.POST.get("reason", ""),
            actor=request.user.email,
            now=timezone.now(),
        )
        return _("Set aside. Nothing is booked.")

    return _onwards(request, row, done=try_to(request, do))


@posts
def take_back(request: CompanyRequest, transaction_id: int) -> HttpResponse:
    """Put it on the work list again."""
    own_transaction(request, transaction_id)

    def do() -> str:
        take_it_back(
            company_id=request.company.pk,
            transaction_id=transaction_id,
            actor=request.user.email,
            now=timezone.now(),
        )
        return _("It stands in the work list again.")

    try_to(request, do)
    return back(request, "transaction", transaction_id)


def _booked(request: CompanyRequest, row: BankTransaction, voucher: object) -> str:
    """What is said; in the list, where the next row is open by then, with the way to undo it."""
    address = reverse("transaction", args=[request.company.orgnr, row.pk])
    said = _("Booked as voucher %(voucher)s.") % {"voucher": voucher}
    if request.POST.get("next", "") in ("", address):
        return said
    undo = format_html('<a href="{}?undo=1" data-undo-last>{}</a>', address, _("Undo"))
    return format_html("{} {}", said, undo)


def _onwards(request: CompanyRequest, row: BankTransaction, *, done: bool) -> HttpResponse:
    """To the next that waits, where it was done from the list; else back."""
    address = after_this(request, row) if done else ""
    return HttpResponseRedirect(address) if address else back(request, "transaction", row.pk)
