"""Stage 2: a KID or RF reference, or documents named in structured form.

Claimants of an invoice are taken by booking date, then bank reference; each books while something
is left. Less than is left is a part payment, more stays on the party, and where nothing is left
the whole amount is the party's credit: paid twice.
"""

from collections.abc import Iterator, Sequence

from avstem.domain.open_item import ItemKind
from avstem.domain.statement import Reference
from avstem.domain.voucher import LedgerRole
from avstem.matching import discounts, vetoes
from avstem.matching.decision import LedgerLine, Reason, Settlement, Suggestion
from avstem.matching.factoring import is_from_factor
from avstem.matching.facts import Item, Key, Line
from avstem.matching.keys import reference_key
from avstem.matching.lookup import gross_minor
from avstem.matching.state import Desk, Reading, exact_suggestion, numbers_of, sums_to
from avstem.matching.text import normalise_kid

RULE, VERSION = "structured_reference", 1
EXACT, PART = 0.999, 0.99
_READINGS_MAX = 5
#: Up to a krone is rounding; more is money that was not paid.
_ROUNDING_MAX_MINOR = 100


def apply(desk: Desk, lines: Sequence[Line]) -> None:
    """Book what a structured reference makes certain; keep the rest as readings."""
    for line in lines:
        if line.references and line.amount_minor and not _book_plain(desk, line):
            named = _named(desk, line)
            if any(items for _, items in named):
                _decide(desk, line, named)


def _book_plain(desk: Desk, line: Line) -> bool:
    """One KID of one invoice, and just what is left of it: most are such, so they come first."""
    reference = line.references[0]
    if len(line.references) > 1 or reference.kind != "kid" or line.amount_minor < 0:
        return False
    key = reference_key(reference)
    found = desk.candidates.by_key.get(key, ()) if key else ()
    if len(found) != 1 or not _is_plain(desk, line, item := desk.item(found[0])):
        return False
    facts = {"reference": item.kid or "", "item": item.number, "left_minor": line.amount_minor}
    settled, reasons = Settlement(item.id, line.amount_minor), (Reason("kid.exact", facts),)
    desk.book(line, Suggestion(RULE, VERSION, EXACT, (settled,), reasons))
    return True


Named = list[tuple[Reference, list[Item]]]


def _named(desk: Desk, line: Line) -> Named:
    """What each reference leads to; one that leads nowhere is noted, with the reason."""
    named: Named = []
    for reference in line.references:
        key = reference_key(reference)
        items = _items(desk, line, reference, key)
        if key is None:
            _note(desk, line, "reference.bad_check", reference)
        elif not items:
            _note(desk, line, "reference.unknown", reference)
        named.append((reference, items))
    return named


def _note(desk: Desk, line: Line, code: str, reference: Reference) -> None:
    value = normalise_kid(reference.value)[:35]
    desk.note(line, Reason(code, {"reference": value}, agrees=False))


def _decide(desk: Desk, line: Line, named: Named) -> None:
    chosen = [_the_one(desk, line, items) for _, items in named]
    items = list({item.id: item for item in chosen if item is not None}.values())
    if len(items) < len(chosen) and None in chosen:
        _keep_each(desk, line, [item for _, found in named for item in found])
    elif len(items) == 1 and named[0][0].kind == "kid":
        _one(desk, line, items[0])
    else:
        _several(desk, line, items, named)


def _items(desk: Desk, line: Line, reference: Reference, key: Key | None) -> list[Item]:
    """The items a reference leads to, on the side of the ledger that the money is about.

    Our numbers and KIDs may be the same as a supplier's: what is settled by money this way comes
    first. A document's number leads to documents of the kind that the payer says it is.
    """
    found = [desk.item(item_id) for item_id in desk.candidates.by_key.get(key, ())] if key else []
    if reference.kind == "kid":
        same_way = [item for item in found if item.kind.direction == line.direction]
        return same_way or found
    is_credit = reference.kind == "credit_note"
    customers = _is_about_customers(line)
    return [
        item
        for item in found
        if item.kind.is_credit_note == is_credit and item.kind.is_customer == customers
    ]


def _is_about_customers(line: Line) -> bool:
    """Money in for invoices, or money out for credit notes alone, is the customers'."""
    invoices = any(reference.kind != "credit_note" for reference in line.references)
    return (line.direction > 0) == invoices


def _the_one(desk: Desk, line: Line, items: Sequence[Item]) -> Item | None:
    """The item that a reference means: the only one, the only open one, the only exact one.

    Several parties' (suppliers number alike) are told apart by the account alone.
    """
    if len({item.party_id for item in items}) > 1:
        known = desk.candidates.party_accounts.get(line.counterparty_account or "", ())
        items = [item for item in items if item.party_id in known]
        if len({item.party_id for item in items}) != 1:
            return None
    if len(items) == 1:
        return items[0]
    fit = [item for item in items if desk.left_of(item.id) > 0]
    if len(fit) == 1:
        return fit[0]
    exact = [item for item in fit if desk.left_of(item.id) == abs(line.amount_minor)]
    return exact[0] if len(exact) == 1 else None


