"""Which kind of payment a bill at home is, and what the creditor is told.

Source: docs/payments.md; docs/formats/pain001.md (a KID, words and documents exclude each other).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from avstem.domain.identifiers import compact
from avstem.domain.payment_order import DocumentReference, PaymentKind, is_reference

TEXT_CHARACTERS_MAX = 140


@dataclass(frozen=True, slots=True)
class Remittance:
    """What the creditor sees: one of the three."""

    kind: PaymentKind
    kid: str = ""
    text: str = ""
    documents: tuple[DocumentReference, ...] = ()


def remittance(*, kid: str, number: str, documents: Sequence[DocumentReference]) -> Remittance:
    """By the KID; less credit notes by the documents (no KID says that); else by the number.

    >>> remittance(kid="", number="1001", documents=()).text
    '1001'
    """
    if documents:
        return Remittance(PaymentKind.DOMESTIC_DOCUMENTS, documents=tuple(documents))
    if kid:
        return Remittance(PaymentKind.DOMESTIC_KID, kid=compact(kid))
    return Remittance(PaymentKind.DOMESTIC_TEXT, text=number[:TEXT_CHARACTERS_MAX])


def is_right_kid(kid: str) -> bool:
    """Whether a bank will take it: no KID at all, or one whose check character fits."""
    return not kid or is_reference(compact(kid))
