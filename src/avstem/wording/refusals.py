"""What was refused: what happened, then what the reader can do."""

# code -> what happened, then what the reader can do.
REFUSALS: dict[str, str] = {
    "file.unreadable": (
        "{file}: {place}: found “{found}”, expected {expected}. "
        "Nothing of the file was taken; ask the bank for it again."
    ),
    "file.unknown_format": ("{file}: not a file avstem reads: {found}. Expected {expected}."),
    "file.not_opened": "{file} cannot be opened: {found}. Check the path and who may read it.",
    "file.too_large": "{file}: {bytes_found} bytes; at most {bytes_max} are read.",
    "value.invalid": "{kind} “{found}” is not right: expected {expected}.",
    "not_found": "There is no {kind} {identifier} here. Check the number, or add it first.",
    "exists.differs": (
        "{kind} {identifier} is there already with other content ({differs}). "
        "What is posted is not changed; correct it with a credit note."
    ),
    "currency.mismatch": "The currency is {found}, but {expected} was expected.",
    "statement.account_not_named": (
        "{file} does not say which account it is of. "
        "Choose the account beside the file (on the command line: --account IBAN)."
    ),
    "statement.account_not_ours": (
        "{file}: the account {account} is not one of the company's. "
        "Add it with `avstem account add`, or import the file for the right company."
    ),
    "allocation.exceeds_remaining": (
        "You are settling {requested}, but only {remaining} is left. Choose a smaller amount."
    ),
    "booking.difference": (
        "A difference of {difference} is left. Add another item or book the rest to an account."
    ),
    "state.not_permitted": (
        "{kind} {identifier} is {found}; this can only be done when it is {expected}."
    ),
    "period.closed": ("{booking_date} is in a closed period. Choose a date from {open_from}."),
}
