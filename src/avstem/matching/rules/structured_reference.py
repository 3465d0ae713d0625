"""Stage 2: a KID or RF reference, or documents named in structured form.

Claimants of an invoice are taken by booking date, then bank reference; each books while something
is left. Less than is left is a part payment, more stays on the party, and where nothing is left
the whole amount is the party's credit: paid twice.
"""

from collections.abc import Sequence

from avstem.domain.statement import Reference
from avstem.matching import vetoes
from avstem.matching.decision import Reason, Settlement, Suggestion
from avstem.matching.facts import Item, Key, KeyKind, Line
from avstem.matching.keys import structured_keys
from avstem.matching.lookup import gross_minor
from avstem.matching.state import Desk, Reading, exact_suggestion, sums_to
from avstem.matching.text import is_reference, normalise_kid, normalise_number

RULE, VERSION = "structured_reference", 1
EXACT, PART = 0.999, 0.99


def apply(desk: Desk, lines: Sequence[Line]) -> None:
    """Book what a structured reference makes certain; keep the rest as readings."""
    for line in sorted(lines, key=lambda each: (each.booking_date, each.bank_reference, each.id)):
        if line.references and line.amount_minor:
            _note_wrong_references(desk, line)
            if keys := structured_keys(line):
                _decide(desk, line, keys)


def _note_wrong_references(desk: Desk, line: Line) -> None:
    for reference in line.references:
        kid = normalise_kid(reference.value)
        if reference.kind == "kid" and not is_reference(kid):
            desk.note(
                line,
                Reason("reference.bad_check", {"reference": kid[:35]}, agrees=False),
            )


def _decide(desk: Desk, line: Line, keys: Sequence[Key]) -> None:
    named = [_items(desk, line, key) for key in keys]
    unknown = [key.value for key, items in zip(keys, named, strict=True) if not items]
    if unknown:
        desk.note(line, Reason("reference.unknown", {"reference": unknown[0]}, agrees=False))
        return
    chosen = [_the_one(desk, line, items) for items in named]
    if any(item is None for item in chosen):
        _keep_each(desk, line, [item for items in named for item in items])
        return
    items = list({item.id: item for item in chosen if item is not None}.values())
    if len(items) == 1 and keys[0].kind is KeyKind.KID:
        _one(desk, line, items[0])
    else:
        _several(desk, line, items)


def _items(desk: Desk, line: Line, key: Key) -> list[Item]:
    """The items a key leads to; a document's number is looked for among the line's own kind."""
    found = [desk.item(item_id) for item_id in desk.candidates.by_key.get(key, ())]
    return [
        item
        for item in found
        if key.kind is KeyKind.KID or item.kind.is_customer == (line.direction > 0)
    ]


def _the_one(desk: Desk, line: Line, items: Sequence[Item]) -> Item | None:
    """The item that a key means: the only one, or the only open one, or the only exact one."""
    if len(items) == 1:
        return items[0]
    fit = [item for item in items if desk.left_of(item.id) > 0]
    if len(fit) == 1 and len({item.party_id for item in items}) == 1:
        return fit[0]
    exact = [item for item in fit if desk.left_of(item.id) == abs(line.amount_minor)]
    return exact[0] if len(exact) == 1 else None


def _keep_each(desk: Desk, line: Line, items: Sequence[Item]) -> None:
    """Several invoices under one reference and nothing to choose by: a person does."""
    for item in items[:5]:
        reason = Reason("kid.several", {"item": item.number, "count": len(items)}, agrees=False)
        desk.keep(line, Reading(RULE, 0.5, (item.id,), (reason,)))


def _one(desk: Desk, line: Line, item: Item) -> None:
    suggestion, reasons = _reading_of_one(desk, line, item)
    against = list(vetoes.always(desk, line, [item]))
    if item.kind.direction != line.direction:
        against.append(vetoes.veto("direction", item=item.number))
    others: list[tuple[Item, ...]] = []
    if not against and not _is_exact(desk, line, item):
        others = vetoes.other_readings(desk, line, item)
        against += [_another_fits(few) for few in others]
    if not against:
        desk.book(line, suggestion)
        return
    desk.keep(
        line,
        Reading(RULE, 0.7, (item.id,), (*reasons, *against), party_id=item.party_id),
    )
    for few in others:
        desk.keep(line, _alternative(few, item))


