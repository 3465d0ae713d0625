"""The design system: every token and component on one page, in the light of the reader's screen."""

import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from avstem.web.balance_chart import Chart, draw
from avstem.web.payout_bar import bar_of

_TOKENS = Path(__file__).parent.parent / "static" / "web" / "tokens.css"


@login_required
def show(request: HttpRequest) -> HttpResponse:
    """Every component once, with invented content; it shows nothing of any company."""
    return render(
        request,
        "web/design.html",
        {
            "tokens": tokens(),
            "chart": _chart(),
            "bar": bar_of({"net": 78_25, "fees": 1_75, "refunds": 20_00}),
        },
    )


def _chart() -> Chart:
    """A balance that rises, falls and falls short."""
    start = date(2026, 11, 1)
    days = [(start + timedelta(days=n), 100_000_00 + n % 7 * 15_000_00) for n in range(30)]
    ahead = [(start + timedelta(days=n), (90 - 3 * n) * 1_000_00) for n in range(30, 45)]
    sure = [(day, minor - 40_000_00) for day, minor in ahead]
    moves = [
        (start + timedelta(days=32), [("sent", -9_000_00), ("approved", -6_000_00)]),
        (start + timedelta(days=36), [("due", -12_000_00)]),
        (start + timedelta(days=40), [("expected", 20_000_00)]),
    ]
    return draw(days, ahead, sure, moves)


@cache
def tokens() -> list[tuple[str, str]]:
    """Each token's name and its value in the light design, in the order of the file."""
    light = _TOKENS.read_text(encoding="utf-8").partition("@media")[0]
    return re.findall(r"--([\w-]+): ([^;]+);", light)
