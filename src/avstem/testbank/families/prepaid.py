"""Paid for an order before there is an invoice, or as if."""

from avstem.testbank.families.label import Answer, full
from avstem.testbank.families.world import World


def _order(world: World) -> str:
    """An order number that no invoice has."""
    return f"7{len(world.documents) + 100_000}{world.random.randint(10, 99)}"


def _text(world: World, order: str) -> str:
    forms = ("Ordre {}", "Ordrenr. {}", "Bestilling {}", "Order no {}", "PO {}")
    return world.random.choice(forms).format(order)


def order_prepaid(world: World) -> None:
    """A customer pays for an order from the known account: it stands on him, and is asked about."""
    payer = world.fresh_customer()
    world.paid_invoice(payer)
    world.pay(Answer.CLEAR, payer, minor=world.amount(), rest_of=payer.party,
              text=_text(world, _order(world)), must_ask=True)  # fmt: skip


def order_prepaid_by_a_stranger(world: World) -> None:
    """The same from an account of nobody."""
    text = _text(world, _order(world))
    world.pay(Answer.NONE, world.stranger(), minor=world.amount(), text=text, must_ask=True)


def order_of_who_owes(world: World) -> None:
    """The customer owes another invoice: these data do not tell what the money is for."""
    payer = world.fresh_customer()
    world.invoice(payer, world.odd_amount())
    text = _text(world, _order(world))
    world.pay(Answer.NONE, payer, minor=world.odd_amount(), text=text, must_ask=True)


def order_invoiced(world: World) -> None:
    """The order is invoiced by now, with exactly the amount, and the account is the customer's."""
    payer = world.fresh_customer()
    order = _order(world)
    invoice = world.invoice(payer, world.odd_amount(), order_number=order)
    world.pay(Answer.CERTAIN, payer, full(invoice), text=_text(world, order))


def order_invoiced_to_another(world: World) -> None:
    """The order's invoice is another customer's than the account: a person looks."""
    payer = world.fresh_customer()
    world.paid_invoice(payer)
    order = _order(world)
    invoice = world.invoice(world.fresh_customer(), world.odd_amount(), order_number=order)
    world.pay(Answer.CLEAR, payer, full(invoice), text=_text(world, order), must_ask=True)


def order_invoiced_otherwise(world: World) -> None:
    """The order's invoice is of another amount, the account nobody's."""
    order = _order(world)
    world.invoice(world.customer(), world.odd_amount(), order_number=order)
    world.pay(Answer.NONE, world.stranger(), minor=world.odd_amount(), text=_text(world, order),
              must_ask=True)  # fmt: skip
