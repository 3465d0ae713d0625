"""Which bank transactions are payouts of payment providers, and the facts of each payout.

Both ways are found by index: payouts by the words of a transaction and by its amount, transactions
by a payout's days. What competes is loaded before anything is paired (`matching.payouts`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import islice
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from django.db.models import Q, QuerySet

from avstem.domain.identifiers import account_key
from avstem.domain.money import Money
from avstem.domain.settlement import LineKind
from avstem.domain.statement import Reference
from avstem.matching.facts import Line, SettlementFacts, SettlementPart
from avstem.matching.payouts import (
    KEY_CHARACTERS_MIN,
    REFERENCE_DAYS,
    Pair,
    Payout,
    pair_payouts,
    words_of_line,
    words_of_payout,
)
from avstem.store.models import BankAccount, BankTransaction, Settlement, SettlementLine

CHUNK = 1_000
#: So many payouts' days are asked for together: those of a quarter, at one a day.
PAYOUTS_TOGETHER = 100
#: So many payouts are read whole: a few a day for some years.
FEW_PAYOUTS = 2_000

T = TypeVar("T", int, str)


def settlements_for(company_id: int, lines: Sequence[Line]) -> Mapping[int, SettlementFacts]:
    """The payout that each line is, by the line's id; lines that are none are left out.

    A payout that two transactions may be, booked ones included, or a transaction that two payouts
    may be, has no answer.
    """
    pairs, rows = _pairs_of_lines(company_id, lines)
    wanted = {line.id for line in lines}
    pairs = {line_id: pair for line_id, pair in pairs.items() if line_id in wanted}
    parts = _parts(company_id, {pair.payout_id for pair in pairs.values()})
    return {
        line_id: _facts(rows[pair.payout_id], pair.found_by, parts.get(pair.payout_id, ()))
        for line_id, pair in pairs.items()
    }


def transactions_of(
    company_id: int, settlements: Sequence[Settlement]
) -> dict[int, tuple[BankTransaction, str]]:
    """The bank transaction of each payout and what led to it, by the settlement's id."""
    accounts = _accounts(company_id)
    payouts = [_payout(row, accounts) for row in settlements]
    lines = _competing_lines(company_id, accounts, payouts, by_words=True)
    pairs, _ = _pairs_of_lines(company_id, list(lines.values()))
    asked = {each.id for each in payouts}
    found = {pair.payout_id: (line_id, pair) for line_id, pair in pairs.items()}
    ids = [line_id for payout_id, (line_id, _) in found.items() if payout_id in asked]
    rows = BankTransaction.objects.filter(company_id=company_id).select_related("account")
    by_id = rows.in_bulk(ids)
    return {
        payout_id: (by_id[line_id], pair.found_by)
        for payout_id, (line_id, pair) in found.items()
        if payout_id in asked
    }


class FoundSettlement(NamedTuple):
    """A payout's row, and what led to it: `reference` or `amount`."""

    row: Settlement
    found_by: str


def settlement_of(company_id: int, transaction_id: int) -> FoundSettlement | None:
    """The payout that a bank transaction is; None where it is none."""
    lines = list(_lines(company_id, Q(pk=transaction_id)))
    pairs, rows = _pairs_of_lines(company_id, lines)
    pair = pairs.get(transaction_id)
    return FoundSettlement(rows[pair.payout_id], pair.found_by) if pair else None


def _pairs_of_lines(
    company_id: int, lines: Sequence[Line]
) -> tuple[Mapping[int, Pair], dict[int, Settlement]]:
    """The pairs among these lines and all that compete with them, and the payouts' rows."""
    rows = _competing_rows(company_id, lines)
    if not rows:
        return {}, {}
    accounts = _accounts(company_id)
    payouts = [_payout(row, accounts) for row in rows.values()]
    rivals = _competing_lines(company_id, accounts, payouts, by_words=False)
    rivals.update((line.id, line) for line in lines)
    return pair_payouts(payouts, rivals.values()), rows


def _competing_rows(company_id: int, lines: Sequence[Line]) -> dict[int, Settlement]:
    """The payouts whose name a line may repeat, or whose amount it has."""
    if not lines:
        return {}
    margin = timedelta(days=REFERENCE_DAYS)
    rows = Settlement.objects.filter(
        company_id=company_id,
        payout_date__gte=min(line.booking_date for line in lines) - margin,
        payout_date__lte=max(line.booking_date for line in lines) + margin,
    )
    if rows.count() <= FEW_PAYOUTS:
        return _rows_in_memory(rows, lines)
    found: dict[int, Settlement] = {}
    words = {word for line in lines for word in words_of_line(line)}
    for chunk in _chunks(word for word in words if KEY_CHARACTERS_MIN <= len(word) <= 140):
        found.update((row.pk, row) for row in rows.filter(reference_key__in=chunk))
    for amounts in _chunks({line.amount_minor for line in lines}):
        found.update((row.pk, row) for row in rows.filter(net_minor__in=amounts))
    return found


