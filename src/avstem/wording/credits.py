"""What is said of a credit: why there is one."""

from avstem import wording

# matching.credits.Cause
CAUSES: dict[str, str] = {
    "prepayment": "Paid before the invoice",
    "overpaid": "Too much was paid",
    "paid_twice": "Paid twice",
    "other": "Posted on the party without a document",
}


def cause_text(cause: str) -> str:
    """Why there is a credit."""
    return wording.translate(CAUSES[cause])
