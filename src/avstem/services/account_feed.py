"""The feed of accounts, day by day: what is told, what is missing, late, doubled or retold."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from avstem.banks.directory import bank as get_bank
from avstem.banks.order_guide import order_guide
from avstem.domain import agreement as rules
from avstem.domain.agreement import AgreementState
from avstem.domain.chain import BreakKind
from avstem.domain.errors import InvalidValueError, NotFoundError
from avstem.domain.feed import FRESH_DAYS, DayState, Feed, FeedDay, Terms, Told
from avstem.store.models import Activation, Channel
from avstem.store.queries.feed import FeedRows, feed_rows
from avstem.store.tenancy import in_company

DAYS_MAX = 3_700
_FAULTS = {
    BreakKind.BALANCE: DayState.UNBALANCED,
    BreakKind.GAP: DayState.UNCHAINED,
    BreakKind.TAKEOVER: DayState.UNCHAINED,
}


@dataclass(frozen=True)
class AccountFeed:
    """An account with its days, and the rows that they rest on."""

    rows: FeedRows
    days: list[FeedDay]

    @property
    def faults(self) -> list[FeedDay]:
        """The days that a person is to look at."""
        return [each for each in self.days if each.is_faulty]


@in_company
def account_feed(
    *, company_id: int, first: date, last: date, now: datetime, account_id: int | None = None
) -> list[AccountFeed]:
    """Every account (or the one) from `first` to `last`, at most ten years; nothing is written.

    Refused: an account that is not the company's, and days that do not follow on.
    """
    if not 0 <= (last - first).days < DAYS_MAX:
        raise InvalidValueError("period", f"{first} to {last}", "at most ten years, first to last")
    found = feed_rows(company_id, first, last, account_id)
    if account_id is not None and not found:
        raise NotFoundError("account", str(account_id))
    today = timezone.localdate(now)
    return [AccountFeed(each, _feed(each, today).days(first, last)) for each in found]


def _feed(rows: FeedRows, today: date) -> Feed:
    faults = _faults(rows)
    told = [Told(pk, first, last, proved, frozenset(faults[pk]))
            for pk, first, last, proved in rows.counted]  # fmt: skip
    retold = {each.entry.booking_date for each in rows.alarms}
    return Feed(told, _terms(rows), today, retold)


def _faults(rows: FeedRows) -> dict[int, set[DayState]]:
    """What is wrong with each statement."""
    found: dict[int, set[DayState]] = defaultdict(set)
    for each in rows.breaks:
        if each.kind in _FAULTS:
            found[each.statement_id].add(_FAULTS[each.kind])
    for pk in rows.unexplained:
        found[pk].add(DayState.DOUBLED)
    return found


def _terms(rows: FeedRows) -> Terms:
    account, activation = rows.account, rows.activation
    begin, is_said = account.from_date, account.opening_balance_minor is not None
    if activation is None:
        return Terms(begin, is_said)
    confirmed = activation.confirmed_at
    confirmed_on = None if confirmed is None else timezone.localdate(confirmed)
    bank = get_bank(activation.agreement.bank)
    expected = None
    if confirmed_on is not None:
        usual = order_guide(bank).first_statement_days
        expected = rules.first_statement_days(confirmed_on, activation.activation_date, usual)
    return Terms(
        books_begin=begin,
        opening_is_said=is_said,
        activation_date=activation.activation_date,
        confirmed_on=confirmed_on,
        expected=expected,
        ended_on=_ended_on(activation),
        bank_days=FRESH_DAYS[activation.agreement.freshness or bank.freshness],
        is_sent=activation.agreement.channel not in ("", Channel.NETBANK),
    )


def _ended_on(activation: Activation) -> date | None:
    """The last day that the bank tells of; what was rejected tells of none."""
    if activation.state == AgreementState.REJECTED:
        return date.min
    return activation.ended_on
