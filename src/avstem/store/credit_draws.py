"""Settling documents with what a party has to its credit: a voucher of its own for each.

The caller holds the company's lock and the transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from avstem.domain.booked_value import ItemValue, drawn_postings
from avstem.domain.money import Money
from avstem.domain.voucher import LedgerRole, PostingLine, Settled, drawing_postings
from avstem.matching.credits import RULE, Draw
from avstem.matching.decision import Reason
from avstem.matching.facts import Item
from avstem.store.chart import accounts_by_role
from avstem.store.credit_answers import answers_for
from avstem.store.decision_writer import post_with_audit
from avstem.store.models import Company, CreditUse
from avstem.store.party_credits import OpenCredit, credit_values, open_credits
from avstem.store.posting import NewVoucher, PostedVoucher
from avstem.store.reversing import first_open_day
from avstem.store.valuation import load_valuation

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
    credits = open_credits(company.pk, of_debtors=True)
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


def _drawing(by_id: Mapping[int, OpenCredit], items: Mapping[int, Item], draw: Draw) -> Drawing:
    return Drawing(by_id[draw.credit_id], items[draw.item_id], draw.amount_minor, draw.reasons)


def post_drawings(
    company: Company, drawings: Sequence[Drawing], *, actor: str, now: datetime
) -> list[PostedVoucher]:
    """Post a voucher for each, and say which credit it used and why."""
    books = _books(company, drawings)
    vouchers = [_voucher(company, each, books) for each in drawings]
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


@dataclass(frozen=True)
class _Books:
    """The accounts, and what foreign credits and documents were booked at, by id."""

    own: str
    accounts: dict[LedgerRole, str]
    credits: Mapping[int, ItemValue]
    items: Mapping[int, ItemValue]

    def postings(self, drawing: Drawing) -> tuple[PostingLine, ...]:
        """A difference of rates is realised by the draw."""
        item = drawing.item
        amount = Money(drawing.amount_minor, item.currency)
        settled = Settled(item.id, item.kind, item.party_id, amount)
        if item.currency == self.own:
            return drawing_postings(settled, self.accounts)
        return drawn_postings(
            settled, credit=self.credits[drawing.credit.credit.id], item=self.items[item.id],
            own=self.own, accounts=self.accounts,
        )  # fmt: skip


def _books(company: Company, drawings: Sequence[Drawing]) -> _Books:
    foreign = {each.item.id: each.item.currency for each in drawings}
    return _Books(
        own=company.currency,
        accounts=accounts_by_role(company.pk),
        credits=credit_values(company.pk, (each.credit for each in drawings), company.currency),
        items=load_valuation(company.pk, (), foreign).items,
    )


def _voucher(company: Company, drawing: Drawing, books: _Books) -> NewVoucher:
    item = drawing.item
    party = drawing.credit.posting.party
    return NewVoucher(
        date=_day(company, drawing),
        text=f"{party.name if party else ''}: {item.number}"[:200],
        postings=books.postings(drawing),
        allocations=((item.id, drawing.amount_minor),),
    )


def _day(company: Company, drawing: Drawing) -> date:
    """When both were there; on the first open day where that lies in a closed period."""
    both = max(drawing.credit.credit.day, drawing.item.invoice_date)
    return first_open_day(company, both)
