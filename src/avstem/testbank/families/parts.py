"""Less than an invoice, without a reference."""

from avstem.testbank.families.label import Answer, part
from avstem.testbank.families.world import World


def half_of_the_only(world: World) -> None:
    """A half of the only open invoice."""
    payer = world.fresh_customer()
    invoice = world.invoice(payer, world.odd_amount())
    paid = part(invoice, invoice.amount.minor // 2)
    world.pay(Answer.CLEAR, payer, paid, must_ask=True)


def thirds_of_the_only(world: World) -> None:
    """A third of the only open invoice, twice."""
    payer = world.fresh_customer()
    invoice = world.invoice(payer, world.odd_amount())
    for month in range(2):
        paid = part(invoice, invoice.amount.minor // 3)
        world.pay(Answer.CLEAR, payer, paid, days=30 * month, must_ask=True)


def half_equal_to_another(world: World) -> None:
    """A half of one invoice that is, by accident, just what another one is: a decoy."""
    payer = world.fresh_customer()
    invoice = world.invoice(payer, 2 * (world.odd_amount() // 2))
    half = invoice.amount.minor // 2
    world.invoice(payer, half)
    world.pay(Answer.NONE, payer, part(invoice, half), must_ask=True)


def third_equal_to_another(world: World) -> None:
    """The same with a third, to the øre."""
    payer = world.fresh_customer()
    third = world.odd_amount()
    invoice = world.invoice(payer, 3 * third + 1)
    world.invoice(payer, third)
    world.pay(Answer.NONE, payer, part(invoice, third), must_ask=True)


def part_of_several(world: World) -> None:
    """A round amount on account, with several invoices open: not told for which."""
    payer = world.fresh_customer()
    invoices = [world.invoice(payer, 500_000 + world.odd_amount()) for _ in range(4)]
    world.pay(Answer.NONE, payer, part(invoices[0], 500_000), must_ask=True)


def whole_kroner(world: World) -> None:
    """The øre of one of three invoices are left out."""
    payer = world.fresh_customer()
    invoices = [world.invoice(payer, world.odd_amount()) for _ in range(3)]
    invoice = world.random.choice(invoices)
    paid = invoice.amount.minor - invoice.amount.minor % 100
    world.pay(Answer.CLEAR, payer, part(invoice, paid), must_ask=True)


def charge_not_told(world: World) -> None:
    """A bank on the way took 45 kr of one of three invoices, and nobody says so."""
    payer = world.fresh_customer()
    invoices = [world.invoice(payer, world.odd_amount()) for _ in range(3)]
    invoice = world.random.choice(invoices)
    paid = part(invoice, invoice.amount.minor - 4_500)
    world.pay(Answer.CLEAR, payer, paid, must_ask=True)


def amount_digits_swapped(world: World) -> None:
    """Two digits of the amount have changed places: less is paid of one of two invoices."""
    payer = world.fresh_customer()
    kroner = world.random.randrange(2, 9) * 1_000 + 541
    invoice = world.invoice(payer, kroner * 100)
    world.invoice(payer, world.odd_amount())
    paid = part(invoice, (kroner - 541 + 451) * 100)
    world.pay(Answer.CLEAR, payer, paid, must_ask=True)
