"""A structured reference that is right, and all that a payer does with it all the same."""

from avstem.domain import kid as kids
from avstem.domain.identifiers import is_creditor_reference
from avstem.domain.money import Money
from avstem.domain.statement import Reference
from avstem.testbank.families.label import Answer, full, part
from avstem.testbank.families.world import World


def right_kid(world: World) -> None:
    """The KID and the amount of one invoice."""
    payer = world.customer()
    invoice = world.invoice(payer)
    world.pay(Answer.CERTAIN, payer, full(invoice), kid=invoice.kid)


def kid_modulus_11(world: World) -> None:
    """The check digit is one of modulus 11."""
    payer = world.customer()
    kid = _modulus_11(world)
    world.pay(Answer.CERTAIN, payer, full(world.invoice(payer, kid=kid)), kid=kid)


def _modulus_11(world: World) -> str:
    start = 880_000_000 + 10 * len(world.documents)
    made = (kids.make_kid(start + step, 12, kids.Modulus.ELEVEN) for step in range(10))
    return next(kid for kid in made if kid)


def rf_reference(world: World) -> None:
    """An international reference (RF) instead of a KID."""
    payer = world.customer()
    number = 5_000_000 + len(world.documents)
    made = (f"RF{check:02d}{number}" for check in range(2, 99))
    kid = next(each for each in made if is_creditor_reference(each))
    world.pay(Answer.CERTAIN, payer, full(world.invoice(payer, kid=kid)), kid=kid)


def kid_and_order_in_text(world: World) -> None:
    """Beside the KID the text has an order number that is another invoice's number."""
    payer = world.customer()
    other, invoice = world.invoice(world.customer()), world.invoice(payer)
    text = f"Ordre {other.number}"
    world.pay(Answer.CERTAIN, payer, full(invoice), kid=invoice.kid, text=text)


def kid_part(world: World) -> None:
    """Less than the invoice under its KID."""
    payer = world.customer()
    invoice = world.invoice(payer, world.odd_amount())
    paid = invoice.amount.minor * world.random.randint(10, 90) // 100
    world.pay(Answer.CERTAIN, payer, part(invoice, paid), kid=invoice.kid)


def kid_more(world: World) -> None:
    """More than the invoice under its KID: the rest is the customer's."""
    payer = world.customer()
    invoice = world.invoice(payer, world.odd_amount())
    paid = invoice.amount.minor + world.random.randrange(101, 50_000)
    world.pay(Answer.CERTAIN, payer, full(invoice), minor=paid, kid=invoice.kid,
              rest_of=payer.party)  # fmt: skip


def kid_in_instalments(world: World) -> None:
    """Three payments under one KID, a month apart."""
    payer = world.customer()
    invoice = world.invoice(payer, world.odd_amount())
    first = invoice.amount.minor // 3 + 7
    parts = (first, first, invoice.amount.minor - 2 * first)
    for month, paid in enumerate(parts):
        world.pay(Answer.CERTAIN, payer, part(invoice, paid), kid=invoice.kid, days=30 * month)


def kid_with_charge(world: World) -> None:
    """The bank took a charge, says so, and the amount before it is the invoice's."""
    payer = world.customer()
    invoice = world.invoice(payer)
    charge = world.random.choice((2_500, 4_500, 10_000))
    world.pay(Answer.CERTAIN, payer, full(invoice), kid=invoice.kid, charges=charge)


def kid_charge_not_told(world: World) -> None:
    """A bank on the way took a charge and nobody says so: it is a part payment until told."""
    payer = world.customer()
    invoice = world.invoice(payer, world.odd_amount())
    charge = world.random.choice((2_500, 4_500, 10_000))
    world.pay(Answer.CERTAIN, payer, part(invoice, invoice.amount.minor - charge), kid=invoice.kid)


def kid_by_another_payer(world: World) -> None:
    """Somebody who is nobody to us pays with the invoice's KID."""
    invoice = world.invoice(world.customer())
    world.pay(Answer.CERTAIN, world.stranger(), full(invoice), kid=invoice.kid)


def kid_by_another_customer(world: World) -> None:
    """One customer pays for another under the KID."""
    invoice = world.invoice(world.customer())
    world.pay(Answer.CERTAIN, world.fresh_customer(), full(invoice), kid=invoice.kid)


def kid_of_customer(world: World) -> None:
    """All invoices of a customer have the same KID; the amount tells which."""
    payer = world.fresh_customer()
    kid = world.new_kid()
    invoices = [world.invoice(payer, world.odd_amount(), kid=kid) for _ in range(3)]
    world.pay(Answer.CERTAIN, payer, full(world.random.choice(invoices)), kid=kid)


def several_kids(world: World) -> None:
    """One payment with several KIDs, whose invoices come to the amount."""
    payer = world.customer()
    invoices = [world.invoice(payer) for _ in range(world.random.randint(2, 5))]
    references = [Reference("kid", each.kid or "") for each in invoices]
    world.pay(Answer.CERTAIN, payer, full(*invoices), references=references)


def several_kids_with_amounts(world: World) -> None:
    """Several KIDs, the payer says how much for each, and one is paid in part."""
    payer = world.customer()
    one, other = world.invoice(payer, world.odd_amount()), world.invoice(payer)
    paid = one.amount.minor // 2 + 11
    references = (
        Reference("kid", one.kid or "", Money(paid, "NOK")),
        Reference("kid", other.kid or "", other.amount),
    )
    settles = (*part(one, paid), *full(other))
    world.pay(Answer.CERTAIN, payer, settles, references=references)


def several_kids_short(world: World) -> None:
    """Two KIDs and less than both invoices; how it was meant is not told."""
    payer = world.customer()
    one, other = world.invoice(payer), world.invoice(payer, world.odd_amount())
    paid = other.amount.minor // 2 + 13
    references = [Reference("kid", each.kid or "") for each in (one, other)]
    settles = (*full(one), *part(other, paid))
    world.pay(Answer.CLEAR, payer, settles, references=references, must_ask=True)


def documents_named(world: World) -> None:
    """Invoices and a credit note named in structured form, which net to the amount."""
    payer = world.customer()
    invoices = [world.invoice(payer, 1_000_000 + world.odd_amount()) for _ in range(2)]
    credit = world.credit_note(payer, 1_000 + world.random.randrange(99_999))
    references = [Reference("invoice", each.number) for each in invoices]
    references.append(Reference("credit_note", credit.number))
    world.pay(Answer.CERTAIN, payer, full(*invoices, credit), references=references)


def kid_of_ours_and_a_suppliers(world: World) -> None:
    """A supplier's KID has the same digits as ours: money in is the customer's."""
    payer = world.customer()
    invoice = world.invoice(payer)
    world.bill(world.supplier(), kid=invoice.kid or "")
    world.pay(Answer.CERTAIN, payer, full(invoice), kid=invoice.kid)
