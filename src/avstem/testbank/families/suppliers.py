"""Bills that the company pays."""

from avstem.testbank.families.label import Answer, full, part
from avstem.testbank.families.world import World


def bill_with_kid(world: World) -> None:
    """The supplier's KID, to the account on the bill."""
    supplier = world.supplier()
    bill = world.bill(supplier, kid=world.new_kid())
    world.pay(Answer.CERTAIN, supplier, full(bill), kid=bill.kid)


def bill_by_number(world: World) -> None:
    """The bill's number in the text, to the account on the bill."""
    supplier = world.supplier()
    bill = world.bill(supplier)
    world.pay(Answer.CERTAIN, supplier, full(bill), text=f"Faktura {bill.number}")


def bill_by_account(world: World) -> None:
    """Just what one bill is, to the account on the bill."""
    supplier = world.fresh_supplier()
    bill = world.bill(supplier, world.odd_amount())
    world.pay(Answer.CERTAIN, supplier, full(bill))


def bill_to_new_account(world: World) -> None:
    """KID or number and amount are right, the account is new: it may be a swindler's."""
    supplier = world.supplier()
    bill = world.bill(supplier, kid=world.new_kid())
    swindler = world.stranger().named(supplier.party.name)
    if world.random.random() < 0.5:
        world.pay(Answer.CLEAR, swindler, full(bill), kid=bill.kid, must_ask=True)
    else:
        text = f"Faktura {bill.number}"
        world.pay(Answer.CLEAR, swindler, full(bill), text=text, must_ask=True)


def bills_numbered_alike(world: World) -> None:
    """Two suppliers have a bill of the same number; the account tells which."""
    one, other = world.fresh_supplier(), world.fresh_supplier()
    number = f"55{len(world.documents)}"
    bill, _ = world.bill(one, number=number), world.bill(other, number=number)
    world.pay(Answer.CERTAIN, one, full(bill), text=f"Faktura {number}")


def bills_numbered_alike_no_account(world: World) -> None:
    """The same, and the bank names no account: the amount and the name tell."""
    one, other = world.fresh_supplier(), world.fresh_supplier()
    number = f"55{len(world.documents)}"
    bill, _ = world.bill(one, number=number), world.bill(other, number=number)
    world.pay(Answer.CLEAR, one.without_account(), full(bill), text=f"Faktura {number}")


def several_bills(world: World) -> None:
    """Two bills in one payment, both named."""
    supplier = world.supplier()
    bills = [world.bill(supplier) for _ in range(2)]
    text = "Faktura " + " og ".join(each.number for each in bills)
    world.pay(Answer.CERTAIN, supplier, full(*bills), text=text)


def bill_less_credit(world: World) -> None:
    """A bill less the supplier's credit note, both named."""
    supplier = world.supplier()
    bill = world.bill(supplier, 1_000_000 + world.odd_amount())
    credit = world.supplier_credit(supplier, 1_000 + world.random.randrange(900_000))
    text = f"Faktura {bill.number} kreditnota {credit.number}"
    world.pay(Answer.CERTAIN, supplier, full(bill, credit), text=text)


def bill_part_paid(world: World) -> None:
    """A part of a bill with its KID, to its account."""
    supplier = world.fresh_supplier()
    bill = world.bill(supplier, world.odd_amount(), kid=world.new_kid())
    world.pay(Answer.CERTAIN, supplier, part(bill, bill.amount.minor // 3 + 5), kid=bill.kid)


def payment_of_no_bill(world: World) -> None:
    """Money out to somebody unknown of just what a bill is: a decoy."""
    bill = world.bill(world.supplier(), world.odd_amount())
    world.pay(Answer.NONE, world.stranger(), minor=-bill.amount.minor, must_ask=True)