def _keep_each(desk: Desk, line: Line, items: Sequence[Item]) -> None:
    """Not every reference leads to one invoice: a person chooses among those that are known."""
    for item in items[:_READINGS_MAX]:
        reason = Reason("reference.each", {"items": item.number})
        if len(items) > 1:
            reason = Reason("kid.several", {"item": item.number, "count": len(items)}, False)
        desk.keep(line, Reading(RULE, 0.5, (item.id,), (reason,)))


def _one(desk: Desk, line: Line, item: Item) -> None:
    paid, day = abs(line.amount_minor), line.booking_date
    suggestion, reasons = _reading_of_one(desk, line, item)
    if _is_plain(desk, line, item):
        desk.book(line, suggestion)
        return
    against = [*vetoes.always(desk, line, [item]), *_doubts(desk, line, item)]
    discount = discounts.discount_of(desk, item, paid, day)
    if discount:
        suggestion = _less_discount(desk, discount)
        against += discount.against
    elif not _is_exact(desk, line, item):
        against += discounts.nearly(desk, item, paid, day)
    others: list[tuple[Item, ...]] = []
    if not _is_exact(desk, line, item):
        others = vetoes.readings_beside_the_reference(desk, line, item)
        against += [vetoes.veto("another_fits_exactly", items=numbers_of(few)) for few in others]
    against += vetoes.text_contradicts(desk, line, item)
    if not against:
        desk.book(line, suggestion)
        return
    score = 0.6 if others or desk.left_of(item.id) == 0 else 0.7
    desk.keep(line, Reading(RULE, score, (item.id,), (*reasons, *against), party_id=item.party_id))
    if discount:
        # Probably meant in time, it goes before the part payment that it is by the terms.
        by = 0.02 if discounts.is_within_grace(discount, day) else -0.1
        desk.keep(
            line,
            discounts.reading_of(desk, [item], [discount], against, rule=RULE, score=score + by),
        )
    for few in others:
        desk.keep(line, _alternative(few, item))


def _is_plain(desk: Desk, line: Line, item: Item) -> bool:
    """Just what is left of a customer's invoice, and nothing to look at twice: most are such."""
    if item.kind is not ItemKind.CUSTOMER_INVOICE or line.charges_minor:
        return False
    if desk.left_of(item.id) != line.amount_minor or any(vetoes.always(desk, line, (item,))):
        return False
    return not (line.text and any(vetoes.text_contradicts(desk, line, item)))


def _less_discount(desk: Desk, discount: discounts.Discount) -> Suggestion:
    facts = {"reference": discount.item.kid or "", "item": discount.item.number}
    return discounts.settle_all(
        desk, [discount.item], [discount], [Reason("kid.less_discount", facts)],
        rule=RULE, version=VERSION, confidence=PART,
    )  # fmt: skip


def _doubts(desk: Desk, line: Line, item: Item) -> Iterator[Reason]:
    if item.kind.direction != line.direction:
        yield vetoes.veto("direction", item=item.number)
    yield from vetoes.payee_unproven(desk, line, [item], by_kid=True)
    if _is_exact(desk, line, item):
        return
    if is_from_factor(desk.candidates, line):
        yield vetoes.veto("factor_not_exact", item=item.number)
    yield from vetoes.meant_for_others(desk, line, item)
    # The bank took something out, and still it does not add up: what was paid is not known.
    given = [reference.amount for reference in line.references if reference.amount]
    told = sum(amount.minor for amount in given)
    if line.charges_minor or (given and told not in (abs(line.amount_minor), gross_minor(line))):
        yield vetoes.veto("sum_differs")


def _is_exact(desk: Desk, line: Line, item: Item) -> bool:
    left = desk.left_of(item.id)
    return left > 0 and left in (abs(line.amount_minor), gross_minor(line))


def _alternative(few: Sequence[Item], referenced: Item) -> Reading:
    code = "amount.exact" if len(few) == 1 else "amount.sum"
    reason = Reason(code, {"items": numbers_of(few)})
    against = Reason("reference.says", {"item": referenced.number}, agrees=False)
    ids = tuple(item.id for item in few)
    return Reading("amount_of_party", 0.65, ids, (reason, against))


def _reading_of_one(desk: Desk, line: Line, item: Item) -> tuple[Suggestion, tuple[Reason, ...]]:
    """Exact, exact with a charge, part, more than is left, or paid already."""
    paid, left = abs(line.amount_minor), desk.left_of(item.id)
    facts = {"reference": item.kid or "", "item": item.number, "left_minor": left}
    if left and left == gross_minor(line) != paid:
        facts["charge_minor"] = line.charges_minor
        reasons = (Reason("kid.exact_with_charge", facts),)
        return exact_suggestion(
            desk, line, [item], reasons, rule=RULE, version=VERSION, confidence=EXACT
        ), reasons
    if desk.policy.writes_off(left - paid, left):
        return _written_off(line, item, facts, left)
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


