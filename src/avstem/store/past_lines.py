"""The transactions of the past, as the engine would have met them: a few days at a time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from django.db.models import QuerySet

from avstem.matching.facts import Line
from avstem.store.models import BankTransaction
from avstem.store.open_lines import FIELDS, line_of

#: Days are taken together until there are so many transactions, but at most a week of them.
PIECE_LINES, PIECE_DAYS = 200, timedelta(days=7)


def months_before(day: date, months: int) -> date:
    """The same day so many months before, or the last of that month.

    >>> months_before(date(2026, 3, 31), 1)
    datetime.date(2026, 2, 28)
    """
    month = day.year * 12 + day.month - 1 - months
    first = date(month // 12, month % 12 + 1, 1)
    next_first = date((month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), next_first - timedelta(days=1))


def history_of(company_id: int, from_date: date, to_date: date) -> int:
    """How many transactions of all accounts there are between the days, both included."""
    return _rows(company_id, from_date, to_date).count()


def pieces(company_id: int, from_date: date, to_date: date) -> Iterator[list[Line]]:
    """Whole days, oldest first, every account of the company, whatever has become of them."""
    piece: list[Line] = []
    rows = _rows(company_id, from_date, to_date).order_by("booking_date", "id")
    for row in rows.values_list(*FIELDS).iterator(2_000):
        # That somebody has booked and undone it was not known when it came.
        line = replace(line_of(row, {}, None), undone=False)
        if piece and _is_full(piece, line):
            yield piece
            piece = []
        piece.append(line)
    if piece:
        yield piece


def _is_full(piece: list[Line], line: Line) -> bool:
    if line.booking_date == piece[-1].booking_date:
        return False
    return len(piece) >= PIECE_LINES or line.booking_date >= piece[0].booking_date + PIECE_DAYS


def _rows(company_id: int, from_date: date, to_date: date) -> "QuerySet[BankTransaction]":
    return BankTransaction.objects.filter(
        company_id=company_id, booking_date__gte=from_date, booking_date__lte=to_date
    ).exclude(state="superseded")
