"""Writes a chunk of the engine's decisions: vouchers for what is certain, explanations for all."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import F

from avstem.domain.errors import ValueFarError
from avstem.domain.money import Money
from avstem.domain.voucher import LedgerRole
from avstem.matching.decision import Decision, PaidPayment, Reason, Suggestion, Verdict
from avstem.matching.learning import TEACHING_RULES, Lesson, lesson
from avstem.matching.record import Told, record_key
from avstem.matching.vetoes import veto
from avstem.store import audit, chart, clearing
from avstem.store.answer_records import Records, put_up_for_a_look
from avstem.store.bulk import insert_rows, reserve_ids
from avstem.store.decisions import add_records, content_hash, content_of
from avstem.store.items import booked_items
from avstem.store.learning import learn
from avstem.store.models import BankTransaction, Company, OpenItem, ReconcileRun, SentPayment
from avstem.store.models import Decision as DecisionRow
from avstem.store.posting import NewVoucher, PostedVoucher, digest, post_vouchers
from avstem.store.sent_payments import fail_sent
from avstem.store.suggested_voucher import BookedItem, BookedTransaction, voucher_of
from avstem.store.valuation import load_valuation

STATES = {Verdict.BOOK: "booked", Verdict.PROPOSE: "suggested", Verdict.LEAVE: "open"}
_DECISION_FIELDS = (
    "id", "company_id", "transaction_id", "run_id", "verdict", "rule", "rule_version",
    "decided_by", "content", "content_hash",
)  # fmt: skip
_TRANSACTION_FIELDS = (
    "pk", "booking_date", "amount_minor", "currency", "account__ledger_account", "counterparty",
    "text", "booking_no", "state", "end_to_end_id", "counterparty_account", "is_return",
)  # fmt: skip


@dataclass(frozen=True)
class Written:
    """How many transactions were booked, suggested, left open, or taken by someone else."""

    booked: int
    suggested: int
    open: int
    taken: int


def write_decisions(
    *,
    company_id: int,
    run: ReconcileRun,
    decisions: Sequence[Decision],
    actor: str,
    now: datetime,
) -> Written:
    """Write one chunk; the caller holds the company's lock and the transaction."""
    waiting = _waiting(company_id, [decision.line_id for decision in decisions])
    company = Company.objects.get(pk=company_id)
    sent = clearing.sent_rows(company_id, (each.payment_id for each in _payments(decisions)))
    records = Records(company_id)
    ours = _ours(company, [each for each in decisions if each.line_id in waiting], records, sent)
    reserved = reserve_ids(DecisionRow, len(ours))
    ids = dict(zip((each.line_id for each in ours), reserved, strict=True))

    certain = [each for each in ours if each.verdict is Verdict.BOOK]
    items = booked_items(
        company_id,
        [item for each in certain for item, _ in _settles(each)]
        + [each.item_id for each in _payments(certain)],
    )
    made = _vouchers(company_id, certain, waiting, ids, items)
    ours = [each if made.get(each.line_id, True) else _doubted(each) for each in ours]
    certain = [each for each in certain if made[each.line_id]]
    vouchers = [voucher for voucher in made.values() if voucher]
    _insert_decisions(company_id, run, ours, ids, actor, records.reason)
    if vouchers:
        booked = [_booked(each, waiting) for each in certain]
        clearing.before_posting(company, booked, sent, actor, now)
        posted = post_with_audit(company_id, vouchers, actor, now)
        clearing.after_posting(company, booked, sent, [each.id for each in posted], actor, now)
        records.tell(_told(certain, posted), actor=actor, now=now)
        put_up_for_a_look(company_id, (voucher.id for voucher in posted))
        learn(company_id, _lessons(certain, waiting, items), by_person=False)
    _fail_returned_payments(company_id, certain, waiting)
    counts = {verdict: _move(company_id, ours, verdict, waiting) for verdict in Verdict}
    return Written(
        booked=counts[Verdict.BOOK],
        suggested=counts[Verdict.PROPOSE],
        open=counts[Verdict.LEAVE],
        taken=len(decisions) - len(ours),
    )


