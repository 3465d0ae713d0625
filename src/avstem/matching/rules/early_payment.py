"""After stage 3: the text or the account leads to documents, and the money is them less discounts.

Named in the text, it is booked as what is named in full; behind the payer's account alone it is a
thought. Under a structured reference see `structured_reference`.
"""

from collections import Counter
from collections.abc import Sequence

from avstem.matching import vetoes
from avstem.matching.decision import Reason
from avstem.matching.discounts import (
    Discount,
    discount_of,
    discounts_of,
    is_within_grace,
    reading_of,
    settle_all,
)
from avstem.matching.facts import Line
from avstem.matching.rules.named_in_text import Named, may_be_chance, read_named
from avstem.matching.state import Desk, numbers_of

RULE, VERSION, CONFIDENCE = "early_payment", 1, 0.99
_SCORE_NAMED, _SCORE_BY_ACCOUNT, _SCORE_LATE = 0.62, 0.52, 0.42
_READINGS_MAX = 3


def apply(desk: Desk, lines: Sequence[Line]) -> None:
    """Book where one line names documents of one party and is exactly their discounted sum."""
    if not any(item.discounts for item in desk.candidates.items.values()):
        return
    named = {}
    for line in lines:
        if line.amount_minor and not line.charges_minor and (found := _named(desk, line)):
            named[line.id] = found
    claims = Counter(item.id for each, _ in named.values() for item in each.items)
    for line in lines:
        if line.id in named:
            said, taken = named[line.id]
            _decide(desk, said, taken, contested=any(claims[item.id] > 1 for item in said.items))
        elif line.amount_minor:
            _by_account(desk, line)


def _named(desk: Desk, line: Line) -> tuple[Named, list[Discount]] | None:
    said = read_named(desk, line)
    parties = {(item.party_id, item.kind.is_customer) for item in said.items}
    if not said.clear or len(parties) != 1:
        return None
    taken = discounts_of(desk, line, said.items)
    return (said, taken) if taken else None


def _decide(desk: Desk, named: Named, taken: Sequence[Discount], *, contested: bool) -> None:
    line, items = named.line, named.items
    reasons = [Reason("text.less_discount", {"items": numbers_of(items)})]
    by_kid = any(token.is_kid for token in named.tokens)
    against = [
        *vetoes.without_reference(desk, line, items),
        *vetoes.payee_unproven(desk, line, items, by_kid=by_kid),
        *may_be_chance(desk, named),
        *(each for discount in taken for each in discount.against),
    ]
    if contested:
        against.append(vetoes.veto("claimed_by_several"))
    if against:
        said = (*reasons, *against)
        desk.keep(line, reading_of(desk, items, taken, said, rule=RULE, score=_SCORE_NAMED))
        return
    desk.book(
        line,
        settle_all(desk, items, taken, reasons, rule=RULE, version=VERSION, confidence=CONFIDENCE),
    )


def _by_account(desk: Desk, line: Line) -> None:
    """The discounted amount of an open document of the account's party."""
    account, day = line.counterparty_account or "", line.booking_date
    for party_id in desk.candidates.party_accounts.get(account, ()):
        found = [
            discount
            for item in desk.open_items(party_id, line)
            if (discount := discount_of(desk, item, abs(line.amount_minor), day))
        ]
        for each in found[:_READINGS_MAX]:
            reason = Reason("account.less_discount", {"account": account, "item": each.item.number})
            score = _SCORE_BY_ACCOUNT if is_within_grace(each, day) else _SCORE_LATE
            said = (reason, *each.against)
            desk.keep(line, reading_of(desk, [each.item], [each], said, rule=RULE, score=score))
