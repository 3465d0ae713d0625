"""Agreements as the command line shows them."""

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from avstem.cli.output import print_json

if TYPE_CHECKING:
    from avstem.domain.agreement import Days
    from avstem.services.agreement_status import AccountStatus, AgreementStatus


def show(found: "list[AgreementStatus]", *, as_json: bool, as_list: bool = False) -> None:
    """Print them, for people or as JSON (one object, or an array)."""
    if as_json:
        documents = [as_document(each) for each in found]
        print_json(documents if as_list else documents[0])
        return
    for each in found:
        click.echo(_line(each))
        for account in each.accounts:
            click.echo(f"  {_account_line(account)}")
    if not found:
        click.echo("No agreements.")


def as_document(status: "AgreementStatus") -> dict[str, Any]:
    """An agreement as `bank status --json` has it."""
    agreement = status.agreement
    return {
        "company": agreement.company.orgnr,
        "bank": agreement.bank,
        "name": status.bank.name,
        "state": agreement.state,
        "channel": agreement.channel or None,
        "reason": agreement.reason or None,
        "ordered": {
            "statements": True,
            "notifications": agreement.notifications,
            "ocr": agreement.ocr,
            "payments": agreement.payments,
        },
        "bank_approves": agreement.bank_approves,
        "late": bool(status.late or status.behind),
        "payments_late": status.payments_late,
        "freshness": status.freshness,
        "accounts": [_account_document(each) for each in status.accounts],
    }


def _account_document(status: "AccountStatus") -> dict[str, Any]:
    activation = status.activation
    return {
        "account": activation.account.iban,
        "state": activation.state,
        "reason": activation.reason or None,
        "activation_date": str(activation.activation_date),
        "ended_on": _text(activation.ended_on),
        "first_statement": _days(status.expected),
        "first_statement_came": status.first_came,
        "bank_days_late": status.days_late,
        "statements_late": status.statements_late,
        "gap": _days(status.gap),
        "waiting_days": _days(status.waiting_days),
        "last_statement_day": _text(status.last_day),
    }


def _text(day: date | None) -> str | None:
    return None if day is None else str(day)


def _days(days: "Days | None") -> dict[str, str] | None:
    return None if days is None else {"from": str(days.first), "to": str(days.last)}


def _line(status: "AgreementStatus") -> str:
    from avstem.wording.agreements import agreement_state_text

    agreement = status.agreement
    words = [
        agreement.company.orgnr,
        f"{status.bank.name} ({agreement.bank}): {agreement_state_text(agreement.state)}",
        agreement.channel,
        agreement.reason,
        f"{status.payments_late} PAYMENTS LATE" if status.payments_late else "",
    ]
    return " · ".join(word for word in words if word)


def _account_line(status: "AccountStatus") -> str:
    from avstem.wording.agreements import agreement_state_text

    activation = status.activation
    words = [
        f"{activation.account.iban} {agreement_state_text(activation.state)}",
        f"from {activation.activation_date}",
        f"until {activation.ended_on}" if activation.ended_on else "",
        activation.reason,
        _first_statement(status),
        f"no statement of {_span(status.gap)} (before the activation)" if status.gap else "",
        f"to be typed or uploaded: {_span(status.waiting_days)}" if status.waiting_days else "",
        f"last statement to {status.last_day}" if status.last_day else "",
        f"{status.statements_late} STATEMENTS LATE" if status.statements_late else "",
    ]
    return " · ".join(word for word in words if word)


def _first_statement(status: "AccountStatus") -> str:
    if status.days_late:
        return f"FIRST STATEMENT {status.days_late} BANK DAYS LATE"
    if status.expected and not status.first_came and status.activation.closed_at is None:
        return f"first statement expected {_span(status.expected)}"
    return ""


def _span(days: "Days | None") -> str:
    return "" if days is None else f"{days.first} to {days.last}"
