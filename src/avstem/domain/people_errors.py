"""Refusals about people: confirming who one is, invitations, and who may be taken away."""

from dataclasses import dataclass
from typing import ClassVar

from avstem.domain.errors import RefusalError


@dataclass(eq=False)
class ConfirmationWrongError(RefusalError):
    """A code or passkey that is not the person's, or that was used before."""

    code: ClassVar[str] = "person.confirmation_wrong"


@dataclass(eq=False)
class ConfirmationLockedError(RefusalError):
    """Too many wrong codes: none is looked at for `minutes`."""

    code: ClassVar[str] = "person.confirmation_locked"
    minutes: int


@dataclass(eq=False)
class InvitationGoneError(RefusalError):
    """An invitation that is used, taken back or too old, or that there never was."""

    code: ClassVar[str] = "person.invitation_gone"


@dataclass(eq=False)
class MemberThereError(RefusalError):
    """Somebody who is invited works in the company already."""

    code: ClassVar[str] = "person.member_there"
    email: str


@dataclass(eq=False)
class BegunError(RefusalError):
    """The first person is made once; somebody is here already."""

    code: ClassVar[str] = "person.begun"


@dataclass(eq=False)
class InvitedAnotherError(RefusalError):
    """An invitation of somebody else than who is signed in."""

    code: ClassVar[str] = "person.invited_another"
    invited: str


@dataclass(eq=False)
class LastOwnerError(RefusalError):
    """The only owner is neither removed nor given another role."""

    code: ClassVar[str] = "person.last_owner"
    person: str


@dataclass(eq=False)
class StandingOverLimitError(RefusalError):
    """A standing approval above what its giver may approve in one payment."""

    code: ClassVar[str] = "person.standing_over_limit"
    amount: str
    limit: str
