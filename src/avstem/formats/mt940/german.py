"""The common entry with German subfields, read at once: `?20EREF+…?21SVWZ+…?32name`, in order.

As `common` does for free text: what has another shape is left to the reader behind it, which gives
the same values; the tests hold the two against each other.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from avstem.domain.identifiers import is_iban
from avstem.domain.money import Money
from avstem.domain.statement import Entry, EntryStatus, Transaction
from avstem.formats.mt940.common import (
    ENTRY,
    CarefulReader,
    new_entry,
    new_money,
    new_transaction,
    read_days,
)
from avstem.formats.mt940.text86 import NO_REFERENCE, account_of, id_of, joined

# A business code and subfields; lines are cut anywhere.
_GERMAN = re.compile(
    rf"{ENTRY}\n:86:(\d{{3}}\?[^\n]{{1,390}}+(?:\n(?!:)[^\n]{{1,390}}+){{0,9}}+)(?=\n:61:|\Z)",
    re.ASCII,
)
_GROUPS = 8
# The bank's word, reference of the payer, what it is for and more of it, the other side.
# A plus sign in a text is not for here: it may be a key's.
_SUBFIELDS = re.compile(
    r"\d{3}\?00([^?]*+)(?:\?10[^?]*+)?+\?2(?:0EREF\+([^?+]*+)\?21|0)SVWZ\+([^?+]*+)"
    r"(\?2[1-9][^+]*?)?(\?3.*)?",
    re.ASCII,
)
# Each subfield once and in order.
_MORE = re.compile("".join(rf"(?:\?2{n}([^?]*+))?+" for n in range(1, 10)), re.ASCII)
_PARTY = re.compile(
    r"(?:\?30[^?]*+)?+(?:\?31([^?]*+))?+(?:\?32([^?]*+))?+(?:\?33([^?]*+))?+(?:\?34[^?]*+)?+"
)
#: Of customers who come again; a miss costs no more than reading.
_PARTIES_MAX = 16_384
Party = tuple[str | None, str | None]
_NOBODY: Party = None, None
_NOT_READ = "", "", "", None, None


def read_german(text: str, line: int, currency: str, others: CarefulReader) -> Iterator[Entry]:
    """As `read_common`, for entries of this shape; all else is given to `others`."""
    booked, subfields_of = EntryStatus.BOOKED, _SUBFIELDS.fullmatch
    pieces = iter(_GERMAN.split(text))
    rest = next(pieces)
    yield from others(rest, line)
    line += rest.count("\n")
    for days, mark, whole, cents, code, own, bank, said, rest in zip(
        *[pieces] * (_GROUPS + 1), strict=True
    ):
        value_date, booking_date = read_days(days)
        joint = said.replace("\n", "")
        found = None if "  " in said else subfields_of(joint)
        word, payer, purpose, more, other = found.groups() if found is not None else _NOT_READ
        party = _party(other) if other else _NOBODY
        purpose = _purpose(purpose, more) if more else purpose
        if value_date is None or not party or not purpose.strip() or _is_account(own):
            more = f"//{bank}" if bank else ""
            odd = f"\n:61:{days}{mark}{whole},{cents}{code}{own}{more}\n:86:{said}"
            yield from others(odd, line)
        else:
            minor = int(whole + cents)
            amount = new_money(minor if mark == "C" else -minor, currency)
            amount.__class__ = Money
            part = new_transaction(
                amount, None,
                (payer and id_of(payer.strip())) or (None if own in NO_REFERENCE else own),
                None, None, None, *party, (), (purpose.strip(),),
            )  # fmt: skip
            part.__class__ = Transaction
            entry = new_entry(
                amount, booked, booking_date, value_date, bank, None, False, code,
                word.strip() or None, (part,), None, None, True, 1,
            )  # fmt: skip
            entry.__class__ = Entry
            yield entry
        line += len(said) - len(joint) + 2
        if rest:
            yield from others(rest, line)
            line += rest.count("\n")


def _is_account(own: str) -> bool:
    return own not in NO_REFERENCE and is_iban(own)


@lru_cache(maxsize=_PARTIES_MAX)
def _party(text: str) -> Party | None:
    """Name and account; None where the subfields are not in order."""
    found = _PARTY.fullmatch(text)
    if found is None:
        return None
    account, *names = found.groups()
    name = joined([each for each in names if each is not None])
    return name or None, account_of([account]) if account else None


def _purpose(first: str, more: str) -> str:
    """Over several subfields; the key `SVWZ+` counts, it stands in the first. Empty: not read."""
    found = _MORE.fullmatch(more)
    if found is None:
        return ""
    parts = [f"SVWZ+{first}", *(each for each in found.groups() if each is not None)]
    while not parts[-1]:
        parts.pop()
    return joined(parts).removeprefix("SVWZ+").strip()
