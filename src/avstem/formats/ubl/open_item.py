"""From the sender's document to our open item: whose it is, which way the money goes.

The company is the customer: a supplier's document. The company is the supplier: one of its own.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from avstem.domain.errors import InvalidValueError
from avstem.domain.open_item import Document, ItemKind, Party
from avstem.domain.statement import Notice
from avstem.domain.vat import vat_code_of_rate
from avstem.formats.ubl.model import UblDocument, UblParty

_NUMBER_CHARACTERS_MAX = 70
_NAME_CHARACTERS_MAX = 140
_ORDER_CHARACTERS_MAX = 35
_DESCRIPTION_CHARACTERS_MAX = 500
_PRO_FORMA = "325"
_SELF_BILLED = ("389", "261", "500", "501", "502", "503", "527")

#: (the company is the supplier, the money goes back) -> the document in the company's books.
_KINDS = {
    (True, False): ItemKind.CUSTOMER_INVOICE,
    (True, True): ItemKind.CUSTOMER_CREDIT_NOTE,
    (False, False): ItemKind.SUPPLIER_INVOICE,
    (False, True): ItemKind.SUPPLIER_CREDIT_NOTE,
}

_WORDS = {
    "account.check_digits": "the account {found} is no IBAN or Norwegian account, and is left out",
    "attachment.not_readable": "an attachment cannot be read; it is kept as it came",
    "discount.no_sense": "its discount for early payment makes no sense ({found}), and is left out",
    "due_date.several": "it has several due dates ({found}); {kept}",
    "kid.not_valid": "the payment id {found} is no right KID, and is kept as text",
    "party.orgnr_not_valid": "the organisation number {found} fails its check digit",
    "party.several_numbers": "a party has several organisation numbers ({found})",
    "payment_id.several": "it has several payment ids; the first is used",
    "payment_means.several": "it can be paid in several ways; the first credit transfer is used",
    "total.missing": "a sum is left out ({place})",
    "type_code.unknown": "its type code is unknown ({found})",
}


def open_item_of(document: UblDocument, orgnr: str, own: str = "NOK") -> Document | None:
    """The document as an open item of the company; None where nothing is to pay or to get back.

    `own` is the company's currency: a rate to it that the sender states is what it is booked at.

    A negative amount to pay turns an invoice into a credit note and back: Peppol lets a sender
    correct so, and a prepayment may have been more than the invoice. Refused where the company is
    neither party or both, and for a pro forma invoice, which is no claim.
    """
    is_ours = _is_ours(document, orgnr)
    if document.type_code == _PRO_FORMA:
        raise InvalidValueError("type", f"{_PRO_FORMA} (pro forma)", "a document that is owed")
    if len(document.number) > _NUMBER_CHARACTERS_MAX:
        expected = f"at most {_NUMBER_CHARACTERS_MAX} characters"
        raise InvalidValueError("number", document.number[:57] + "…", expected)
    payable = document.totals.payable
    if payable.minor == 0:
        return None
    goes_back = document.is_credit_note != (payable.minor < 0)
    means = document.means
    kind = _KINDS[is_ours, goes_back]
    return Document(
        kind=kind,
        number=document.number,
        party=_party(document.customer if is_ours else document.supplier),
        invoice_date=document.issue_date,
        due_date=document.due_date,
        amount=abs(payable),
        # A credit note often repeats the KID of its invoice, which must lead to the invoice alone.
        kid=means.kid if means and not goes_back else None,
        party_account=None if is_ours else _account(document),
        description=_description(document, goes_back=goes_back),
        price=_price(document, own),
        vat_code=_vat_code(document, kind),
        order_number=_order_number(document),
        discounts=() if goes_back else document.discounts,
    )


def _vat_code(document: UblDocument, kind: ItemKind) -> str:
    """The code where a Norwegian supplier has taxed all of it at one rate."""
    if document.tax_rate is None or document.supplier.orgnr is None:
        return ""
    return vat_code_of_rate(document.tax_rate, kind)


def _order_number(document: UblDocument) -> str | None:
    """The buyer's order; EHF wants something there, and a sender without one writes a word."""
    said = document.order_reference or ""
    return said[:_ORDER_CHARACTERS_MAX] if any(map(str.isdecimal, said)) else None


def _price(document: UblDocument, own: str) -> Fraction | None:
    """The rate from the document's currency to the company's, if it is stated one way only."""
    if document.currency == own:
        return None
    stated = {
        1 / each.price if each.operator == "Divide" else each.price
        for each in document.rates
        if (each.source, each.target) == (document.currency, own)
    }
    return stated.pop() if len(stated) == 1 else None


def _is_ours(document: UblDocument, orgnr: str) -> bool:
    supplier, customer = document.supplier.orgnr, document.customer.orgnr
    if (supplier == orgnr) == (customer == orgnr):
        found = f"supplier {_number(document.supplier)}, customer {_number(document.customer)}"
        raise InvalidValueError("party", found, f"{orgnr}, the company's number, on one side")
    return supplier == orgnr


def _number(party: UblParty) -> str:
    return party.orgnr or party.foreign_id or "without a number"


def _party(party: UblParty) -> Party:
    orgnr = party.orgnr or party.foreign_id
    name = (party.name or orgnr or "")[:_NAME_CHARACTERS_MAX].strip()
    while len(Party(name).key) > _NAME_CHARACTERS_MAX:  # a folded letter may be up to three
        name = name[:-1]
    if not name:
        raise InvalidValueError("party", "nothing", "a name or an organisation number")
    return Party(name, orgnr)


def _account(document: UblDocument) -> str | None:
    """Where the supplier (or the factor instead) is paid, if the payer is to send the money."""
    means = document.means
    if means is None or not means.is_transfer or not means.account_is_valid:
        return None
    return means.account


def _description(document: UblDocument, *, goes_back: bool) -> str | None:
    means = document.means
    reference = means.payment_id if means and (goes_back or means.kid is None) else None
    parts = [reference, ", ".join(document.billing_references), document.note]
    return " · ".join(filter(None, parts))[:_DESCRIPTION_CHARACTERS_MAX].strip() or None


def warnings_of(
    document: UblDocument, item: Document | None, notices: Sequence[Notice]
) -> Iterator[str]:
    """What is odd about it, in words."""
    for each in notices:
        yield _WORDS[each.code].format(
            found=each.found, place=each.place, kept=f"{document.due_date} is used"
        )
    if item is None:
        yield f"nothing is to pay ({document.totals.payable}), so there is no open item"
        return
    if document.totals.payable.minor < 0:
        kind = item.kind.value.replace("_", " ")
        yield f"the amount to pay is {document.totals.payable}, so it is a {kind}"
    yield from _warnings_of_payment(document, item)
    if item.due_date and item.due_date < item.invoice_date:
        yield "it is due before its own date"


def _warnings_of_payment(document: UblDocument, item: Document) -> Iterator[str]:
    means = document.means
    if means and not means.is_transfer:
        yield f"it is not paid by credit transfer (payment means {means.code})"
    if document.paid_to_another and not item.kind.is_own:
        payee = document.paid_to_another
        yield f"the money goes to {payee.name or _number(payee)}, not to the supplier"
    if document.type_code in _SELF_BILLED:
        yield "the customer has made it out (self-billing), with a number of the customer's"
