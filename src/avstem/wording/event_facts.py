"""The facts beside an event of the log, in words: what each is called, and yes and no."""

from typing import Any

from avstem import wording
from avstem.wording.people import ROLES, role_text

#: As they are kept -> what they are called. The names in the chain never change.
FACTS: dict[str, str] = {
    "about": "what it is about",
    "account": "account",
    "accounts": "accounts",
    "activation_date": "from the day",
    "activation_dates": "from the day",
    "added": "added",
    "after": "after",
    "agreement": "agreement number",
    "already_there": "there already",
    "amount": "amount",
    "approved": "approved",
    "attachment": "receipt number",
    "attempts": "attempts",
    "bank": "bank",
    "bank_approves": "the bank approves too",
    "batch_id": "batch",
    "before": "before",
    "by": "done by",
    "channel": "how files go",
    "code": "code",
    "confirmed_by": "confirmed by",
    "currency": "currency",
    "date": "date",
    "day": "the day",
    "digest": "seal",
    "email": "e-mail",
    "end_to_end_id": "end-to-end id",
    "fact": "fact number",
    "file": "file name",
    "found": "what was found",
    "given_at": "given",
    "hashes": "seals",
    "header": "columns",
    "hold": "held because",
    "iban": "IBAN",
    "invited_by": "invited by",
    "items": "documents",
    "job": "job number",
    "kind": "kind",
    "ledger_account": "ledger account",
    "limit_minor": "limit in øre",
    "mapping": "layout",
    "message_id": "file name",
    "moved": "moved",
    "name": "name",
    "note": "credit note",
    "now": "as it is now",
    "number": "number",
    "of": "out of",
    "on": "switched on",
    "order": "payment number",
    "orders": "payment numbers",
    "orgnr": "organisation number",
    "party": "party",
    "payments": "payments in number",
    "place": "place",
    "question": "question number",
    "reason": "reason",
    "reference": "reference",
    "refused": "refused",
    "rehearsal": "rehearsal number",
    "request": "file name",
    "right": "right ones",
    "role": "role",
    "rule": "rule",
    "sealed_with": "sealed with",
    "secrets": "secrets",
    "sha256": "checksum",
    "standing_ended": "standing approval ended",
    "statement": "statement",
    "text": "text",
    "to": "to the day",
    "transaction": "transaction number",
    "transactions": "transactions in number",
    "trial": "trial number",
    "version": "version",
    "voucher": "voucher number",
    "vouchers": "vouchers by number",
    "was": "was before",
    "whole": "whole file",
}


def fact_name(name: str) -> str:
    """What a fact is called; one that has no words is shown as it is kept."""
    return wording.translate(FACTS[name]) if name in FACTS else name


def fact_value(name: str, value: Any) -> str:
    """A fact as people read it: yes and no, a role's name, vouchers from a number to another."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return wording.translate("Yes") if value else wording.translate("No")
    if name == "role" and value in ROLES:
        return role_text(value)
    if name == "vouchers" and isinstance(value, list):
        return ", ".join(map(_span, value))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {each}" for key, each in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _span(span: Any) -> str:
    """`[2026, 1, 231]` is `2026-1–231`; one voucher alone is `2026-233`."""
    if not isinstance(span, list) or len(span) != 3:
        return str(span)
    year, first, last = span
    return f"{year}-{first}" if first == last else f"{year}-{first}–{last}"
