"""Paid early and less the discount, or as if."""

from datetime import timedelta

from avstem.domain.early_payment import DiscountTerms
from avstem.domain.open_item import Document
from avstem.domain.vat import part_gross
from avstem.domain.voucher import LedgerRole
from avstem.testbank.families.label import Answer, Payer, full, part
from avstem.testbank.families.world import World

_VAT = {"3": 25, "31": 15, "33": 12, "1": 25, "11": 15, "13": 12, "5": 0, "": 0}
_SALES_CODES = ("3", "3", "3", "31", "33", "5")


def _terms(world: World, days: int) -> tuple[DiscountTerms, ...]:
    """Two or three per cent, until so many days from now."""
    return (DiscountTerms(world.random.choice((200, 300, 150)), world.base + timedelta(days)),)


def _invoice(world: World, payer: Payer, days: int = 10, vat_code: str | None = None) -> Document:
    code = world.random.choice(_SALES_CODES) if vat_code is None else vat_code
    terms = _terms(world, days)
    return world.invoice(payer, world.odd_amount(), vat_code=code, discounts=terms)


def _left_out(document: Document) -> int:
    return document.discounts[0].discount_minor(document.amount.minor)


def _beside(document: Document) -> tuple[tuple[str, int], ...]:
    """The discount as it is posted: its net and its VAT."""
    is_sale = document.kind.is_customer
    discount = LedgerRole.DISCOUNT_GIVEN if is_sale else LedgerRole.DISCOUNT_RECEIVED
    vat_role = LedgerRole.VAT_OUTPUT if is_sale else LedgerRole.VAT_INPUT
    signed = document.kind.direction * _left_out(document)
    net, vat = part_gross(signed, _VAT[document.vat_code])
    return tuple((role.value, minor) for role, minor in ((discount, net), (vat_role, vat)) if minor)


def discount_in_time(world: World) -> None:
    """The KID, the amount less the discount, on the last day or before."""
    payer = world.customer()
    invoice = _invoice(world, payer)
    world.pay(Answer.CERTAIN, payer, full(invoice), kid=invoice.kid, beside=_beside(invoice))


def discount_not_taken(world: World) -> None:
    """In time, and paid in full all the same."""
    payer = world.customer()
    invoice = _invoice(world, payer)
    world.pay(Answer.CERTAIN, payer, full(invoice), kid=invoice.kid)


def discount_a_day_late(world: World) -> None:
    """The discount is taken though the days are over: a person lets it go or does not."""
    payer = world.customer()
    invoice = _invoice(world, payer, days=-9)
    world.pay(Answer.CLEAR, payer, full(invoice), kid=invoice.kid, beside=_beside(invoice),
              also=(part(invoice, invoice.amount.minor - _left_out(invoice)),),
              must_ask=True)  # fmt: skip


def discount_of_unknown_vat(world: World) -> None:
    """In time, and nobody knows what VAT is to be corrected."""
    payer = world.customer()
    invoice = _invoice(world, payer, vat_code="")
    world.pay(Answer.CLEAR, payer, full(invoice), kid=invoice.kid, beside=_beside(invoice),
              must_ask=True)  # fmt: skip


def discount_named_in_text(world: World) -> None:
    """The number in the text, and the amount less the discount."""
    payer = world.customer()
    invoice = _invoice(world, payer)
    text = f"Faktura {invoice.number} - rabatt"
    world.pay(Answer.CERTAIN, payer, full(invoice), beside=_beside(invoice), text=text)


def discount_by_account(world: World) -> None:
    """A known account and the amount less the discount: asked about."""
    payer = world.fresh_customer()
    invoice = _invoice(world, payer)
    world.pay(Answer.CLEAR, payer, full(invoice), beside=_beside(invoice), must_ask=True)


def discount_equal_to_another(world: World) -> None:
    """The KID is one invoice's, and another one is exactly what the discount would leave."""
    payer = world.fresh_customer()
    invoice = _invoice(world, payer)
    paid = invoice.amount.minor - _left_out(invoice)
    other = world.invoice(payer, paid)
    world.pay(Answer.NONE, payer, full(other), kid=invoice.kid, must_ask=True)


def discount_of_another_invoice(world: World) -> None:
    """Under the KID of an invoice without terms: what another's terms would leave is a part."""
    payer = world.fresh_customer()
    invoice = world.invoice(payer, world.odd_amount())
    paid = invoice.amount.minor * 98 // 100
    world.pay(Answer.CERTAIN, payer, part(invoice, paid), kid=invoice.kid)


def discounted_part(world: World) -> None:
    """An instalment of an invoice with terms is a part, and no discount."""
    payer = world.customer()
    invoice = _invoice(world, payer)
    paid = invoice.amount.minor * world.random.randint(20, 80) // 100
    world.pay(Answer.CERTAIN, payer, part(invoice, paid), kid=invoice.kid)


def discount_reckoned_otherwise(world: World) -> None:
    """Some øre from the discounted amount: a part by the letter, and not what was meant."""
    payer = world.fresh_customer()
    invoice = _invoice(world, payer)
    paid = invoice.amount.minor - _left_out(invoice) + world.random.choice((-40, -7, 3, 60))
    world.pay(Answer.CLEAR, payer, part(invoice, paid), kid=invoice.kid, must_ask=True)


def bill_less_discount(world: World) -> None:
    """A supplier's bill paid in time with its KID, less the discount."""
    supplier = world.supplier()
    code = world.random.choice(("1", "11", "13"))
    terms = _terms(world, 10)
    bill = world.bill(supplier, world.odd_amount(), kid=world.new_kid(), vat_code=code,
                      discounts=terms)  # fmt: skip
    world.pay(Answer.CERTAIN, supplier, full(bill), kid=bill.kid, beside=_beside(bill))
