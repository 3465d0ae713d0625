"""One-time codes by the clock (TOTP): six digits that a telephone and we count out alike.

Sources: RFC 6238 (TOTP) with HMAC-SHA-1 and 30 seconds, RFC 4226 (HOTP), RFC 4648 (base32).

>>> code_at(b"12345678901234567890", 1, digits=8)
'94287082'
"""

import base64
import hashlib
import hmac

SECONDS = 30
DIGITS = 6
#: Steps before and after now that are taken too: clocks differ, and people type slowly.
WINDOW = 1
SECRET_BYTES = 20


def step_of(timestamp: float) -> int:
    """Which time step an instant (seconds since 1970) is in."""
    return int(timestamp) // SECONDS


def code_at(secret: bytes, step: int, *, digits: int = DIGITS) -> str:
    """The code of a time step."""
    mac = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = mac[-1] & 0x0F
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def matching_step(secret: bytes, typed: str, *, timestamp: float, after: int) -> int | None:
    """The time step whose code was typed, newer than the step `after`; None where there is none.

    >>> matching_step(b"12345678901234567890", "287 082", timestamp=59, after=0)
    1
    >>> matching_step(b"12345678901234567890", "287082", timestamp=59, after=1) is None
    True
    """
    plain = "".join(typed.split())
    now = step_of(timestamp)
    fitting = [
        step
        for step in range(now - WINDOW, now + WINDOW + 1)
        # Every code is compared, in the same time whether it fits or not.
        if hmac.compare_digest(code_at(secret, step).encode(), plain.encode())
    ]
    return next((step for step in fitting if step > after), None)


def secret_text(secret: bytes) -> str:
    """The secret as a telephone takes it: base32 without its padding.

    >>> secret_text(b"12345678901234567890")
    'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
    """
    return base64.b32encode(secret).decode("ascii").rstrip("=")
