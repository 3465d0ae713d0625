"""How files go by an agreement, typed in: the bank's SFTP server, its pinned key, and ours.

Folders of this machine and signed envelopes are the operator's, by the command line: a page must
not choose which of the machine's folders are read.
"""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from avstem.banks.dialects import dialect
from avstem.banks.directory import bank as bank_by_slug
from avstem.connectors.sftp_keys import KeyKind, fingerprint
from avstem.domain.errors import InvalidValueError, RefusalError
from avstem.domain.secret import Secret
from avstem.services.connect_agreement import Connection, connect_agreement
from avstem.store.models import Agreement, Channel
from avstem.web.access import changes
from avstem.web.company import CompanyRequest
from avstem.web.views.fetching import agreement_of
from avstem.wording import sentence

CHANNELS = (Channel.NETBANK, Channel.SFTP)
_NEEDED = {
    "host": "host",
    "user": "user",
    "fetch_folder": "folder",
    "send_folder": "folder",
    "host_keys": "host key",
}
_TEXTS = ("host", "user", "fetch_folder", "send_folder", "taken_folder")


@changes
def edit(request: CompanyRequest, agreement_id: int) -> HttpResponse:
    """The form; what is sent takes the place of what was said before."""
    agreement = agreement_of(request, agreement_id)
    typed, error = _stated(agreement), ""
    if request.method == "POST":
        try:
            return _connect(request, agreement)
        except RefusalError as refusal:
            typed, error = request.POST.dict(), sentence(refusal)
    page = {
        "agreement": agreement,
        "bank": bank_by_slug(agreement.bank),
        "channels": CHANNELS,
        "is_operators": agreement.channel in (Channel.FOLDER, Channel.SECURE_ENVELOPE),
        "typed": typed,
        "error": error,
        **_key_of(agreement),
    }
    return render(request, "web/connection.html", page, status=422 if error else 200)


def _connect(request: CompanyRequest, agreement: Agreement) -> HttpResponse:
    connect_agreement(
        company_id=request.company.pk,
        agreement_id=agreement.pk,
        connection=_typed(request, agreement),
        actor=request.user.email,
        now=timezone.now(),
    )
    messages.success(request, _("How files go is written down."))
    if request.POST.get("sign_in", "").startswith("new"):
        here = reverse("connection", args=[request.company.orgnr, agreement.pk])
        return HttpResponseRedirect(f"{here}#key")
    return redirect("agreement", request.company.orgnr, agreement.pk)


def _typed(request: CompanyRequest, agreement: Agreement) -> Connection:
    said = {name: request.POST.get(name, "").strip()[:300] for name in request.POST}
    more: dict[str, Any] = {
        "sender_id": said.get("sender_id", ""),
        "division_id": said.get("division_id", ""),
        "freshness": said.get("freshness") or None,
        "generation": agreement.generation,
    }
    channel = said.get("channel", "")
    if channel not in CHANNELS:
        raise InvalidValueError("channel", channel or "nothing", ", ".join(CHANNELS))
    if channel != Channel.SFTP:
        return Connection(channel, **more)
    way, password = said.get("sign_in", "keep"), request.POST.get("password", "")
    secrets = {"sftp_password": Secret(password)} if way == "password" and password else {}
    new_key = cast(KeyKind, way.removeprefix("new_")) if way in ("new_rsa", "new_ed25519") else None
    place = _place(request, said, agreement, keeps_key=way != "password")
    return Connection(Channel.SFTP, place, secrets, new_key=new_key, **more)


def _place(
    request: CompanyRequest, said: dict[str, str], agreement: Agreement, *, keeps_key: bool
) -> dict[str, Any]:
    for name, called in _NEEDED.items():
        if not said.get(name):
            raise InvalidValueError(called, "nothing", "what the bank has told you")
    place: dict[str, Any] = {name: said[name] for name in _TEXTS if said.get(name)}
    lines = request.POST.get("host_keys", "")[:20_000].splitlines()
    place["host_keys"] = [" ".join(line.split()) for line in lines if line.strip()]
    port = said.get("port") or "22"
    if not port.isdecimal() or len(port) > 5:
        raise InvalidValueError("port", port[:60], "a number from 1 to 65535")
    place["port"] = int(port)
    if keeps_key and "public_key" in agreement.place:
        place["public_key"] = agreement.place["public_key"]
    return place


def _stated(agreement: Agreement) -> dict[str, Any]:
    """What stands there now, or what the bank's own folders are called; never a secret."""
    folders = dialect(bank_by_slug(agreement.bank).dialect).folders
    usual = {"fetch_folder": folders.inn, "send_folder": folders.out, "port": 22}
    place = {**usual, **agreement.place}
    place["host_keys"] = "\n".join(place.get("host_keys", ()))
    return {
        **place,
        "channel": agreement.channel,
        "freshness": agreement.freshness or "",
        "sender_id": agreement.sender_id,
        "division_id": agreement.division_id,
        "sign_in": "keep" if agreement.credential_id else "new_rsa",
    }


def _key_of(agreement: Agreement) -> dict[str, Any]:
    public = agreement.place.get("public_key", "")
    return {
        "public_key": public,
        "print": fingerprint(public) if public else "",
        "has_secret": agreement.credential_id is not None,
    }
