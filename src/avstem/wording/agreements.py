"""What agreements and their accounts are called, and why an account cannot be connected."""

from avstem import wording

# The states of an agreement and of an account in it.
AGREEMENT_STATES: dict[str, str] = {
    "ordered": "Ordered",
    "awaiting_bank": "Awaiting the bank",
    "active": "Active",
    "in_error": "In error",
    "ended": "Ended",
    "rejected": "Rejected by the bank",
}

# Why an account cannot be connected (domain.agreement.NotPermitted).
NOT_PERMITTED: dict[str, str] = {
    "kind": "Banks send statements of operating and currency accounts only; this is {kind}.",
    "iban": "The account has no valid IBAN.",
    "connected": "Connected already, with {bank}.",
}

# What an account is for.
ACCOUNT_KINDS: dict[str, str] = {
    "operating": "an operating account",
    "currency": "a currency account",
    "savings": "a savings account",
    "tax": "a tax account",
    "card": "a card account",
    "cash": "cash",
}


def agreement_state_text(state: str) -> str:
    """The state's name."""
    return wording.translate(AGREEMENT_STATES[state])


def not_permitted_text(code: str, *, kind: str, bank: str) -> str:
    """Why an account cannot be connected; `bank` is who has it already."""
    said = wording.translate(ACCOUNT_KINDS[kind])
    return wording.translate(NOT_PERMITTED[code]).format(kind=said, bank=bank)
