"""Invoices sold to a factor, who pays for many customers."""

from avstem.domain.statement import Reference
from avstem.testbank.families.label import Answer, full, part
from avstem.testbank.families.world import World


def factor_pays_by_kid(world: World) -> None:
    """The invoices of several customers, each with its KID, in exact sum."""
    few = [world.invoice(world.customer()) for _ in range(world.random.randint(2, 5))]
    references = [Reference("kid", each.kid or "") for each in few]
    world.pay(Answer.CERTAIN, world.factor, full(*few), references=references)


def factor_pays_one_by_kid(world: World) -> None:
    """One invoice with its KID."""
    invoice = world.invoice(world.customer())
    world.pay(Answer.CERTAIN, world.factor, full(invoice), kid=invoice.kid)


def factor_in_advance(world: World) -> None:
    """Eighty per cent under the KID, before the customer has paid: a loan or a part."""
    invoice = world.invoice(world.customer(), world.odd_amount())
    paid = invoice.amount.minor * 80 // 100
    world.pay(Answer.CLEAR, world.factor, part(invoice, paid), kid=invoice.kid, must_ask=True)


def factor_names_in_text(world: World) -> None:
    """A number in the text, of a customer's invoice with the amount."""
    invoice = world.invoice(world.customer(), world.odd_amount())
    text = f"Faktura {invoice.number}"
    world.pay(Answer.CLEAR, world.factor, full(invoice), text=text, must_ask=True)


def factor_pays_an_amount(world: World) -> None:
    """A sum that happens to be an invoice's: the factor's account says nothing."""
    victim = world.invoice(world.customer(), world.odd_amount())
    world.pay(Answer.NONE, world.factor, minor=victim.amount.minor, must_ask=True)
