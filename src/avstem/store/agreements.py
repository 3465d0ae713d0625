"""Agreements and activations as rows: found, moved and told of, always in one company.

Call these with the company locked; what is decided is `domain.agreement`'s.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from avstem.banks.dialects import dialect
from avstem.banks.directory import bank as get_bank
from avstem.domain.agreement import (
    LIVE,
    AgreementState,
    check_may_be_typed,
    check_move,
    closing_state,
)
from avstem.domain.errors import InvalidValueError, NotFoundError
from avstem.store import audit
from avstem.store.models import Activation, Agreement, BankAccount

#: Agreements, or activations: of one kind at a time.
Rows = Sequence[Agreement | Activation]

_LIVE = tuple(state.value for state in LIVE)
_CLOSED = (AgreementState.ENDED, AgreementState.REJECTED)


def get_agreement(company_id: int, agreement_id: int) -> Agreement:
    """The company's agreement, or a refusal."""
    found = find_agreement(company_id, agreement_id)
    if found is None:
        raise NotFoundError("agreement", str(agreement_id))
    return found


def find_agreement(company_id: int, agreement_id: int) -> Agreement | None:
    """The company's agreement, or None."""
    return Agreement.objects.filter(company_id=company_id, pk=agreement_id).first()


def find_live_agreement(company_id: int, bank: str) -> Agreement | None:
    """The company's agreement with that bank which is not over."""
    found = Agreement.objects.filter(company_id=company_id, bank=bank, state__in=_LIVE)
    return found.first()


def live_activations(
    company_id: int, agreement: Agreement, account_ids: Collection[int] | None = None
) -> list[Activation]:
    """The agreement's accounts that are not over; those named, of which none may be missing."""
    rows = Activation.objects.filter(
        company_id=company_id, agreement=agreement, state__in=_LIVE
    ).select_related("account")
    if account_ids is None:
        return list(rows.order_by("pk"))
    found = list(rows.filter(account_id__in=account_ids).order_by("pk"))
    missing = set(account_ids) - {each.account_id for each in found}
    if missing:
        raise NotFoundError("activation", str(min(missing)))
    return found


def accounts_of(company_id: int, account_ids: Collection[int]) -> list[BankAccount]:
    """The company's accounts of those ids, or a refusal of the first that is not there."""
    found = BankAccount.objects.filter(company_id=company_id, pk__in=account_ids)
    accounts = list(found.order_by("ledger_account"))
    missing = set(account_ids) - {each.pk for each in accounts}
    if missing:
        raise NotFoundError("account", str(min(missing)))
    return accounts


def connected_accounts(company_id: int, account_ids: Collection[int]) -> dict[int, Activation]:
    """From account to its live activation, where it has one."""
    rows = Activation.objects.filter(
        company_id=company_id, account_id__in=account_ids, state__in=_LIVE
    ).select_related("agreement")
    return {each.account_id: each for each in rows}


def check_approval(slug: str, bank_approves: bool | None) -> None:
    """Refuse to write down another way to approve than the bank leaves a choice of."""
    way = dialect(get_bank(slug).dialect).approval_in_bank
    if bank_approves is None or way == "choice" or bank_approves is (way == "always"):
        return
    always = "in the internet bank: this bank always asks there"
    never = "here alone: this bank takes what is sent as approved"
    found = "in the internet bank" if bank_approves else "here alone"
    raise InvalidValueError("approval", found, always if way == "always" else never)


def check_not_waiting(account: BankAccount, day: date) -> None:
    """Refuse a day that may not be typed by hand on the account while its bank is awaited."""
    found = connected_accounts(account.company_id, [account.pk]).get(account.pk)
    if found is not None:
        check_may_be_typed(
            day,
            found.activation_date,
            AgreementState(found.state),
            confirmed=found.confirmed_at is not None,
            account=account.iban,
        )


def move(
    rows: Rows,
    wanted: AgreementState,
    now: datetime,
    **changed: Any,
) -> None:
    """Move them all, by one UPDATE, or refuse the first that may not move there."""
    for row in rows:
        kind, name = _named(row)
        check_move(AgreementState(row.state), wanted, kind=kind, identifier=name)
    changed["state"] = wanted.value
    if wanted in _CLOSED:
        changed["closed_at"] = now
    change(rows, **changed)


def change(rows: Rows, **changed: Any) -> None:
    """Write the same to them all, and to the rows at hand."""
    if not rows:
        return
    ids = [row.pk for row in rows]
    type(rows[0]).objects.filter(company_id=rows[0].company_id, pk__in=ids).update(**changed)
    for row in rows:
        for name, value in changed.items():
            setattr(row, name, value)


def close_if_empty(agreement: Agreement, now: datetime, **changed: Any) -> None:
    """End or reject an agreement that has no live account left."""
    rows = Activation.objects.filter(company_id=agreement.company_id, agreement=agreement)
    states = rows.values_list("state", flat=True).distinct().order_by()
    wanted = closing_state(map(AgreementState, states))
    if wanted is not None and agreement.closed_at is None:
        move([agreement], wanted, now, **changed)


def tell(
    agreement: Agreement,
    action: str,
    accounts: Sequence[Activation],
    *,
    actor: str,
    now: datetime,
    **facts: Any,
) -> None:
    """The event, with the accounts it is about, in the audit chain."""
    audit.record(
        company_id=agreement.company_id,
        actor=actor,
        action=action,
        at=now,
        facts={
            "agreement": agreement.pk,
            "bank": agreement.bank,
            "accounts": [each.account.iban for each in accounts],
            **facts,
        },
    )


def _named(row: Agreement | Activation) -> tuple[str, str]:
    if isinstance(row, Agreement):
        return "agreement", row.bank
    return "account", row.account.iban
