"""Settling documents with what a party has to its credit: a voucher of its own for each.

The caller holds the company's lock and the transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from avstem.domain.money import Money
from avstem.domain.voucher import LedgerRole, Settled, drawing_postings
from avstem.matching.credits import RULE, Draw
from avstem.matching.decision import Reason
from avstem.matching.facts import Item
from avstem.store.automation import levels_of
from avstem.store.chart import accounts_by_role
from avstem.store.credit_answers import answers_for
from avstem.store.decision_writer import post_with_audit
from avstem.store.models import Company, CreditUse
from avstem.store.party_credits import OpenCredit, open_credits
from avstem.store.posting import NewVoucher, PostedVoucher
from avstem.store.reversing import first_open_day

BY_HAND = "by_hand"


@dataclass(frozen=True)
class Drawing:
    """So much of a credit for an item, to be posted; `rule` is the engine's or a person's."""

    credit: OpenCredit
    item: Item
    amount_minor: int
    reasons: tuple[Reason, ...]
    rule: str = RULE


def draw_certain(company: Company, *, actor: str, now: datetime) -> int:
    """Draw all that is certain; the answer is how many documents were settled with a credit."""
    credits = _drawable(company, open_credits(company.pk, of_debtors=True))
    if not credits:
        return 0
    answers, items = answers_for(company.pk, credits)
    by_id = {each.credit.id: each for each in credits}
    drawings = [
        _drawing(by_id, items, draw)
        for answer in answers
        for draw in answer.draws
        if draw.is_certain
    ]
    if drawings:
        post_drawings(company, drawings, actor=actor, now=now)
    return len(drawings)


def _drawable(company: Company, credits: Iterable[OpenCredit]) -> list[OpenCredit]:
    """Those that may be drawn without asking.

    In the company's own currency, for no difference of rates is hidden in a draw; and of payments
    on accounts where the program books by itself.
    """
    held = levels_of(company.pk)
    return [
        each
        for each in credits
        if each.credit.currency == company.currency
        and not (each.line and each.line.account_id in held)
    ]


def _drawing(by_id: Mapping[int, OpenCredit], items: Mapping[int, Item], draw: Draw) -> Drawing:
    return Drawing(by_id[draw.credit_id], items[draw.item_id], draw.amount_minor, draw.reasons)


def post_drawings(
    company: Company, drawings: Sequence[Drawing], *, actor: str, now: datetime
) -> list[PostedVoucher]:
    """Post a voucher for each, and say which credit it used and why."""
    accounts = accounts_by_role(company.pk)
    vouchers = [_voucher(company, each, accounts) for each in drawings]
    posted = post_with_audit(company.pk, vouchers, actor, now)
    CreditUse.objects.bulk_create(
        CreditUse(
            company=company,
            credit=each.credit.posting,
            item_id=each.item.id,
            voucher_id=voucher.id,
            amount_minor=each.amount_minor,
            rule=each.rule,
            reasons=[_said(reason) for reason in each.reasons],
            decided_by=actor,
        )
        for each, voucher in zip(drawings, posted, strict=True)
    )
    return posted


def _said(reason: Reason) -> dict[str, Any]:
    return {"code": reason.code, "facts": reason.facts, "agrees": reason.agrees}


def _voucher(company: Company, drawing: Drawing, accounts: dict[LedgerRole, str]) -> NewVoucher:
    item = drawing.item
    amount = Money(drawing.amount_minor, item.currency)
    settled = Settled(item.id, item.kind, item.party_id, amount)
    party = drawing.credit.posting.party
    return NewVoucher(
        date=_day(company, drawing),
        text=f"{party.name if party else ''}: {item.number}"[:200],
        postings=drawing_postings(settled, accounts),
        allocations=((item.id, drawing.amount_minor),),
    )


def _day(company: Company, drawing: Drawing) -> date:
    """When both were there; on the first open day where that lies in a closed period."""
    both = max(drawing.credit.credit.day, drawing.item.invoice_date)
    return first_open_day(company, both)