def _written_off(
    line: Line, item: Item, facts: dict[str, object], left: int
) -> tuple[Suggestion, tuple[Reason, ...]]:
    """So little is missing that the company lets it go: the item is settled in full."""
    missing = left - abs(line.amount_minor)
    reasons = (Reason("kid.written_off", {**facts, "missing_minor": missing}),)
    role = LedgerRole.ROUNDING if missing <= _ROUNDING_MAX_MINOR else LedgerRole.WRITE_OFF
    return Suggestion(
        rule=RULE,
        rule_version=VERSION,
        confidence=PART,
        settlements=(Settlement(item.id, left),),
        reasons=reasons,
        ledger_lines=(LedgerLine(line.direction * missing, role=role.value),),
    ), reasons


def _compare(paid: int, left: int) -> str:
    if left == 0:
        return "kid.paid_twice"
    if paid == left:
        return "kid.exact"
    return "kid.part" if paid < left else "kid.more"


def _several(desk: Desk, line: Line, items: Sequence[Item], named: Named) -> None:
    """Several references in one payment: by the amounts the payer gave, or by the exact sum."""
    reasons = [Reason("reference.each", {"items": numbers_of(items)})]
    by_kid = all(reference.kind == "kid" for reference, _ in named)
    against = [
        *vetoes.always(desk, line, items),
        *vetoes.payee_unproven(desk, line, items, by_kid=by_kid),
    ]
    if len({item.party_id for item in items}) > 1 and not is_from_factor(desk.candidates, line):
        against.append(vetoes.veto("several_parties"))
    amounts = _given_amounts(desk, line, items, named)
    taken = discounts.discounts_of(desk, line, items)
    if taken:
        _several_less_discounts(desk, line, items, taken, reasons, against)
        return
    against += _discounts_missed(desk, line, items, amounts or ())
    if amounts and is_from_factor(desk.candidates, line):
        part = (item for item, minor in zip(items, amounts, strict=True)
                if minor != desk.left_of(item.id))  # fmt: skip
        against += [vetoes.veto("factor_not_exact", item=item.number) for item in part]
    if amounts is None and not sums_to(desk, line, items):
        against.append(vetoes.veto("sum_differs"))
    if against:
        ids = tuple(item.id for item in items)
        desk.keep(line, Reading(RULE, 0.65, ids, (*reasons, *against), tuple(amounts or ())))
    elif amounts is None:
        desk.book(
            line,
            exact_suggestion(
                desk, line, items, reasons, rule=RULE, version=VERSION, confidence=EXACT
            ),
        )
    else:
        settles = tuple(
            Settlement(item.id, minor) for item, minor in zip(items, amounts, strict=True)
        )
        desk.book(line, Suggestion(RULE, VERSION, EXACT, settles, tuple(reasons)))


def _several_less_discounts(
    desk: Desk, line: Line, items: Sequence[Item], taken: Sequence[discounts.Discount],
    reasons: Sequence[Reason], against: Sequence[Reason],
) -> None:  # fmt: skip
    against = [*against, *(each for discount in taken for each in discount.against)]
    if line.charges_minor:
        against.append(vetoes.veto("sum_differs"))
    if against:
        said = (*reasons, *against)
        desk.keep(line, discounts.reading_of(desk, items, taken, said, rule=RULE, score=0.65))
        return
    desk.book(
        line,
        discounts.settle_all(
            desk, items, taken, reasons, rule=RULE, version=VERSION, confidence=PART
        ),
    )


def _discounts_missed(
    desk: Desk, line: Line, items: Sequence[Item], amounts: Sequence[int]
) -> Iterator[Reason]:
    """A part that was given is what would have been enough in time: a person decides."""
    for item, minor in zip(items, amounts, strict=False):
        discount = discounts.discount_of(desk, item, minor, line.booking_date)
        yield from discount.against if discount else ()


def _given_amounts(desk: Desk, line: Line, items: Sequence[Item], named: Named) -> list[int] | None:
    """The amount given for each item, if each has one that fits and they make the line's amount."""
    given: dict[int, int] = {}
    for reference, _ in named:
        item = _item_of(desk, reference, items)
        if item is None or reference.amount is None or reference.amount.currency != line.currency:
            return None
        given[item.id] = given.get(item.id, 0) + abs(reference.amount.minor)
    amounts = [given.get(item.id, 0) for item in items]
    fits = all(
        0 < minor <= desk.left_of(item.id) for item, minor in zip(items, amounts, strict=True)
    )
    net = sum(item.kind.direction * minor for item, minor in zip(items, amounts, strict=True))
    return amounts if fits and net == line.amount_minor else None


def _item_of(desk: Desk, reference: Reference, items: Sequence[Item]) -> Item | None:
    key = reference_key(reference)
    ids = set(desk.candidates.by_key.get(key, ())) if key else set()
    is_credit = reference.kind == "credit_note"
    return next(
        (
            item
            for item in items
            if item.id in ids and (reference.kind == "kid" or item.kind.is_credit_note == is_credit)
        ),
        None,
    )
