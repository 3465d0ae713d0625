"""Cash ahead as every page shows it: one drawing of what has been and what may come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from avstem.domain.cash_ahead import CashAhead, CashDay, add_up
from avstem.store.models import BankAccount
from avstem.store.queries.accounts import Standing
from avstem.store.queries.balances import balances_by_account
from avstem.store.queries.cash_ahead import AccountAhead, CompanyAhead
from avstem.web.balance_chart import Chart, draw

#: How far back the balance is drawn.
DAYS_BEHIND = 60


@dataclass(frozen=True)
class CashShown:
    """One drawing: accounts of one currency, what they hold now, and their days ahead."""

    accounts: tuple[BankAccount, ...]
    currency: str
    now_minor: int
    ahead: CashAhead
    drawing: Chart


def by_account(
    company_id: int, found: Sequence[Standing], ahead: CompanyAhead, today: date
) -> list[CashShown]:
    """A drawing for each account that money moves on."""
    behind = _behind(company_id, found, ahead.accounts, today)
    return [_shown([each], behind) for each in ahead.accounts]


def of_currency(
    company_id: int, found: Sequence[Standing], ahead: CompanyAhead, currency: str, today: date
) -> CashShown | None:
    """One drawing of all the accounts in the currency together; None where there is none."""
    ours = [each for each in ahead.accounts if each.account.currency == currency]
    return _shown(ours, _behind(company_id, found, ours, today)) if ours else None


Days = list[tuple[date, int]]


def _behind(
    company_id: int, found: Sequence[Standing], ours: Sequence[AccountAhead], today: date
) -> dict[int, Days]:
    ids = {each.account.pk for each in ours}
    wanted = [each for each in found if each.account.pk in ids]
    return balances_by_account(company_id, wanted, today - timedelta(days=DAYS_BEHIND), today)


def _shown(accounts: Sequence[AccountAhead], behind: dict[int, Days]) -> CashShown:
    ahead = add_up([each.ahead for each in accounts])
    days = zip(*(behind[each.account.pk] for each in accounts), strict=True)
    past = [(day[0][0], sum(minor for _, minor in day)) for day in days]
    return CashShown(
        accounts=tuple(each.account for each in accounts),
        currency=accounts[0].account.currency,
        now_minor=past[-1][1],
        ahead=ahead,
        drawing=draw(
            past,
            [(each.day, each.balance_minor) for each in ahead.days],
            [(each.day, each.without_expected_minor) for each in ahead.days],
            [(each.day, _kinds(each)) for each in ahead.days if each.moves],
        ),
    )


def _kinds(day: CashDay) -> list[tuple[str, int]]:
    """What moves on a day, the surest first."""
    return [
        ("sent", day.sent_minor), ("approved", day.approved_minor), ("due", day.due_minor),
        ("expected", day.expected_minor),
    ]  # fmt: skip
