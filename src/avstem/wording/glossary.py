"""The trade's words as the pages explain them: the one source of every explanation on hover.

The words themselves are those of docs/glossary.md; a test holds the two together.
"""

from django.utils.translation import gettext as _

#: Code -> (the word, what it means in a sentence for one who has not met it).
TERMS: dict[str, tuple[str, str]] = {
    "kid": (
        "KID",
        "The number a customer copies from the invoice when paying. It says by itself which"
        " invoice is paid.",
    ),
    "open_item": (
        "Open item",
        "An invoice or a credit note that is not settled in full yet.",
    ),
    "reconcile": (
        "Reconcile",
        "To find out what each movement on the bank account is, and book it, so that bank and"
        " books agree.",
    ),
    "voucher": (
        "Voucher",
        "What is booked together. It has a number, balances, and is never changed: a mistake is"
        " taken back by a new one.",
    ),
    "difference": (
        "Difference",
        "What the bank has more than the books. It is zero when all is booked.",
    ),
    "ledger_account": (
        "Ledger account",
        "An account in the books, as 1920 for the bank or 7770 for bank charges.",
    ),
    "value_date": ("Value date", "The day from which the bank counts interest on the money."),
    "end_to_end_id": (
        "End-to-end id",
        "The payer's own key for the payment. The banks pass it on unchanged.",
    ),
    "statement": (
        "Statement",
        "The bank's list of what moved on an account, with the balance before and after.",
    ),
    "settlement": (
        "Payout",
        "What a payment provider such as Vipps pays to the bank at once: many sales, less its"
        " fees.",
    ),
    "due_date": ("Due date", "The last day the invoice can be paid in time."),
    "suggestion": (
        "Suggestion",
        "What the program thinks a transaction is. Nothing is booked before a person accepts it.",
    ),
    "set_aside": (
        "Set aside",
        "Left unbooked by a person, with a reason. It leaves the list and can be taken back.",
    ),
    "automation": (
        "Automation",
        "How far the program goes by itself on an account: it books, only suggests, or is off.",
    ),
    "closed_period": ("Closed period", "Days on which nothing more can be booked."),
    "replay": (
        "Replay",
        "What the program would have booked in the months before, held against what was booked.",
    ),
}


def term_text(code: str) -> tuple[str, str]:
    """The word and its meaning in the reader's language."""
    word, meaning = TERMS[code]
    return _(word), _(meaning)
