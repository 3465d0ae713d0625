"""Numbers that a payer may mean as a reference, read from free text.

Whole tokens only. What stands before a number decides: behind “faktura” even a short number or
one like a year counts; behind “ordre”, “tlf” or “avtale” none does. Dates, amounts and account
numbers are none.

Source: docs/matching.md (text); the rival's false booking in the measured set: “Leie januar 2025
avtale 77” is no reference to anything.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from avstem.domain import kid as kids
from avstem.domain.identifiers import (
    compact,
    is_creditor_reference,
    is_norwegian_account,
)

TEXT_CHARACTERS_MAX = 2_000
TOKENS_MAX = 40
NUMBER_CHARACTERS_MAX = 35

_SAYS_INVOICE = frozenset(
    """faktura fakturaer fakturanr fakturanummer fakt faktnr fakturano fnr inv invoice invoices
    invoiceno kreditnota kreditnotaer kreditnotanr kreditnr krnota kn creditnote credit nota
    betalingfaktura kid kidnr kidnummer regning regningsnr rechnung faktur""".split()
)
_SAYS_OTHER = frozenset(
    """ordre ordrenr ordrenummer ordernr order bestilling bestillingsnr best po avtale avtalenr
    kontrakt kontraktnr kontraktsnr tlf tlfnr tel telefon telefonnr mobil mob phone kundenr kunde
    kundenummer customer orgnr org organisasjonsnr medlem medlemsnr medlemsnummer prosjekt
    prosjektnr prosjektnummer project konto kontonr kontonummer account postnr postboks uke week
    dato date kl rom bil regnr polise polisenr skade skadenr sak saksnr år kr nok eur usd sek dkk
    gbp sum beløp belop serie serienr løyve lisens lisensnr billett billettnr pakke sporing
    parkering hytte bolig leilighet gnr bnr snr snitt terminal kasse kort kortnr visa varekjøp
    varenr artikkel art ansattnr ansatt lønn periode måned termin mva kvartal""".split()
)
_CONNECTORS = frozenset("og and & samt nr no nummer number num".split())
_DATE = re.compile(
    r"(?<!\d)(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2})(?!\d)",
    re.ASCII,
)
_AMOUNT = re.compile(
    r"(?<![\d.,])\d{1,3}(?:[ .]\d{3})*,\d{2}(?!\d)|(?<![\d.,])\d+[.,]\d{2}(?![\d.,])",
    re.ASCII,
)
_WORD = re.compile(r"[^\W_]+|&")
_DIGIT = re.compile(r"\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Token:
    """A number in the text. `named` where a word such as “faktura” stands before it."""

    value: str
    is_kid: bool
    named: bool


def normalise_number(number: str) -> str:
    """A document number as it is compared: capitals, no separators, no leading zeros.

    >>> normalise_number("F-01001"), normalise_number("0001020")
    ('F01001', '1020')
    """
    found = re.sub(r"[\W_]+", "", number).upper()[:NUMBER_CHARACTERS_MAX]
    return found.lstrip("0") or "0" if found.isdecimal() else found


def normalise_kid(kid: str) -> str:
    """A KID or RF reference as it is compared: without spaces, in capitals; zeros stay."""
    return "".join(kid.split()).upper()


def is_reference(kid: str) -> bool:
    """Whether the check digits of a KID or an RF reference fit."""
    return kids.is_valid(kid) or is_creditor_reference(kid)


@lru_cache(maxsize=8192)
def read_tokens(text: str) -> tuple[Token, ...]:
    """The numbers of the text that may be references, in order, each once; at most forty."""
    plain = _AMOUNT.sub(" . ", _DATE.sub(" . ", text[:TEXT_CHARACTERS_MAX]))
    words = [(found[0], found.start(), found.end()) for found in _WORD.finditer(plain)]
    found: dict[tuple[str, bool], Token] = {}
    for token in (*_numbers(plain, words), *_joined_kids(plain, words)):
        key = (token.value, token.is_kid)
        if key not in found or token.named:
            found[key] = token
        if len(found) == TOKENS_MAX:
            break
    return tuple(found.values())


Words = list[tuple[str, int, int]]


def _numbers(text: str, words: Words) -> Iterator[Token]:
    context: bool | None = None
    for place, (word, start, _end) in enumerate(words):
        folded = word.casefold()
        if not _DIGIT.search(word):
            context = _context(folded, context)
            continue
        glued = _glued_prefix(text, words, place)
        if glued is not None:
            yield from _number(glued + word, named=True if context is None else context)
        if context is not False:
            yield from _number(word, named=bool(context))
        del start


def _context(word: str, before: bool | None) -> bool | None:
    """What a word says of the numbers behind it: an invoice, something else, or nothing."""
    if word in _CONNECTORS:
        return before
    if word in _SAYS_INVOICE:
        return True
    return False if word in _SAYS_OTHER else None


def _glued_prefix(text: str, words: Words, place: int) -> str | None:
    """The letters right before a number, as in “F-1001” or “INV/1001”."""
    if place == 0:
        return None
    before, _, end = words[place - 1]
    between = text[end : words[place][1]]
    is_prefix = between in ("-", "/") and len(before) <= 5 and not _DIGIT.search(before)
    return before if is_prefix else None


def _number(word: str, *, named: bool) -> Iterator[Token]:
    digits = sum(char.isdecimal() for char in word)
    if named or _tells_by_itself(word, digits):
        yield Token(normalise_number(word), is_kid=False, named=named)
    if (
        digits == len(word)
        and digits >= 4
        and not is_norwegian_account(word)
        and kids.is_valid(word)
    ):
        yield Token(word, is_kid=True, named=named)
    if is_creditor_reference(word):
        yield Token(compact(word), is_kid=True, named=named)


def _tells_by_itself(word: str, digits: int) -> bool:
    """Long enough, and neither a year, a date nor an account number."""
    if digits != len(word):
        return digits >= 3
    if digits < 4 or digits > 12 or is_norwegian_account(word):
        return False
    if digits == 4:
        return not 1900 <= int(word) <= 2100
    return not (digits in (6, 8) and _is_packed_date(word))


def _is_packed_date(word: str) -> bool:
    """20260310, 10032026, 260310 or 100326."""
    if len(word) == 8:
        forms = [(word[:4], word[4:6], word[6:]), (word[4:], word[2:4], word[:2])]
        return any(
            1990 <= int(y) <= 2100 and 1 <= int(m) <= 12 and 1 <= int(d) <= 31 for y, m, d in forms
        )
    forms = [(word[:2], word[2:4], word[4:]), (word[4:], word[2:4], word[:2])]
    return any(20 <= int(y) <= 40 and 1 <= int(m) <= 12 and 1 <= int(d) <= 31 for y, m, d in forms)


def _joined_kids(text: str, words: Words) -> Iterator[Token]:
    """A KID written with spaces: neighbouring groups of digits that make a right one together."""
    runs: list[list[str]] = [[]]
    last_end = -2
    for word, start, end in words:
        if not word.isdecimal() or not word.isascii():
            runs.append([])
            continue
        if start != last_end + 1 or text[last_end] != " ":
            runs.append([])
        runs[-1].append(word)
        last_end = end
    for run in runs:
        yield from _kids_in_run(run[:8])


def _kids_in_run(run: list[str]) -> Iterator[Token]:
    for first in range(len(run)):
        for last in range(first + 2, len(run) + 1):
            joined = "".join(run[first:last])
            if 6 <= len(joined) <= kids.LENGTH_MAX and kids.is_valid(joined):
                yield Token(joined, is_kid=True, named=False)
