"""What the payee of an order is told, by the bill, what is drawn off it, and the way it goes."""

from collections.abc import Mapping, Sequence
from typing import Any

from avstem.domain.money import Money
from avstem.domain.payment_abroad import reference_abroad
from avstem.domain.payment_kind import Remittance, remittance
from avstem.domain.payment_order import DocumentKind, DocumentReference, PaymentKind
from avstem.store.models import OpenItem

_NUMBER_CHARACTERS_MAX = 35
#: Documents as they are kept on an order: the bill and the credit notes drawn off, or nothing.
Documents = Sequence[Mapping[str, Any]]


def remittance_of(
    item: OpenItem, documents: Documents, abroad: Mapping[str, Any] | None
) -> Remittance:
    """At home by KID, documents or number; abroad the numbers in words, or an RF reference."""
    if abroad is not None:
        kind = PaymentKind(abroad["kind"])
        named = [each["number"] for each in documents] or [item.number]
        kid, text = reference_abroad(kind, item.kid, named)
        return Remittance(kind, kid=kid, text=text)
    references = [
        DocumentReference(
            DocumentKind(each["kind"]), each["number"], Money(each["amount_minor"], item.currency)
        )
        for each in documents
        if len(each["number"]) <= _NUMBER_CHARACTERS_MAX
    ]
    if len(references) < len(documents):
        numbers = " ".join(each["number"] for each in documents)
        return remittance(kid="", number=numbers, documents=())
    return remittance(kid=item.kid, number=item.number, documents=references)
