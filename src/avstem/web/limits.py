"""How much a request without an account may bring: refused before a byte of it is read."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from avstem.domain.attachment import BYTES_MAX

#: A picture and the words beside it.
ANSWER_BYTES_MAX = BYTES_MAX + (64 << 10)
_WITHOUT_ACCOUNT = "/ask/"


class BodyLimit:
    """Middleware before the protection against forgery, which reads the whole body."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.META.get("CONTENT_LENGTH") or "0"
        too_much = not told.isdecimal() or int(told) > ANSWER_BYTES_MAX
        if too_much and request.path_info.startswith(_WITHOUT_ACCOUNT):
            return HttpResponse(status=413)
        return self.get_response(request)
