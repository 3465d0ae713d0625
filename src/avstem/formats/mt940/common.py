"""The common entry, read at once: one line of `:61:`, one of free text, nothing odd.

What does not fit is left to the careful reader in `entries`, which reads everything; the tests hold
the two against each other. Most files are of such entries alone: this makes them quick to read.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache

from avstem.domain.money import Money, minor_digits
from avstem.domain.statement import Entry, EntryStatus, Transaction
from avstem.formats.drafts import draft, new_money
from avstem.formats.mt940.fields import day_of, entry_day
from avstem.formats.mt940.text86 import NO_REFERENCE, join_lines, labelled_kids

#: Reads the entries of a text that begins with a line end; the number is of the line before it.
CarefulReader = Callable[[str, int], Iterator[Entry]]


def entry_pattern(*, without: str = "") -> str:
    """`:61:` without what its line begins with; its five groups are days with the mark, amount,
    type, reference without spaces, bank reference. The references are `without` that sign.

    Nothing is given back once taken (`++`): a line is looked at once, whatever it holds.
    """
    return (
        r"61:(\d{6}(?:\d{4})?+[CD])[A-Z]?+(\d{1,15}+,\d\d)(?!NRTI)([NSF][A-Z0-9]{3})"
        rf"([^\s/{without}]{{1,34}}+)(?://(\S[^\n{without}]{{0,390}}+)(?<!\s))?+"
    )


# And a text that has no fields.
_COMMON = re.compile(
    rf"\n:{entry_pattern()}(?:\n:86:(?![/\s]|\d{{3}}[?>~<^])([^\n]{{1,390}}+)(?<!\s))?+"
    r"(?=\n:61:|\Z)",
    re.ASCII,
)
_GROUPS = 6


_new_transaction = draft(Transaction, "amount end_to_end_id references remittance")
_new_entry = draft(
    Entry,
    "amount booking_date value_date reference code transactions has_details details_count",
    status=EntryStatus.BOOKED,
    reversal=False,
)


@lru_cache(maxsize=8192)
def read_days(text: str) -> tuple[date | None, date | None, bool]:
    """Value date, booking date and whether money came in, of `2601050105C`.

    The first is None where one of the dates does not exist.
    """
    value_date, is_in = day_of(text[:6]), text[-1] == "C"
    if value_date is None or len(text) == 7:
        return value_date, None, is_in
    booking_date = entry_day(value_date, text[6:-1])
    return (value_date if booking_date is not None else None), booking_date, is_in


def read_common(text: str, line: int, currency: str, careful: CarefulReader) -> Iterator[Entry]:
    """The booked entries of a text that begins with a line end, in their order.

    `line` is the number of the line before it. Only for currencies of two decimals.
    """
    assert minor_digits(currency) == 2, "the amounts are read as they stand"
    pieces = iter(_COMMON.split(text))
    rest = next(pieces)
    yield from careful(rest, line)
    line += rest.count("\n")
    for days, said, code, own, bank, words, rest in zip(*[pieces] * (_GROUPS + 1), strict=True):
        value_date, booking_date, is_in = read_days(days)
        if value_date is None:
            # No such day: refused, or a bank's own 30 February.
            more = (f"//{bank}" if bank else "") + (f"\n:86:{words}" if words else "")
            yield from careful(f"\n:61:{days}{said}{code}{own}{more}", line)
        else:
            minor = int(said.replace(",", ""))
            amount = new_money(minor if is_in else -minor, currency)
            amount.__class__ = Money
            part = _new_transaction(
                amount,
                None if own in NO_REFERENCE else own,
                labelled_kids(words) if words and "KID" in words else (),
                (words if "  " not in words else join_lines(words),) if words else (),
            )
            part.__class__ = Transaction
            entry = _new_entry(
                amount, booking_date, value_date, bank, code, (part,), words is not None,
                1 if words else 0,
            )  # fmt: skip
            entry.__class__ = Entry
            yield entry
        line += 2 if words else 1
        if rest:
            yield from careful(rest, line)
            line += rest.count("\n")
