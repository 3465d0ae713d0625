"""Stage 3: the text names invoices by number or KID, and their sum is exactly the amount."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from avstem.domain.open_item import ItemKind
from avstem.matching import vetoes
from avstem.matching.decision import Reason
from avstem.matching.facts import Item, Line
from avstem.matching.keys import token_key
from avstem.matching.names import likeness
from avstem.matching.state import Desk, Reading, exact_suggestion, numbers_of, sums_to
from avstem.matching.text import Token, read_tokens

RULE, VERSION, CONFIDENCE = "named_in_text", 1, 0.995
_READINGS_MAX = 5
#: A number that no word like “faktura” introduces needs a payer's name this much like the party's.
_LIKENESS_MIN = 0.5
#: And more like it where others owe the same: two of three names may be a stranger's.
_LIKENESS_MIN_SHARED = 0.7
_POSTCODE_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Named:
    """What a line's text names. `clear` where each number leads to one item only."""

    line: Line
    items: tuple[Item, ...]
    tokens: tuple[Token, ...]
    clear: bool

    @property
    def is_introduced(self) -> bool:
        """Whether a word says that it is an invoice, or it is a KID."""
        return all(token.named or token.is_kid for token in self.tokens)


def apply(desk: Desk, lines: Sequence[Line]) -> None:
    """Book where one line names items of one party in exact sum, and no other line claims them."""
    read = (read_named(desk, line) for line in lines if line.amount_minor)
    named = [found for found in read if found.items]
    exact = [each for each in named if each.clear and _is_exact(desk, each)]
    claims = Counter(item.id for each in exact for item in each.items)
    sure = {each.line.id for each in exact if all(claims[item.id] == 1 for item in each.items)}
    for each in named:
        if each.line.id in sure:
            _decide(desk, each)
        else:
            _keep(desk, each, contested=any(claims[item.id] > 1 for item in each.items))
    for line in lines:
        _refund(desk, line)


def read_named(desk: Desk, line: Line) -> Named:
    """The open items that the text names.

    Where a number is several documents' (suppliers number alike), the party of the payer's account
    and the parties of the other numbers decide; else the answer is not clear.
    """
    hits = [
        (token, found)
        for token in read_tokens(line.text)
        if (found := _open_items(desk, line, token))
    ]
    hits = [hit for hit in hits if not any(hit[0].is_inside(other) for other, _ in hits)]
    sure = {found[0].party_id for _, found in hits if len(found) == 1}
    sure |= set(desk.candidates.party_accounts.get(line.counterparty_account or "", ()))
    items: dict[int, Item] = {}
    clear = True
    for _, found in hits:
        fit = [item for item in found if len(found) == 1 or item.party_id in sure]
        clear = clear and len(fit) == 1
        items.update({item.id: item for item in fit or found[:_READINGS_MAX]})
    return Named(line, tuple(items.values()), tuple(token for token, _ in hits), clear)


def _open_items(desk: Desk, line: Line, token: Token) -> list[Item]:
    """What a number may mean: an open document, an invoice before a credit note taken off it."""
    ids = desk.candidates.by_key.get(token_key(token), ())
    fit = [item for item in map(desk.item, ids) if desk.left_of(item.id) > 0]
    same_way = [item for item in fit if item.kind.direction == line.direction]
    return same_way or [item for item in fit if item.kind.is_credit_note]


def _is_exact(desk: Desk, named: Named) -> bool:
    parties = {item.party_id for item in named.items}
    ledgers = {item.kind.is_customer for item in named.items}
    return len(parties) == len(ledgers) == 1 and sums_to(desk, named.line, named.items)


def _decide(desk: Desk, named: Named) -> None:
    line, items = named.line, named.items
    reasons = (Reason("text.exact", {"items": numbers_of(items)}),)
    by_kid = any(token.is_kid for token in named.tokens)
    against = (
        *vetoes.without_reference(desk, line, items),
        *vetoes.payee_unproven(desk, line, items, by_kid=by_kid),
        *may_be_chance(desk, named),
    )
    if against:
        ids = tuple(item.id for item in items)
        desk.keep(line, Reading(RULE, 0.65, ids, (*reasons, *against)))
        return
    desk.book(
        line,
        exact_suggestion(
            desk, line, items, reasons, rule=RULE, version=VERSION, confidence=CONFIDENCE
        ),
    )


