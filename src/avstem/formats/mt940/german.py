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
from avstem.formats.drafts import draft, new_money
from avstem.formats.mt940.common import CarefulReader, entry_pattern, read_days
from avstem.formats.mt940.text86 import NO_REFERENCE, account_of, id_of, joined

_START = "\n:61:"
# While a text is matched each field has this before it, and the end of the text its first sign: so
# all values end at one sign, and are found at once. A line end alone is then but a cut.
# Two signs for two, so that nothing is moved: that costs half.
_FIELD, _MATCHED_FIELD = "\n:", "?\r"
_MATCHED_START = "\r61:"
_VALUE = "[^?]{0,999}+"
_MAYBE_CUT = r"\n?+"


def _cut(key: str) -> str:
    """A subfield's mark or key: a line may end anywhere in it, but seldom does."""
    return rf"(?>{re.escape(key)}|{_MAYBE_CUT.join(map(re.escape, key))})"


# The bank's word, reference of the payer, what it is for and more of it, the other side.
_GERMAN = re.compile(
    rf"\r{entry_pattern(without='?')}\?\r86:\d{{3}}\?00({_VALUE})(?:{_cut('?10')}{_VALUE})?+"
    rf"{_cut('?20')}(?:\n?+{_cut('EREF+')}({_VALUE}){_cut('?21')})?+\n?+{_cut('SVWZ+')}({_VALUE})"
    rf"((?:{_cut('?2')}\n?+[1-9]{_VALUE}){{0,9}}+)(?:({_cut('?3')}[^\r]{{0,999}}+)|\?)"
    rf"(?={_MATCHED_START}|\Z)",
    re.ASCII,
)
_GROUPS = 10
# Each subfield once and in order.
_MORE = re.compile("".join(rf"(?:\?2{n}([^?]*+))?+" for n in range(1, 10)), re.ASCII)
_PARTY = re.compile(
    r"(?:\?30[^?]*+)?+(?:\?31([^?]*+))?+(?:\?32([^?]*+))?+(?:\?33([^?]*+))?+(?:\?34[^?]*+)?+\?"
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
    places = _Places(text, line)
    pieces = iter(_GERMAN.split(f"{text.replace(_FIELD, _MATCHED_FIELD)}?"))
    number = next(pieces).count(_MATCHED_START)
    if number or not text.startswith(_START):
        yield from others(*places.take(0, number))
    for days, stated, code, own, bank, word, payer, purpose, more, other, rest in zip(
        *[pieces] * (_GROUPS + 1), strict=True
    ):
        value_date, booking_date, is_in = read_days(days)
        party = _party(other) if other else _NOBODY
        said = _purpose(purpose, more) if more else _in_one(purpose)
        reference = None if own in NO_REFERENCE else own
        if value_date is None or not party or not said or (reference and is_iban(reference)):
            yield from others(*places.take(number, 1))
        elif "+" in purpose or (payer and "+" in payer) or "+" in more:
            # It may be a key's.
            yield from others(*places.take(number, 1))
        else:
            minor = int(stated.replace(",", ""))
            amount = new_money(minor if is_in else -minor, currency)
            amount.__class__ = Money
            key = id_of(payer.replace("\n", "").strip()) if payer else None
            part = _new_transaction(amount, key or reference, party[0], party[1], (said,))
            part.__class__ = Transaction
            entry = _new_entry(amount, booking_date, value_date, bank, code, _word(word), (part,))
            entry.__class__ = Entry
            yield entry
        number += 1
        if rest:
            count = rest.count(_MATCHED_START)
            yield from others(*places.take(number, count))
            number += count


class _Places:
    """Finds the entries of a text again, for those that have another shape."""

    def __init__(self, text: str, line: int) -> None:
        self._text, self._line, self._counted = text, line, 0
        self._starts: list[int] = []

    def take(self, number: int, count: int) -> tuple[str, int]:
        """So many entries from that one on, and the number of the line before them.

        What stands before the first entry comes with it. Ask in their order.
        """
        if not self._starts:
            self._starts = [each.start() for each in re.finditer(_START, self._text)]
        bounds = [0, *self._starts[1:], len(self._text)]
        return self._between(bounds[number], bounds[number + count])

    def _between(self, begin: int, end: int) -> tuple[str, int]:
        self._line += self._text.count("\n", self._counted, begin)
        self._counted = begin
        return self._text[begin:end], self._line


def _in_one(text: str) -> str:
    """A value over several lines, its blanks as the careful reader has them."""
    text = text.replace("\n", "").strip()
    return text if "  " not in text else " ".join(text.split())


@lru_cache(maxsize=_WORDS_MAX)
def _word(text: str) -> str | None:
    return _in_one(text) or None


@lru_cache(maxsize=_PARTIES_MAX)
def _party(text: str) -> Party | None:
    """Name and account, of `?30…?`; None where the subfields are not in order."""
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
