"""What a company has chosen of its matching, and its accounts' automation at a glance."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from avstem.domain.errors import InvalidValueError
from avstem.services.change_matching import MatchingChoice, change_matching
from avstem.store.automation import levels_of
from avstem.store.matching_settings import settings_of
from avstem.store.models import UndoInClosedPeriod
from avstem.store.models.automation import Automation
from avstem.store.queries.own_accounts import own_accounts
from avstem.web.access import back, governs, reads, try_to
from avstem.web.company import CompanyRequest
from avstem.web.inputs import parse_amount


@reads
def show(request: CompanyRequest) -> HttpResponse:
    """The settings, and each account with how far the program goes there."""
    company_id = request.company.pk
    chosen, levels = settings_of(company_id), levels_of(company_id)
    page: dict[str, Any] = {
        "chosen": chosen,
        "limit": _share(chosen.automation_limit_bp),
        "write_off_share": _share(chosen.write_off_max_bp),
        "accounts": [
            (each, levels.get(each.id, Automation.ON).value) for each in own_accounts(company_id)
        ],
    }
    return render(request, "web/settings.html", page)


@governs
def change(request: CompanyRequest) -> HttpResponse:
    """Keep what the form says, from the next matching on."""

    def do() -> str:
        change_matching(
            company_id=request.company.pk,
            choice=_choice(request.POST, request.company.currency),
            actor=request.user.email,
            now=timezone.now(),
        )
        return _("The settings are kept. They hold from the next matching on.")

    try_to(request, do)
    return back(request, "settings")


def _choice(form: QueryDict, currency: str) -> MatchingChoice:
    refuses = form.get("undo_in_closed_period") == UndoInClosedPeriod.REFUSED.value
    undo = UndoInClosedPeriod.REFUSED if refuses else UndoInClosedPeriod.NEXT_OPEN_DAY
    return MatchingChoice(
        automation_limit_bp=_parse_share(form.get("limit", "")),
        write_off_max_minor=parse_amount(form.get("write_off", ""), currency),
        write_off_max_bp=_parse_share(form.get("write_off_share", "")),
        interchangeable=form.get("interchangeable") == "1",
        undo_in_closed_period=undo.value,
    )


def _share(bp: int) -> str:
    """Hundredths of a per cent as a person writes them: `99,5`."""
    whole, rest = divmod(bp, 100)
    return f"{whole},{rest:02}".rstrip("0").rstrip(",")


def _parse_share(text: str) -> int:
    """`99,5`, `99.5` or `99,5 %`."""
    plain = text.replace("%", "").strip().replace(".", ",")
    whole, comma, decimals = plain.partition(",")
    digits = whole + decimals
    right = digits.isascii() and digits.isdecimal() and whole and len(whole) <= 3
    if not right or len(decimals) > 2 or (comma and not decimals):
        raise InvalidValueError("share", text[:20], "a share as 99,5")
    return int(whole) * 100 + int(decimals.ljust(2, "0"))
