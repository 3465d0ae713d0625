"""The payer writes in the text what is paid, in all the ways people do."""

from avstem.domain.open_item import Document
from avstem.testbank.families.label import Answer, full, part
from avstem.testbank.families.world import World
from avstem.testbank.names import LAST_NAMES

_ONE = ("Faktura {}", "Fakturanr. {} takk", "inv {}", "fakt {} Mvh", "FAKTURA NR {}", "Betaling av"
        " faktura {}", "Fakturanummer: {}", "faktura #{}", "invoice no {}")  # fmt: skip
_SEVERAL = ("Gjelder faktura {}", "Fakturaer: {}", "inv. {}", "fakt.nr {}")


def number_in_text(world: World) -> None:
    """A word like “faktura”, the number, and exactly the amount."""
    payer = world.customer()
    invoice = world.invoice(payer)
    text = world.random.choice(_ONE).format(invoice.number)
    world.pay(Answer.CERTAIN, payer, full(invoice), text=text)


def number_in_text_new_account(world: World) -> None:
    """The same from an account that we do not know."""
    payer = world.fresh_customer(is_known=False)
    invoice = world.invoice(payer)
    text = world.random.choice(_ONE).format(invoice.number)
    world.pay(Answer.CERTAIN, payer, full(invoice), text=text)


def number_in_text_by_another_payer(world: World) -> None:
    """Somebody unknown pays for the customer and names the invoice."""
    invoice = world.invoice(world.customer())
    text = world.random.choice(_ONE).format(invoice.number)
    world.pay(Answer.CERTAIN, world.stranger(), full(invoice), text=text)


def short_number_in_text(world: World) -> None:
    """A number of four digits behind the word."""
    payer = world.customer()
    invoice = world.short_invoice(payer)
    text = world.random.choice(_ONE).format(invoice.number)
    world.pay(Answer.CERTAIN, payer, full(invoice), text=text)


def number_alone(world: World) -> None:
    """Nothing but the number, from the customer's account."""
    payer = world.customer()
    invoice = world.invoice(payer)
    text = world.random.choice(("{}", "Ref {}", "{} takk for nå", "Betaling {}"))
    world.pay(Answer.CERTAIN, payer, full(invoice), text=text.format(invoice.number))


def number_with_prefix(world: World) -> None:
    """Numbers with letters or a year: F-1020, 2026-0001."""
    payer = world.customer()
    form = world.random.choice(("F-{:05d}", "INV/{:05d}", "2025-{:05d}"))
    invoice = world.invoice(payer, number=form.format(len(world.documents)))
    text = world.random.choice(("{}", "Faktura {}", "Gjelder {}")).format(invoice.number)
    world.pay(Answer.CERTAIN, payer, full(invoice), text=text)


def kid_in_text(world: World) -> None:
    """The KID in the text, often in groups."""
    payer = world.customer()
    invoice = world.invoice(payer)
    kid = invoice.kid or ""
    grouped = f"{kid[:3]} {kid[3:7]} {kid[7:]}"
    text = world.random.choice((f"KID {kid}", kid, f"KID {grouped}", f"kidnr: {grouped}"))
    world.pay(Answer.CERTAIN, payer, full(invoice), text=text)


def several_named(world: World) -> None:
    """Several numbers whose invoices come to the amount."""
    payer = world.customer()
    invoices = [world.invoice(payer) for _ in range(world.random.randint(2, 6))]
    text = world.random.choice(_SEVERAL).format(_listed(world, invoices))
    world.pay(Answer.CERTAIN, payer, full(*invoices), text=text)


def _listed(world: World, documents: list[Document]) -> str:
    return world.random.choice((", ", " og ", "/", " ", " + ")).join(
        each.number for each in documents
    )


def several_named_short(world: World) -> None:
    """Several numbers, and the last is not paid in full."""
    payer = world.customer()
    invoices = [world.invoice(payer, world.odd_amount()) for _ in range(3)]
    settles = (*full(*invoices[:2]), *part(invoices[2], invoices[2].amount.minor // 2 + 17))
    text = f"Faktura {_listed(world, invoices)}"
    world.pay(Answer.CLEAR, payer, settles, text=text, must_ask=True)


def range_named(world: World) -> None:
    """The first and the last of a row of invoices: 100234-100237."""
    payer = world.fresh_customer()
    invoices = [world.invoice(payer, world.odd_amount()) for _ in range(world.random.randint(3, 5))]
    text = f"Faktura {invoices[0].number}-{invoices[-1].number}"
    world.pay(Answer.CLEAR, payer, full(*invoices), text=text)


def credit_named(world: World) -> None:
    """An invoice less a credit note, both named."""
    payer = world.customer()
    invoice = world.invoice(payer, 1_000_000 + world.odd_amount())
    credit = world.credit_note(payer, 1_000 + world.random.randrange(900_000))
    text = f"Faktura {invoice.number} minus kreditnota {credit.number}"
    world.pay(Answer.CERTAIN, payer, full(invoice, credit), text=text)


def number_mistyped(world: World) -> None:
    """One digit of the number is wrong and leads nowhere; account and amount fit."""
    payer = world.customer()
    invoice = world.invoice(payer, world.odd_amount())
    text = f"Faktura 9{invoice.number[1:]}9"
    world.pay(Answer.CLEAR, payer, full(invoice), text=text, must_ask=True)


def old_number_again(world: World) -> None:
    """Last month's text is used again; only the new invoice has the amount."""
    payer = world.fresh_customer()
    old, new = world.paid_invoice(payer), world.invoice(payer, world.odd_amount())
    world.pay(Answer.CLEAR, payer, full(new), text=f"Faktura {old.number}", must_ask=True)


def number_part_paid(world: World) -> None:
    """The number is named, and less than the invoice is paid."""
    payer = world.customer()
    invoice = world.invoice(payer, world.odd_amount())
    paid = invoice.amount.minor * world.random.randint(20, 80) // 100
    world.pay(Answer.CLEAR, payer, part(invoice, paid), text=f"Faktura {invoice.number}, avdrag",
              must_ask=True)  # fmt: skip


def customer_number_and_number(world: World) -> None:
    """A customer number stands before the invoice's."""
    payer = world.customer()
    invoice = world.invoice(payer)
    other = world.random.choice(world.documents).number
    text = f"Kundenr {other} faktura {invoice.number} {world.random.choice(LAST_NAMES)}"
    world.pay(Answer.CERTAIN, payer, full(invoice), text=text)


def credit_note_of_the_same_number(world: World) -> None:
    """Another customer's credit note has the invoice's number: the word and the money tell."""
    payer = world.customer()
    invoice = world.invoice(payer)
    world.credit_note(world.customer(), number=invoice.number)
    world.pay(Answer.CERTAIN, payer, full(invoice), text=f"Faktura {invoice.number}")
