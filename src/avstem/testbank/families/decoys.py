"""Payments that look like an invoice's and are not: the numbers are something else.

Each is somebody's who owes nothing, with just the amount of an invoice whose number stands in the
text by accident. Booked, it is wrong.
"""

from avstem.domain.open_item import Document
from avstem.testbank.families.label import Answer
from avstem.testbank.families.world import World
from avstem.testbank.names import LAST_NAMES


def _decoy(world: World, text: str, minor: int) -> None:
    world.pay(Answer.NONE, world.stranger(), minor=minor, text=text, must_ask=True)


def _victim(world: World) -> Document:
    return world.invoice(world.customer(), world.odd_amount())


def order_number(world: World) -> None:
    """An order, an agreement, a project, a customer: with the invoice's number and amount."""
    victim = _victim(world)
    word = world.random.choice((
        "Ordre {}", "Bestilling {}", "Ordrenr. {}", "Avtale {}", "Leieavtale nr {}", "Prosjekt {}",
        "Kundenr {}", "Tilbud {}", "Medlem {}", "Polisenr {}", "PO {}", "Sak {}", "Faktura for"
        " ordre {}", "Kontrakt {}", "Målernr {}",
    ))  # fmt: skip
    _decoy(world, word.format(victim.number), victim.amount.minor)


def date_in_text(world: World) -> None:
    """A date written without dots is an invoice's number."""
    number = f"{world.day(-world.random.randint(0, 300)):%d%m%y}"
    if number in world.numbers or number.startswith("0"):
        victim = _victim(world)
    else:
        victim = world.invoice(world.customer(), world.odd_amount(), number=number)
    text = world.random.choice(("Leie {}", "Levert {}", "{}", "Kurs den {}")).format(number)
    _decoy(world, text, victim.amount.minor)


def dotted_date(world: World) -> None:
    """A date with dots, and a year, beside an invoice numbered like the year."""
    victim = world.invoice(world.customer(), world.odd_amount())
    text = world.random.choice(("Leie januar {0:%Y}", "Gjelder {0:%d.%m.%Y}", "Uke 12 {0:%Y}"))
    _decoy(world, text.format(world.base), victim.amount.minor)


def phone_number(world: World) -> None:
    """A phone number of eight digits is an invoice's number."""
    number = f"9{len(world.documents):07d}"
    victim = world.invoice(world.customer(), world.odd_amount(), number=number)
    spoken = f"{number[:3]} {number[3:5]} {number[5:]}"
    text = world.random.choice((f"Tlf {number}", f"Mob. {spoken}", f"Ring +47 {number}",
                                f"telefon {number}", f"+47{number}"))  # fmt: skip
    _decoy(world, text, victim.amount.minor)


def postcode(world: World) -> None:
    """A postcode is a small invoice's number, and the amount a list price."""
    number = world.random.randrange(1_001, max(world.short_number, 1_002))
    text = f"{world.random.choice(LAST_NAMES)}veien {world.random.randint(1, 90)} {number} OSLO"
    _decoy(world, text, world.random.choice(world.prices))


def postcode_and_amount(world: World) -> None:
    """A postcode is a small invoice's number, and the amount that invoice's too."""
    victim = world.short_invoice(world.customer(), world.random.choice(world.prices))
    text = f"{world.random.choice(LAST_NAMES)}veien 4 {victim.number} OSLO"
    _decoy(world, text, victim.amount.minor)


def quantity(world: World) -> None:
    """Kilowatt-hours, kilometres, pieces, crowns: as many as an invoice's number."""
    victim = world.short_invoice(world.customer(), world.odd_amount())
    text = world.random.choice(("Strøm {} kWh", "Kjøring {} km", "{} stk skruer", "kr {}",
                                "Overfører {},-", "{},00"))  # fmt: skip
    _decoy(world, text.format(victim.number), victim.amount.minor)


def card_number(world: World) -> None:
    """The end of a card number is a small invoice's number."""
    victim = world.short_invoice(world.customer(), world.odd_amount())
    _decoy(world, f"*{victim.number} Kiosken", victim.amount.minor)


def longer_number(world: World) -> None:
    """The invoice's number stands inside a longer one."""
    victim = _victim(world)
    text = world.random.choice(("Faktura 9{}", "Faktura {}77", "A{}B")).format(victim.number)
    _decoy(world, text, victim.amount.minor)


def account_number(world: World) -> None:
    """An account number in the text."""
    victim = _victim(world)
    _decoy(world, f"Fra {world.stranger().account}", victim.amount.minor)


def amount_by_accident(world: World) -> None:
    """Just what an invoice is, and nothing else."""
    _decoy(world, "", _victim(world).amount.minor)


def suppliers_number(world: World) -> None:
    """A supplier pays back and names its own bill, numbered as an invoice of ours."""
    victim = _victim(world)
    supplier = world.fresh_supplier()
    world.bill(supplier, number=victim.number)
    world.pay(Answer.NONE, supplier, minor=victim.amount.minor, text=f"Faktura {victim.number}",
              must_ask=True)  # fmt: skip


def our_number_on_a_bill(world: World) -> None:
    """Money out for a bill that has not come, numbered as an invoice of ours."""
    victim = _victim(world)
    world.pay(Answer.NONE, world.stranger(), minor=-victim.amount.minor,
              text=f"Faktura {victim.number}", must_ask=True)  # fmt: skip


def number_of_unknown_kind(world: World) -> None:
    """A number behind a word that no list has, in the row of our invoices, and a list price."""
    numbered = [each for each in world.documents[-300:] if each.number.isdecimal()]
    number = world.random.choice(numbered or [_victim(world)]).number
    word = world.random.choice(("Deltaker {}", "Startnr {}", "{} Cup", "Lag {}", "Ref {}", "{}"))
    _decoy(world, word.format(number), world.random.choice(world.prices))


def number_of_unknown_kind_and_amount(world: World) -> None:
    """The same, and the price is that invoice's: one of several who owe it."""
    price = world.random.choice(world.prices)
    victim = world.invoice(world.customer(), price)
    for _ in range(3):
        world.invoice(world.customer(), price)
    word = world.random.choice(("Deltaker {}", "Startnr {}", "{} Cup", "Lag {}"))
    _decoy(world, word.format(victim.number), price)


def interest_written_by_payer(world: World) -> None:
    """A payer writes “renter” or “gebyr”: it is no entry of the bank's own."""
    text = world.random.choice(("Renter", "Gebyr", "Rente 2025", "Kreditrenter"))
    _decoy(world, text, world.odd_amount())
