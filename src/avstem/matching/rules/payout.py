"""After stage 1: a payout of a payment provider is settled sale by sale, its fees beside them.

The report says what the money is made of (`matching.payouts` tells which payout it is). Booked
where every sale is an open invoice of exactly that amount and nothing is left over; else what
is not explained is shown on the account for it, and a person decides. A payout of which no sale is
an invoice is left to the company's rules.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from avstem.domain.open_item import ItemKind
from avstem.domain.settlement import LineKind
from avstem.domain.voucher import LedgerRole
from avstem.matching import vetoes
from avstem.matching.decision import LedgerLine, Reason, Settlement, Suggestion
from avstem.matching.facts import Item, KeyKind, Line, SettlementFacts, SettlementPart
from avstem.matching.payouts import keys_of_part
from avstem.matching.state import Desk, Reading

RULE, VERSION, CONFIDENCE = "payout", 1, 0.99
_SCORE = 0.7
_KINDS = {
    LineKind.SALE: ItemKind.CUSTOMER_INVOICE,
    LineKind.REFUND: ItemKind.CUSTOMER_CREDIT_NOTE,
}


@dataclass(frozen=True, slots=True)
class _Sale:
    """A line of the report and the document it settles. `is_number`: by the document's number."""

    item: Item
    is_number: bool


def apply(desk: Desk, lines: Sequence[Line]) -> None:
    """Book what the report explains to the last øre; keep the rest as readings."""
    for line in lines if desk.candidates.payouts else ():
        facts = desk.candidates.payouts.get(line.id)
        if facts is not None and line.amount_minor and not (line.is_return or line.reversal):
            _decide(desk, line, facts)


def _decide(desk: Desk, line: Line, facts: SettlementFacts) -> None:
    parts = [part for part in facts.lines if part.kind in _KINDS]
    sales = list(_sales(desk, line, parts))
    reason = Reason("payout.made_of", _said(facts, len(sales), len(parts)))
    if not sales:
        desk.note(line, reason)
        return
    items = [sale.item for sale in sales]
    settled = sum(item.kind.direction * desk.left_of(item.id) for item in items)
    unexplained = settled - facts.fees_minor - line.amount_minor
    posted = tuple(_beside(facts, unexplained))
    against = [
        *vetoes.always(desk, line, items),
        *_against(line, facts, unexplained),
        *_by_one_number(sales),
    ]
    amounts = tuple(desk.left_of(item.id) for item in items)
    if against:
        ids = tuple(item.id for item in items)
        said = (reason, *against)
        desk.keep(line, Reading(RULE, _SCORE, ids, said, amounts, ledger_lines=posted))
        desk.withhold(line)
        return
    settles = tuple(Settlement(item.id, minor) for item, minor in zip(items, amounts, strict=True))
    desk.book(line, Suggestion(RULE, VERSION, CONFIDENCE, settles, (reason,), ledger_lines=posted))


def _said(facts: SettlementFacts, found: int, parts: int) -> dict[str, object]:
    return {
        "provider": facts.provider.capitalize(),
        "payout": facts.payout_id,
        "gross_minor": facts.gross_minor,
        "fees_minor": facts.fees_minor,
        "found": found,
        "parts": parts,
    }


def _sales(desk: Desk, line: Line, parts: Sequence[SettlementPart]) -> Iterator[_Sale]:
    """The documents that the report's lines name, each open with exactly the line's amount."""
    taken: set[int] = set()
    for part in parts:
        found = _document(desk, line, part)
        if found is not None and found.item.id not in taken:
            taken.add(found.item.id)
            yield found


def _document(desk: Desk, line: Line, part: SettlementPart) -> _Sale | None:
    """The one document of the part's kind and amount, by KID, its order or its number."""
    for key in keys_of_part(part):
        fit = [
            item
            for item in map(desk.item, desk.candidates.by_key.get(key, ()))
            if item.kind is _KINDS[part.kind]
            and item.currency == line.currency
            and desk.left_of(item.id) == abs(part.amount_minor)
        ]
        if len(fit) == 1:
            return _Sale(fit[0], key.kind is KeyKind.NUMBER)
    return None


def _beside(facts: SettlementFacts, unexplained: int) -> Iterator[LedgerLine]:
    """The fees, and what nobody can explain: never spread, never booked without asking."""
    text = f"{facts.provider} {facts.payout_id}"[:140]
    if facts.fees_minor:
        yield LedgerLine(facts.fees_minor, role=LedgerRole.BANK_CHARGES.value, text=text)
    if unexplained:
        yield LedgerLine(unexplained, role=LedgerRole.SUSPENSE.value, text=text)


def _against(line: Line, facts: SettlementFacts, unexplained: int) -> Iterator[Reason]:
    if unexplained:
        yield vetoes.veto("payout_unexplained", unexplained_minor=unexplained)
    if facts.unexplained_minor or facts.net_minor != line.amount_minor or facts.other_minor:
        yield vetoes.veto("payout_differs", net_minor=facts.net_minor)


def _by_one_number(sales: Sequence[_Sale]) -> Iterator[Reason]:
    """A shop's orders have numbers like invoices: one alone may hit by chance, several do not."""
    if len(sales) == 1 and sales[0].is_number:
        yield vetoes.veto("one_sale_by_number", item=sales[0].item.number)