def _rows_in_memory(rows: QuerySet[Settlement], lines: Sequence[Line]) -> dict[int, Settlement]:
    """The same where the payouts are few: they are read once, and not asked for word by word."""
    known = list(rows)
    if not known:
        return {}
    words = {word for line in lines for word in words_of_line(line)}
    amounts = {line.amount_minor for line in lines}
    return {row.pk: row for row in known if row.reference_key in words or row.net_minor in amounts}


def _competing_lines(
    company_id: int, accounts: Mapping[str, int], payouts: Sequence[Payout], *, by_words: bool
) -> dict[int, Line]:
    """The transactions of a payout's amount in its days; with `by_words` those that name it too."""
    dated = sorted(
        ((each.payout_date, each) for each in payouts if each.payout_date), key=itemgetter(0)
    )
    found: dict[int, Line] = {}
    for start in range(0, len(dated), PAYOUTS_TOGETHER):
        days, few = zip(*dated[start : start + PAYOUTS_TOGETHER], strict=True)
        meant = Q(amount_minor__in={each.net_minor for each in few})
        meant = meant | _named(few) if by_words else meant
        where = Q(account_id__in=accounts.values()) & _about(days[0], days[-1])
        found.update((line.id, line) for line in _lines(company_id, where & meant))
    return found


def _about(first: date, last: date) -> Q:
    margin = timedelta(days=REFERENCE_DAYS)
    return Q(booking_date__gte=first - margin, booking_date__lte=last + margin)


def _named(payouts: Iterable[Payout]) -> Q:
    """Texts that repeat the last word of a payout's name."""
    named = Q(pk__in=())
    for key in {words[-1] for each in payouts if (words := words_of_payout(each.name))}:
        named |= Q(text__icontains=key) | Q(end_to_end_id__icontains=key)
    return named


def _accounts(company_id: int) -> dict[str, int]:
    """The company's accounts by number, as a report may name them."""
    rows = BankAccount.objects.filter(company_id=company_id)
    return {account_key(iban): pk for iban, pk in rows.values_list("iban", "pk")}


_LINE_FIELDS = (
    "id", "account_id", "booking_date", "amount_minor", "currency", "references", "end_to_end_id",
    "counterparty", "text",
)  # fmt: skip


def _lines(company_id: int, where: Q) -> Iterator[Line]:
    """Transactions in any state, with as much of them as pairing looks at."""
    rows = BankTransaction.objects.filter(where, company_id=company_id)
    for row in rows.exclude(state="superseded").values_list(*_LINE_FIELDS).iterator(5_000):
        line_id, account_id, day, minor, currency, references, end_to_end, name, text = row
        yield Line(
            id=line_id,
            account_id=account_id,
            booking_date=day,
            amount_minor=minor,
            currency=currency,
            references=tuple(_reference(each, currency) for each in references),
            end_to_end_id=end_to_end or None,
            counterparty=name or None,
            text=text,
        )


def _reference(said: list[Any], currency: str) -> Reference:
    kind, value, minor = said
    return Reference(kind, value, None if minor is None else Money(minor, currency))


def _payout(row: Settlement, accounts: Mapping[str, int]) -> Payout:
    return Payout(
        id=row.pk,
        provider=row.provider,
        name=row.payout_id,
        payout_date=row.payout_date,
        currency=row.currency,
        net_minor=row.net_minor,
        account_id=accounts.get(row.account),
    )


def _parts(company_id: int, settlement_ids: Collection[int]) -> dict[int, list[SettlementPart]]:
    rows = SettlementLine.objects.filter(company_id=company_id).order_by("settlement", "position")
    fields = ("settlement_id", "kind", "reference", "order_id", "gross_minor", "fee_minor")
    found: dict[int, list[SettlementPart]] = defaultdict(list)
    for chunk in _chunks(settlement_ids):
        named = rows.filter(settlement_id__in=chunk)
        for owner, kind, reference, order, gross, fee in named.values_list(*fields).iterator(5_000):
            part = SettlementPart(LineKind(kind), reference or None, order or None, gross, fee)
            found[owner].append(part)
    return found


def _facts(row: Settlement, found_by: str, parts: Sequence[SettlementPart]) -> SettlementFacts:
    return SettlementFacts(
        id=row.pk,
        provider=row.provider,
        payout_id=row.payout_id,
        currency=row.currency,
        gross_minor=row.gross_minor,
        fees_minor=row.fees_minor,
        refunds_minor=row.refunds_minor,
        other_minor=row.other_minor,
        net_minor=row.net_minor,
        unexplained_minor=row.unexplained_minor,
        found_by=found_by,
        lines=tuple(parts),
    )


def _chunks(values: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(sorted(set(values)))
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
