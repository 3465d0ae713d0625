"""Stage 7 and 8: what a person may choose from, best first, or why there is nothing.

Evidence adds up to a score that sorts and never books.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from avstem.matching.decision import (
    Decision,
    LeftBecause,
    Reason,
    Settlement,
    Suggestion,
    Verdict,
)
from avstem.matching.facts import Item, Line
from avstem.matching.learning import name_key
from avstem.matching.names import likeness
from avstem.matching.rules.own_keys import RULE as OWN_KEY
from avstem.matching.state import Desk, Reading, exact_suggestion, numbers_of, sums_to
from avstem.matching.sums import sums_of_few

VERSION = 1
_PARTIES_MAX = _PARTS_MAX = 3


def propose(desk: Desk, line: Line) -> Decision:
    """At most five suggestions, no two alike; one that a person has refused is never first."""
    readings = [*desk.readings.get(line.id, ()), *_more_readings(desk, line)]
    suggestions: dict[tuple[object, ...], Suggestion] = {}
    if certain := desk.first.get(line.id):
        suggestions[certain.settlements, certain.ledger_lines] = certain
    for reading in sorted(readings, key=lambda each: (-each.score, each.items)):
        found = _suggestion(desk, line, reading)
        if found is not None:
            suggestions.setdefault((found.settlements, found.ledger_lines), found)
    ranked = sorted(
        suggestions.values(),
        key=lambda each: (
            _is_refused(desk, line, each),
            -each.confidence,
            [settled.item_id for settled in each.settlements],
        ),
    )
    notes = tuple(desk.notes.get(line.id, ()))
    if not ranked or _is_refused(desk, line, ranked[0]):
        return Decision(line.id, Verdict.LEAVE, left_because=_why_left(desk, line), reasons=notes)
    few = tuple(ranked[: desk.policy.proposals_max])
    return Decision(line.id, Verdict.PROPOSE, few[0], few[1:], reasons=notes)


def _more_readings(desk: Desk, line: Line) -> Iterator[Reading]:
    if line.amount_minor and not line.is_return and not line.reversal:
        yield from _by_amount(desk, line)
        yield from _by_party(desk, line)


def _by_amount(desk: Desk, line: Line) -> Iterator[Reading]:
    """Open items with exactly the amount, whoever's: the payer's name tells them apart."""
    key = (line.direction, line.currency, abs(line.amount_minor))
    for item_id in desk.candidates.open_by_amount.get(key, ()):
        item = desk.item(item_id)
        if desk.left_of(item_id) == abs(line.amount_minor):
            score, reasons = _evidence(desk, line, item)
            yield Reading("amount", score, (item_id,), reasons)


def _evidence(desk: Desk, line: Line, item: Item) -> tuple[float, tuple[Reason, ...]]:
    same = desk.candidates.amount_counts.get(
        (line.direction, line.currency, abs(line.amount_minor)), 1
    )
    reasons = [Reason("amount.exact", {"items": item.number, "count": same})]
    score = 0.2 if same == 1 else 0.1
    party = desk.candidates.party_names.get(item.party_id, "")
    alike = max(likeness(line.counterparty or "", party), _name_in_text(line, party))
    if item.party_id in desk.candidates.learnt_names.get(name_key(line.counterparty or ""), ()):
        score += 0.3
        reasons.append(Reason("name.learnt", {"party": party}))
    elif alike > 0:
        score += 0.3 * alike
        reasons.append(Reason("name.alike", {"party": party, "share": round(alike, 2)}))
    if item.invoice_date > line.booking_date:
        score -= 0.1
        facts = {"item": item.number, "date": item.invoice_date.isoformat()}
        reasons.append(Reason("veto.newer_than_payment", facts, agrees=False))
    return max(score, 0.01), tuple(reasons)


def _name_in_text(line: Line, party: str) -> float:
    return likeness(line.text[:200], party) if line.text else 0.0


def _by_party(desk: Desk, line: Line) -> Iterator[Reading]:
    """The account's party: sums of a few items, and a part of the oldest."""
    account = line.counterparty_account or ""
    for party_id in _parties(desk, line)[:_PARTIES_MAX]:
        items = desk.open_items(party_id, line)
        if len(items) > desk.policy.party_items_max:
            continue
        for few in sums_of_few(desk, items, abs(line.amount_minor)):
            reason = Reason("amount.sum", {"items": numbers_of(few)})
            ids = tuple(item.id for item in few)
            yield Reading("amount_of_party", 0.45, ids, (reason,))
        oldest = sorted(items, key=lambda each: (each.invoice_date, each.id))
        for item in oldest[:_PARTS_MAX]:
            if abs(line.amount_minor) < desk.left_of(item.id):
                facts = {"account": account, "item": item.number}
                yield Reading("part_of_party", 0.3, (item.id,), (Reason("account.part", facts),))


def _parties(desk: Desk, line: Line) -> list[int]:
    """Whose account it is: by the register, then as learnt from money that came in."""
    account = line.counterparty_account or ""
    learnt = desk.candidates.learnt_accounts.get(account, ()) if line.direction > 0 else ()
    known = desk.candidates.party_accounts.get(account, ())
    return list(dict.fromkeys([*known, *(party_id for party_id, _ in learnt)]))


