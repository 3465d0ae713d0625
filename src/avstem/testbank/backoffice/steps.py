"""What happens when: each step of the bank's life is an event with its time, done in that order.

Steps that come again plan the next one themselves, so that the bank's file always holds all that
is to come.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta

from avstem.domain.calendar import is_bank_day, next_bank_day
from avstem.testbank.backoffice import cases, intake, notices, settlement
from avstem.testbank.backoffice.ledger import Ledger, stamp
from avstem.testbank.backoffice.outbox import Customer, get_customer
from avstem.testbank.backoffice.ways import NOTIFICATIONS

#: When the day is closed, after the last run of any bank.
CLOSING = time(23, 0)
#: A payment that nobody approved is given up after so many days.
APPROVAL_DAYS_MAX = 10

Step = Callable[[Ledger, datetime, str, str], None]


def plan_days(ledger: Ledger, customer: Customer, after: datetime) -> None:
    """Plan the next bank day of a customer: its runs, its report, its end."""
    day = next_bank_day(after.date() + timedelta(days=1))
    _plan_day(ledger, customer, day)


def plan_first_day(ledger: Ledger, customer: Customer, now: datetime) -> None:
    """Plan what is left of today; or the next bank day, where the day is closed already."""
    if is_bank_day(now.date()) and now.time() < CLOSING:
        _plan_day(ledger, customer, now.date(), after=now)
    else:
        plan_days(ledger, customer, now)


def _plan_day(
    ledger: Ledger, customer: Customer, day: date, *, after: datetime | None = None
) -> None:
    ways = customer.ways
    planned = [(at, "run", "") for at in ways.cut_offs[:-1]] + [(ways.cut_offs[-1], "run", "last")]
    planned.append((ways.intraday_at, "intraday", ""))
    for at, kind, content in planned:
        moment = datetime.combine(day, time.fromisoformat(at))
        if after is None or moment > after:
            ledger.plan(moment, kind, customer.user, content)
    ledger.plan(datetime.combine(day, CLOSING), "close", customer.user)


def close(ledger: Ledger, at: datetime, user: str, content: str) -> None:
    """The end of a bank day: interest and fees at the month's end, statements, the next day."""
    del content
    customer = get_customer(ledger, user)
    if next_bank_day(at.date() + timedelta(days=1)).month != at.month:
        _charge(ledger, customer, at)
    _give_up(ledger, customer, at)
    notices.close_statements(ledger, customer, at)
    plan_days(ledger, customer, at)


def _charge(ledger: Ledger, customer: Customer, at: datetime) -> None:
    """A month's interest on the balance as it closes, and the month's fee."""
    run = settlement.begin(ledger, customer, at)
    for iban, account in run.accounts.items():
        interest = _interest(account["balance_minor"], account["interest_bp"])
        if interest:
            run.post(iban, interest, "interest" if interest > 0 else "interest_owed")
        if account["fee_minor"]:
            run.post(iban, -account["fee_minor"], "charge")
    run.book()


def _interest(balance_minor: int, basis_points: int) -> int:
    """A twelfth of the yearly rate, half a unit rounded away from nothing.

    >>> _interest(1_000_000_00, 300), _interest(-1_00, 300)
    (250000, 0)
    """
    size = (2 * abs(balance_minor) * basis_points + 120_000) // 240_000
    return size if balance_minor > 0 else -size


def _give_up(ledger: Ledger, customer: Customer, at: datetime) -> None:
    """Refuse what nobody approved in time."""
    last = (at.date() - timedelta(days=APPROVAL_DAYS_MAX)).isoformat()
    waiting = ledger.rows(
        "SELECT * FROM payment WHERE user = ? AND state = 'pending' AND day <= ? ORDER BY id",
        customer.user, last,
    )  # fmt: skip
    if waiting:
        cases.refuse(ledger, customer, at, waiting, "DS02")


def agree(ledger: Ledger, at: datetime, user: str, content: str) -> None:
    """An agreement moves on, if nobody hurried or ended it: `<id> taken`, `<id> active`."""
    del at, user
    id, state = content.split()
    before = "ordered" if state == "taken" else "taken"
    found = ledger.value("SELECT iban FROM agreement WHERE id = ? AND state = ?", id, before)
    if found is not None:
        ledger.run("UPDATE agreement SET state = ? WHERE id = ?", state, id)
        if state == "active":
            tell_from_here(ledger, found)


def tell_from_here(ledger: Ledger, iban: str) -> None:
    """A notification agreement tells of what comes after it, not of what was."""
    ledger.run(
        "UPDATE account SET notified = (SELECT coalesce(max(id), 0) FROM posting) WHERE iban = ?"
        " AND EXISTS (SELECT 1 FROM agreement WHERE iban = account.iban AND service = ?"
        " AND state = 'active') AND notified = 0",
        iban, NOTIFICATIONS,
    )  # fmt: skip


_STEPS: Mapping[str, Step] = {
    "receipt": intake.receipt,
    "validation": intake.validation,
    "cancellation": cases.cancellation,
    "run": settlement.settle,
    "intraday": notices.report_intraday,
    "close": close,
    "agreement": agree,
}


def next_step(ledger: Ledger, until: datetime) -> bool:
    """Do the next thing that is due; False where nothing is, and it is `until`.

    The step, its event and the clock are one transaction: it happens once, whenever it is killed.
    """
    with ledger.step("event"):
        now = ledger.now
        event = ledger.row(
            "SELECT * FROM event WHERE at <= ? ORDER BY at, id LIMIT 1", stamp(max(now, until))
        )
        if event is None:
            ledger.remember("now", stamp(max(now, until)))
            return False
        at = max(now, datetime.fromisoformat(event["at"]))
        ledger.remember("now", stamp(at))
        ledger.run("DELETE FROM event WHERE id = ?", event["id"])
        _STEPS[event["kind"]](ledger, at, event["subject"], event["content"])
        return True
