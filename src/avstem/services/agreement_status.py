"""How the company's agreements stand: what is awaited, late or missing, account by account."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from avstem.banks.directory import Bank
from avstem.banks.directory import bank as get_bank
from avstem.banks.order_guide import order_guide
from avstem.domain import agreement as rules
from avstem.domain.agreement import AgreementState, Days
from avstem.domain.feed import FRESH_DAYS, statements_late
from avstem.store.models import Activation, Agreement, Channel
from avstem.store.queries.agreements import AgreementRow, Seen, agreements_of
from avstem.store.queries.late_payments import late_by_agreement
from avstem.store.tenancy import in_company


@dataclass(frozen=True, slots=True)
class Overdue:
    """Statements that are late: from which day, when that day's was due, how many bank days ago."""

    missing_from: date
    due_on: date
    bank_days: int


@dataclass(frozen=True, slots=True)
class AccountStatus:
    """One account in an agreement.

    `expected` is when the first statement is to come, None before the bank's yes; `days_late`
    counts bank days, 0 when it is in time or has come. `statements_late` is of how many bank days
    the statement was due since the last one that came, 0 where a person carries the files;
    `overdue` says it of either, None where nothing is late. `gap`
    are the days before the activation that no statement tells of, `waiting_days` those since that
    none does. Nothing is expected or
    missing of what is over.
    """

    activation: Activation
    expected: Days | None
    first_came: bool
    days_late: int
    gap: Days | None
    waiting_days: Days | None
    last_day: date | None
    received_at: datetime | None
    statements_late: int = 0
    overdue: Overdue | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether the bank has not said yes to this account yet."""
        confirmed = self.activation.confirmed_at is not None
        return rules.is_waiting(AgreementState(self.activation.state), confirmed=confirmed)


@dataclass(frozen=True, slots=True)
class AgreementStatus:
    """An agreement, its bank, and its accounts.

    `payments_late` orders have left by it, and their answer or debit is overdue.
    """

    agreement: Agreement
    bank: Bank
    accounts: tuple[AccountStatus, ...]
    payments_late: int = 0

    @property
    def is_live(self) -> bool:
        """Whether it is not over."""
        return self.agreement.closed_at is None

    @property
    def late(self) -> tuple[AccountStatus, ...]:
        """The accounts whose first statement is late."""
        return tuple(each for each in self.accounts if each.days_late)

    @property
    def behind(self) -> tuple[AccountStatus, ...]:
        """The accounts of which statements have come, and the newest ones are late."""
        return tuple(each for each in self.accounts if each.statements_late)

    @property
    def freshness(self) -> str:
        """How fresh its statements are: as the agreement says, else the bank."""
        return self.agreement.freshness or self.bank.freshness


@in_company
def agreement_status(
    *, company_id: int, now: datetime, agreement_id: int | None = None
) -> list[AgreementStatus]:
    """Every agreement (or the one), those that are over last. Four queries, however many."""
    today = timezone.localdate(now)
    late = late_by_agreement(company_id, today)
    return [_status(row, today, late) for row in agreements_of(company_id, agreement_id)]


def _status(row: AgreementRow, today: date, late: Mapping[int, int]) -> AgreementStatus:
    bank = get_bank(row.agreement.bank)
    usual = order_guide(bank).first_statement_days
    fresh = FRESH_DAYS[row.agreement.freshness or bank.freshness]
    accounts = tuple(_account(each, usual, fresh, today) for each in row.accounts)
    return AgreementStatus(row.agreement, bank, accounts, late.get(row.agreement.pk, 0))


def _account(seen: Seen, usual: tuple[int, int], fresh: int, today: date) -> AccountStatus:
    activation, begins = seen.activation, seen.activation.activation_date
    expected = late = missing = None
    is_live = activation.closed_at is None
    if is_live and activation.confirmed_at is not None:
        confirmed_on = timezone.localdate(activation.confirmed_at)
        expected = rules.first_statement_days(confirmed_on, begins, usual)
        missing = rules.waiting_days(begins, min(confirmed_on, today), seen.told_from)
        late = rules.days_late(expected, today) if seen.arrived_from is None else 0
    behind = _behind(seen, fresh, today)
    return AccountStatus(
        activation=activation,
        expected=expected,
        first_came=seen.arrived_from is not None,
        days_late=late or 0,
        gap=_gap(seen) if is_live else None,
        waiting_days=missing,
        last_day=seen.last_day,
        received_at=seen.received_at,
        statements_late=behind,
        overdue=_overdue(seen, expected, late or 0, behind, fresh),
    )


def _behind(seen: Seen, fresh: int, today: date) -> int:
    """How many statements are late after the last one; the first has an alarm of its own."""
    activation = seen.activation
    is_sent = activation.agreement.channel not in ("", Channel.NETBANK)
    is_active = activation.state == AgreementState.ACTIVE
    if not (is_sent and is_active and seen.arrived_from and seen.last_day):
        return 0
    return statements_late(seen.last_day, today, fresh)


def _overdue(
    seen: Seen, expected: Days | None, late: int, behind: int, fresh: int
) -> Overdue | None:
    if late and expected is not None:
        return Overdue(seen.activation.activation_date, expected.last, late)
    if behind and seen.last_day is not None:
        missing_from = rules.bank_days_after(seen.last_day, 1)
        return Overdue(missing_from, rules.bank_days_after(missing_from, fresh), behind)
    return None


def _gap(seen: Seen) -> Days | None:
    """The days before the activation that nobody told of, unless the chain shows none lacks."""
    activation = seen.activation
    if seen.is_bridged:
        return None
    return rules.gap(seen.known_to, activation.account.from_date, activation.activation_date)
