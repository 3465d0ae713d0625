"""A mistyped KID: one digit wrong, or two neighbours swapped.

The check digit tells that it is wrong, and what it may have been is looked up. That is a proposal
and never a booking: several right references may lie as near.
"""

from collections.abc import Sequence

from avstem.matching.decision import Reason
from avstem.matching.facts import Line
from avstem.matching.keys import near_keys
from avstem.matching.state import Desk, Reading

RULE, SCORE = "near_reference", 0.48
_READINGS_MAX = 3


def apply(desk: Desk, lines: Sequence[Line]) -> None:
    """Keep the open items of exactly the amount whose KID is one slip of the finger away."""
    for line in lines:
        for reference in line.references:
            found = [
                desk.item(item_id)
                for key in near_keys(reference)
                for item_id in desk.candidates.by_key.get(key, ())
            ]
            near = [
                item
                for item in found
                if item.kind.direction == line.direction
                and desk.left_of(item.id) == abs(line.amount_minor) > 0
            ]
            for item in near[:_READINGS_MAX]:
                facts = {"reference": reference.value[:35], "item": item.number, "kid": item.kid}
                desk.keep(line, Reading(RULE, SCORE, (item.id,), (Reason("kid.near", facts),)))
