"""No reference: the payer's account or name, and the amount."""

from avstem.domain.open_item import Party
from avstem.testbank.families.label import Answer, Payer, full
from avstem.testbank.families.world import World
from avstem.testbank.names import company_name, make_orgnr, private_name

_SMALL_TALK = ("", "", "Betaling", "Takk for hjelpen", "Overføring", "Mvh", "Som avtalt", "Regning")
_FOLDED = str.maketrans({"æ": "ae", "ø": "o", "å": "aa", "Æ": "AE", "Ø": "O", "Å": "AA"})


def account_and_telling_amount(world: World) -> None:
    """The customer's known account and an amount in kroner and øre that one invoice has."""
    payer = world.customer()
    invoice = world.invoice(payer, world.odd_amount())
    world.pay(Answer.CERTAIN, payer, full(invoice), text=world.random.choice(_SMALL_TALK))


def account_and_price(world: World) -> None:
    """The customer's known account and a list price: right, but a bookkeeper looks first."""
    payer = world.customer()
    invoice = world.invoice(payer, world.random.choice(world.prices))
    world.pay(Answer.CLEAR, payer, full(invoice), text=world.random.choice(_SMALL_TALK))


def account_equal_amounts(world: World) -> None:
    """Two customers owe the same by accident; the account tells who has paid."""
    payer = world.customer()
    amount = world.odd_amount()
    world.invoice(world.customer(), amount)
    world.pay(Answer.CERTAIN, payer, full(world.invoice(payer, amount)))


def account_of_namesake(world: World) -> None:
    """Two customers of the very same name owe different amounts; the account is known."""
    one = world.fresh_customer(company_name(world.random))
    other = _namesake(world, one)
    invoice = world.invoice(one, world.odd_amount())
    world.invoice(other, world.odd_amount())
    world.pay(Answer.CERTAIN, one, full(invoice))


def name_of_namesakes(world: World) -> None:
    """Two customers of the very same name, an unknown account: the amount tells."""
    one = world.fresh_customer(company_name(world.random), is_known=False)
    other = _namesake(world, one)
    invoice = world.invoice(one, world.odd_amount())
    world.invoice(other, world.odd_amount())
    world.pay(Answer.CLEAR, one, full(invoice), must_ask=True)


def namesakes_owe_the_same(world: World) -> None:
    """Two customers of the very same name owe the same: these data do not tell."""
    one = world.fresh_customer(company_name(world.random), is_known=False)
    amount = world.odd_amount()
    invoice, _ = world.invoice(one, amount), world.invoice(_namesake(world, one), amount)
    world.pay(Answer.NONE, one, full(invoice), must_ask=True)


def _namesake(world: World, of: Payer) -> Payer:
    return world.fresh_customer(of.party.name, is_known=of.is_known)


def name_and_amount(world: World) -> None:
    """An unknown account, the customer's very name, the amount of one invoice."""
    payer = world.fresh_customer(is_known=False)
    invoice = world.invoice(payer, world.odd_amount())
    world.pay(Answer.CLEAR, payer, full(invoice), must_ask=True)


def name_and_price(world: World) -> None:
    """The name tells which of several customers with the same price has paid."""
    payer = world.fresh_customer(is_known=False)
    invoice = world.invoice(payer, world.random.choice(world.prices))
    world.pay(Answer.CLEAR, payer, full(invoice), must_ask=True)


def name_written_otherwise(world: World) -> None:
    """Capitals, no legal form, family name first, letters of another country, cut short."""
    payer = world.fresh_customer(is_known=False)
    invoice = world.invoice(payer, world.odd_amount())
    shown = payer.named(_otherwise(world, payer.party.name))
    world.pay(Answer.CLEAR, shown, full(invoice), must_ask=True)


def _otherwise(world: World, name: str) -> str:
    first, *rest = name.split()
    return world.random.choice((
        name.upper(), name.translate(_FOLDED), " ".join([*rest, first]), name[:14].upper(),
        f"{rest[-1]}, {first}", f"{name} v/ {private_name(world.random)}", name[:-1],
    ))  # fmt: skip


def name_in_text(world: World) -> None:
    """Somebody else pays and writes whose invoice it is by name."""
    payer = world.fresh_customer(is_known=False)
    invoice = world.invoice(payer, world.odd_amount())
    text = f"Gjelder {payer.party.name}"
    world.pay(Answer.CLEAR, world.stranger(), full(invoice), text=text, must_ask=True)


def account_of_two_customers(world: World) -> None:
    """An accountant pays for two customers from one account; one owes the amount."""
    one, two = world.fresh_customer(), world.fresh_customer()
    shared = Payer(two.party, one.account)
    invoice = world.invoice(one, world.odd_amount())
    world.invoice(shared, world.odd_amount())
    agent = Payer(Party("Lie Regnskap AS", make_orgnr(1)), one.account)
    world.pay(Answer.CLEAR, agent, full(invoice), must_ask=True)


def named_from_another_customers_account(world: World) -> None:
    """The text names one customer's invoice, the account is another customer's."""
    invoice = world.invoice(world.customer())
    payer = world.fresh_customer()
    world.invoice(payer, world.odd_amount())
    world.pay(Answer.CLEAR, payer, full(invoice), text=f"Faktura {invoice.number}", must_ask=True)


def equal_invoices(world: World) -> None:
    """Two equal invoices and two equal payments: which goes with which is a person's to say."""
    payer = world.fresh_customer()
    amount = world.odd_amount()
    one, other = world.invoice(payer, amount), world.invoice(payer, amount)
    for settles, also in ((full(one), full(other)), (full(other), full(one))):
        world.pay(Answer.CLEAR, payer, settles, also=(also,), must_ask=True)


def common_fee(world: World) -> None:
    """A fee that a hundred members owe, from a known account of one of them."""
    members = [world.fresh_customer() for _ in range(12)]
    invoices = [world.invoice(each, 50_000) for each in members]
    place = world.random.randrange(len(members))
    world.pay(Answer.CLEAR, members[place], full(invoices[place]))


def amount_before_charge(world: World) -> None:
    """A known account, and the amount before the charge that the bank tells of is an invoice's."""
    payer = world.customer()
    invoice = world.invoice(payer, world.odd_amount())
    world.pay(Answer.CLEAR, payer, full(invoice), charges=4_500)
