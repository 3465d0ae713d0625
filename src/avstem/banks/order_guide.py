"""How an agreement about files is ordered at a bank, step by step.

Steps, boxes and the rest are codes; `wording.banks` has the sentences. One file a guide in
`data/orders/`, and the guide `unknown` is for banks whose way nobody has told us: it says so, and
what to ask for.

Source: docs/banks.md.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources.abc import Traversable
from typing import Any, Literal

from avstem.banks.bank import Bank
from avstem.banks.data_files import DATA, checked, read_tables

WayKind = Literal["online_bankid", "form", "signed_paper", "in_person", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderWay:
    """One way to order, its steps in order; `when` says whom it is for, empty: everyone."""

    kind: WayKind
    when: str = ""
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderGuide:
    """All that is known of ordering at a bank.

    `boxes` are what must be ticked or asked for, or no statements come. `signers`: who may sign.
    `may_cost` is None where the bank has not said. `days` are bank days from the order until it
    is ready, least and most; None is not known. `first_statement_days` are bank days from then
    until the first statement, as is usual here. `notes` are what else to know.
    """

    slug: str
    ways: tuple[OrderWay, ...]
    boxes: tuple[str, ...] = ()
    signers: tuple[str, ...] = ()
    may_cost: bool | None = None
    days: tuple[int, int] | None = None
    first_statement_days: tuple[int, int] = (1, 3)
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether the bank's own way is known."""
        return any(way.kind != "unknown" for way in self.ways)


def order_guide(bank: Bank) -> OrderGuide:
    """How a bank's agreement is ordered. That a bank names a guide we lack is our mistake."""
    return _guides()[bank.order]


def all_guides() -> tuple[OrderGuide, ...]:
    """Every guide, by slug."""
    return tuple(_guides().values())


def read_guides(folder: Traversable) -> dict[str, OrderGuide]:
    """The guides of a folder, by slug: the name of the file."""
    return {slug: _guide(slug, stated) for slug, stated in read_tables(folder)}


@cache
def _guides() -> dict[str, OrderGuide]:
    return read_guides(DATA / "orders")


def _guide(slug: str, stated: dict[str, Any]) -> OrderGuide:
    where = f"{slug}.toml"
    ways = [OrderWay(**checked(OrderWay, way, where)) for way in stated.pop("way")]
    return OrderGuide(**checked(OrderGuide, {**stated, "slug": slug, "ways": ways}, where))
