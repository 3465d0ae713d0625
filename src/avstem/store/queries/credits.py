"""The credits that parties have, each with what could be done about it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from avstem.matching.credits import Answer, Cause, Draw
from avstem.matching.decision import Reason
from avstem.matching.facts import Item
from avstem.store.credit_answers import answers_for
from avstem.store.models import CreditUse, PartyAccount, Posting
from avstem.store.party_credits import OpenCredit, open_credits

OTHERS_MAX = 20


@dataclass(frozen=True)
class DrawProposal:
    """A document that the credit may be drawn for; done without asking where `is_certain`."""

    item_id: int
    number: str
    amount_minor: int
    is_certain: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class RefundProposal:
    """An order to pay that would bring the money back: unsigned, to the account it came from.

    `account` is "" where neither the payment nor the register names one.
    """

    party_id: int
    party: str
    amount_minor: int
    currency: str
    account: str
    text: str


@dataclass(frozen=True)
class CreditRow:
    """A credit (its id is the posting's), what is left of it, and what is proposed."""

    id: int
    posting: Posting
    is_customer: bool
    left_minor: int
    cause: Cause
    draws: tuple[DrawProposal, ...]
    refund: RefundProposal | None
    #: The party's open invoices beside them, the oldest first, at most `OTHERS_MAX`.
    others: tuple[Item, ...] = ()


def credits_list(company_id: int, party_id: int | None = None) -> list[CreditRow]:
    """Every credit with something left, the oldest first; of one party only, if told."""
    credits = open_credits(company_id, None if party_id is None else [party_id])
    if not credits:
        return []
    answers, items = answers_for(company_id, credits)
    owed = _owed(items.values())
    accounts = _accounts(company_id, {each.credit.party_id for each in credits})
    return [
        CreditRow(
            id=each.credit.id,
            posting=each.posting,
            is_customer=each.credit.is_customer,
            left_minor=each.credit.left_minor,
            cause=each.credit.cause,
            draws=tuple(_proposal(draw, items) for draw in answer.draws),
            refund=_refund(each, accounts) if answer.refund else None,
            others=_others(each, answer, owed.get(each.credit.party_id, ())),
        )
        for each, answer in zip(credits, answers, strict=True)
    ]


def uses_that_stand(company_id: int, *, customers: bool, most: int) -> list[CreditUse]:
    """The newest uses of credits that are not taken back, of one side of the ledger."""
    kind = "customer_invoice" if customers else "supplier_invoice"
    rows = CreditUse.objects.filter(
        company_id=company_id, voucher__reversed_by__isnull=True, item__kind=kind
    )
    return list(rows.select_related("item__party", "voucher").order_by("-pk")[:most])


def _others(credit: OpenCredit, answer: Answer, owed: Sequence[Item]) -> tuple[Item, ...]:
    said, proposed = credit.credit, {draw.item_id for draw in answer.draws}
    found = (
        item
        for item in owed
        if (item.kind.is_customer, item.currency) == (said.is_customer, said.currency)
        and item.id not in proposed
    )
    return tuple(islice(found, OTHERS_MAX))


def _owed(items: Iterable[Item]) -> dict[int, list[Item]]:
    """The open invoices by party, the oldest first."""
    found: dict[int, list[Item]] = defaultdict(list)
    for item in sorted(items, key=lambda each: (each.invoice_date, each.id)):
        if item.remaining_minor > 0 and not item.kind.is_credit_note:
            found[item.party_id].append(item)
    return found


def _proposal(draw: Draw, items: Mapping[int, Item]) -> DrawProposal:
    number = items[draw.item_id].number
    return DrawProposal(draw.item_id, number, draw.amount_minor, draw.is_certain, draw.reasons)


def _refund(credit: OpenCredit, accounts: dict[int, str]) -> RefundProposal | None:
    """Back to where it came from; what a supplier owes us is the supplier's to pay back."""
    said = credit.credit
    if not said.is_customer:
        return None
    came_from = credit.line.counterparty_account if credit.line else None
    party = credit.posting.party
    return RefundProposal(
        party_id=said.party_id,
        party=party.name if party else "",
        amount_minor=said.left_minor,
        currency=said.currency,
        account=came_from or accounts.get(said.party_id, ""),
        text=credit.posting.voucher.text,
    )


def _accounts(company_id: int, parties: set[int]) -> dict[int, str]:
    """The one account that each party has in the register; none where it has several."""
    rows = PartyAccount.objects.filter(company_id=company_id, party_id__in=parties)
    known: dict[int, set[str]] = {}
    for party_id, account in rows.exclude(source="learnt").values_list("party_id", "account_key"):
        known.setdefault(party_id, set()).add(account)
    return {party_id: found.pop() for party_id, found in known.items() if len(found) == 1}
