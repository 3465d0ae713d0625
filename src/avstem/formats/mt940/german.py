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
from avstem.formats.mt940.common import ENTRY, CarefulReader, draft, new_money, read_days
from avstem.formats.mt940.text86 import NO_REFERENCE, account_of, id_of, joined

_START = "\n:61:"


def _value(no: str) -> str:
    """Text up to the next of these signs, over a few lines; nothing is given back once taken."""
    line = rf"[^{no}\n]{{0,390}}+"
    return rf"{line}(?:\n(?![:\n]){line}){{0,5}}+"


def _cut(key: str) -> str:
    """A subfield's mark or key: a line may end anywhere in it."""
    return "".join(rf"\n?+{re.escape(each)}" for each in key).removeprefix(r"\n?+")


# A plus sign in a text is not for here: it may be a key's.
_TEXT = _value("?+")
# The bank's word, reference of the payer, what it is for and more of it, the other side.
_GERMAN = re.compile(
    rf"{ENTRY}\n:86:\d{{3}}\?00({_value('?')})(?:{_cut('?10')}{_value('?')})?+"
    rf"{_cut('?20')}(?:\n?+{_cut('EREF+')}({_TEXT}){_cut('?21')})?+\n?+{_cut('SVWZ+')}({_TEXT})"
    rf"((?:{_cut('?2')}\n?+[1-9]{_TEXT})*+)({_cut('?3')}{_value('')})?+(?={_START}|\Z)",
    re.ASCII,
)
_GROUPS = 12
# Each subfield once and in order.
_MORE = re.compile("".join(rf"(?:\?2{n}([^?]*+))?+" for n in range(1, 10)), re.ASCII)
_PARTY = re.compile(
    r"(?:\?30[^?]*+)?+(?:\?31([^?]*+))?+(?:\?32([^?]*+))?+(?:\?33([^?]*+))?+(?:\?34[^?]*+)?+"
)
#: Of customers who come again; a miss costs no more than reading.
_PARTIES_MAX = 16_384
#: Banks have a few dozen.
_WORDS_MAX = 512
Party = tuple[str | None, str | None]
_NOBODY: Party = None, None
_new_transaction = draft(
    Transaction, "amount end_to_end_id counterparty counterparty_account remittance"
)
_new_entry = draft(
    Entry,
    "amount booking_date value_date reference code text transactions",
    status=EntryStatus.BOOKED,
    reversal=False,
    has_details=True,
    details_count=1,
)


def read_german(text: str, line: int, currency: str, others: CarefulReader) -> Iterator[Entry]:
    """As `read_common`, for entries of this shape; all else is given to `others`."""
    places, pieces = _Places(text, line), iter(_GERMAN.split(text))
    rest = next(pieces)
    yield from others(rest, line)
    number = rest.count(_START)
    for days, mark, whole, cents, code, own, bank, word, payer, purpose, more, other, rest in zip(
        *[pieces] * (_GROUPS + 1), strict=True
    ):
        value_date, booking_date = read_days(days)
        party = _party(other) if other else _NOBODY
        said = _purpose(purpose, more) if more else _in_one(purpose)
        reference = None if own in NO_REFERENCE else own
        if value_date is None or not party or not said or (reference and is_iban(reference)):
            yield from others(*places.entry(number))
        else:
            minor = int(whole + cents)
            amount = new_money(minor if mark == "C" else -minor, currency)
            amount.__class__ = Money
            key = payer and id_of(payer.replace("\n", "").strip())
            part = _new_transaction(amount, key or reference, *party, (said,))
            part.__class__ = Transaction
            entry = _new_entry(amount, booking_date, value_date, bank, code, _word(word), (part,))
            entry.__class__ = Entry
            yield entry
        number += 1
        if rest:
            yield from others(rest, places.line(number))
            number += rest.count(_START)


class _Places:
    """Where the entries of a text begin, looked up only for those that have another shape."""

    def __init__(self, text: str, line: int) -> None:
        self._text, self._line = text, line
        self._number, self._at, self._counted = 0, text.find(_START), 0

    def line(self, number: int) -> int:
        """The number of the line before that entry; the first is 0. Ask in their order."""
        while self._number < number:
            self._at = self._text.find(_START, self._at + 1)
            self._number += 1
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def entry(self, number: int) -> tuple[str, int]:
        """The entry as it stands, and `line`."""
        line, end = self.line(number), self._text.find(_START, self._at + 1)
        return self._text[self._at : end if end >= 0 else None], line


def _in_one(text: str) -> str:
    """A value over several lines, its blanks as the careful reader has them."""
    text = text.replace("\n", "").strip()
    return text if "  " not in text else " ".join(text.split())


@lru_cache(maxsize=_WORDS_MAX)
def _word(text: str) -> str | None:
    return _in_one(text) or None


@lru_cache(maxsize=_PARTIES_MAX)
def _party(text: str) -> Party | None:
    """Name and account; None where the subfields are not in order."""
    found = _PARTY.fullmatch(text.replace("\n", ""))
    if found is None:
        return None
    account, *names = found.groups()
    name = joined([each for each in names if each is not None])
    return name or None, account_of([account]) if account else None


def _purpose(first: str, more: str) -> str:
    """Over several subfields; the key `SVWZ+` counts, it stands in the first. Empty: not read."""
    found = _MORE.fullmatch(more.replace("\n", ""))
    if found is None:
        return ""
    first = first.replace("\n", "")
    parts = [f"SVWZ+{first}", *(each for each in found.groups() if each is not None)]
    while not parts[-1]:
        parts.pop()
    return joined(parts).removeprefix("SVWZ+").strip()
