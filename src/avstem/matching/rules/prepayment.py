"""Money for an order that is not invoiced yet: it stands on the customer until the invoice comes.

The text names an order, and the payer's account is one party's. What the order costs nobody knows
here, so a person says yes; when so many such answers were right that the company's limit is passed,
it is booked without asking. An invoice of the very order comes before that.
"""

from collections.abc import Iterator, Sequence

from avstem.matching import vetoes
from avstem.matching.decision import Reason, Suggestion
from avstem.matching.facts import Item, Key, KeyKind, Line
from avstem.matching.orders import order_numbers
from avstem.matching.state import Desk, Reading

RULE, VERSION, CONFIDENCE = "prepayment", 1, 0.97
_SCORE, _SCORE_OWES, _SCORE_INVOICED = 0.55, 0.35, 0.6
_ITEMS_MAX = 3


def apply(desk: Desk, lines: Sequence[Line]) -> None:
    """Keep what an order may mean; book the prepayment where the record has earned it."""
    for line in lines:
        orders = order_numbers(line.text) if line.amount_minor > 0 else ()
        if not orders or line.references:
            continue
        invoiced = list(_invoiced(desk, line, orders))
        for item in invoiced[:_ITEMS_MAX]:
            facts = {"order": ", ".join(orders), "item": item.number}
            reasons = (
                Reason("order.invoiced", facts),
                *vetoes.without_reference(desk, line, [item]),
            )
            desk.keep(line, Reading(RULE, _SCORE_INVOICED, (item.id,), reasons))
        party_id = _party(desk, line)
        if party_id is not None and not invoiced:
            _decide(desk, line, party_id, orders)


def _party(desk: Desk, line: Line) -> int | None:
    """The one party of the payer's account by the register, whom nobody else pays for."""
    account = line.counterparty_account or ""
    known = desk.candidates.party_accounts.get(account, ())
    others = {party_id for party_id, _ in desk.candidates.learnt_accounts.get(account, ())}
    return known[0] if len(known) == 1 and others <= set(known) else None


def _invoiced(desk: Desk, line: Line, orders: Sequence[str]) -> Iterator[Item]:
    """The open invoices of the orders with exactly the amount."""
    for order in orders:
        for item_id in desk.candidates.by_key.get(Key(KeyKind.ORDER, order), ()):
            item = desk.item(item_id)
            is_exact = desk.left_of(item_id) == line.amount_minor
            if is_exact and item.kind.direction > 0 and item.currency == line.currency:
                yield item


def _decide(desk: Desk, line: Line, party_id: int, orders: Sequence[str]) -> None:
    party = desk.candidates.party_names.get(party_id, "")
    reasons = [Reason("prepayment.order", {"order": ", ".join(orders), "party": party})]
    against = [*_against(desk, line, party_id), vetoes.veto("order_unknown")]
    reasons, against = desk.without_guard(RULE, reasons, against)
    if not against:
        desk.book(
            line,
            Suggestion(
                RULE, VERSION, CONFIDENCE, (), tuple(reasons),
                rest_minor=line.amount_minor, rest_party_id=party_id,
            ),
        )  # fmt: skip
        return
    score = _SCORE_OWES if desk.open_items(party_id, line) else _SCORE
    said = (*reasons, *against)
    desk.keep(line, Reading(RULE, score, (), said, party_id=party_id))


def _against(desk: Desk, line: Line, party_id: int) -> Iterator[Reason]:
    yield from vetoes.always(desk, line, ())
    if line.undone:
        yield vetoes.veto("undone_before")
    if owed := desk.open_items(party_id, line):
        yield vetoes.veto("party_owes", items=", ".join(item.number for item in owed[:_ITEMS_MAX]))
