"""Statements that repeat others, as rows: which they are, and the money that only they tell of.

Call these with the company locked where something is to be written.
"""

from collections.abc import Collection

from django.db.models import F, QuerySet

from avstem.domain.chain import Link
from avstem.domain.feed import find_doubles
from avstem.store.models import BankTransaction, Entry, Statement, Voucher

RETIRED = "retired"


def added_by(statement: Statement) -> "QuerySet[Entry]":
    """The money that this statement was the first to tell of; what it joined is another's."""
    return Entry.objects.filter(
        company_id=statement.company_id, statement=statement, status__in=("booked", RETIRED)
    )


def adding(company_id: int, statement_ids: Collection[int]) -> set[int]:
    """Those of the statements that were the first to tell of some money. One query."""
    rows = Entry.objects.filter(
        company_id=company_id, statement_id__in=statement_ids, status="booked"
    )
    return set(rows.order_by().values_list("statement_id", flat=True).distinct())


def earlier_of(statement: Statement) -> Statement | None:
    """An earlier statement that makes this one needless; None where there is none.

    It tells of the same days between the same balances. Or, where this one added no money, it
    tells of all its days at least.
    """
    others = Statement.objects.filter(
        company_id=statement.company_id, account_id=statement.account_id, kind="statement",
        retired_at__isnull=True, pk__lt=statement.pk,
        from_date__lte=statement.from_date, to_date__gte=statement.to_date,
    ).order_by("pk")  # fmt: skip
    if not added_by(statement).exists():
        return others.first()
    same = others.filter(
        from_date=statement.from_date, to_date=statement.to_date,
        opening_minor=statement.opening_minor, closing_minor=statement.closing_minor,
        balances_booked=True, balance_holds=True,
    )  # fmt: skip
    return next((each for each in same if _repeats(each, statement)), None)


def standing_vouchers(statement: Statement) -> list[Voucher]:
    """The vouchers that book money which only this statement tells of, the newest first."""
    rows = Voucher.objects.filter(
        company_id=statement.company_id,
        transaction__entry__statement=statement,
        transaction__state="booked",
        reverses__isnull=True,
        reversed_by__isnull=True,
    )
    return list(rows.order_by("-pk"))


def take_out(statement: Statement) -> int:
    """Its own money is no longer money; what each transaction was stays on it. How many."""
    entries = added_by(statement)
    rows = _transactions(statement).exclude(state="superseded")
    count = rows.update(retired_state=F("state"), state="superseded")
    entries.update(status=RETIRED)
    return count


def put_back(statement: Statement) -> int:
    """Its own money waits again, or is set aside as it was. How many transactions."""
    added_by(statement).update(status="booked")
    rows = _transactions(statement).filter(retired_state__isnull=False)
    rows.filter(retired_state="suggested").update(retired_state="open")
    return rows.update(state=F("retired_state"), retired_state=None)


def told_since(statement: Statement) -> Statement | None:
    """A statement that has told of its money after it was retired, by the bank's reference."""
    ours = added_by(statement).filter(status=RETIRED).exclude(reference="")
    keys = set(ours.values_list("reference", "booking_date", "amount_minor"))
    if not keys:
        return None
    others = Entry.objects.filter(
        company_id=statement.company_id, account_id=statement.account_id, status="booked",
        booking_date__in={day for _, day, _ in keys}, statement_id__gt=statement.pk,
    )  # fmt: skip
    found = (
        each.statement
        for each in others.select_related("statement").order_by("pk").iterator(2_000)
        if (each.reference, each.booking_date, each.amount_minor) in keys
    )
    return next(found, None)


def _transactions(statement: Statement) -> "QuerySet[BankTransaction]":
    return BankTransaction.objects.filter(
        company_id=statement.company_id, entry__in=added_by(statement)
    )


def _repeats(earlier: Statement, later: Statement) -> bool:
    links = [_link(earlier), _link(later)]
    return later.pk in find_doubles(link for link in links if link is not None)


def _link(row: Statement) -> Link | None:
    if row.from_date is None or row.to_date is None or not row.balances_booked:
        return None
    assert row.opening_minor is not None, "booked balances are a pair"
    assert row.closing_minor is not None, "booked balances are a pair"
    return Link(
        row.pk, row.from_date, row.to_date, row.sequence, row.opening_minor, row.closing_minor,
        row.balance_holds,
    )  # fmt: skip
