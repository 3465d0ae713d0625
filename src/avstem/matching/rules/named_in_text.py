"""Stage 3: the text names invoices by number or KID, and their sum is exactly the amount."""

from collections import Counter
from collections.abc import Sequence

from avstem.matching import vetoes
from avstem.matching.decision import Reason
from avstem.matching.facts import Item, Line
from avstem.matching.keys import token_key
from avstem.matching.names import same_name
from avstem.matching.state import Desk, Reading, exact_suggestion, sums_to
from avstem.matching.text import Token, read_tokens

RULE, VERSION, CONFIDENCE = "named_in_text", 1, 0.995


def apply(desk: Desk, lines: Sequence[Line]) -> None:
    """Book where one line names items of one party in exact sum, and no other line claims them."""
    named: list[tuple[Line, list[Item], bool]] = []
    for line in lines:
        if line.amount_minor:
            items, clear = named_items(desk, line)
            if items:
                named.append((line, items, clear))
    exact = [
        (line, items) for line, items, clear in named if clear and _is_exact(desk, line, items)
    ]
    claims = Counter(item.id for _, items in exact for item in items)
    certain = {line.id for line, items in exact if all(claims[item.id] == 1 for item in items)}
    for line, items, _ in named:
        _decide(
            desk,
            line,
            items,
            certain=line.id in certain,
            contested=max(claims[i.id] for i in items) > 1,
        )


def named_items(desk: Desk, line: Line) -> tuple[list[Item], bool]:
    """The open items that the text names, and whether each number leads to one only.

    Where a number is several documents' (suppliers number alike), the party of the payer's account
    and the parties of the other numbers decide; else the answer is not clear.
    """
    groups = [
        found for token in read_tokens(line.text) if (found := _open_items(desk, line, token))
    ]
    sure = {group[0].party_id for group in groups if len(group) == 1}
    sure |= set(desk.candidates.party_accounts.get(line.counterparty_account or "", ()))
    items: dict[int, Item] = {}
    clear = True
    for group in groups:
        fit = group if len(group) == 1 else [item for item in group if item.party_id in sure]
        clear = clear and len(fit) == 1
        items.update({item.id: item for item in (fit if len(fit) == 1 else group[:3])})
    return list(items.values()), clear


def _open_items(desk: Desk, line: Line, token: Token) -> list[Item]:
    """What a number may mean: an open document on the line's side of the ledger."""
    found = [desk.item(item_id) for item_id in desk.candidates.by_key.get(token_key(token), ())]
    fit = [item for item in found if desk.left_of(item.id) > 0 and item.currency == line.currency]
    same_way = [item for item in fit if item.kind.direction == line.direction]
    return same_way or [item for item in fit if item.kind.is_credit_note]


def _is_exact(desk: Desk, line: Line, items: Sequence[Item]) -> bool:
    return len({item.party_id for item in items}) == 1 and sums_to(desk, line, items)


def _decide(desk: Desk, line: Line, items: list[Item], *, certain: bool, contested: bool) -> None:
    numbers = ", ".join(item.number for item in items)
    ids = tuple(item.id for item in items)
    if not certain:
        code = "text.exact" if _is_exact(desk, line, items) else "text.names"
        several = (vetoes.veto("claimed_by_several"),) if contested else ()
        reading = Reading(RULE, 0.6, ids, (Reason(code, {"items": numbers}), *several))
        desk.keep(line, reading)
        return
    reasons = [Reason("text.exact", {"items": numbers})]
    against = [
        *vetoes.without_reference(desk, line, items),
        *_doubts(desk, line, items),
    ]
    if against:
        desk.keep(line, Reading(RULE, 0.65, ids, (*reasons, *against)))
    else:
        desk.book(
            line,
            exact_suggestion(desk, line, RULE, VERSION, items, reasons, CONFIDENCE),
        )


def _doubts(desk: Desk, line: Line, items: Sequence[Item]) -> list[Reason]:
    """Money out needs more than a number: the bill's account, its KID, or the supplier's name."""
    found = [reason for item in items for reason in vetoes.new_supplier_account(desk, line, item)]
    if line.direction > 0 or line.counterparty_account or found:
        return found
    party = desk.candidates.party_names.get(items[0].party_id, "")
    has_kid = any(token.is_kid for token in read_tokens(line.text) if _names(desk, token, items))
    if not has_kid and not same_name(line.counterparty or "", party):
        found.append(vetoes.veto("only_a_number", party=party))
    return found


def _names(desk: Desk, token: Token, items: Sequence[Item]) -> bool:
    ids = set(desk.candidates.by_key.get(token_key(token), ()))
    return any(item.id in ids for item in items)
