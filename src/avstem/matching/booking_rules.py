"""Booking rules: what is no invoice and always goes to the same accounts.

A rule tests folded words, names, accounts, codes, amounts and the direction; it has no patterns,
so that testing a line costs time by the line's length alone (docs/adr/0045). Every rule stands in
the index under its rarest key; a line asks for its own keys and never meets the other rules.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from avstem.domain.errors import InvalidValueError
from avstem.domain.vat import get_vat_code, part_gross
from avstem.matching.decision import LedgerLine
from avstem.matching.names import folded_words, name_words

if TYPE_CHECKING:  # the facts hold rules
    from avstem.matching.facts import Line

TEXT_CHARACTERS_MAX = 500
CONDITION_CHARACTERS_MAX = 140
LINES_MAX = 20
WHOLE_PER_MILLE = 1_000
RULE = "booking_rule"


class TextMatch(StrEnum):
    """How the text must have the words: all of them somewhere, first of all, or no others."""

    WORDS = "words"
    BEGINS = "begins"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Conditions:
    """All that are given must hold. Words and names are compared folded (`names.folded_words`).

    `code` is one part of the bank's code (`CHRG`) or several (`PMNT/CCRD`), `direction` +1 for
    money in, -1 for money out, 0 for both; `account_id` an account of the company's own. The bounds
    of the amount are unsigned minor units of `currency`, both included.
    """

    text: str = ""
    text_match: TextMatch = TextMatch.WORDS
    counterparty: str = ""
    counterparty_account: str = ""
    code: str = ""
    direction: int = 0
    account_id: int | None = None
    amount_min_minor: int | None = None
    amount_max_minor: int | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class RuleLine:
    """So much of the payment goes to an account: a share, a fixed amount (unsigned), or the rest.

    With a VAT code the amount is gross: the VAT goes to its own account. One line of a rule has
    neither share nor amount: it takes the rest, to the øre.
    """

    account: str
    per_mille: int = 0
    fixed_minor: int = 0
    vat_code: str = ""
    text: str = ""

    @property
    def is_rest(self) -> bool:
        """Whether it takes what the others leave."""
        return not self.per_mille and not self.fixed_minor


@dataclass(frozen=True, slots=True)
class BookingRule:
    """One version of a rule, as it is switched on or tried."""

    id: int
    version: int
    name: str
    conditions: Conditions
    lines: tuple[RuleLine, ...]

    @property
    def key(self) -> str:
        """The rule as decisions name it."""
        return f"{RULE}:{self.id}"


def check_rule(conditions: Conditions, lines: Sequence[RuleLine]) -> None:
    """Refuse a rule that tests too little, or whose lines cannot make up every amount."""
    for kind, said in (
        ("text", conditions.text),
        ("counterparty", conditions.counterparty),
        ("code", conditions.code),
    ):
        if len(said) > CONDITION_CHARACTERS_MAX or (said and not folded_words(said)):
            raise InvalidValueError(
                kind, said[:60], f"words, {CONDITION_CHARACTERS_MAX} characters"
            )
    if not any(_keys(conditions)):
        raise InvalidValueError("rule", "no condition", "a text, name, account or code to go by")
    _check_lines(lines)
    _check_amounts(conditions, lines)


def _check_amounts(conditions: Conditions, lines: Sequence[RuleLine]) -> None:
    least, most = conditions.amount_min_minor, conditions.amount_max_minor
    if conditions.direction not in (-1, 0, 1):
        raise InvalidValueError("direction", str(conditions.direction), "in, out or both")
    if (least or 0) < 0 or (most is not None and most < (least or 0)):
        raise InvalidValueError("amount", f"{least} to {most}", "the least before the most")
    counts = least is not None or most is not None or any(each.fixed_minor for each in lines)
    if counts and not conditions.currency:
        raise InvalidValueError("currency", "nothing", "the currency of the rule's amounts")


def _check_lines(lines: Sequence[RuleLine]) -> None:
    rests = sum(each.is_rest for each in lines)
    shares = sum(each.per_mille for each in lines)
    if not 1 <= len(lines) <= LINES_MAX or rests != 1:
        raise InvalidValueError("lines", f"{len(lines)}, {rests} of them the rest",
                                f"1 to {LINES_MAX}, one of them the rest")  # fmt: skip
    if shares >= WHOLE_PER_MILLE:
        raise InvalidValueError("shares", f"{shares} ‰", "less than 1000 ‰ in all")
    for each in lines:
        if each.per_mille < 0 or each.fixed_minor < 0 or (each.per_mille and each.fixed_minor):
            raise InvalidValueError("line", each.account, "a share or an amount, not negative")
        if each.vat_code:
            get_vat_code(each.vat_code)


def ledger_lines(lines: Sequence[RuleLine], amount_minor: int) -> tuple[LedgerLine, ...] | None:
    """The postings of a payment of `amount_minor` (positive is money in), VAT parted.

    None where the fixed amounts are more than the payment.
    """
    paid = abs(amount_minor)
    parts = [each.fixed_minor or paid * each.per_mille // WHOLE_PER_MILLE for each in lines]
    rest = paid - sum(parts)
    if rest < 0:
        return None
    found: list[LedgerLine] = []
    for line, part in zip(lines, parts, strict=True):
        share = rest if line.is_rest else part
        # Money out is debit on the account, money in credit.
        gross = share if amount_minor < 0 else -share
        found += with_vat(LedgerLine(gross, "", line.account, line.vat_code, text=line.text))
    return tuple(found)


def with_vat(said: LedgerLine) -> Iterator[LedgerLine]:
    """A gross line as it is posted: the net amount, then its VAT; nothing for nought."""
    code = get_vat_code(said.vat_code) if said.vat_code else None
    if code is None or code.role is None:
        if said.amount_minor:
            yield said
        return
    net, vat = part_gross(said.amount_minor, code.rate)
    if net:
        yield LedgerLine(net, said.role, said.account, code.code, said.party_id, said.text)
    if vat:
        yield LedgerLine(vat, code.role.value, "", code.code, None, said.text)


Key = tuple[str, str | frozenset[str] | int]


@dataclass(frozen=True, slots=True)
class _Said:
    """A line as rules look at it."""

    line: "Line"
    words: tuple[str, ...]
    word_set: frozenset[str]
    name: frozenset[str]
    codes: tuple[str, ...]

    def asks(self) -> Iterator[Key]:
        yield from (("word", word) for word in self.word_set)
        yield from (("code", code) for code in set(self.codes))
        yield "name", self.name
        yield "account", self.line.counterparty_account or ""


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A rule with its words folded once."""

    rule: BookingRule
    words: tuple[str, ...]
    word_set: frozenset[str]
    name: frozenset[str]
    codes: tuple[str, ...]

    def fits(self, said: _Said) -> bool:
        asked, line = self.rule.conditions, said.line
        return (
            self._fits_text(said)
            and (not self.name or self.name == said.name)
            and (asked.counterparty_account in ("", line.counterparty_account))
            and (not self.codes or _stands_in(self.codes, said.codes))
            and (asked.direction in (0, line.direction))
            and (asked.account_id in (None, line.account_id))
            and _fits_amount(asked, line)
        )

    def _fits_text(self, said: _Said) -> bool:
        if not self.words or self.rule.conditions.text_match is TextMatch.WORDS:
            return self.word_set <= said.word_set
        head = said.words[: len(self.words)]
        whole = self.rule.conditions.text_match is TextMatch.WHOLE
        return head == self.words and (not whole or len(said.words) == len(self.words))


