"""Agreements with what the statements say of their accounts: two queries for all of them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Aggregate, Case, F, Max, Min, OuterRef, QuerySet, Subquery, When

from avstem.domain.agreement import LIVE
from avstem.store.models import Activation, Agreement, BankAccount, Channel, Statement

#: Files that a person brought: they are no sign that the bank sends by the agreement.
BROUGHT_BY_HAND = ("upload", "cli", "demo")
_LIVE = tuple(state.value for state in LIVE)


@dataclass(frozen=True, slots=True)
class Seen:
    """An account in an agreement, and the statements of it.

    `known_to` is the last day of those that begin before the activation. `arrived_from` is the
    first day of those that came by the agreement since the bank's yes (where a person carries the
    files: of all that came since), `told_from` of all since
    the activation, whoever brought them; `last_day` the last day of all, `received_at` when the
    last of all came. `is_bridged`: the first statement from the activation on opens with what the
    account held before, so nothing moved on days between that nobody told of.
    """

    activation: Activation
    known_to: date | None
    arrived_from: date | None
    told_from: date | None
    last_day: date | None
    received_at: datetime | None
    is_bridged: bool = False


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """An agreement with its accounts, in the order they came."""

    agreement: Agreement
    accounts: list[Seen] = field(default_factory=list)


def agreements_of(company_id: int, agreement_id: int | None = None) -> list[AgreementRow]:
    """Every agreement of the company (or the one), those that are over last."""
    rows = Agreement.objects.filter(company_id=company_id).select_related("company")
    if agreement_id is not None:
        rows = rows.filter(pk=agreement_id)
    over_last = F("closed_at").asc(nulls_first=True)
    found = {each.pk: AgreementRow(each) for each in rows.order_by(over_last, "-ordered_at", "-pk")}
    for each in _activations(company_id, list(found)):
        found[each.agreement_id].accounts.append(_seen(each))
    return list(found.values())


def connectable(company_id: int) -> list[tuple[BankAccount, Activation | None]]:
    """Every account of the company, with its live activation where it has one."""
    accounts = BankAccount.objects.filter(company_id=company_id).order_by("ledger_account", "id")
    live = Activation.objects.filter(company_id=company_id, state__in=_LIVE)
    by_account = {each.account_id: each for each in live.select_related("agreement")}
    return [(each, by_account.get(each.pk)) for each in accounts]


def _seen(row: Any) -> Seen:
    by_person = row.agreement.channel in ("", Channel.NETBANK)
    arrived = row.brought_from if by_person else row.fetched_from
    held = row.known_closing if row.known_to else row.account.opening_balance_minor
    is_bridged = held is not None and held == row.next_opening
    return Seen(
        row, row.known_to, arrived, row.told_from, row.last_day, row.received_at, is_bridged
    )


def _activations(company_id: int, agreement_ids: list[int]) -> QuerySet[Any]:
    statements = Statement.objects.filter(
        company_id=company_id, account=OuterRef("account"), kind="statement",
        retired_at__isnull=True,
    )  # fmt: skip
    before = statements.filter(from_date__lt=OuterRef("activation_date"))
    since = statements.filter(to_date__gte=OuterRef("activation_date"))
    proved = Case(When(balances_booked=True, then=F("closing_minor")))
    newest = before.order_by("-to_date", "-from_date", "-pk").annotate(proved=proved)
    next_ones = statements.filter(from_date__gte=OuterRef("activation_date"), balances_booked=True)
    new = since.filter(file__received_at__gte=OuterRef("confirmed_at"))
    fetched = new.exclude(file__source__in=BROUGHT_BY_HAND)
    return (
        Activation.objects.filter(company_id=company_id, agreement_id__in=agreement_ids)
        .select_related("account", "agreement")
        .annotate(
            known_to=_one(before, Max("to_date")),
            known_closing=Subquery(newest.values("proved")[:1]),
            next_opening=Subquery(
                next_ones.order_by("from_date", "to_date", "pk").values("opening_minor")[:1]
            ),
            told_from=_one(since, Min("from_date")),
            last_day=_one(statements, Max("to_date")),
            received_at=_one(statements, Max("file__received_at")),
            brought_from=_one(new, Min("from_date")),
            fetched_from=_one(fetched, Min("from_date")),
        )
        .order_by("pk")
    )


def _one(rows: QuerySet[Statement], value: Aggregate) -> Subquery:
    return Subquery(rows.order_by().values("company").annotate(found=value).values("found"))
