"""What booking by hand needs: a transaction and items under lock, and one voucher posted."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from avstem.domain.claim_errors import AlreadyBookedError, AlreadyUndoneError, ItemTakenError
from avstem.domain.errors import (
    NotFoundError,
    OverAllocationError,
    PeriodClosedError,
    StateError,
)
from avstem.domain.money import Money
from avstem.domain.open_item import ItemKind
from avstem.domain.voucher import PostingLine, Settled
from avstem.store import audit
from avstem.store.answer_records import Records, told_by
from avstem.store.models import (
    Allocation,
    BankTransaction,
    Company,
    Decision,
    OpenItem,
    Voucher,
)
from avstem.store.posting import NewVoucher, digest, post_vouchers
from avstem.store.suggested_voucher import BookedTransaction


def get_transaction(company_id: int, transaction_id: int) -> BankTransaction:
    """The company's own transaction; another's is not found."""
    row = BankTransaction.objects.filter(company_id=company_id, pk=transaction_id)
    found = row.select_related("account").first()
    if found is None:
        raise NotFoundError("transaction", str(transaction_id))
    return found


def get_waiting(company_id: int, transaction_id: int) -> BankTransaction:
    """A transaction that is still open (or suggested)."""
    found = get_transaction(company_id, transaction_id)
    if found.state == "booked" and (voucher := _newest_voucher(found)):
        raise AlreadyBookedError(
            *_state_facts(found, "open", "suggested"), str(voucher), voucher.created_by
        )
    require_state(found, "open", "suggested")
    return found


def get_booked(company_id: int, transaction_id: int) -> BankTransaction:
    """A transaction that is booked now; whoever has undone it already is named."""
    found = get_transaction(company_id, transaction_id)
    is_back = found.state in ("open", "suggested") and found.booking_no
    if is_back and (voucher := _newest_voucher(found)):
        raise AlreadyUndoneError(*_state_facts(found, "booked"), str(voucher), voucher.created_by)
    require_state(found, "booked")
    return found


def _newest_voucher(transaction: BankTransaction) -> Voucher | None:
    rows = Voucher.objects.filter(company_id=transaction.company_id, transaction=transaction)
    return rows.order_by("-pk").first()


def require_state(transaction: BankTransaction, *states: str) -> None:
    """Refuse an action that the transaction's state does not permit."""
    if transaction.state not in states:
        raise StateError(*_state_facts(transaction, *states))


def _state_facts(transaction: BankTransaction, *states: str) -> tuple[str, str, str, str]:
    return "transaction", str(transaction.pk), transaction.state, " / ".join(states)


def require_open_period(company: Company, day: date) -> None:
    """Refuse a posting dated in a closed period."""
    if company.closed_to and day <= company.closed_to:
        first_open = company.closed_to + timedelta(days=1)
        raise PeriodClosedError(booking_date=day.isoformat(), open_from=first_open.isoformat())


def settle(
    company_id: int,
    transaction: BankTransaction,
    wanted: Iterable[tuple[int, int]],
    *,
    in_any_currency: bool = False,
) -> list[Settled]:
    """The items to settle, each with so much (unsigned) in its own currency.

    More than is left is refused, and so is another currency than the transaction's where it is not
    said that it is meant.
    """
    parts = dict(wanted)
    rows = OpenItem.objects.filter(company_id=company_id, pk__in=parts)
    items = {row.pk: row for row in rows.order_by("pk")}
    for item_id, minor in parts.items():
        item = items.get(item_id)
        if item is None:
            raise NotFoundError("invoice", str(item_id))
        is_foreign = item.currency != transaction.currency and not in_any_currency
        if is_foreign or not 0 < minor <= item.remaining_minor:
            raise _too_much(item, minor)
    return [
        Settled(
            item.pk,
            ItemKind(item.kind),
            item.party_id,
            Money(parts[item.pk], item.currency),
            item.ledger_account,
        )
        for item in items.values()
    ]


def _too_much(item: OpenItem, minor: int) -> OverAllocationError:
    """Whoever settled the item last is named, where so much would have fitted before that."""
    requested = str(Money(minor, item.currency))
    remaining = f"{Money(item.remaining_minor, item.currency)} ({item.number})"
    rows = Allocation.objects.filter(company_id=item.company_id, item=item)
    last = rows.select_related("voucher").order_by("-pk").first()
    if last is not None and last.amount_minor > 0:
        voucher = last.voucher
        if 0 < minor <= item.remaining_minor + last.amount_minor:
            return ItemTakenError(
                requested, remaining, item.number, str(voucher), voucher.created_by
            )
    return OverAllocationError(requested, remaining)


