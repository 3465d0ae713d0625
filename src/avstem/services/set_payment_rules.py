"""How a company pays its bills: chosen by hand or not, how many people, limits, standing word."""

from datetime import datetime

from django.db import transaction as database

from avstem.domain.errors import InvalidValueError, NotAnApproverError
from avstem.domain.money import format_minor
from avstem.domain.people_errors import StandingOverLimitError
from avstem.store import audit, payments
from avstem.store.approvals import Approver, approver
from avstem.store.locks import lock_company
from avstem.store.models import ApproverLimit, PaymentSettings, StandingApproval
from avstem.store.tenancy import in_company


@in_company
@database.atomic
def set_payment_rules(
    *, company_id: int, selects: bool, approvals_needed: int, actor: str, now: datetime
) -> PaymentSettings:
    """Whether bills are chosen by hand, and how many people approve (1 or 2), from now on."""
    if approvals_needed not in (1, 2):
        raise InvalidValueError("approvals", str(approvals_needed), "1 or 2")
    lock_company(company_id)
    wanted = {"selects": selects, "approvals_needed": approvals_needed}
    row, _ = PaymentSettings.objects.update_or_create(company_id=company_id, defaults=wanted)
    _tell(company_id, "payments.rules", actor, now, **wanted)
    return row


@in_company
@database.atomic
def limit_approver(
    *, company_id: int, person: str, limit_minor: int | None, actor: str, now: datetime
) -> None:
    """The most that the person may approve in one order; None takes the limit away."""
    if limit_minor is not None and limit_minor < 0:
        raise InvalidValueError("limit", str(limit_minor), "zero or more")
    lock_company(company_id)
    rows = ApproverLimit.objects.filter(company_id=company_id, person=person)
    if limit_minor is None:
        rows.delete()
    else:
        ApproverLimit.objects.update_or_create(
            company_id=company_id, person=person, defaults={"limit_minor": limit_minor}
        )
    _tell(company_id, "payments.limit", actor, now, person=person, limit_minor=limit_minor)


@in_company
@database.atomic
def give_standing_approval(
    *, company_id: int, limit_minor: int, actor: str, now: datetime
) -> StandingApproval:
    """The person's word that orders up to the limit go without being looked at one by one.

    It takes the place of the one before. Orders that wait already still need a person. Nobody gives
    one who does not approve, or above what they themselves may approve.
    """
    if limit_minor <= 0:
        raise InvalidValueError("limit", str(limit_minor), "more than zero")
    company = lock_company(company_id)
    _check_giver(approver(company_id, actor), limit_minor, company.currency)
    _end(company_id, actor, now)
    _tell(company_id, "payments.standing_given", actor, now, limit_minor=limit_minor)
    return StandingApproval.objects.create(
        company_id=company_id, given_by=actor, given_at=now, limit_minor=limit_minor,
        currency=company.currency,
    )  # fmt: skip


@in_company
@database.atomic
def end_standing_approval(*, company_id: int, actor: str, now: datetime) -> None:
    """From now on every order needs a person; what is approved stays approved."""
    lock_company(company_id)
    if _end(company_id, actor, now):
        _tell(company_id, "payments.standing_ended", actor, now)


def _check_giver(who: Approver, limit_minor: int, currency: str) -> None:
    if not who.may_approve:
        raise NotAnApproverError(who.person, who.role or "")
    if who.limit_minor is not None and limit_minor > who.limit_minor:
        raise StandingOverLimitError(
            format_minor(limit_minor, currency), format_minor(who.limit_minor, currency)
        )


def _end(company_id: int, actor: str, now: datetime) -> bool:
    found = payments.standing_approval(company_id)
    if found is None:
        return False
    rows = StandingApproval.objects.filter(company_id=company_id, pk=found.pk)
    return bool(rows.update(ended_by=actor, ended_at=now))


def _tell(company_id: int, action: str, actor: str, now: datetime, **facts: object) -> None:
    audit.record(company_id=company_id, actor=actor, action=action, at=now, facts=facts)
