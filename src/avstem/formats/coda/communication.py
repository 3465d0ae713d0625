"""What a CODA movement says: free text, or a structured communication that a number names.

The Belgian structured communication (`+++112/4554/46803+++`) has ten digits and two check digits:
the rest of their division by 97, where a rest of 0 is written 97.

Source: Febelfin, Coded statement of account (CODA) 2.6, annex III; docs/formats/coda.md.

>>> is_structured_communication("112455446803"), is_structured_communication("112455446812")
(True, False)
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from avstem.domain.identifiers import compact, is_creditor_reference
from avstem.domain.statement import Reference
from avstem.formats.fixed_statement import one_line, texts

_IN_TEXT = re.compile(r"(?<![0-9])([0-9]{3})/([0-9]{4})/([0-9]{5})(?![0-9])", re.ASCII)
#: Payments with the Belgian reference: as the payer gave it, as the bank rebuilt it.
_BELGIAN = frozenset({"101", "102"})
_ISO_11649, _DIRECT_DEBIT = "100", "127"
_TYPE_DIGITS, _DIGITS = 3, 12


@dataclass(frozen=True, slots=True)
class Said:
    """The references and texts of a communication; `is_broken` where check digits do not fit."""

    references: tuple[Reference, ...] = ()
    remittance: tuple[str, ...] = ()
    is_broken: bool = False


def is_structured_communication(digits: str) -> bool:
    """Twelve digits, the last two of which check the ten before."""
    if len(digits) != _DIGITS or not (digits.isascii() and digits.isdigit()):
        return False
    return int(digits[:10]) % 97 == int(digits[10:]) % 97 and digits[10:] not in ("00", "98", "99")


def understand(text: str, *, is_structured: bool) -> Said:
    """The references and texts of a communication, its fields put together."""
    if not is_structured:
        return _understand_free(text)
    kind, body = text[:_TYPE_DIGITS], text[_TYPE_DIGITS:]
    if kind in _BELGIAN:
        return _understand_reference(body[:_DIGITS], body[_DIGITS:], is_structured_communication)
    if kind == _ISO_11649:
        return _understand_reference(body[:35], body[35:], is_creditor_reference)
    if kind == _DIRECT_DEBIT:
        # Settlement day (6), kind, scheme, outcome, creditor (35), mandate (35), text (62).
        return Said(remittance=texts(body[79:141], body[44:79]))
    return Said(remittance=texts(body))


def _understand_free(text: str) -> Said:
    """Free text, with the references that its writer put into it."""
    found = ["".join(each.groups()) for each in _IN_TEXT.finditer(text)]
    references = [each for each in found if is_structured_communication(each)]
    if is_creditor_reference(text):
        references.append(compact(text))
    kept = tuple(Reference("kid", each) for each in dict.fromkeys(references))
    return Said(references=kept, remittance=texts(text))


def _understand_reference(reference: str, rest: str, is_right: Callable[[str], bool]) -> Said:
    """A reference with what stands behind it; one that does not fit is kept as text."""
    found = compact(reference)
    if not found:
        return Said(remittance=texts(rest))
    if not is_right(found):
        return Said(remittance=texts(one_line(reference), rest), is_broken=True)
    return Said(references=(Reference("kid", found),), remittance=texts(rest))
