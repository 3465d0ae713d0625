"""What the practice bank does wrong, on request or by chance of a seed, and the truth about it.

Real banks are late, send files twice, renumber what they sent. A program that takes statements
must notice each of these; so that a test can demand it, every misdeed is written down in the same
step in which it happens, with what is true and what was told.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Any

from avstem.testbank.backoffice.ledger import Ledger, stamp


class Kind(StrEnum):
    """What goes wrong."""

    LATE = "late"
    TWICE = "twice"
    OUT_OF_ORDER = "out_of_order"
    TRUNCATED = "truncated"
    WRONG_BALANCE = "wrong_balance"
    RENUMBERED = "renumbered"
    CUT = "cut"
    REJECTION = "rejection"
    CHANGED_AFTER = "changed_after"


#: What can befall any file on its way out.
OF_DELIVERY = (Kind.LATE, Kind.TWICE, Kind.OUT_OF_ORDER, Kind.TRUNCATED)
#: What a statement can say wrong, or say otherwise afterwards.
OF_STATEMENTS = (Kind.WRONG_BALANCE, Kind.RENUMBERED, Kind.CHANGED_AFTER)
#: What comes by chance: a cut connection and a rejection are asked for by name.
BY_CHANCE = OF_DELIVERY + OF_STATEMENTS


@dataclass(frozen=True, slots=True)
class Misdeed:
    """What was done wrong: when, to whom, in which file, with what is true beside what was told."""

    at: str
    kind: Kind
    user: str
    file: str
    facts: Mapping[str, Any]


def wish(ledger: Ledger, kind: Kind, user: str, message: str = "", **detail: Any) -> None:
    """Do it wrong once, the next time it can be: to this customer, with such a message (or any).

    `hours` is how late; `direction` (`down`, `up`) and `bytes` are where a transfer is cut; `code`
    is why a payment is rejected.
    """
    ledger.run(
        "INSERT INTO wish (kind, user, message, detail) VALUES (?, ?, ?, ?)",
        kind.value, user, message, json.dumps(detail),
    )  # fmt: skip


def by_chance(ledger: Ledger, *, seed: int, per_thousand: int) -> None:
    """From now on let so many in a thousand files go wrong; the same seed, the same misdeeds."""
    assert 0 <= per_thousand <= 1000, per_thousand
    ledger.remember("chance", f"{seed}:{per_thousand}")


def take_wish(
    ledger: Ledger, kinds: tuple[Kind, ...], user: str, message: str
) -> tuple[Kind, dict[str, Any]] | None:
    """The oldest wish that fits, used up; else what chance says about this file."""
    found = ledger.row(
        "SELECT id, kind, detail FROM wish WHERE user = ? AND message IN ('', ?)"
        " AND kind IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT 1",
        user, message, json.dumps(kinds),
    )  # fmt: skip
    if found is None:
        return _chance(ledger, kinds)
    ledger.run("DELETE FROM wish WHERE id = ?", found["id"])
    return Kind(found["kind"]), json.loads(found["detail"])


def _chance(ledger: Ledger, kinds: tuple[Kind, ...]) -> tuple[Kind, dict[str, Any]] | None:
    """What chance does to this file; counted, so that the next file has its own."""
    chance = ledger.fact("chance")
    possible = [kind for kind in kinds if kind in BY_CHANCE]
    if not chance or not possible:
        return None
    seed, per_thousand = chance.split(":")
    (count,) = ledger.numbers("chances", 1)
    random = Random(f"{seed}:{count}")
    return (random.choice(possible), {}) if random.randrange(1000) < int(per_thousand) else None


def confess(ledger: Ledger, kind: Kind, user: str, file: str, **facts: Any) -> None:
    """Write a misdeed down, in the step in which it is done."""
    ledger.run(
        "INSERT INTO misdeed (at, kind, user, file, facts) VALUES (?, ?, ?, ?, ?)",
        stamp(ledger.now), kind.value, user, file, json.dumps(facts, ensure_ascii=False),
    )  # fmt: skip


def misdeeds(ledger: Ledger) -> list[Misdeed]:
    """All that was done wrong, in the order of its happening."""
    found = ledger.rows("SELECT at, kind, user, file, facts FROM misdeed ORDER BY id")
    return [
        Misdeed(each["at"], Kind(each["kind"]), each["user"], each["file"],
                json.loads(each["facts"]))
        for each in found
    ]  # fmt: skip
