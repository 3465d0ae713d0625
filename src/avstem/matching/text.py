"""Numbers that a payer may mean as a reference, read from free text.

Whole tokens only. What stands before a number decides: behind “faktura” even a short number or
one like a year counts; behind “ordre”, “tlf” or “avtale” none does. Dates, amounts and account
numbers are none.

Source: docs/matching.md (text); the rival's false booking in the measured set: “Leie januar 2025
avtale 77” is no reference to anything.
"""

import re
from collections.abc import Iterator, Sequence
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
_GROUPS_MAX = 8


def _word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SAYS_INVOICE = _word_set(
    """faktura fakturaer fakturanr fakturanummer fakt faktnr fakturano fnr inv invoice invoices
    invoiceno kreditnota kreditnotaer kreditnotanr kreditnr krnota kn creditnote credit nota
    betalingfaktura kid kidnr kidnummer regning regningsnr rechnung faktur"""
)
_SAYS_OTHER = _word_set(
    """ordre ordrenr ordrenummer ordernr order bestilling bestillingsnr best po avtale avtalenr
    kontrakt kontraktnr kontraktsnr tlf tlfnr tel telefon telefonnr mobil mob phone kundenr
    kunde kundenummer customer orgnr org organisasjonsnr medlem medlemsnr medlemsnummer prosjekt
    prosjektnr prosjektnummer project konto kontonr kontonummer account postnr postboks uke week
    dato date kl rom bil regnr polise polisenr skade skadenr sak saksnr år kr nok eur usd sek
    dkk gbp sum beløp belop serie serienr løyve lisens lisensnr billett billettnr pakke sporing
    parkering hytte bolig leilighet gnr bnr snr snitt terminal kasse kort kortnr visa varekjøp
    varenr artikkel art ansattnr ansatt lønn periode måned termin mva kvartal ordrebekr
    tilbud offerte offer quote låne fødsel bax
    måler målepunkt anlegg lån loan reise booking reservasjon leil leilighetsnr seksjon avd
    avdeling følgeseddel pakkseddel fraktbrev kolli rekv rekvisisjon proj prosj medl klient
    kundeid avtaleid cust kode pin pnr abonnement abon abo fødsels postnummer side lodd chassis
    klokken antall bankgiro"""
)
_INVOICE_ENDINGS = ("faktura", "fakturaen", "regning")
_OTHER_ENDINGS = (
    "avtale", "ordre", "kontrakt", "telefon", "konto", "bestilling", "polise", "medlem", "kunde",
    "prosjekt", "sak", "person", "bekreftelse", "tilbud", "seddel", "abonnement",
)  # fmt: skip
_SAYS_NUMBER = ("nummer", "nr", "no")
_CONNECTORS = _word_set("og and & samt nr no nummer number num")
#: What makes the number before it an amount or a quantity.
_UNITS = _word_set("kr nok eur usd sek dkk gbp kroner km kwh stk timer dager")
_ADDRESS = re.compile(
    r"\S{0,64}@\S+|\bwww\.\S+|https?://\S+|\+47 ?(?:\d ?){8}(?!\d)|\*\d{4}(?!\d)", re.ASCII
)
_DATE = re.compile(
    r"(?<!\d)(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2})(?!\d)",
    re.ASCII,
)
_AMOUNT = re.compile(
    r"(?<![\d.,])\d{1,3}(?:[ .]\d{3})*,\d{2}(?!\d)|(?<![\d.,])\d+[.,]\d{2}(?![\d.,])"
    r"|(?<![\d.,])(?:\d{1,3}(?:[ .]\d{3})+|\d+)[.,]-(?!\d)",
    re.ASCII,
)
_WORD = re.compile(r"[^\W_]+|&")
_DIGIT = re.compile(r"\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Token:
    """A number in the text. `named` where a word such as “faktura” stands before it.

    `start` and `end` are its place, so that what stands inside a longer number can be told.
    """

    value: str
    is_kid: bool
    named: bool
    start: int = 0
    end: int = 0

    def is_inside(self, other: "Token") -> bool:
        """Whether it is a part of the other number: 345 of 12-345."""
        return (other.start <= self.start and self.end <= other.end) and (
            self.end - self.start < other.end - other.start
        )


def normalise_number(number: str) -> str:
    """A document number as it is compared: capitals, no separators, no leading zeros.

    >>> normalise_number("F-01001"), normalise_number("0001020")
    ('F01001', '1020')
    """
    if number.isdecimal() and len(number) <= NUMBER_CHARACTERS_MAX:
        return number.lstrip("0") or "0"
    found = re.sub(r"[\W_]+", "", number).upper()[:NUMBER_CHARACTERS_MAX]
    return found.lstrip("0") or "0" if found.isdecimal() else found


def normalise_kid(kid: str) -> str:
    """A KID or RF reference as it is compared: without spaces, in capitals; zeros stay."""
    # Most are digits alone: the same string then serves document, payment and index.
    return kid if kid.isdecimal() else "".join(kid.split()).upper()


def is_reference(kid: str) -> bool:
    """Whether the check digits of a KID or an RF reference fit."""
    return kids.is_valid(kid) or is_creditor_reference(kid)


@lru_cache(maxsize=8192)
def read_tokens(text: str) -> tuple[Token, ...]:
    """The numbers of the text that may be references, in order, each once; at most forty."""
    head = text[:TEXT_CHARACTERS_MAX]
    if not _DIGIT.search(head):
        return ()
    words = list(_read_words(plain := _without_other_numbers(head)))
    found: dict[tuple[str, bool], Token] = {}
    for token in (*_numbers(plain, words), *_joined_kids(plain, words)):
        key = (token.value, token.is_kid)
        if key not in found or token.named:
            found[key] = token
        if len(found) == TOKENS_MAX:
            break
    return tuple(found.values())


def _without_other_numbers(text: str) -> str:
    """Without addresses, dates and amounts; a pattern is only tried where its signs stand."""
    if any(sign in text for sign in ("@", "www.", "http", "+47", "*")):
        text = _ADDRESS.sub(" . ", text)
    if any(sign in text for sign in ".,-/"):
        text = _AMOUNT.sub(" . ", _DATE.sub(" . ", text))
    return text


@dataclass(frozen=True, slots=True)
class _Word:
    """A word or a group of digits; `context` is what the words before it say of a number here."""

    text: str
    start: int
    end: int
    context: bool | None


def _read_words(text: str) -> Iterator[_Word]:
    context: bool | None = None
    found = list(_WORD.finditer(text))
    for place, match in enumerate(found):
        word = match[0]
        if not _DIGIT.search(word):
            context = _context(word.casefold(), context)
        follows = found[place + 1][0].casefold() if place + 1 < len(found) else ""
        is_money = follows in _UNITS and word.isdecimal()
        yield _Word(word, match.start(), match.end(), False if is_money else context)


def _context(word: str, before: bool | None) -> bool | None:
    """What a word says of the numbers behind it: an invoice, something else, or nothing."""
    if word in _CONNECTORS:
        return before
    ending = next((each for each in _SAYS_NUMBER if word.endswith(each)), "")
    stem = word.removesuffix(ending).rstrip("s")
    if {word, stem} & _SAYS_INVOICE or stem.endswith(_INVOICE_ENDINGS):
        return True
    return False if {word, stem} & _SAYS_OTHER or stem.endswith(_OTHER_ENDINGS) else None


def _numbers(text: str, words: Sequence[_Word]) -> Iterator[Token]:
    """Each number with what is glued to it first: “F-1001”, “INV/1001”, “2026-0001”."""
    for place, word in enumerate(words):
        if not _DIGIT.search(word.text) or word.context is False:
            continue
        if place and (glued := _glued(text, words[place - 1], word)) is not None:
            yield from _number(glued)
        yield from _number(word)


def _glued(text: str, before: _Word, word: _Word) -> _Word | None:
    if text[before.end : word.start] not in ("-", "/") or len(before.text) > 6:
        return None
    return _Word(before.text + word.text, before.start, word.end, before.context or word.context)


def _number(word: _Word) -> Iterator[Token]:
    text, named, place = word.text, bool(word.context), (word.start, word.end)
    digits = sum(char.isdecimal() for char in text)
    if named or _tells_by_itself(text, digits):
        yield Token(normalise_number(text), False, named, *place)
    is_plain = digits == len(text) and digits >= 4 and not is_norwegian_account(text)
    if is_plain and kids.is_valid(text):
        yield Token(text, True, named, *place)
    if is_creditor_reference(text):
        yield Token(compact(text), True, named, *place)


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


def _joined_kids(text: str, words: Sequence[_Word]) -> Iterator[Token]:
    """A KID written with spaces: neighbouring groups of digits that make a right one together."""
    run: list[_Word] = []
    for word in words:
        is_group = word.text.isdecimal() and word.text.isascii() and word.context is not False
        if run and not (is_group and text[run[-1].end : word.start] == " "):
            yield from _kids_in_run(run[:_GROUPS_MAX])
            run = []
        if is_group:
            run.append(word)
    yield from _kids_in_run(run[:_GROUPS_MAX])


def _kids_in_run(run: Sequence[_Word]) -> Iterator[Token]:
    for first in range(len(run)):
        for last in range(first + 2, len(run) + 1):
            joined = "".join(word.text for word in run[first:last])
            if 6 <= len(joined) <= kids.LENGTH_MAX and kids.is_valid(joined):
                named = bool(run[first].context)
                yield Token(joined, True, named, run[first].start, run[last - 1].end)
