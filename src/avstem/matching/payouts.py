"""Which bank transaction is which payout of a payment provider (Vipps, Stripe, Zettle).

By the payout's own name where the bank repeats it, else by the exact net amount, the provider's
name and a day within five bank days. Where a payout has two candidates, or a transaction has, none
is taken. What is booked of it: `rules.payout`.

Source: docs/matching.md, Payouts of payment providers.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from avstem.domain.calendar import next_bank_day, previous_bank_day
from avstem.matching.facts import Key, KeyKind, Line, SettlementPart
from avstem.matching.text import is_reference, normalise_kid, normalise_number

#: A payout found by its amount is on the bank within so many bank days of the report's day.
BANK_DAYS = 5
#: One found by its own name within so many days.
REFERENCE_DAYS = 31
#: A shorter word may stand in any text.
KEY_CHARACTERS_MIN = 6
_WORD = re.compile(r"\w+")
_PERIOD = re.compile(r"\d{4}-\d{2}-\d{2}(?:/\d{4}-\d{2}-\d{2})?\Z", re.ASCII)
# Vipps writes its name together with others ("Vippsnr 57860").
_NAMES = {
    "vipps": re.compile(r"\b(?:vipps|mobilepay)", re.IGNORECASE),
    "stripe": re.compile(r"\bstripe\b", re.IGNORECASE),
    "zettle": re.compile(r"\bi?zettle\b", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Payout:
    """A payout as its report has it. `account_id` is the company's own that it names, if any."""

    id: int
    provider: str
    name: str
    payout_date: date | None
    currency: str
    net_minor: int
    account_id: int | None = None


class Pair(NamedTuple):
    """The payout of a transaction, and what led to it: `reference` or `amount`."""

    payout_id: int
    found_by: str


def words_of_payout(name: str) -> tuple[str, ...]:
    """The words of a payout's name that a bank's text may repeat; the last one is its key.

    None of a name that is only a day, or too short to mean this payout alone.

    >>> words_of_payout("57860-2000023"), words_of_payout("po_1Abc9"), words_of_payout("2026-05-04")
    (('57860', '2000023'), ('po_1abc9',), ())
    """
    words = () if _PERIOD.match(name) else tuple(_WORD.findall(name.casefold()))
    return words if words and len(words[-1]) >= KEY_CHARACTERS_MIN else ()


def words_of_line(line: Line) -> set[str]:
    """Every word of what the bank says, in lower case."""
    values = (reference.value for reference in line.references)
    said = " ".join((line.text, line.counterparty or "", line.end_to_end_id or "", *values))
    return set(_WORD.findall(said.casefold()))


def keys_of_part(part: SettlementPart) -> list[Key]:
    """What a line of a report may name a document by, the surest first: KID, order, number."""
    said = [each for each in (part.order_id, part.reference) if each]
    kids = [normalise_kid(each) for each in said]
    numbers = [number for each in said if any(map(str.isdecimal, number := normalise_number(each)))]
    return [
        *(Key(KeyKind.KID, kid) for kid in kids if is_reference(kid)),
        *(Key(KeyKind.ORDER, number) for number in numbers),
        *(Key(KeyKind.NUMBER, number) for number in numbers),
    ]


@lru_cache(maxsize=1_000)
def days_around(day: date) -> tuple[date, date]:
    """The first and the last day that are at most `BANK_DAYS` bank days from it."""
    first, last = previous_bank_day(day), next_bank_day(day)
    for _ in range(BANK_DAYS):
        first = previous_bank_day(first - timedelta(days=1))
        last = next_bank_day(last + timedelta(days=1))
    return first, last


def names_provider(provider: str, line: Line) -> bool:
    """Whether the bank's text or the payer's name is about the provider."""
    pattern = _NAMES.get(provider)
    said = f"{line.counterparty or ''} {line.text}"
    return pattern is not None and pattern.search(said) is not None


def pair_payouts(payouts: Iterable[Payout], lines: Iterable[Line]) -> Mapping[int, Pair]:
    """The payout of each line that is one, by the line's id.

    Give every payout that may compete for a line, and every line that may compete for a payout.
    """
    known = _Payouts(payouts)
    all_lines = list(lines)
    by_reference = [hit for line in all_lines for hit in known.named_in(line)]
    found = dict(_unambiguous(by_reference, "reference"))
    # What a name leads to is not told by its amount as well, not even where the name is not enough.
    taken_lines = {line_id for line_id, _ in by_reference}
    taken = {payout_id for _, payout_id in by_reference}
    by_amount = [
        (line.id, payout.id)
        for line in all_lines
        if line.id not in taken_lines
        for payout in known.of_amount(line)
        if payout.id not in taken
    ]
    found.update(_unambiguous(by_amount, "amount"))
    return found


def _unambiguous(hits: list[tuple[int, int]], found_by: str) -> Iterator[tuple[int, Pair]]:
    """The hits whose line has no other payout and whose payout has no other line."""
    lines = Counter(line_id for line_id, _ in hits)
    payouts = Counter(payout_id for _, payout_id in hits)
    for line_id, payout_id in hits:
        if lines[line_id] == 1 and payouts[payout_id] == 1:
            yield line_id, Pair(payout_id, found_by)


class _Payouts:
    """The payouts by the last word of their names, and by their amounts."""

    def __init__(self, payouts: Iterable[Payout]) -> None:
        self._by_key: dict[str, list[Payout]] = defaultdict(list)
        self._by_net: dict[tuple[str, int, date], list[Payout]] = defaultdict(list)
        for each in payouts:
            if each.payout_date is None or not each.net_minor:
                continue  # a report of a period is no payout, and nothing was paid of zero
            if words := words_of_payout(each.name):
                self._by_key[words[-1]].append(each)
            self._by_net[each.currency, each.net_minor, each.payout_date].append(each)

    def named_in(self, line: Line) -> Iterator[tuple[int, int]]:
        """(line, payout) where the bank repeats the payout's name, and something more fits."""
        words = words_of_line(line)
        for key in words & self._by_key.keys():
            for each in self._by_key[key]:
                if (
                    words.issuperset(words_of_payout(each.name))
                    and _may_be(each, line)
                    and _is_near(each, line)
                    and _is_meant(each, line)
                ):
                    yield line.id, each.id

    def of_amount(self, line: Line) -> Iterator[Payout]:
        """The payouts of exactly that amount about that day whose provider the bank names."""
        first, last = days_around(line.booking_date)
        for number in range((last - first).days + 1):
            key = line.currency, line.amount_minor, first + timedelta(days=number)
            for each in self._by_net.get(key, ()):
                if _may_be(each, line) and names_provider(each.provider, line):
                    yield each


def _may_be(payout: Payout, line: Line) -> bool:
    """The same currency, direction and, where the report names one of ours, account."""
    same_way = (line.amount_minor > 0) == (payout.net_minor > 0)
    same_account = payout.account_id in (None, line.account_id)
    return same_way and same_account and payout.currency == line.currency


def _is_near(payout: Payout, line: Line) -> bool:
    assert payout.payout_date is not None, "a report of a period is not looked for"
    return abs((line.booking_date - payout.payout_date).days) <= REFERENCE_DAYS


def _is_meant(payout: Payout, line: Line) -> bool:
    """A number alone may be somebody's invoice: its amount or the provider's name stands by it."""
    in_end_to_end_id = (line.end_to_end_id or "").casefold() == payout.name.casefold()
    exact = line.amount_minor == payout.net_minor
    return exact or in_end_to_end_id or names_provider(payout.provider, line)
