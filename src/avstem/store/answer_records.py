"""What became of the engine's answers, told in the transaction that books or undoes.

Use it with the company locked: a record is read, changed and written back.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from avstem.matching.decision import Reason
from avstem.matching.record import (
    Record,
    Testimony,
    is_sample,
    may_book,
    recount,
    so_far,
    testimonies,
)
from avstem.store import audit
from avstem.store.matching_settings import settings_of
from avstem.store.models import AnswerRecord, BookingSample, Voucher

_COUNTS = ("booked", "accepted", "undone", "passed_over", "recent")
CHUNK = 1_000


class Records:
    """The records of a company as they stand now, and the company's limit."""

    def __init__(self, company_id: int) -> None:
        self.company_id = company_id
        self.limit_bp = settings_of(company_id).automation_limit_bp
        self.by_key = records_of(company_id)
        self._may_book: dict[str, bool] = {}
        self._reasons: dict[str, Reason] = {}

    def may_book(self, key: str) -> bool:
        """Whether such answers may be booked by themselves."""
        if key not in self._may_book:
            record = self.by_key.get(key, Record())
            self._may_book[key] = may_book(key, record, self.limit_bp)
        return self._may_book[key]

    def reason(self, key: str) -> Reason:
        """The record as each decision of this chunk says it."""
        if key not in self._reasons:
            self._reasons[key] = so_far(self.by_key.get(key, Record()))
        return self._reasons[key]

    def tell(
        self, told: Sequence[tuple[int, Sequence[Testimony]]], *, actor: str, now: datetime
    ) -> None:
        """Count what new vouchers tell, in the order of their ids."""
        after: dict[str, Record] = {}
        for voucher_id, said in told:
            for key, what in said:
                record = after.get(key) or self.by_key.get(key) or Record()
                after[key] = record.told(voucher_id, what)
        self._keep(after, actor, now)

    def take_back(self, voucher: Voucher, *, actor: str, now: datetime) -> None:
        """Count a voucher that is undone: what it told of was wrong, or is no longer said."""
        after: dict[str, Record] = {}
        for key, what in told_by(voucher):
            record = after.get(key) or self.by_key.get(key) or Record()
            after[key] = record.taken_back(voucher.pk, what)
        self._keep(after, actor, now)

    def _keep(self, after: Mapping[str, Record], actor: str, now: datetime) -> None:
        if not after:
            return
        AnswerRecord.objects.bulk_create(
            [_row(self.company_id, key, record) for key, record in sorted(after.items())],
            update_conflicts=True,
            unique_fields=["company", "key"],
            update_fields=_COUNTS,
        )
        could = {key: self.may_book(key) for key in after}
        self.by_key |= after
        self._may_book, self._reasons = {}, {}
        for key in sorted(after):
            if could[key] != self.may_book(key):
                self._notice(key, actor, now)

    def _notice(self, key: str, actor: str, now: datetime) -> None:
        """The bookkeeper is told when a rule is put back to proposals, and when it may book."""
        record = self.by_key[key]
        audit.record(
            company_id=self.company_id,
            actor=actor,
            action="rule.may_book" if self.may_book(key) else "rule.put_back",
            at=now,
            facts={"rule": key, "right": record.right, "of": record.count},
        )


def put_up_for_a_look(company_id: int, voucher_ids: Iterable[int]) -> None:
    """Of the automatic bookings, those whose turn it is (`record.is_sample`)."""
    BookingSample.objects.bulk_create(
        BookingSample(company_id=company_id, voucher_id=voucher_id)
        for voucher_id in voucher_ids
        if is_sample(company_id, voucher_id)
    )


def look_was_taken(voucher: Voucher, *, actor: str, now: datetime) -> None:
    """Whoever undoes a booking has looked at it."""
    rows = BookingSample.objects.filter(company_id=voucher.company_id, voucher=voucher)
    rows.filter(state="waits").update(state="undone", looked_by=actor, looked_at=now)


def records_of(company_id: int) -> dict[str, Record]:
    """Every record of the company by its key."""
    rows = AnswerRecord.objects.filter(company_id=company_id)
    return {row.key: row.to_domain() for row in rows}


def recounted(company_id: int) -> dict[str, Record]:
    """The records anew, from all vouchers and their decisions."""
    return recount(_bookings(company_id))


def told_by(voucher: Voucher) -> list[Testimony]:
    """What a voucher tells of the rules, as long as it stands."""
    decision = voucher.decision
    if decision is None:
        return []
    automatic = decision.run_id is not None
    return testimonies(decision.content, line_id=decision.transaction_id, automatic=automatic)


def _bookings(company_id: int) -> Iterator[tuple[int, list[Testimony], bool]]:
    rows = Voucher.objects.filter(
        company_id=company_id, decision__isnull=False, reverses__isnull=True
    )
    fields = ("pk", "transaction_id", "decision__content", "decision__run_id", "reversed_by__pk")
    found = rows.order_by("pk").values_list(*fields)
    for pk, line_id, content, run, undone in found.iterator(CHUNK):
        said = testimonies(content, line_id=line_id, automatic=run is not None)
        yield pk, said, undone is not None


def _row(company_id: int, key: str, record: Record) -> AnswerRecord:
    return AnswerRecord(
        company_id=company_id,
        key=key,
        booked=record.booked,
        accepted=record.accepted,
        undone=record.undone,
        passed_over=record.passed_over,
        recent=[list(each) for each in record.recent],
    )