def _suggestion(desk: Desk, line: Line, reading: Reading) -> Suggestion | None:
    """The reading with what is left of its items by now; None where it no longer says anything."""
    if reading.ledger_lines:
        return (
            _beside_the_items(desk, line, reading)
            if reading.items
            else _to_the_ledger(line, reading)
        )
    items = [desk.item(item_id) for item_id in reading.items]
    if any(item.currency != line.currency for item in items):
        return _in_another_currency(desk, reading)
    open_items = [item for item in items if desk.left_of(item.id) > 0]
    if not reading.amounts and open_items and sums_to(desk, line, open_items):
        return exact_suggestion(
            desk,
            line,
            open_items,
            reading.reasons,
            rule=reading.rule,
            version=VERSION,
            confidence=reading.score,
        )
    if not items or any(item.kind.direction == line.direction for item in items):
        return _as_far_as_it_goes(desk, line, reading, items)
    return None


def _in_another_currency(desk: Desk, reading: Reading) -> Suggestion | None:
    """So much of the one item as was said; the difference of rates follows when it is booked."""
    settles = tuple(
        Settlement(item_id, min(minor, desk.left_of(item_id)))
        for item_id, minor in zip(reading.items, reading.amounts, strict=False)
        if desk.left_of(item_id) > 0
    )
    if len(reading.items) != 1 or not settles:
        return None
    return Suggestion(
        reading.rule, VERSION, reading.score, settles, reading.reasons, payments=reading.payments
    )


def _beside_the_items(desk: Desk, line: Line, reading: Reading) -> Suggestion | None:
    """Items whole, with a discount or a charge beside them; None where one is paid by now."""
    pairs = list(zip(reading.items, reading.amounts, strict=True))
    if any(desk.left_of(item_id) != minor for item_id, minor in pairs):
        return None
    settles = tuple(Settlement(item_id, minor) for item_id, minor in pairs)
    return replace(_to_the_ledger(line, reading), settlements=settles)


def _to_the_ledger(line: Line, reading: Reading) -> Suggestion:
    """As the reading says; what the bank took for payments of ours is a charge."""
    posted = sum(each.amount_minor for each in reading.ledger_lines)
    return Suggestion(
        rule=reading.rule,
        rule_version=reading.version,
        confidence=reading.score,
        settlements=(),
        reasons=reading.reasons,
        ledger_lines=reading.ledger_lines,
        charge_minor=-line.amount_minor - posted if reading.payments else 0,
        payments=reading.payments,
    )


def _as_far_as_it_goes(
    desk: Desk, line: Line, reading: Reading, items: Sequence[Item]
) -> Suggestion | None:
    """The items in turn, each up to what it has left or was given; the rest is the party's.

    What goes the other way (a credit note beside its invoice) comes first: it adds to the money.
    """
    rest = abs(line.amount_minor)
    settles = []
    pairs = list(zip_longest(items, reading.amounts))
    for item, most in sorted(pairs, key=lambda pair: pair[0].kind.direction == line.direction):
        left = desk.left_of(item.id)
        settled = left if most is None else min(left, most)
        if item.kind.direction == line.direction:
            settled = min(settled, rest)
        if settled:
            settles.append(Settlement(item.id, settled))
            rest -= settled * item.kind.direction * line.direction
    parties: set[int | None] = {item.party_id for item in items} or {reading.party_id}
    party_id = parties.pop() if len(parties) == 1 else None
    if rest and (party_id is None or not (settles or reading.party_id)):
        return None
    return Suggestion(
        rule=reading.rule,
        rule_version=VERSION,
        confidence=reading.score,
        settlements=tuple(settles),
        reasons=reading.reasons,
        rest_minor=rest,
        rest_party_id=party_id if rest else None,
        rest_is_customer=reading.is_customer if rest else None,
        payments=reading.payments,
    )


def _is_refused(desk: Desk, line: Line, suggestion: Suggestion) -> bool:
    """Whether a person has undone or refused to settle one of the items with this line.

    The debit of a payment of ours is proposed again: whose it is our own id says, and nothing else
    closes the payment.
    """
    refused = desk.candidates.rejected
    named = [each.item_id for each in suggestion.settlements]
    if suggestion.rule != OWN_KEY:
        named += [each.item_id for each in suggestion.payments]
    return any((line.id, item_id) in refused for item_id in named)


def _why_left(desk: Desk, line: Line) -> LeftBecause:
    codes = {reason.code for reason in desk.notes.get(line.id, ())}
    if not line.amount_minor:
        return LeftBecause.ZERO_AMOUNT
    if "own_key.returned" in codes or line.is_return or line.reversal:
        return LeftBecause.RETURN_UNKNOWN
    if "reference.bad_check" in codes:
        return LeftBecause.REFERENCE_BAD_CHECK
    if "reference.unknown" in codes:
        return LeftBecause.REFERENCE_UNKNOWN
    parties = desk.candidates.party_accounts.get(line.counterparty_account or "", ())
    if any(len(desk.open_items(p, line)) > desk.policy.party_items_max for p in parties):
        return LeftBecause.SEARCH_LIMIT
    return LeftBecause.NOTHING_FITS
