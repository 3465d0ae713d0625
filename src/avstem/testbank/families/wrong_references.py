"""A reference that is mistyped, old, unknown or another's."""

from collections.abc import Callable

from avstem.domain import kid as kids
from avstem.testbank.families.label import Answer, full
from avstem.testbank.families.world import World


def kid_digit_wrong(world: World) -> None:
    """One digit of the KID is wrong, so that no check digit fits; the amount is right."""
    payer = world.customer()
    invoice = world.invoice(payer)
    typed = _slip(world, invoice.kid or "", _one_wrong)
    world.pay(Answer.CLEAR, payer, full(invoice), kid=typed, must_ask=True)


def kid_digits_swapped(world: World) -> None:
    """Two neighbouring digits have changed places."""
    payer = world.customer()
    invoice = world.invoice(payer, kid=_uneven_kid(world))
    typed = _slip(world, invoice.kid or "", _swapped)
    world.pay(Answer.CLEAR, payer, full(invoice), kid=typed, must_ask=True)


def kid_digit_wrong_by_stranger(world: World) -> None:
    """A mistyped KID, and neither name nor account is the customer's."""
    invoice = world.invoice(world.customer(), world.odd_amount())
    typed = _slip(world, invoice.kid or "", _one_wrong)
    world.pay(Answer.CLEAR, world.stranger(), full(invoice), kid=typed, must_ask=True)


def _uneven_kid(world: World) -> str:
    return kids.with_check_digit(f"4{13_579_200_000 + len(world.documents)}", kids.Modulus.TEN)


def _slip(world: World, kid: str, slip: Callable[[World, str], str]) -> str:
    """A slip of the finger that the check digit notices."""
    while True:
        typed = slip(world, kid)
        if not kids.is_valid(typed):
            return typed


def _one_wrong(world: World, kid: str) -> str:
    place = world.random.randrange(len(kid))
    return kid[:place] + str(world.random.randrange(10)) + kid[place + 1 :]


def _swapped(world: World, kid: str) -> str:
    place = world.random.randrange(len(kid) - 1)
    return kid[:place] + kid[place + 1] + kid[place] + kid[place + 2 :]


def kid_unknown(world: World) -> None:
    """A right KID that is nobody's (from the system before ours); account and amount fit."""
    payer = world.customer()
    invoice = world.invoice(payer, world.odd_amount())
    world.pay(Answer.CLEAR, payer, full(invoice), kid=world.new_kid(), must_ask=True)


def kid_unknown_nothing_owed(world: World) -> None:
    """A right KID that is nobody's, from somebody who owes nothing."""
    world.pay(Answer.NONE, world.stranger(), minor=world.odd_amount(), kid=world.new_kid(),
              must_ask=True)  # fmt: skip


def old_kid_again(world: World) -> None:
    """The KID of an invoice paid long ago is used again; the amount is a new invoice's."""
    payer = world.fresh_customer()
    old, new = world.paid_invoice(payer), world.invoice(payer, world.odd_amount())
    world.pay(Answer.CLEAR, payer, full(new), kid=old.kid, must_ask=True)


def kid_of_one_amount_of_another(world: World) -> None:
    """The KID of one open invoice with exactly the amount of another of the customer's."""
    payer = world.fresh_customer()
    one, other = world.invoice(payer), world.invoice(payer, world.odd_amount())
    world.pay(Answer.CLEAR, payer, full(other), kid=one.kid, must_ask=True)


def kid_against_text(world: World) -> None:
    """The KID is one customer's invoice, the text names another's: nobody can tell."""
    one, other = world.invoice(world.customer()), world.invoice(world.customer())
    text = f"Faktura {other.number}"
    world.pay(Answer.NONE, world.stranger(), full(other), kid=one.kid, text=text, must_ask=True)


def kid_before_the_invoice(world: World) -> None:
    """Paid before the invoice is dated."""
    payer = world.customer()
    invoice = world.invoice(payer)
    world.pay(Answer.CLEAR, payer, full(invoice), kid=invoice.kid, days=-60, must_ask=True)


def old_kid_for_several(world: World) -> None:
    """The KID of an invoice paid long ago, saved with the payee, for all that is owed now."""
    payer = world.fresh_customer()
    old = world.paid_invoice(payer)
    invoices = [world.invoice(payer, world.odd_amount()) for _ in range(world.random.randint(4, 7))]
    world.pay(Answer.CLEAR, payer, full(*invoices), kid=old.kid, must_ask=True)


def kid_of_one_for_all(world: World) -> None:
    """The KID of the first invoice, and the sum of all that are open."""
    payer = world.fresh_customer()
    invoices = [world.invoice(payer, world.odd_amount()) for _ in range(world.random.randint(4, 7))]
    world.pay(Answer.CLEAR, payer, full(*invoices), kid=invoices[0].kid, must_ask=True)


def kid_of_one_for_some(world: World) -> None:
    """The KID of one invoice, and the sum of it and three others of seven."""
    payer = world.fresh_customer()
    invoices = [world.invoice(payer, world.odd_amount()) for _ in range(7)]
    world.pay(Answer.CLEAR, payer, full(*invoices[1:5]), kid=invoices[1].kid, must_ask=True)


def kid_of_another_customer_by_slip(world: World) -> None:
    """A right KID, but another customer's; the payer's own invoice has the amount."""
    payer = world.fresh_customer()
    other = world.invoice(world.customer(), world.odd_amount())
    invoice = world.invoice(payer, world.odd_amount())
    world.pay(Answer.CLEAR, payer, full(invoice), kid=other.kid, must_ask=True)


def kid_of_another_customer_by_name(world: World) -> None:
    """The same, and only the payer's name is known."""
    payer = world.fresh_customer(is_known=False)
    other = world.invoice(world.customer(), world.odd_amount())
    invoice = world.invoice(payer, world.odd_amount())
    world.pay(Answer.CLEAR, payer, full(invoice), kid=other.kid, must_ask=True)


def kid_of_invoice_in_euro(world: World) -> None:
    """Kroner under the KID of an invoice in euro of the same digits."""
    payer = world.customer()
    invoice = world.invoice(payer, world.odd_amount(), currency="EUR")
    world.pay(Answer.NONE, payer, minor=invoice.amount.minor, kid=invoice.kid, must_ask=True)
