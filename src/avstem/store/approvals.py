"""Who may approve a payment: by role, by limit, and never one's own change of account number.

The service refuses by it, and the pages say beforehand what it would refuse.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from avstem.domain.errors import (
    NotAnApproverError,
    OwnAccountChangeError,
    PaymentOverLimitError,
    RefusalError,
    StateError,
)
from avstem.domain.money import format_minor
from avstem.domain.payment_life import OrderState
from avstem.store.models import ApproverLimit, Membership, PaymentOrder
from avstem.store.models.company import Role

#: Who may approve payments.
APPROVERS = (Role.OWNER, Role.ACCOUNTANT, Role.APPROVER)


@dataclass(frozen=True)
class Approver:
    """A person in view of approving.

    `role` is None for whoever runs commands on the machine; `limit_minor` None is no limit.
    `has_others`: somebody else here may approve too.
    """

    person: str
    role: str | None
    limit_minor: int | None
    has_others: bool

    @property
    def may_approve(self) -> bool:
        """Whether the role is one that approves at all."""
        return self.role is None or self.role in APPROVERS


def approver(company_id: int, person: str) -> Approver:
    """What is known of the person in this company."""
    members = Membership.objects.filter(company_id=company_id)
    role = members.filter(user__email=person).values_list("role", flat=True).first()
    limits = ApproverLimit.objects.filter(company_id=company_id, person=person)
    others = members.filter(role__in=APPROVERS, user__is_active=True).exclude(user__email=person)
    return Approver(
        person, role, limits.values_list("limit_minor", flat=True).first(), others.exists()
    )


def approvers(company_id: int) -> Sequence[tuple[str, str, int | None]]:
    """Everybody who may approve: (e-mail, role, limit), by e-mail."""
    members = Membership.objects.filter(
        company_id=company_id, role__in=APPROVERS, user__is_active=True
    ).order_by("user__email")
    limits = dict(
        ApproverLimit.objects.filter(company_id=company_id).values_list("person", "limit_minor")
    )
    return [
        (email, role, limits.get(email))
        for email, role in members.values_list("user__email", "role")
    ]


def value_of(order: PaymentOrder) -> int | None:
    """What a limit is held against: the value in øre when it was made; None where nobody knew."""
    if order.abroad is None or order.currency == "NOK":
        return order.amount_minor
    value: int | None = order.abroad["nok_minor"]
    return value


def needs_reason(order: PaymentOrder, who: Approver) -> bool:
    """Whether the person approves their own change, for nobody else is there to do it."""
    return order.account_changed_by == who.person and not who.has_others


def refusal_of(order: PaymentOrder, who: Approver, *, reason: str) -> RefusalError | None:
    """Why the person may not approve it, or None."""
    if not who.may_approve:
        return NotAnApproverError(who.person, who.role or "")
    if order.state not in (OrderState.AWAITING_APPROVAL, OrderState.APPROVED):
        found = order.state.replace("_", " ")
        return StateError("payment", order.end_to_end_id, found, "awaiting approval")
    value = value_of(order)
    if who.limit_minor is not None and (value is None or value > who.limit_minor):
        return PaymentOverLimitError(
            order.end_to_end_id,
            f"{format_minor(order.amount_minor, order.currency)} {order.currency}",
            f"{format_minor(who.limit_minor, 'NOK')} NOK",
        )
    if order.account_changed_by == who.person and (who.has_others or not reason):
        return OwnAccountChangeError(order.end_to_end_id)
    return None