def _is_exact(desk: Desk, line: Line, item: Item) -> bool:
    left = desk.left_of(item.id)
    return left > 0 and left in (abs(line.amount_minor), gross_minor(line))


def _another_fits(few: Sequence[Item]) -> Reason:
    return vetoes.veto("another_fits_exactly", items=", ".join(item.number for item in few))


def _alternative(few: Sequence[Item], referenced: Item) -> Reading:
    reason = Reason("amount.exact", {"items": ", ".join(item.number for item in few)})
    against = Reason("reference.says", {"item": referenced.number}, agrees=False)
    return Reading("amount_of_party", 0.65, tuple(item.id for item in few), (reason, against))


def _reading_of_one(desk: Desk, line: Line, item: Item) -> tuple[Suggestion, tuple[Reason, ...]]:
    """Exact, exact with a charge, part, more than is left, or paid already."""
    paid, left = abs(line.amount_minor), desk.left_of(item.id)
    facts = {"reference": item.kid or "", "item": item.number, "left_minor": left}
    if left and left == gross_minor(line) != paid:
        reasons = (Reason("kid.exact_with_charge", {**facts, "charge_minor": line.charges_minor}),)
        return exact_suggestion(desk, line, RULE, VERSION, [item], reasons, EXACT), reasons
    code = _compare(paid, left)
    reasons = (Reason(code, facts),)
    settled = min(paid, left)
    return Suggestion(
        rule=RULE,
        rule_version=VERSION,
        confidence=EXACT if code == "kid.exact" else PART,
        settlements=(Settlement(item.id, settled),) if settled else (),
        reasons=reasons,
        rest_minor=paid - settled,
        rest_party_id=item.party_id if paid > settled else None,
    ), reasons


def _compare(paid: int, left: int) -> str:
    if left == 0:
        return "kid.paid_twice"
    if paid == left:
        return "kid.exact"
    return "kid.part" if paid < left else "kid.more"


def _several(desk: Desk, line: Line, items: Sequence[Item]) -> None:
    """Several references in one payment: by the amounts the payer gave, or by the exact sum."""
    reasons = [Reason("reference.each", {"items": ", ".join(item.number for item in items)})]
    against = list(vetoes.always(desk, line, items))
    if len({item.party_id for item in items}) > 1:
        against.append(vetoes.veto("several_parties"))
    amounts = _given_amounts(desk, line, items)
    if amounts is None and not sums_to(desk, line, items):
        against.append(vetoes.veto("sum_differs"))
    if against:
        ids = tuple(item.id for item in items)
        desk.keep(line, Reading(RULE, 0.65, ids, (*reasons, *against), tuple(amounts or ())))
    elif amounts is None:
        desk.book(line, exact_suggestion(desk, line, RULE, VERSION, items, reasons, EXACT))
    else:
        settles = tuple(
            Settlement(item.id, minor) for item, minor in zip(items, amounts, strict=True)
        )
        desk.book(line, Suggestion(RULE, VERSION, EXACT, settles, tuple(reasons)))


def _given_amounts(desk: Desk, line: Line, items: Sequence[Item]) -> list[int] | None:
    """The amount given for each item, if each has one that fits and they make the line's amount."""
    given: dict[int, int] = {}
    for reference in line.references:
        item = _item_of(desk, reference, items)
        if item is None or reference.amount is None:
            return None
        given[item.id] = given.get(item.id, 0) + abs(reference.amount.minor)
    amounts = [given.get(item.id, 0) for item in items]
    fits = all(
        0 < minor <= desk.left_of(item.id) for item, minor in zip(items, amounts, strict=True)
    )
    net = sum(item.kind.direction * minor for item, minor in zip(items, amounts, strict=True))
    return amounts if fits and net == line.amount_minor else None


def _item_of(desk: Desk, reference: Reference, items: Sequence[Item]) -> Item | None:
    if reference.kind == "kid":
        key = Key(KeyKind.KID, normalise_kid(reference.value))
    else:
        key = Key(KeyKind.NUMBER, normalise_number(reference.value))
    ids = set(desk.candidates.by_key.get(key, ()))
    return next((item for item in items if item.id in ids), None)
