"""Replays in words: how each payment came out, and what could not be told as it was."""

from avstem import wording

# matching.replay.Outcome -> what it means, one line of the legend.
OUTCOMES: dict[str, str] = {
    "same": "Would have been booked, as it stands booked",
    "differs": "Would have been booked otherwise than it stands",
    "untouched": "Would have been booked, and nobody has booked it",
    "first": "Suggested, the right answer first",
    "among": "Suggested, the right answer further down",
    "other": "Suggested, but booked otherwise",
    "waits": "Suggested, and nobody has booked it",
    "left": "Left to you without a suggestion",
}

# services.replay.NOT_AS_THEN -> what is taken as it is today, or left out.
NOT_AS_THEN: dict[str, str] = {
    "documents_by_date": (
        "An invoice counts as known from its own date, not from the day it came in here."
    ),
    "rules_of_today": "Booking rules, settings and blocked parties are those of today.",
    "register_of_today": (
        "Accounts that stand on invoices or in the register count as known all the time; what was "
        "learnt from payments counts from the day it was learnt."
    ),
    "records_left_out": (
        "What the program has earned leave to book since then is not counted as booked."
    ),
    "days_together": (
        "Days with few payments are matched together, at most a week of them; what stands booked "
        "counts from the day of its payment."
    ),
    "halts_left_out": (
        "Statements that did not add up and periods that were closed then are not seen."
    ),
}


def outcome_text(outcome: str) -> str:
    """What the outcome means."""
    return wording.translate(OUTCOMES[outcome])


def not_as_then_text(code: str) -> str:
    """What is not as it was; a code of a newer version by itself."""
    return wording.translate(NOT_AS_THEN[code]) if code in NOT_AS_THEN else code
