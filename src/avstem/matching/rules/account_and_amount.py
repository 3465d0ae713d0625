"""Stage 4: the payer's account is one party's, and one of its open items has exactly the amount.

Only where the amount says something, and nothing in the line points elsewhere.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from avstem.matching import vetoes
from avstem.matching.decision import Reason
from avstem.matching.facts import Item, Line
from avstem.matching.keys import token_key
from avstem.matching.lookup import gross_minor
from avstem.matching.state import Desk, Reading, exact_suggestion, numbers_of
from avstem.matching.text import read_tokens

RULE, VERSION, CONFIDENCE = "account_and_amount", 1, 0.99


def apply(desk: Desk, lines: Sequence[Line]) -> None:
    """Book a line's only candidate where it is also the item's only claimant."""
    candidates = {line.id: _candidates(desk, line) for line in lines if line.amount_minor}
    claims = Counter(item.id for items in candidates.values() for item in items)
    paired = _pairs(desk, lines, candidates, claims)
    for line in lines:
        items = candidates.get(line.id, [])
        if line.id in paired:
            _decide(desk, line, paired[line.id], equals=items)
            continue
        if len(items) == 1 and claims[items[0].id] == 1:
            _decide(desk, line, items[0])
        else:
            _keep(desk, line, items, claims)


def _candidates(desk: Desk, line: Line) -> list[Item]:
    """The open items of the account's one party with exactly the amount (or it before charges)."""
    parties = desk.candidates.party_accounts.get(line.counterparty_account or "", ())
    if len(parties) != 1:
        return []
    wanted = (abs(line.amount_minor), gross_minor(line))
    return [item for item in desk.open_items(parties[0], line) if desk.left_of(item.id) in wanted]


def _pairs(
    desk: Desk,
    lines: Sequence[Line],
    candidates: Mapping[int, list[Item]],
    claims: Counter[int],
) -> dict[int, Item]:
    """As many equal payments as equal items of one party, taken by date: all are settled.

    Only where the company has said that such items are as good as each other.
    """
    if not desk.policy.interchangeable:
        return {}
    groups: dict[tuple[int, ...], list[Line]] = defaultdict(list)
    for line in lines:
        if items := candidates.get(line.id):
            groups[tuple(item.id for item in items)].append(line)
    paired: dict[int, Item] = {}
    for ids, same in groups.items():
        if len(ids) == len(same) > 1 and all(claims[item_id] == len(ids) for item_id in ids):
            items = sorted(map(desk.item, ids), key=lambda item: (item.invoice_date, item.id))
            paired |= {line.id: item for line, item in zip(same, items, strict=True)}
    return paired


def _keep(desk: Desk, line: Line, items: Sequence[Item], claims: Counter[int]) -> None:
    for item in items[:5]:
        against = vetoes.veto("equal_candidates", items=len(items), lines=claims[item.id])
        reasons = (_agreement(line, item), against)
        desk.keep(line, Reading(RULE, 0.55, (item.id,), reasons))


def _agreement(line: Line, item: Item) -> Reason:
    facts = {"account": line.counterparty_account or "", "item": item.number}
    return Reason("account.exact", facts)


def _decide(desk: Desk, line: Line, item: Item, *, equals: Sequence[Item] = ()) -> None:
    reasons = [_agreement(line, item)]
    others = vetoes.other_readings(desk, line, item) + vetoes.nets_of_credit(desk, line, item)
    others = [few for few in others if not (len(few) == 1 and few[0] in equals)]
    against = [*speaks_against(desk, line, item, others), *_pays_for_others(desk, line, item)]
    reasons, against = desk.without_guard(RULE, reasons, against)
    if not against:
        desk.book(
            line,
            exact_suggestion(
                desk, line, [item], reasons, rule=RULE, version=VERSION, confidence=CONFIDENCE
            ),
        )
        return
    desk.keep(line, Reading(RULE, 0.6, (item.id,), (*reasons, *against)))
    for few in others:
        ids = tuple(other.id for other in few)
        facts = {"items": numbers_of(few)}
        desk.keep(line, Reading("amount_of_party", 0.5, ids, (Reason("amount.sum", facts),)))


def speaks_against(
    desk: Desk, line: Line, item: Item, others: Sequence[tuple[Item, ...]]
) -> Iterator[Reason]:
    """What an account with the exact amount is too little against."""
    yield from vetoes.without_reference(desk, line, [item])
    yield from vetoes.amount_is_common(desk, line)
    yield from vetoes.fraction_of_another(desk, line, item)
    yield from _text_names_another(desk, line, item)
    yield from (vetoes.veto("sum_of_others", items=numbers_of(few)) for few in others)


def _pays_for_others(desk: Desk, line: Line, item: Item) -> Iterator[Reason]:
    """The account has paid another party's invoices too: an accountant's, or a family's."""
    if line.direction > 0:
        for party_id, _ in desk.candidates.learnt_accounts.get(line.counterparty_account or "", ()):
            if party_id != item.party_id:
                name = desk.candidates.party_names.get(party_id, "")
                yield vetoes.veto("account_of_several", party=name)
                return


def _text_names_another(desk: Desk, line: Line, item: Item) -> list[Reason]:
    """The text names another document: an open one, or any where it does not name this one.

    A number behind a word like “faktura” that leads nowhere speaks against it too.
    """
    tokens = read_tokens(line.text)
    found = [(token, desk.candidates.by_key.get(token_key(token), ())) for token in tokens]
    whole = [
        (token, ids)
        for token, ids in found
        if not any(token.is_inside(other) for other, known in found if known)
    ]
    if any(item.id in ids for _, ids in whole):
        others = [desk.item(each) for _, ids in whole if item.id not in ids for each in ids]
        others = [other for other in others if desk.left_of(other.id) > 0]
        return [vetoes.veto("text_names_another", item=other.number) for other in others[:1]]
    for token, ids in whole:
        sides = [desk.item(each).kind.is_customer for each in ids]
        if item.kind.is_customer in sides or (token.named and not ids):
            return [vetoes.veto("text_names_another", item=token.value)]
    return []