def require_settled(company_id: int, reopened: Iterable[tuple[int, int]]) -> None:
    """Refuse to owe more of an item again than was settled of it."""
    back = dict(reopened)
    for item in OpenItem.objects.filter(company_id=company_id, pk__in=back):
        paid = item.amount_minor - item.remaining_minor
        if back[item.pk] > paid:
            raise OverAllocationError(
                requested=str(Money(back[item.pk], item.currency)),
                remaining=f"{Money(paid, item.currency)} ({item.number})",
            )


def booked_transaction(transaction: BankTransaction) -> BookedTransaction:
    """The transaction as its next voucher needs it."""
    return BookedTransaction(
        id=transaction.pk,
        booking_date=transaction.booking_date,
        amount=Money(transaction.amount_minor, transaction.currency),
        ledger_account=transaction.account.ledger_account,
        counterparty=transaction.counterparty,
        text=transaction.text,
        booking_no=transaction.booking_no + 1,
    )


def book_one(
    *,
    transaction: BankTransaction,
    postings: Sequence[PostingLine],
    settled: Sequence[Settled],
    decision: Decision,
    text: str,
    actor: str,
    now: datetime,
    reopened: Iterable[tuple[int, int]] = (),
) -> Voucher:
    """Post the voucher of one transaction and move its state; the caller holds the lock.

    `reopened` are items that are owed again, each with so much (unsigned).
    """
    transaction.booking_no += 1
    transaction.state = "booked"
    transaction.save(update_fields=["booking_no", "state"])
    voucher = NewVoucher(
        date=transaction.booking_date,
        text=text,
        postings=tuple(postings),
        allocations=(
            *((each.item_id, each.amount.minor) for each in settled),
            *((item_id, -minor) for item_id, minor in reopened),
        ),
        transaction_id=transaction.pk,
        booking_no=transaction.booking_no,
        decision_id=decision.pk,
    )
    posted = post_one(
        transaction.company_id, voucher, actor=actor, action="voucher.posted", now=now
    )
    records = Records(transaction.company_id)
    records.tell([(posted.pk, told_by(posted))], actor=actor, now=now)
    return posted


def post_one(
    company_id: int, voucher: NewVoucher, *, actor: str, action: str, now: datetime
) -> Voucher:
    """Post one voucher with its link in the audit chain."""
    posted = post_vouchers(company_id=company_id, vouchers=[voucher], actor=actor, now=now)
    [identity] = posted
    audit.record(
        company_id=company_id,
        actor=actor,
        action=action,
        at=now,
        facts={
            "vouchers": [[identity.year, identity.number, identity.number]],
            "digest": digest([voucher], posted),
        },
    )
    return Voucher.objects.get(pk=identity.id, company_id=company_id)


def decide_by_hand(
    transaction: BankTransaction,
    *,
    rule: str,
    content: dict[str, object],
    actor: str,
    verdict: str = "book",
) -> Decision:
    """The decision of a person, kept beside the engine's own."""
    return Decision.objects.create(
        company_id=transaction.company_id,
        transaction=transaction,
        verdict=verdict,
        rule=rule,
        decided_by=actor,
        content=content,
        content_hash="",
    )


def restore_decision(transaction: BankTransaction, *, of_rule: str) -> None:
    """Let what was decided before a decision of that rule stand again, as a new row."""
    rows = Decision.objects.filter(company_id=transaction.company_id, transaction=transaction)
    before = rows.exclude(rule=of_rule).order_by("-pk").first()
    if before is None:
        before = Decision(
            company_id=transaction.company_id,
            transaction=transaction,
            verdict="leave",
            content={"suggestions": [], "left_because": None, "reasons": []},
        )
    before.pk = None
    before.save(force_insert=True)


def newest_decision(transaction: BankTransaction) -> Decision | None:
    """The decision that stands for the transaction."""
    return (
        Decision.objects.filter(company_id=transaction.company_id, transaction=transaction)
        .order_by("-pk")
        .first()
    )