def _waiting(company_id: int, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The transactions that still wait, by id.

    The state is looked at here and not in the query: the planner would take the index of all that
    waits and read the whole of it for every chunk.
    """
    rows = BankTransaction.objects.filter(company_id=company_id, pk__in=ids)
    return {
        row["pk"]: row
        for row in rows.values(*_TRANSACTION_FIELDS)
        if row["state"] in ("open", "suggested")
    }


@dataclass
class _Left:
    """What an item has left, of how much."""

    remaining: int
    amount: int


def _left_of_items(company_id: int, decisions: Sequence[Decision]) -> dict[int, _Left]:
    wanted = {item_id for each in decisions for item_id, _ in _settles(each)}
    wanted |= {each.item_id for each in _payments(decisions)}
    rows = OpenItem.objects.filter(company_id=company_id, pk__in=wanted)
    fields = rows.values_list("pk", "remaining_minor", "amount_minor")
    return {pk: _Left(remaining, amount) for pk, remaining, amount in fields}


def _settles(decision: Decision) -> list[tuple[int, int]]:
    """The items with what is settled of each; what is owed again is negative."""
    best = decision.best
    if decision.verdict is not Verdict.BOOK or best is None:
        return []
    settled = [(each.item_id, each.amount_minor) for each in best.settlements]
    return settled + [(each.item_id, -each.amount_minor) for each in best.reopened]


def _payments(decisions: Sequence[Decision]) -> Iterator[PaidPayment]:
    """Our own payments that what is certain is about."""
    for each in decisions:
        if each.verdict is Verdict.BOOK and each.best is not None:
            yield from each.best.payments


def _booked(decision: Decision, waiting: Mapping[int, dict[str, Any]]) -> clearing.Booked:
    day = waiting[decision.line_id]["booking_date"]
    return clearing.Booked(_best(decision), decision.line_id, day)


def _still_fits(
    decision: Decision, left: dict[int, _Left], sent: Mapping[int, SentPayment], own: str
) -> bool:
    """Whether the items still have what it wants; if so, it is taken from what is left."""
    wanted = _settles(decision)
    if decision.verdict is Verdict.BOOK and decision.best is not None:
        if not clearing.still_stands(decision.best, sent):
            return False
        wanted = wanted + clearing.bills_to_move(decision.best, sent, own)
    for item_id, minor in wanted:
        item = left.get(item_id)
        if item is None or not 0 <= item.remaining - minor <= item.amount:
            return False
    for item_id, minor in wanted:
        left[item_id].remaining -= minor
    return True


def _together(decisions: Sequence[Decision]) -> list[Decision]:
    """Both sides of a transfer, or none: somebody may have booked the other side meanwhile."""
    ours = {each.line_id for each in decisions}
    return [
        each for each in decisions if each.partner_line_id is None or each.partner_line_id in ours
    ]


def _ours(
    company: Company,
    decisions: Sequence[Decision],
    records: Records,
    sent: Mapping[int, SentPayment],
) -> list[Decision]:
    """Those that nobody has been quicker than."""
    left = _left_of_items(company.pk, decisions)
    return _together(
        [
            each
            for each in decisions
            if _may_book(each, records) and _still_fits(each, left, sent, company.currency)
        ]
    )


def _doubted(decision: Decision) -> Decision:
    """What no rate explains is a person's to look at, and holds up nothing else."""
    best = _best(decision)
    reasons = (*best.reasons, veto("value_far"))
    return replace(decision, verdict=Verdict.PROPOSE, best=replace(best, reasons=reasons))


def _vouchers(
    company_id: int,
    certain: Sequence[Decision],
    waiting: Mapping[int, dict[str, Any]],
    ids: Mapping[int, int],
    items: Mapping[int, BookedItem],
) -> dict[int, NewVoucher | None]:
    """By line, in turn; None where an item was booked at a value that no rate explains."""
    accounts: dict[LedgerRole, str] = chart.accounts_by_role(company_id)
    lines = {each.line_id: _transaction(waiting[each.line_id]) for each in certain}
    currencies = {item.id: item.currency for item in items.values()}
    valuation = load_valuation(company_id, lines.values(), currencies)
    found: dict[int, NewVoucher | None] = {}
    for decision in certain:
        line = lines[decision.line_id]
        exchange = valuation.of(line, (item for item, _ in _settles(decision)))
        try:
            found[line.id] = voucher_of(
                _best(decision), line, items, accounts, ids[line.id], exchange
            )
        except ValueFarError:
            found[line.id] = None
    return found


def _lessons(
    certain: Sequence[Decision],
    waiting: Mapping[int, dict[str, Any]],
    items: Mapping[int, BookedItem],
) -> list[Lesson]:
    """What the bookings under a key of ours teach of who pays."""
    found = []
    for decision in certain:
        if _best(decision).rule in TEACHING_RULES:
            row = waiting[decision.line_id]
            paid = (items[item_id] for item_id, _ in _settles(decision))
            taught = lesson(
                amount_minor=row["amount_minor"],
                account=row["counterparty_account"],
                name=row["counterparty"],
                is_return=row["is_return"],
                settled=[(each.kind.is_customer, each.party_id, each.party_name) for each in paid],
            )
            found += [taught] if taught else []
    return found


def _best(decision: Decision) -> Suggestion:
    assert decision.best is not None, "what is certain says what it is"
    return decision.best


def _transaction(row: Mapping[str, Any]) -> BookedTransaction:
    return BookedTransaction(
        id=row["pk"],
        booking_date=row["booking_date"],
        amount=Money(row["amount_minor"], row["currency"]),
        ledger_account=row["account__ledger_account"],
        counterparty=row["counterparty"],
        text=row["text"],
        booking_no=row["booking_no"] + 1,
    )


def _insert_decisions(
    company_id: int,
    run: ReconcileRun,
    decisions: Sequence[Decision],
    ids: Mapping[int, int],
    actor: str,
    reason_of: Callable[[str], Reason],
) -> None:
    """Keep every booking's explanation, and the others' where the answer is another than before."""
    before = dict(
        DecisionRow.objects.filter(company_id=company_id, transaction_id__in=ids)
        .order_by("pk")
        .values_list("transaction_id", "content_hash")
    )
    rows = []
    for decision in decisions:
        content = content_of(decision)
        seal = content_hash(content)
        if decision.verdict is Verdict.BOOK or before.get(decision.line_id) != seal:
            rule, version = _rule(decision)
            add_records(content, reason_of)
            rows.append(
                (ids[decision.line_id], company_id, decision.line_id, run.pk,
                 decision.verdict.value, rule, version, actor, content, seal)
            )  # fmt: skip
    insert_rows(DecisionRow, _DECISION_FIELDS, rows)


def _rule(decision: Decision) -> tuple[str, int]:
    best = decision.best
    return (best.rule, best.rule_version) if best else ("", 0)


def _told(
    certain: Sequence[Decision], posted: Sequence[PostedVoucher]
) -> list[tuple[int, list[tuple[str, Told]]]]:
    """What each voucher adds to the record of its rule.

    The two sides of a transfer are one answer (`record.testimonies`).
    """
    return [
        (voucher.id, [(_key(each), Told.BOOKED)])
        for voucher, each in zip(posted, certain, strict=True)
        if (each.partner_line_id or each.line_id) >= each.line_id
    ]


def _key(decision: Decision) -> str:
    best = _best(decision)
    return record_key(best.rule, best.rule_version, best.reasons)


def _may_book(decision: Decision, records: Records) -> bool:
    """Somebody may have undone bookings of the rule since the run began: that counts at once."""
    return decision.verdict is not Verdict.BOOK or records.may_book(_key(decision))


def post_with_audit(
    company_id: int, vouchers: Sequence[NewVoucher], actor: str, now: datetime
) -> list[PostedVoucher]:
    """Post them all, with one link in the audit chain."""
    posted = post_vouchers(company_id=company_id, vouchers=vouchers, actor=actor, now=now)
    years = sorted({each.year for each in posted})
    numbers = {year: [each.number for each in posted if each.year == year] for year in years}
    audit.record(
        company_id=company_id,
        actor=actor,
        action="vouchers.posted",
        at=now,
        facts={
            "vouchers": [[year, min(numbers[year]), max(numbers[year])] for year in years],
            "digest": digest(vouchers, posted),
        },
    )
    return posted


def _fail_returned_payments(
    company_id: int, certain: Sequence[Decision], waiting: Mapping[int, dict[str, Any]]
) -> None:
    """A payment whose money came back has failed: its bill may be paid again."""
    returned = [each for each in certain if _best(each).rule == "returned"]
    items = {item for each in returned for item, _ in _settles(each)}
    ids = {waiting[each.line_id]["end_to_end_id"] for each in returned} - {""}
    fail_sent(company_id, items, ids)


def _move(
    company_id: int,
    decisions: Sequence[Decision],
    verdict: Verdict,
    waiting: Mapping[int, dict[str, Any]],
) -> int:
    """Move the transactions of that verdict to their state; answer how many it was given."""
    ids = [each.line_id for each in decisions if each.verdict is verdict]
    rows = BankTransaction.objects.filter(company_id=company_id, pk__in=ids)
    if verdict is Verdict.BOOK:
        rows.update(state="booked", booking_no=F("booking_no") + 1)
    else:
        changed = [pk for pk in ids if waiting[pk]["state"] != STATES[verdict]]
        rows.filter(pk__in=changed).update(state=STATES[verdict])
    return len(ids)
