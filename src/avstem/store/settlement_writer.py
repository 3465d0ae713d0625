"""Writes payouts, a chunk at a time; what is there already is skipped, never changed.

Each chunk costs a constant number of queries.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import date

from avstem.domain.errors import InvalidValueError, SettlementDiffersError
from avstem.domain.money import MINOR_MAX
from avstem.domain.settlement import Settlement as Payout
from avstem.matching.payouts import words_of_payout
from avstem.store.bulk import insert_rows, reserve_ids
from avstem.store.models import BankFile, Settlement, SettlementLine

_FIELDS = (
    "id", "company_id", "file_id", "provider", "payout_id", "reference_key", "day", "payout_date",
    "account", "currency", "gross_minor", "fees_minor", "refunds_minor", "other_minor",
    "net_minor", "invoiced_fees_minor", "line_count", "content_hash",
)  # fmt: skip
_LINE_FIELDS = (
    "company_id", "settlement_id", "position", "kind", "reference", "order_id", "date",
    "gross_minor", "fee_minor", "net_minor", "text",
)  # fmt: skip
#: What is compared, by what it is called, where a payout is told of again.
_COMPARED = {
    "payout_date": "payout date",
    "currency": "currency",
    "gross_minor": "gross",
    "fees_minor": "fees",
    "refunds_minor": "refunds",
    "other_minor": "other",
    "net_minor": "net",
    "invoiced_fees_minor": "invoiced fees",
    "account": "account",
}


class SettlementWriter:
    """Counts are of payouts: `added` and `known`."""

    def __init__(self, file: BankFile, received: date) -> None:
        self._file, self._received = file, received
        self.added = self.known = 0

    def write(self, payouts: Sequence[Payout]) -> None:
        """Store what is new of one chunk; a payout told otherwise than before is refused."""
        hashes = {id(each): content_hash(each) for each in payouts}
        there = self._there(payouts)
        fresh: dict[tuple[str, str], Payout] = {}
        for each in payouts:
            key = each.provider, each.id
            before = there.get(key)
            in_file = fresh.get(key)
            if before is not None and before.content_hash != hashes[id(each)]:
                raise self._differs(each, _differences(before, self._row(each, 0)))
            if in_file is not None and hashes[id(in_file)] != hashes[id(each)]:
                before = self._row(in_file, 0)
                raise self._differs(each, _differences(before, self._row(each, 0)))
            if before is None and in_file is None:
                fresh[key] = each
            else:
                self.known += 1
        self._insert(list(fresh.values()), hashes)

    def _there(self, payouts: Sequence[Payout]) -> dict[tuple[str, str], Settlement]:
        names = {each.id for each in payouts}
        rows = Settlement.objects.filter(
            company_id=self._file.company_id,
            provider__in={each.provider for each in payouts},
            payout_id__in=names,
        )
        return {(row.provider, row.payout_id): row for row in rows}

    def _insert(self, payouts: Sequence[Payout], hashes: dict[int, str]) -> None:
        ids = reserve_ids(Settlement, len(payouts))
        rows = [self._row(each, number) for each, number in zip(payouts, ids, strict=True)]
        for row, each in zip(rows, payouts, strict=True):
            row.content_hash = hashes[id(each)]
            _require_bounds(row)
        insert_rows(Settlement, _FIELDS, (_values(row) for row in rows))
        insert_rows(SettlementLine, _LINE_FIELDS, self._lines(payouts, ids))
        self.added += len(payouts)

    def _row(self, payout: Payout, number: int) -> Settlement:
        words = words_of_payout(payout.id)
        invoiced = payout.invoiced_fees
        return Settlement(
            id=number,
            company_id=self._file.company_id,
            file_id=self._file.pk,
            provider=payout.provider,
            payout_id=payout.id,
            reference_key=words[-1] if words else "",
            day=_day(payout, self._received),
            payout_date=payout.payout_date,
            account=payout.account or "",
            currency=payout.currency,
            gross_minor=payout.gross.minor,
            fees_minor=payout.fees.minor,
            refunds_minor=payout.refunds.minor,
            other_minor=payout.other.minor,
            net_minor=payout.net.minor,
            invoiced_fees_minor=None if invoiced is None else invoiced.minor,
            line_count=len(payout.lines),
        )

    def _lines(self, payouts: Sequence[Payout], ids: Sequence[int]) -> Iterator[tuple[object, ...]]:
        for payout, number in zip(payouts, ids, strict=True):
            for position, line in enumerate(payout.lines, 1):
                yield (
                    self._file.company_id, number, position, line.kind.value,
                    line.reference or "", line.order_id or "", line.date,
                    line.gross.minor, line.fee.minor, line.net.minor, (line.text or "")[:500],
                )  # fmt: skip

    def _differs(self, payout: Payout, differs: tuple[str, ...]) -> SettlementDiffersError:
        return SettlementDiffersError(payout.provider, payout.id, differs, self._file.name)


def _values(row: Settlement) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in _FIELDS)


def content_hash(payout: Payout) -> str:
    """SHA-256 of the payout's money, its lines in any order.

    Texts and the seller's order names are left out: one report of the same payout has them,
    another has not.
    """
    lines = sorted(
        [each.kind.value, each.reference or "", each.date.isoformat(), each.gross.minor,
         each.fee.minor, each.net.minor]
        for each in payout.lines
    )  # fmt: skip
    said = [
        payout.payout_date.isoformat() if payout.payout_date else None,
        payout.account,
        payout.currency,
        payout.net.minor,
        None if payout.invoiced_fees is None else payout.invoiced_fees.minor,
        lines,
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _day(payout: Payout, received: date) -> date:
    last = max((line.date for line in payout.lines), default=received)
    return payout.payout_date or last


def _differences(before: Settlement, after: Settlement) -> tuple[str, ...]:
    """What differs in words; where all sums are the same, the lines do."""
    names = (said for name, said in _COMPARED.items() if _differ(before, after, name))
    return tuple(names) or ("lines",)


def _differ(before: Settlement, after: Settlement, name: str) -> bool:
    return bool(getattr(before, name) != getattr(after, name))


def _require_bounds(row: Settlement) -> None:
    """Each amount fits by itself; their sums may not."""
    for name in ("gross_minor", "fees_minor", "refunds_minor", "other_minor", "net_minor"):
        if abs(getattr(row, name)) > MINOR_MAX:
            raise InvalidValueError("amount", row.payout_id[:60], "sums of at most 64 bits")
