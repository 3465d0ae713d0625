"""Credit notes and money given back."""

from avstem.domain.statement import Reference
from avstem.testbank.families.label import Answer, full
from avstem.testbank.families.world import World


def credit_paid_out_named(world: World) -> None:
    """A credit note is paid out to the customer's known account, and named."""
    payer = world.customer()
    credit = world.credit_note(payer)
    text = f"Kreditnota {credit.number}"
    world.pay(Answer.CERTAIN, payer, full(credit), text=text)


def credit_paid_out_structured(world: World) -> None:
    """The same, named in structured form."""
    payer = world.customer()
    credit = world.credit_note(payer)
    references = [Reference("credit_note", credit.number)]
    world.pay(Answer.CERTAIN, payer, full(credit), references=references)


def credit_paid_out_by_amount(world: World) -> None:
    """Money out to a customer's known account of just what the credit note is."""
    payer = world.fresh_customer()
    world.pay(Answer.CLEAR, payer, full(world.credit_note(payer, world.odd_amount())))


def credit_paid_to_new_account(world: World) -> None:
    """A credit note is paid out to an account that nobody knows."""
    credit = world.credit_note(world.customer())
    text = f"Kreditnota {credit.number}"
    world.pay(Answer.CLEAR, world.stranger(), full(credit), text=text, must_ask=True)


def money_back_without_credit(world: World) -> None:
    """Money back for a paid invoice without a credit note: it stands on the customer."""
    payer = world.fresh_customer()
    invoice = world.paid_invoice(payer)
    world.pay(Answer.CLEAR, payer, minor=-invoice.amount.minor, rest_of=payer.party,
              text=f"Tilbakebetaling faktura {invoice.number}", must_ask=True)  # fmt: skip


def supplier_credit_paid_in(world: World) -> None:
    """A supplier pays back what its credit note says, and names it."""
    supplier = world.supplier()
    credit = world.supplier_credit(supplier)
    text = f"Kreditnota {credit.number}"
    world.pay(Answer.CERTAIN, supplier, full(credit), text=text)
