"""When the banks are asked for new files, by the clock in Norway.

A bank lays out a statement early in the morning, notifications after each run of the clearing, and
OCR giro after the runs of Nets. Where its runs are known it is asked just after them, else once an
hour in the day. On days that are no bank days little comes: what was left from the day before.

Source: docs/agreements.md, "When the bank is asked"; ADR 58. OCR giro is delivered 08:00, 12:30,
15:00 and 17:30 (Nets/Mastercard, system specification for OCR giro).
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from avstem.domain.calendar import is_bank_day
from avstem.domain.timing import share

OSLO = ZoneInfo("Europe/Oslo")
HOURLY = tuple(time(hour) for hour in range(6, 23))
#: Where the bank's runs are known: the morning's statement, and once more for what comes late.
ALWAYS = (time(6), time(7), time(9), time(18), time(22))
OCR_GIRO = (time(8), time(12, 30), time(15), time(17, 30))
CLOSED_DAY = (time(8), time(14))
#: A company that no bank sends to: what is due is seen to in the morning, over three hours.
IDLE = (time(5),)
IDLE_SPREAD = timedelta(hours=3)
#: A file is there some minutes after its run; and not everybody asks in the same minute.
AFTER = timedelta(minutes=5)
SPREAD = timedelta(minutes=10)
#: No closed days follow each other for so long.
_DAYS_MAX = 15


def times_of(runs: Collection[time], *, ocr: bool) -> tuple[time, ...]:
    """When a bank with these runs of the clearing is asked on a bank day, in order.

    >>> [f"{each:%H:%M}" for each in times_of([time(10), time(14)], ocr=False)]
    ['06:00', '07:00', '09:00', '10:00', '14:00', '18:00', '22:00']
    """
    if not runs:
        return tuple(sorted({*HOURLY, *(OCR_GIRO if ocr else ())}))
    return tuple(sorted({*runs, *ALWAYS, *(OCR_GIRO if ocr else ())}))


def next_poll(
    now: datetime, times: Iterable[time], seed: str, spread: timedelta = SPREAD
) -> datetime:
    """The first time after `now` at which the bank is asked, in the zone of `now`.

    5 minutes after one of the times and up to `spread` more; the same seed always waits the same.
    """
    wanted = sorted(set(times))
    assert wanted, "a bank that is never asked"
    wait = AFTER + spread * share(seed)
    day = now.astimezone(OSLO).date()
    for number in range(-1, _DAYS_MAX):
        for at in _on(day + timedelta(days=number), wanted):
            if at + wait > now:
                return (at + wait).astimezone(now.tzinfo)
    raise AssertionError("a fortnight without a time")


def _on(day: date, times: Collection[time]) -> Iterable[datetime]:
    chosen = times if is_bank_day(day) else CLOSED_DAY
    return (datetime.combine(day, each, OSLO) for each in chosen)
