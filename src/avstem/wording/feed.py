"""What a day of an account's feed is called, what that means, and what to do about it."""

from avstem import wording

# The state of a day (domain.feed.DayState).
DAY_STATES: dict[str, str] = {
    "changed": "Changed afterwards",
    "doubled": "Told twice",
    "unbalanced": "Does not add up",
    "unchained": "Chain broken",
    "missing": "Missing",
    "late": "Late",
    "gap": "Before the agreement",
    "waiting": "Waiting day",
    "awaited": "Awaited",
    "told": "Told, not proved",
    "present": "In order",
    "quiet": "No movement",
    "closed": "No bank day",
    "outside": "Outside",
}

# What the state says, in a sentence.
DAY_HELP: dict[str, str] = {
    "changed": (
        "The bank has since told otherwise of money that was known. What was stored first stands."
    ),
    "doubled": "Two statements tell of the same days between the same balances.",
    "unbalanced": "Opening balance and entries do not come to the closing balance.",
    "unchained": "The statement does not open with the balance that the one before closed with.",
    "missing": "Later statements have come, and nothing shows that this day lacks none.",
    "late": "The statement was due and has not come.",
    "gap": "The bank does not send days before the activation.",
    "waiting": "From the activation to the first statement the bank sends nothing.",
    "awaited": "The statement may still come in time.",
    "told": "Told of by a file without balances: nothing proves it whole.",
    "present": "Told of, chained and balanced.",
    "quiet": "No statement, and none lacks: the chain holds over the day.",
    "closed": "Banks are closed.",
    "outside": "Before the books, after the agreement, or still to come.",
}


def day_state_text(state: str) -> str:
    """The state's name."""
    return wording.translate(DAY_STATES[state])


def day_state_help(state: str) -> str:
    """What the state says, in a sentence."""
    return wording.translate(DAY_HELP[state])
