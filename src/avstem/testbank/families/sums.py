"""One payment of several invoices that it does not name."""

from avstem.testbank.families.label import Answer, full
from avstem.testbank.families.world import World


def two_of_five(world: World) -> None:
    """A known account, five open invoices, and two of them come to the amount."""
    payer = world.fresh_customer()
    invoices = [world.invoice(payer, world.odd_amount()) for _ in range(5)]
    world.pay(Answer.CLEAR, payer, full(*world.random.sample(invoices, 2)))


def three_of_eight(world: World) -> None:
    """Three of eight."""
    payer = world.fresh_customer()
    invoices = [world.invoice(payer, world.odd_amount()) for _ in range(8)]
    world.pay(Answer.CLEAR, payer, full(*world.random.sample(invoices, 3)))


def five_of_nine(world: World) -> None:
    """Five of nine."""
    payer = world.fresh_customer()
    invoices = [world.invoice(payer, world.odd_amount()) for _ in range(9)]
    world.pay(Answer.CLEAR, payer, full(*world.random.sample(invoices, 5)))


def whole_balance(world: World) -> None:
    """All that the customer owes, credit notes taken off."""
    payer = world.fresh_customer()
    invoices = [world.invoice(payer, 100_000 + world.odd_amount()) for _ in range(4)]
    credit = world.credit_note(payer, 1_000 + world.random.randrange(90_000))
    world.pay(Answer.CLEAR, payer, full(*invoices, credit))


def less_a_credit_note(world: World) -> None:
    """One of several invoices less a credit note."""
    payer = world.fresh_customer()
    invoices = [world.invoice(payer, 1_000_000 + world.odd_amount()) for _ in range(3)]
    credit = world.credit_note(payer, 1_000 + world.random.randrange(900_000))
    world.pay(Answer.CLEAR, payer, full(world.random.choice(invoices), credit))


def some_of_thirty(world: World) -> None:
    """Six of thirty: among so many a sum fits by chance."""
    payer = world.fresh_customer()
    invoices = [world.invoice(payer, world.odd_amount()) for _ in range(30)]
    world.pay(Answer.NONE, payer, full(*world.random.sample(invoices, 6)), must_ask=True)


def several_of_a_price(world: World) -> None:
    """Two of six invoices of the same price: which two is not told."""
    payer = world.fresh_customer()
    price = world.random.choice(world.prices)
    invoices = [world.invoice(payer, price) for _ in range(6)]
    world.pay(Answer.NONE, payer, full(*world.random.sample(invoices, 2)), must_ask=True)
