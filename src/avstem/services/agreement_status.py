"""How the company's agreements stand: what is awaited, late or missing, account by account."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from avstem.banks.directory import Bank
from avstem.banks.directory import bank as get_bank
from avstem.banks.order_guide import order_guide
from avstem.domain import agreement as rules
from avstem.domain.agreement import AgreementState, Days
from avstem.store.models import Activation, Agreement
from avstem.store.queries.agreements import AgreementRow, Seen, agreements_of
from avstem.store.tenancy import in_company


@dataclass(frozen=True, slots=True)
class AccountStatus:
    """One account in an agreement.

    `expected` is when the first statement is to come, None before the bank's yes; `days_late`
    counts bank days, 0 when it is in time or has come. `gap` are the days before the activation
    that no statement tells of, `waiting_days` those since that none does. Nothing is expected or
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

    @property
    def is_waiting(self) -> bool:
        """Whether the bank has not said yes to this account yet."""
        confirmed = self.activation.confirmed_at is not None
        return rules.is_waiting(AgreementState(self.activation.state), confirmed=confirmed)


@dataclass(frozen=True, slots=True)
class AgreementStatus:
    """An agreement, its bank, and its accounts."""

    agreement: Agreement
    bank: Bank
    accounts: tuple[AccountStatus, ...]

    @property
    def is_live(self) -> bool:
        """Whether it is not over."""
        return self.agreement.closed_at is None

    @property
    def late(self) -> tuple[AccountStatus, ...]:
        """The accounts whose first statement is late."""
        return tuple(each for each in self.accounts if each.days_late)


@in_company
def agreement_status(
    *, company_id: int, now: datetime, agreement_id: int | None = None
) -> list[AgreementStatus]:
    """Every agreement (or the one), those that are over last. Two queries, however many."""
    today = timezone.localdate(now)
    return [_status(row, today) for row in agreements_of(company_id, agreement_id)]


def _status(row: AgreementRow, today: date) -> AgreementStatus:
    bank = get_bank(row.agreement.bank)
    usual = order_guide(bank).first_statement_days
    accounts = tuple(_account(each, usual, today) for each in row.accounts)
    return AgreementStatus(row.agreement, bank, accounts)


def _account(seen: Seen, usual: tuple[int, int], today: date) -> AccountStatus:
    activation, begins = seen.activation, seen.activation.activation_date
    expected = late = missing = None
    is_live = activation.closed_at is None
    if is_live and activation.confirmed_at is not None:
        confirmed_on = timezone.localdate(activation.confirmed_at)
        expected = rules.first_statement_days(confirmed_on, begins, usual)
        missing = rules.waiting_days(begins, min(confirmed_on, today), seen.told_from)
        late = rules.days_late(expected, today) if seen.arrived_from is None else 0
    return AccountStatus(
        activation=activation,
        expected=expected,
        first_came=seen.arrived_from is not None,
        days_late=late or 0,
        gap=rules.gap(seen.known_to, activation.account.from_date, begins) if is_live else None,
        waiting_days=missing,
        last_day=seen.last_day,
        received_at=seen.received_at,
    )
