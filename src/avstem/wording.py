"""Every refusal, reason and state in words people understand.

The texts here are English and are the message ids of gettext; `locale/` has bokmål (and later
nynorsk). A test demands a text for each code.
"""

from collections.abc import Callable

from avstem.domain.errors import RefusalError

#: Says a text in the reader's language. `config` puts gettext's function here at start-up;
#: without it (the command line without a database) the English stands.
translate: Callable[[str], str] = str

# code -> what happened, then what the reader can do.
REFUSALS: dict[str, str] = {
    "file.unreadable": (
        "{file}: {place}: found “{found}”, expected {expected}. "
        "Nothing of the file was taken; ask the bank for it again."
    ),
    "file.unknown_format": (
        "{file}: not a file avstem reads: {found}. Expected {expected}."
    ),
    "file.too_large": "{file}: {bytes_found} bytes; at most {bytes_max} are read.",
    "value.invalid": "{kind} “{found}” is not right: expected {expected}.",
    "not_found": "There is no {kind} {identifier} here. Check the number, or add it first.",
    "exists.differs": (
        "{kind} {identifier} is there already with other content ({differs}). "
        "What is posted is not changed; correct it with a credit note."
    ),
    "currency.mismatch": "The currency is {found}, but {expected} was expected.",
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
    "period.closed": (
        "{booking_date} is in a closed period. Choose a date from {open_from}."
    ),
}


def sentence(refusal: RefusalError) -> str:
    """The refusal as one line for people."""
    facts = {name: _plain(value) for name, value in refusal.facts().items()}
    text = translate(REFUSALS[refusal.code]).format(**facts)
    # A refusal outside any file has no file to name.
    return text.removeprefix(": ")


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return str(value)
