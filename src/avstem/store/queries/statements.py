"""The statements of an account, with what is wrong with any of them."""

from dataclasses import dataclass
from datetime import date

from avstem.domain.chain import Break
from avstem.store.chains import breaks_by_account
from avstem.store.models import ImportAlarm, Statement
from avstem.store.queries.keyset import Order, Page, page_of

BY_DAY = Order((("to_date", date.fromisoformat), ("pk", int)))


@dataclass(frozen=True)
class StatementLine:
    """A statement with its unexplained breaks, and what the bank changed after the fact."""

    row: Statement
    breaks: list[Break]
    alarms: list[ImportAlarm]


def statements_page(
    company_id: int, account_id: int, *, after: str, before: str
) -> tuple[Page[Statement], list[StatementLine]]:
    """One page, newest first, and its lines."""
    rows = Statement.objects.filter(
        company_id=company_id, account_id=account_id, to_date__isnull=False
    )
    page = page_of(rows.select_related("file"), BY_DAY, after=after, before=before)
    breaks = breaks_by_account(company_id).get(account_id, [])
    alarms = ImportAlarm.objects.filter(company_id=company_id, statement__in=page.rows)
    told = list(alarms.select_related("entry"))
    return page, [
        StatementLine(
            row,
            [each for each in breaks if each.statement_id == row.pk],
            [each for each in told if each.statement_id == row.pk],
        )
        for row in page.rows
    ]


def find_statement(company_id: int, statement_id: int) -> Statement | None:
    """The company's own statement."""
    return Statement.objects.filter(company_id=company_id, pk=statement_id).first()


def broken_accounts(company_id: int) -> set[int]:
    """The accounts on which nothing is booked by itself until a person has explained something."""
    return set(breaks_by_account(company_id))
