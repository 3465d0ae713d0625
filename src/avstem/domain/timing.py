"""When work that failed is tried again, and when work that recurs comes round.

Both are arithmetic on what the rows say, so that whoever reads the rows gets the same answer.
"""

import hashlib
from datetime import datetime, timedelta

#: The first wait after a failure, doubled with each further one, up to the cap. Seconds.
BASE_S = 10
CAP_S = 3_600
#: After so many attempts a job is set aside for a person: about an hour and a half of trying.
ATTEMPTS_MAX = 10


def back_off(attempts: int, seed: str) -> timedelta:
    """How long to wait after the `attempts`-th failure: half to all of 10 s, 20 s, 40 s … 1 h.

    `seed` spreads those that failed together (a bank that was down): the same seed and attempt
    wait the same time, another seed another.

    >>> back_off(1, "7") == back_off(1, "7")
    True
    >>> timedelta(seconds=CAP_S / 2) <= back_off(200, "7") <= timedelta(seconds=CAP_S)
    True
    """
    assert attempts >= 1, "nothing has failed yet"
    full_s = min(CAP_S, BASE_S * 2 ** min(attempts - 1, 20))
    return timedelta(seconds=full_s * (1 + share(f"{seed}:{attempts}")) / 2)


def share(seed: str) -> float:
    """A number from 0 up to 1, fixed by the seed."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4], "big") / 2**32


def next_round(due_at: datetime, every: timedelta, now: datetime) -> datetime:
    """The first instant after `now` that is whole rounds from `due_at`.

    Rounds that were missed while nobody worked are not made up for: one run takes all that waits.

    >>> from datetime import UTC
    >>> next_round(datetime(2026, 5, 1, 8, tzinfo=UTC), timedelta(hours=1),
    ...            datetime(2026, 5, 1, 11, 30, tzinfo=UTC)).hour
    12
    """
    assert every > timedelta(0), "a round takes time"
    if now < due_at:
        return due_at
    return due_at + every * ((now - due_at) // every + 1)
