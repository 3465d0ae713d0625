"""When a company's next round comes: by its banks' times, or in the morning where none is asked."""

from datetime import datetime

from avstem.banks.directory import bank
from avstem.domain.polling import IDLE, IDLE_SPREAD, next_poll, times_of
from avstem.store.fetched import agreements_to_fetch
from avstem.store.schedules import ROUND, move_round
from avstem.store.tenancy import in_company


@in_company
def plan_round(*, company_id: int, now: datetime) -> datetime:
    """The instant, after `now`, which is written on the company's schedule where it has one."""
    times = {
        each
        for agreement in agreements_to_fetch(company_id)
        for each in times_of(bank(agreement.bank).delivery_times, ocr=agreement.ocr)
    }
    seed = str(company_id)
    at = next_poll(now, times, seed) if times else next_poll(now, IDLE, seed, IDLE_SPREAD)
    move_round(company_id, ROUND, at)
    return at
