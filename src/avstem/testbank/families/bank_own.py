"""The bank's own entries, and money that is about no document at all."""

from avstem.domain.open_item import Party
from avstem.domain.voucher import LedgerRole
from avstem.testbank.families.label import Answer, Payer
from avstem.testbank.families.world import World

_SHOPS = ("REMA 1000 MAJORSTUEN", "Circle K Sinsen", "NSB Billett", "Clas Ohlson 4711")


def bank_charge(world: World) -> None:
    """The bank's charge, by its code."""
    minor = -world.random.choice((250, 500, 4_500, 12_345))
    world.pay(Answer.CERTAIN, None, minor=minor, ledger=LedgerRole.BANK_CHARGES.value,
              text="Gebyr betalingstjenester", code="ACMT/MDOP/CHRG")  # fmt: skip


def interest(world: World) -> None:
    """Interest, by its code."""
    minor = world.random.choice((1, -1)) * world.random.randrange(1, 90_000)
    role = LedgerRole.INTEREST_RECEIVED if minor > 0 else LedgerRole.INTEREST_PAID
    text = "Kreditrenter" if minor > 0 else "Debetrenter"
    world.pay(Answer.CERTAIN, None, minor=minor, ledger=role.value, text=text,
              code="ACMT/MCOP/INTR" if minor > 0 else "ACMT/MDOP/INTR")  # fmt: skip


def card_purchase(world: World) -> None:
    """Bought with the card: no bill has come."""
    shop = world.random.choice(_SHOPS)
    text = f"*{world.random.randint(1000, 9999)} {world.base:%d.%m} {shop}"
    world.pay(Answer.NONE, None, minor=-world.amount(), text=text, must_ask=True)


def salary(world: World) -> None:
    """Wages paid out: private names, round amounts."""
    minor = -world.random.randrange(20_000, 60_000) * 100
    text = f"Lønn {world.base:%m.%Y}"
    world.pay(Answer.NONE, world.stranger(), minor=minor, text=text, must_ask=True)


def tax(world: World) -> None:
    """Tax and VAT with a KID of the authority's own."""
    office = Payer(Party("Skatteetaten"), "76940512057")
    world.pay(Answer.NONE, office, minor=-world.amount(), kid=world.new_kid(),
              text=f"MVA {world.base:%m} termin", must_ask=True)  # fmt: skip


def grant(world: World) -> None:
    """Money from somebody who owes nothing, with talk that says nothing."""
    text = world.random.choice(("", "Tilskudd", "Gave", "Refusjon reise", "Depositum", "Vipps"))
    world.pay(Answer.NONE, world.stranger(), minor=world.amount(), text=text, must_ask=True)
