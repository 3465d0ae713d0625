"""The day on which a bill is paid: bank days and cut-offs, and why it is not the day asked for.

Source: docs/payments.md; the banks' published cut-offs (Europe/Oslo).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from avstem.domain.calendar import is_bank_day, next_bank_day
from avstem.domain.payment_order import execution_date


class DayReason(StrEnum):
    """Why a payment leaves on that day."""

    AS_ASKED = "as_asked"
    BANK_DAY_BEFORE = "bank_day_before"  # due on a closed day: there in time
    BANK_DAY_AFTER = "bank_day_after"  # … and the bank day before it is past
    PAST = "past"  # due before today: the next bank day
    CUT_OFF = "cut_off"  # today's last run is over


@dataclass(frozen=True, slots=True)
class PayDay:
    """The bank day on which it leaves, and why."""

    day: date
    reason: DayReason


def pay_day(asked: date, *, now: datetime, cut_offs: Sequence[time] = ()) -> PayDay:
    """When a payment asked for that day leaves; `now` and `cut_offs` are in Norwegian time.

    A bank whose cut-offs are not known takes payments for today the whole day.

    >>> pay_day(date(2026, 12, 24), now=datetime(2026, 12, 1, 9)).day
    datetime.date(2026, 12, 23)
    """
    today = now.date()
    earliest = today
    if is_bank_day(today) and cut_offs and now.time() >= max(cut_offs):
        earliest = today + timedelta(days=1)
    day = execution_date(asked, earliest=earliest)
    return PayDay(day, _reason(asked, day, today, earliest))


def _reason(asked: date, day: date, today: date, earliest: date) -> DayReason:
    if day == asked:
        return DayReason.AS_ASKED
    if day < asked:
        return DayReason.BANK_DAY_BEFORE
    if earliest > today and next_bank_day(max(asked, today)) == today:
        return DayReason.CUT_OFF
    return DayReason.PAST if asked < today else DayReason.BANK_DAY_AFTER
