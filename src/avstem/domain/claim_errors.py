"""Refusals to whoever comes second: somebody else has booked, undone or used it already.

`by` is who did it, as the audit chain names them; `voucher` is what was posted.
"""

from dataclasses import dataclass
from typing import ClassVar

from avstem.domain.errors import OverAllocationError, StateError


@dataclass(eq=False)
class AlreadyBookedError(StateError):
    """A transaction that was to be booked, or set aside, and is booked by now."""

    code: ClassVar[str] = "claim.already_booked"
    voucher: str
    by: str


@dataclass(eq=False)
class AlreadyUndoneError(StateError):
    """A booking that was to be undone, and is undone by now."""

    code: ClassVar[str] = "claim.already_undone"
    voucher: str
    by: str


@dataclass(eq=False)
class ItemTakenError(OverAllocationError):
    """An amount that would have fitted, had not a newer voucher settled the item meanwhile."""

    code: ClassVar[str] = "claim.item_taken"
    item: str
    voucher: str
    by: str