def _stands_in(wanted: tuple[str, ...], found: tuple[str, ...]) -> bool:
    """Whether the parts stand side by side, in order."""
    return any(
        found[place : place + len(wanted)] == wanted
        for place in range(len(found) - len(wanted) + 1)
    )


def _fits_amount(asked: Conditions, line: "Line") -> bool:
    if asked.currency not in ("", line.currency):
        return False
    paid, least, most = abs(line.amount_minor), asked.amount_min_minor, asked.amount_max_minor
    return (least is None or least <= paid) and (most is None or paid <= most)


def _keys(asked: Conditions) -> Iterator[Key]:
    """What a rule may stand under: any one of these that a line must have."""
    if asked.counterparty_account:
        yield "account", asked.counterparty_account
    if name := name_words(asked.counterparty):
        yield "name", name
    yield from (("word", word) for word in sorted(set(folded_words(asked.text))))
    yield from (("code", code) for code in folded_words(asked.code))


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that covers a line, with what it would post."""

    rule: BookingRule
    ledger_lines: tuple[LedgerLine, ...]


class RuleBook:
    """The rules that are switched on, found by what a line says."""

    def __init__(self, rules: Sequence[BookingRule]) -> None:
        keys = {rule.id: list(_keys(rule.conditions)) for rule in rules}
        common = Counter(key for found in keys.values() for key in found)
        self._by_key: Mapping[Key, list[_Prepared]] = defaultdict(list)
        for rule in sorted(rules, key=lambda each: each.id):
            rarest = min(keys[rule.id], key=lambda key: common[key])
            self._by_key[rarest].append(_prepare(rule))

    def matches(self, line: "Line") -> list[Match]:
        """Every rule that covers the line and can make up its amount, by id."""
        if not self._by_key:
            return []
        said = _read(line)
        asked = [each for key in said.asks() for each in self._by_key.get(key, ())]
        found = [each.rule for each in asked if each.fits(said)]
        pairs = [(rule, ledger_lines(rule.lines, line.amount_minor)) for rule in found]
        whole = [Match(rule, posted) for rule, posted in pairs if posted]
        return sorted(whole, key=lambda each: each.rule.id)


def _prepare(rule: BookingRule) -> _Prepared:
    asked = rule.conditions
    words = folded_words(asked.text)
    return _Prepared(
        rule, words, frozenset(words), name_words(asked.counterparty), folded_words(asked.code)
    )


def _read(line: "Line") -> _Said:
    words = folded_words(line.text[:TEXT_CHARACTERS_MAX])
    name = name_words((line.counterparty or "")[:CONDITION_CHARACTERS_MAX])
    return _Said(line, words, frozenset(words), name, folded_words(line.code))
