"""What the company sent to the bank, and the bank's answer by our own keys."""

from avstem.domain.open_item import Document
from avstem.testbank.families.label import Answer, Payer, Sent, full
from avstem.testbank.families.world import World


def _send(world: World, bill: Document, batch: str, *, is_rejected: bool = False) -> str:
    key = f"E2E{len(world.sent):09d}"
    world.sent.append(Sent(bill, bill.amount, key, batch, is_rejected))
    return key


def _batch(world: World) -> str:
    return f"LOT{len(world.sent):09d}"


def own_key(world: World) -> None:
    """The bank gives back the payment's own key."""
    supplier = world.supplier()
    bill = world.bill(supplier)
    key = _send(world, bill, _batch(world))
    shown = supplier.named(supplier.party.name.upper()[:10])
    world.pay(Answer.CERTAIN, shown, full(bill), end_to_end_id=key)


def own_batch(world: World) -> None:
    """One sum for the whole batch."""
    bills, batch = _bills(world), _batch(world)
    for bill in bills:
        _send(world, bill, batch)
    world.pay(Answer.CERTAIN, None, full(*bills), batch=batch)


def own_batch_less_rejected(world: World) -> None:
    """The batch less the payment that the bank rejected."""
    bills, batch = _bills(world), _batch(world)
    for place, bill in enumerate(bills):
        _send(world, bill, batch, is_rejected=place == 0)
    world.pay(Answer.CERTAIN, None, full(*bills[1:]), batch=batch)


def own_batch_of_another_sum(world: World) -> None:
    """The batch's key with another sum than was sent."""
    bills, batch = _bills(world), _batch(world)
    for bill in bills:
        _send(world, bill, batch)
    minor = -sum(bill.amount.minor for bill in bills) - world.odd_amount()
    world.pay(Answer.NONE, None, minor=minor, batch=batch, must_ask=True)


def bill_on_its_way(world: World) -> None:
    """A payment that looks like a bill's, while another payment of it is on its way: a decoy."""
    supplier = world.fresh_supplier()
    bill = world.bill(supplier, kid=world.new_kid())
    key = _send(world, bill, _batch(world))
    world.pay(Answer.NONE, supplier, minor=-bill.amount.minor, kid=bill.kid, must_ask=True)
    world.pay(Answer.CERTAIN, supplier, full(bill), end_to_end_id=key, days=6)


def _bills(world: World) -> list[Document]:
    suppliers: list[Payer] = [world.supplier() for _ in range(world.random.randint(3, 6))]
    return [world.bill(each) for each in suppliers]