def may_be_chance(desk: Desk, named: Named) -> Iterator[Reason]:
    """A bare number may be a postcode or a start number: it could hit by chance.

    The payer's account or name, or a word such as “faktura” before the number, rules that out;
    else it takes a number longer than a postcode and an amount that nobody else owes.
    """
    if named.is_introduced:
        return
    line, party_id = named.line, named.items[0].party_id
    known = desk.candidates.party_accounts.get(line.counterparty_account or "", ())
    party = desk.candidates.party_names.get(party_id, "")
    key = (line.direction, line.currency, abs(line.amount_minor))
    shared = len(named.items) == 1 and desk.candidates.amount_counts.get(key, 0) > 1
    alike = likeness(line.counterparty or "", party)
    if party_id in known or alike >= (_LIKENESS_MIN_SHARED if shared else _LIKENESS_MIN):
        return
    bare = min((token.value for token in named.tokens), key=len)
    yield from vetoes.amount_is_common(desk, line)
    if shared or len(bare) <= _POSTCODE_DIGITS:
        yield vetoes.veto("bare_number", number=bare, party=party)


def _keep(desk: Desk, named: Named, *, contested: bool) -> None:
    """Named, but short, over, not clear or claimed by others: together, and each by itself."""
    line, items = named.line, named.items
    code = "text.exact" if _is_exact(desk, named) else "text.names"
    against = (vetoes.veto("claimed_by_several"),) if contested else ()
    if len({item.party_id for item in items}) > 1:
        against = (*against, vetoes.veto("several_parties"))
    elif len(items) > 1:
        ids = tuple(item.id for item in items)
        reasons = (Reason(code, {"items": numbers_of(items)}), *against)
        desk.keep(line, Reading(RULE, 0.6, ids, reasons))
        against = (*against, Reason("text.names", {"items": numbers_of(items)}, agrees=False))
    for item in items[:_READINGS_MAX]:
        code = "text.exact" if sums_to(desk, line, [item]) else "text.names"
        score = 0.6 if code == "text.exact" else 0.5
        reasons = (Reason(code, {"items": item.number}), *against)
        desk.keep(line, Reading(RULE, score, (item.id,), reasons))


def _keep_on_customer(desk: Desk, line: Line, item: Item, reason: Reason) -> None:
    reading = Reading(RULE, 0.4, (), (reason,), party_id=item.party_id, is_customer=True)
    desk.keep(line, reading)


def _paid_already(desk: Desk, line: Line, token: Token) -> bool:
    """Just the amount of an invoice that is settled: it stands on the party, for a person."""
    for item_id in desk.candidates.by_key.get(token_key(token), ()):
        item = desk.item(item_id)
        is_settled = desk.left_of(item_id) == 0 and item.amount_minor == line.amount_minor
        if is_settled and item.kind is ItemKind.CUSTOMER_INVOICE:
            reason = Reason("text.paid_already", {"item": item.number})
            _keep_on_customer(desk, line, item, reason)
            return True
    return False


def _refund(desk: Desk, line: Line) -> None:
    """Money back for an invoice that the text names: it stands on the party, for a person."""
    if not line.amount_minor or line.id in desk.decisions:
        return
    if line.amount_minor > 0:
        any(_paid_already(desk, line, token) for token in read_tokens(line.text))
        return
    for token in read_tokens(line.text):
        for item_id in desk.candidates.by_key.get(token_key(token), ()):
            item = desk.item(item_id)
            paid = item.amount_minor - desk.left_of(item_id)
            if item.kind.is_customer and item.kind.direction > 0 and paid >= -line.amount_minor:
                reason = Reason("text.refund", {"item": item.number})
                _keep_on_customer(desk, line, item, reason)
                return
