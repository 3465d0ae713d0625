"""After stage 4: an account that is nobody's in the register, but has paid one party's invoices.

Confirmed once it is a proposal; confirmed again, and with the exact amount of one open item that
nothing speaks against, it is booked. An account that has paid for several is a payer on behalf:
it gives points to their items and never books.
"""

from collections import Counter
from collections.abc import Sequence

from avstem.matching import vetoes
from avstem.matching.decision import Reason
from avstem.matching.facts import Item, Line
from avstem.matching.learning import BOOKS_FROM, Learnt
from avstem.matching.lookup import gross_minor
from avstem.matching.rules.account_and_amount import speaks_against
from avstem.matching.state import Desk, Reading, exact_suggestion

RULE, VERSION, CONFIDENCE = "learnt_account", 1, 0.98
_SCORE, _SCORE_DOUBTED, _SCORE_ON_BEHALF = 0.58, 0.5, 0.35
_PARTIES_MAX = _ITEMS_MAX = 5


def apply(desk: Desk, lines: Sequence[Line]) -> None:
    """Book the only item of the account's only party where no other line wants it."""
    alone: dict[int, tuple[Learnt, list[Item]]] = {}
    for line in lines:
        if line.amount_minor > 0 and (learnt := _learnt(desk, line)):
            if len(_parties(desk, line)) == 1:
                alone[line.id] = learnt[0], _exact(desk, line, learnt[0].party_id)
            else:
                _keep_on_behalf(desk, line)
    claims = Counter(item.id for _, items in alone.values() for item in items)
    for line in lines:
        if line.id in alone:
            fact, items = alone[line.id]
            for item in items[:_ITEMS_MAX]:
                rivals = (len(items), claims[item.id])
                _decide(desk, line, item, fact.confirmations, rivals)


def _learnt(desk: Desk, line: Line) -> Sequence[Learnt]:
    return desk.candidates.learnt_accounts.get(line.counterparty_account or "", ())


def _parties(desk: Desk, line: Line) -> list[int]:
    """Those of the register first; one party in both is one."""
    known = desk.candidates.party_accounts.get(line.counterparty_account or "", ())
    return list(dict.fromkeys([*known, *(party_id for party_id, _ in _learnt(desk, line))]))


def _exact(desk: Desk, line: Line, party_id: int) -> list[Item]:
    """The party's open invoices with exactly the amount, or it before charges."""
    wanted = (abs(line.amount_minor), gross_minor(line))
    return [
        item
        for item in desk.open_items(party_id, line)
        if desk.left_of(item.id) in wanted and item.kind.is_customer
    ]


def _decide(
    desk: Desk, line: Line, item: Item, confirmations: int, rivals: tuple[int, int]
) -> None:
    reasons = [_speaks_for(desk, line, item, confirmations)]
    others = vetoes.other_readings(desk, line, item) + vetoes.nets_of_credit(desk, line, item)
    against = [*speaks_against(desk, line, item, others)]
    if rivals != (1, 1):
        against.append(vetoes.veto("equal_candidates", items=rivals[0], lines=rivals[1]))
    score = _SCORE_DOUBTED if against else _SCORE
    if confirmations < BOOKS_FROM:
        against.append(vetoes.veto("learnt_once"))
    if against:
        desk.keep(line, Reading(RULE, score, (item.id,), (*reasons, *against)))
        return
    suggestion = exact_suggestion(
        desk, line, [item], reasons, rule=RULE, version=VERSION, confidence=CONFIDENCE
    )
    desk.book(line, suggestion)


def _speaks_for(desk: Desk, line: Line, item: Item, confirmations: int) -> Reason:
    facts = {
        "account": line.counterparty_account or "",
        "party": desk.candidates.party_names.get(item.party_id, ""),
        "item": item.number,
        "times": confirmations,
    }
    return Reason("learnt.account", facts)


def _keep_on_behalf(desk: Desk, line: Line) -> None:
    for party_id in _parties(desk, line)[:_PARTIES_MAX]:
        for item in _exact(desk, line, party_id)[:_ITEMS_MAX]:
            facts = {
                "account": line.counterparty_account or "",
                "party": desk.candidates.party_names.get(party_id, ""),
            }
            reasons = (Reason("learnt.on_behalf", facts),)
            desk.keep(line, Reading(RULE, _SCORE_ON_BEHALF, (item.id,), reasons))
