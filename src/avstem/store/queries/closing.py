"""What must hold before a month is closed, account by account, in a constant number of queries."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, Q, Sum

from avstem.domain.calendar import previous_bank_day
from avstem.store.chains import breaks_by_account
from avstem.store.models import BankAccount, BankTransaction, Statement

_WAITING = Q(state__in=("open", "suggested"), entry__statement__isnull=False)
_TYPED = Q(state="booked", entry__statement__isnull=True)


@dataclass(frozen=True)
class AccountClose:
    """One account at the end of the month; amounts are minor units of the account.

    `statement_day` is the last day that a statement covers. `waiting` is what the bank has told of
    and nobody has booked or set aside, `typed` what is booked and the bank has not told of.
    """

    account: BankAccount
    last_bank_day: date
    statement_day: date | None
    breaks: int
    waiting: int
    waiting_minor: int
    typed: int
    typed_minor: int

    @property
    def is_covered(self) -> bool:
        """A statement reaches the month's last bank day; a till has none."""
        if self.account.kind == "cash":
            return True
        return self.statement_day is not None and self.statement_day >= self.last_bank_day

    @property
    def is_clean(self) -> bool:
        """Nothing stands in the way."""
        return self.is_covered and not (self.breaks or self.waiting or self.typed)


def month_accounts(company_id: int, last_day: date) -> list[AccountClose]:
    """Every account of the company, by ledger account."""
    accounts = BankAccount.objects.filter(company_id=company_id).order_by("ledger_account")
    covered = dict(
        Statement.objects.filter(
            company_id=company_id, kind="statement", retired_at__isnull=True
        ).order_by().values_list("account_id").annotate(Max("to_date"))
    )  # fmt: skip
    breaks = breaks_by_account(company_id)
    sums = _sums(company_id, last_day)
    bank_day = previous_bank_day(last_day)
    return [
        AccountClose(
            account=each,
            last_bank_day=bank_day,
            statement_day=covered.get(each.pk),
            breaks=len(breaks.get(each.pk, ())),
            **sums.get(each.pk, _NOTHING),
        )
        for each in accounts
    ]


_NOTHING = {"waiting": 0, "waiting_minor": 0, "typed": 0, "typed_minor": 0}


def _sums(company_id: int, last_day: date) -> dict[int, dict[str, int]]:
    rows: Any = BankTransaction.objects.filter(company_id=company_id, booking_date__lte=last_day)
    sums = rows.filter(_WAITING | _TYPED).order_by().values("account_id").annotate(
        waiting=Count("pk", filter=_WAITING),
        waiting_minor=Sum("amount_minor", filter=_WAITING, default=0),
        typed=Count("pk", filter=_TYPED),
        typed_minor=Sum("amount_minor", filter=_TYPED, default=0),
    )  # fmt: skip
    return {row.pop("account_id"): row for row in sums}
