"""Readings of lines without a reference: what is near, and what is behind a shared account.

A party's item of which little is missing (the øre left out, a charge taken on the way), the one
item of exactly the amount behind an account of several parties, and a row of invoices of which the
text names the first and the last. All are proposals and never bookings.
"""

import re
from collections.abc import Iterator, Sequence

from avstem.matching.decision import Reason
from avstem.matching.facts import Item, Line
from avstem.matching.state import Desk, Reading, numbers_of, sums_to

RULE = "near_amount"
#: More than this is a part payment; so is more than a tenth of the item.
_MISSING_MAX_MINOR, _MISSING_SHARE = 10_000, 10
_PARTIES_MAX, _READINGS_MAX = 3, 3
_ROW = re.compile(r"(?<![\w-])(\d{3,12}) ?(?:-|–|til|t\.o\.m\.) ?(\d{3,12})(?![\w-])", re.ASCII)
_TEXT_CHARACTERS_MAX = 500


def apply(desk: Desk, lines: Sequence[Line]) -> None:
    """Keep the readings for the lines whose account is known."""
    for line in lines:
        if not line.amount_minor or line.is_return or line.reversal:
            continue
        account = line.counterparty_account or ""
        parties = desk.candidates.party_accounts.get(account, ())[:_PARTIES_MAX]
        for party_id in parties:
            items = desk.open_items(party_id, line)
            for reading in (*_near(desk, line, items), *_row(desk, line, items)):
                desk.keep(line, reading)
            if len(parties) > 1:
                _shared(desk, line, items)


def _near(desk: Desk, line: Line, items: Sequence[Item]) -> Iterator[Reading]:
    """The items of which least is missing."""
    paid = abs(line.amount_minor)
    missing = sorted((desk.left_of(item.id) - paid, item.id) for item in items)
    for minor, item_id in [each for each in missing if each[0] > 0][:_READINGS_MAX]:
        if minor > _MISSING_MAX_MINOR or minor * _MISSING_SHARE > paid:
            return
        facts = {
            "account": line.counterparty_account or "",
            "item": desk.item(item_id).number,
            "missing_minor": minor,
        }
        # The nearest first, between a part of the oldest (0.3) and a sum (0.45).
        score = 0.44 - 0.1 * minor / _MISSING_MAX_MINOR
        yield Reading(RULE, score, (item_id,), (Reason("account.near", facts),))


def _shared(desk: Desk, line: Line, items: Sequence[Item]) -> None:
    for item in items:
        if desk.left_of(item.id) == abs(line.amount_minor):
            facts = {"account": line.counterparty_account or "", "item": item.number}
            desk.keep(line, Reading(RULE, 0.55, (item.id,), (Reason("account.shared", facts),)))


def _row(desk: Desk, line: Line, items: Sequence[Item]) -> Iterator[Reading]:
    """All open items from the first to the last number that the text names, in exact sum."""
    for match in _ROW.finditer(line.text[:_TEXT_CHARACTERS_MAX]):
        first, last = (int(each) for each in match.groups())
        row = [
            item for item in items if item.number.isdecimal() and first <= int(item.number) <= last
        ]
        ends = {int(item.number) for item in row} >= {first, last}
        if len(row) > 2 and ends and sums_to(desk, line, row):
            facts = {"items": numbers_of(row), "first": match[1], "last": match[2]}
            ids = tuple(item.id for item in row)
            yield Reading("named_in_text", 0.7, ids, (Reason("text.range", facts),))
