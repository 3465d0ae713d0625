"""Between the company's own accounts."""

from avstem.domain.open_item import Party
from avstem.domain.voucher import LedgerRole
from avstem.testbank.families.label import Answer, Payer
from avstem.testbank.families.world import CASH_ACCOUNT, OWN_ACCOUNTS, OWN_NAME, World

_ROLE = LedgerRole.OWN_TRANSFERS.value
_US = Payer(Party(OWN_NAME), "")


def _own(account: int) -> Payer:
    return Payer(Party(OWN_NAME), OWN_ACCOUNTS[account])


def _grouped(account: int) -> str:
    number = OWN_ACCOUNTS[account]
    return f"{number[:4]} {number[4:6]} {number[6:]}"


def transfer_by_account(world: World) -> None:
    """Both sides name the other account."""
    minor = world.random.randrange(10, 400) * 100_000
    world.pay(Answer.CERTAIN, _own(1), minor=-minor, ledger=_ROLE, on=0, days=0)
    world.pay(Answer.CERTAIN, _own(0), minor=minor, ledger=_ROLE, on=1, days=1)


def transfer_by_text(world: World) -> None:
    """One side names the other account in its text, the other side says nothing."""
    minor = world.random.randrange(10, 400) * 100_000 + world.random.randrange(1, 99_999)
    text = f"Overføring til {_grouped(1)}"
    world.pay(Answer.CERTAIN, None, minor=-minor, ledger=_ROLE, text=text, days=0)
    world.pay(Answer.CERTAIN, None, minor=minor, ledger=_ROLE, on=1, days=1)


def transfer_one_side(world: World) -> None:
    """The other side has not come."""
    minor = world.odd_amount() + 10_000_000
    world.pay(Answer.CLEAR, _own(1), minor=-minor, ledger=_ROLE, must_ask=True)


def transfer_of_an_invoices_amount(world: World) -> None:
    """A transfer of just what an invoice is, whose number stands in the text: a decoy."""
    invoice = world.invoice(world.customer(), world.odd_amount() + 20_000_000)
    minor = invoice.amount.minor
    world.pay(Answer.CERTAIN, _own(0), minor=-minor, ledger=_ROLE, on=1, days=0)
    world.pay(Answer.CERTAIN, _own(1), minor=minor, ledger=_ROLE, on=0, days=1,
              text=f"Faktura {invoice.number}")  # fmt: skip


def transfer_and_equal_deposit(world: World) -> None:
    """A transfer whose other side has not come, and somebody else's deposit of the same amount."""
    minor = world.random.randrange(10, 400) * 100_000 + world.random.randrange(1, 99_999)
    text = f"Overføring til {_grouped(1)}"
    world.pay(Answer.CLEAR, None, minor=-minor, ledger=_ROLE, text=text, days=0, must_ask=True)
    by = world.stranger().without_account()
    world.pay(Answer.NONE, by, minor=minor, on=1, days=1, must_ask=True)


def two_equal_transfers(world: World) -> None:
    """Two equal transfers within the week: which side goes with which makes no difference."""
    minor = world.random.randrange(10, 400) * 100_000 + world.random.randrange(1, 99_999)
    for days in (0, 1):
        world.pay(Answer.CERTAIN, _own(1), minor=-minor, ledger=_ROLE, on=0, days=days)
        world.pay(Answer.CERTAIN, _own(0), minor=minor, ledger=_ROLE, on=1, days=days)


def _unusual(world: World) -> int:
    return world.random.randrange(10, 400) * 100_000 + world.random.randrange(1, 99_999)


def transfer_by_own_name(world: World) -> None:
    """The bank shows the company's own name on both sides, and no account."""
    minor = _unusual(world)
    world.pay(Answer.CERTAIN, _US, minor=-minor, ledger=_ROLE, on=0, days=0)
    world.pay(Answer.CERTAIN, _US, minor=minor, ledger=_ROLE, on=1, days=1)


def own_name_on_one_side(world: World) -> None:
    """Our own name on one side, a deposit without a word of just the amount on the other."""
    minor = _unusual(world)
    world.pay(Answer.CLEAR, _US, minor=-minor, ledger=_ROLE, days=0, must_ask=True)
    world.pay(Answer.NONE, None, minor=minor, on=1, days=1, must_ask=True)


def cash_to_the_bank(world: World) -> None:
    """The till's takings are brought to the bank, which says that it is cash."""
    minor = _unusual(world)
    world.pay(Answer.CERTAIN, None, minor=-minor, ledger=_ROLE, on=CASH_ACCOUNT, days=0,
              text="Til banken")  # fmt: skip
    world.pay(Answer.CERTAIN, None, minor=minor, ledger=_ROLE, days=1, text="Kontantinnskudd")


def cash_of_a_customer(world: World) -> None:
    """A customer pays cash in at the bank, and the till knows nothing of it: a decoy."""
    victim = world.invoice(world.customer(), world.odd_amount())
    world.pay(Answer.NONE, None, minor=victim.amount.minor, text="Kontantinnskudd", must_ask=True)
