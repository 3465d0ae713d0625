"""All families with how often each comes, and the set that is made of them.

The mix is invented. Most of a real company's payments have the right KID; here the odd ones are
many, so that each family is seen often enough to be judged.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from avstem.domain.open_item import Document, Party
from avstem.testbank.families import (
    accounts,
    bank_own,
    card_sales,
    credits,
    decoys,
    discounts,
    doubles,
    parts,
    prepaid,
    references,
    returns,
    sent,
    sold_invoices,
    sums,
    suppliers,
    texts,
    transfers,
    wrong_references,
)
from avstem.testbank.families.label import LabelledLine, Sent
from avstem.testbank.families.world import World

Family = Callable[[World], None]
#: Open invoices that nobody pays, for each situation.
_UNPAID_SHARE = 0.3

#: Those that come more often than once; every other public function of the modules comes once.
_OFTEN: dict[Family, int] = {
    references.right_kid: 60,
    suppliers.bill_with_kid: 10,
    accounts.account_and_telling_amount: 8,
    accounts.account_and_price: 4,
    texts.number_in_text: 8,
    texts.several_named: 3,
    references.kid_part: 3,
    references.kid_more: 2,
    bank_own.card_purchase: 3,
    bank_own.bank_charge: 2,
    parts.half_equal_to_another: 2,
    decoys.order_number: 3,
    decoys.date_in_text: 2,
    decoys.amount_by_accident: 2,
}
_MODULES = (
    references, wrong_references, texts, accounts, sums, parts, doubles, credits, suppliers, sent,
    transfers, returns, bank_own, discounts, prepaid, card_sales, sold_invoices, decoys,
)  # fmt: skip


def _families() -> dict[str, Family]:
    found: dict[str, Family] = {}
    for module in _MODULES:
        for name, made in vars(module).items():
            if getattr(made, "__module__", "") == module.__name__ and not name.startswith("_"):
                assert name not in found, f"two families are called {name}"
                found[name] = made
    return found


FAMILIES = _families()


@dataclass(frozen=True)
class LabelledLedger:
    """What the company knows and what the bank says, each line with its truth.

    `paid` are the lines of an earlier run, which have closed their documents; `factor` has bought
    some of the claims.
    """

    documents: Sequence[Document]
    paid: Sequence[LabelledLine]
    sent: Sequence[Sent]
    lines: Sequence[LabelledLine]
    factor: Party


def make_ledger(seed: int, transactions: int, without: Sequence[str] = ()) -> LabelledLedger:
    """So many lines (a few more, for a situation is not cut) of all families but `without`.

    The same seed makes the same ledger. Lines come by booking date; each has a bank reference.
    """
    assert transactions > 0, "a set without a line proves nothing"
    world = World(seed, transactions)
    chosen = {name: made for name, made in FAMILIES.items() if name not in without}
    weights = [_OFTEN.get(made, 1) for made in chosen.values()]
    while len(world.lines) < transactions:
        world.move_on()
        (world.family,) = world.random.choices(list(chosen), weights)
        chosen[world.family](world)
        if world.random.random() < _UNPAID_SHARE:
            world.invoice(world.customer())
    lines = _numbered(world.lines)
    return LabelledLedger(world.documents, world.paid, world.sent, lines, world.factor.party)


def _numbered(lines: Sequence[LabelledLine]) -> list[LabelledLine]:
    ordered = sorted(lines, key=lambda line: line.booking_date)
    return [
        line
        if line.transaction.bank_reference
        else replace(line, transaction=replace(line.transaction, bank_reference=f"{place:012d}"))
        for place, line in enumerate(ordered, start=1)
    ]
