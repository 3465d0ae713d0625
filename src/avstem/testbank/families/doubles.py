"""The same invoice paid twice."""

from avstem.testbank.families.label import Answer, full
from avstem.testbank.families.world import World


def twice_with_kid(world: World) -> None:
    """Twice within the week with the same KID: the second is the customer's credit."""
    payer = world.customer()
    invoice = world.invoice(payer)
    world.pay(Answer.CERTAIN, payer, full(invoice), kid=invoice.kid, days=0)
    world.pay(Answer.CERTAIN, payer, minor=invoice.amount.minor, kid=invoice.kid, days=7,
              rest_of=payer.party)  # fmt: skip


def again_with_kid(world: World) -> None:
    """Paid in an earlier run, and again now with the same KID."""
    payer = world.fresh_customer()
    invoice = world.paid_invoice(payer)
    world.pay(Answer.CERTAIN, payer, minor=invoice.amount.minor, kid=invoice.kid,
              rest_of=payer.party)  # fmt: skip


def twice_with_number(world: World) -> None:
    """Two payments name the invoice with its amount: which of them pays it is for a person."""
    payer = world.customer()
    invoice = world.invoice(payer, world.odd_amount())
    for days in (0, 7):
        world.pay(Answer.CLEAR, payer, full(invoice), text=f"Faktura {invoice.number}", days=days,
                  must_ask=True)  # fmt: skip


def twice_from_account(world: World) -> None:
    """Two payments from the account of just what one invoice is."""
    payer = world.customer()
    invoice = world.invoice(payer, world.odd_amount())
    for days in (0, 7):
        world.pay(Answer.CLEAR, payer, full(invoice), days=days, must_ask=True)


def again_with_number(world: World) -> None:
    """Paid in an earlier run, and again now with the number in the text: the customer's credit."""
    payer = world.fresh_customer()
    invoice = world.paid_invoice(payer, world.odd_amount())
    world.pay(Answer.CLEAR, payer, minor=invoice.amount.minor, text=f"Faktura {invoice.number}",
              rest_of=payer.party, must_ask=True)  # fmt: skip
