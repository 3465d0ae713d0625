"""What the page of learnt things says of a kind of answer."""

from avstem import wording

# What speaks against such answers: a guard of `matching.record.GUARDS`, or anything else.
AGAINST: dict[str, str] = {
    "amount_common": "where many owe the amount",
    "sum_without_leave": "where the party has given no leave for sums",
    "many_open_items": "where the party has many open items",
    "doubt": "where something speaks against it",
}


def answer_text(rule: str, against: str) -> str:
    """A kind of answer: what it goes by, and what speaks against it."""
    said = wording.rule_text(rule)
    return f"{said}, {wording.translate(AGAINST[against])}" if against in AGAINST else said
