"""The bank's own charges and interest: what has a rule from the start.

By the bank's transaction code, or by the bank's own words where they are all that the text says
and nobody else is named: a payer may write “gebyr” or “renter” too.

Source: ISO 20022 external code set (bank transaction sub-families CHRG, COMM, FEES, INTR); OFX 1.6
TRNTYPE (FEE, SRVCHG, INT); SWIFT MT940 field 61 (NCHG, NCOM, NINT).
"""

from avstem.domain.voucher import LedgerRole
from avstem.matching.decision import Reason
from avstem.matching.facts import Line
from avstem.matching.names import folded_words
from avstem.matching.text import read_tokens

RULE, VERSION = "standing_rule", 1
TEXT_CHARACTERS_MAX = 500
#: The codes of the standing rules: the roles that they book to.
STANDING = (
    LedgerRole.BANK_CHARGES.value,
    LedgerRole.INTEREST_RECEIVED.value,
    LedgerRole.INTEREST_PAID.value,
)


def _word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ISO_CHARGES, _ISO_INTEREST = _word_set("chrg comm fees"), _word_set("intr")
_OTHER_CHARGES = _word_set("fee srvchg nchg fchg schg ncom fcom scom")
_OTHER_INTEREST = _word_set("nint fint sint")
#: OFX says INT for interest, a bank's table may say it for something internal: a word must agree.
_OFX_INTEREST = _word_set("int")
_CHARGE_WORDS = _word_set(
    """gebyr gebyrer gebyret bankgebyr bankgebyrer omkostning omkostninger omk transaksjonsgebyr
    arsgebyr manedsgebyr kontogebyr betalingsgebyr charge charges fee fees"""
)
_INTEREST_IN = _word_set("kreditrente kreditrenter innskuddsrente innskuddsrenter")
_INTEREST_OUT = _word_set("debetrente debetrenter overtrekksrente overtrekksrenter")
_INTEREST_WORDS = _word_set("rente renter interest") | _INTEREST_IN | _INTEREST_OUT
_BESIDE = _word_set(
    """betalingstjeneste betalingstjenester nettbank kontohold transaksjoner ifolge nota for av pr
    per og mnd maned kvartal ar bank service"""
)


def standing_rule(line: Line) -> tuple[str, Reason] | None:
    """The role that the line is booked to by a standing rule, and why; None where none covers it.

    A charge that is money in (taken back) is a person's.
    """
    words = frozenset(folded_words(line.text[:TEXT_CHARACTERS_MAX]))
    found = _by_code(line, words)
    if found is None and _is_the_banks_own(line):
        found = _by_words(line, words)
    if found == LedgerRole.BANK_CHARGES and line.direction > 0:
        return None
    if found is None:
        return None
    by_code = _by_code(line, words) is not None
    said = line.code if by_code else line.text[:60]
    return found.value, Reason(f"standing.{found.value}", {"said": said})


def _by_code(line: Line, words: frozenset[str]) -> LedgerRole | None:
    parts = folded_words(line.code[:70])
    last = frozenset(parts[-1:])
    is_iso = len(parts) > 1
    if last & (_ISO_CHARGES if is_iso else _OTHER_CHARGES):
        return LedgerRole.BANK_CHARGES
    agrees = last & _OFX_INTEREST and words & _INTEREST_WORDS and not is_iso
    if last & (_ISO_INTEREST if is_iso else _OTHER_INTEREST) or agrees:
        return _interest(line)
    return None


def _is_the_banks_own(line: Line) -> bool:
    """Nobody is named, and no number that may be a reference."""
    named = line.counterparty or line.counterparty_account or line.references
    return not named and len(line.text) <= TEXT_CHARACTERS_MAX and not read_tokens(line.text)


def _by_words(line: Line, words: frozenset[str]) -> LedgerRole | None:
    """The text has the bank's words and no others (numbers aside)."""
    plain = {word for word in words if not word.isdecimal()}
    charges, interest = plain & _CHARGE_WORDS, plain & _INTEREST_WORDS
    if plain - _CHARGE_WORDS - _INTEREST_WORDS - _BESIDE or bool(charges) == bool(interest):
        return None
    if charges:
        return LedgerRole.BANK_CHARGES
    wrong_way = _INTEREST_OUT if line.direction > 0 else _INTEREST_IN
    return None if interest & wrong_way else _interest(line)


def _interest(line: Line) -> LedgerRole:
    return LedgerRole.INTEREST_RECEIVED if line.direction > 0 else LedgerRole.INTEREST_PAID
