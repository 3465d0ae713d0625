"""Payments that the bank gives back or takes back."""

from avstem.testbank.families.label import Answer, full
from avstem.testbank.families.world import World


def bill_returned(world: World) -> None:
    """A bill's payment comes back with our key: the bill is owed again."""
    supplier = world.fresh_supplier()
    key = f"RET{len(world.documents):09d}"
    bill = world.paid_bill(supplier, key)
    world.pay(Answer.CERTAIN, supplier, minor=bill.amount.minor, end_to_end_id=key, is_return=True,
              reopens=full(bill))  # fmt: skip


def customers_payment_returned(world: World) -> None:
    """The bank takes back a customer's payment, by its own reference."""
    payer = world.fresh_customer()
    invoice = world.paid_invoice(payer)
    reference = world.paid[-1].transaction.bank_reference
    world.pay(Answer.CERTAIN, payer, minor=-invoice.amount.minor, bank_reference=reference,
              is_return=True, reopens=full(invoice))  # fmt: skip


def return_of_another_amount(world: World) -> None:
    """What comes back is not what was paid."""
    supplier = world.fresh_supplier()
    key = f"RET{len(world.documents):09d}"
    bill = world.paid_bill(supplier, key)
    minor = bill.amount.minor - 1_000
    world.pay(Answer.NONE, supplier, minor=minor, end_to_end_id=key, is_return=True,
              must_ask=True)  # fmt: skip


def return_unknown(world: World) -> None:
    """A return with the KID and amount of an open invoice, of a payment that we never saw."""
    payer = world.customer()
    invoice = world.invoice(payer)
    world.pay(Answer.NONE, payer, minor=invoice.amount.minor, kid=invoice.kid, is_return=True,
              must_ask=True)  # fmt: skip
