"""Write OCR giro: one transmission with one assignment of service 09, 80 characters a record.

Amounts are øre and positive. The lump sum is what the statement line goes by.

Source: OCR giro system specification 4.0; docs/formats/ocr_giro.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

_SENDER, _AGREEMENT = "00008080", "004455667"


@dataclass(frozen=True, slots=True)
class KidPayment:
    """One payment with KID; `lump_sum` and `archive` are digits, 9 at most."""

    minor: int
    day: date
    kid: str
    lump_sum: str
    archive: str
    payer_account: str | None


def write_ocr_giro(payments: Sequence[KidPayment], *, account: str, number: int) -> bytes:
    """The file for one account of 11 digits; there is at least one payment."""
    assert payments, "an empty assignment is not sent"
    body = [line for place, paid in enumerate(payments, 1) for line in _lines(place, paid)]
    days = sorted(paid.day for paid in payments)
    total = sum(paid.minor for paid in payments)
    made = days[-1]
    ends = f"{len(payments):08d}{{records:08d}}{total:017d}{made:%d%m%y}"
    records = [
        f"NY000010{_SENDER}{number % 10**7:07d}00118125{0:049d}",
        f"NY090020{_AGREEMENT}{number % 10**7:07d}{account}{0:045d}",
        *body,
        "NY090088" + ends.format(records=len(body) + 2)
        + f"{days[0]:%d%m%y}{days[-1]:%d%m%y}{0:021d}",
        "NY000089" + ends.format(records=len(body) + 4) + f"{0:033d}",
    ]  # fmt: skip
    return "".join(f"{record}\r\n" for record in records).encode("iso-8859-1")


def _lines(place: int, paid: KidPayment) -> tuple[str, str]:
    """Amount items 1 and 2; an unknown account is zeros."""
    start = "NY0910"
    return (
        f"{start}30{place:07d}{paid.day:%d%m%y}{int(paid.lump_sum):010d}0{paid.minor:017d}"
        f"{paid.kid:>25}000000",
        f"{start}31{place:07d}{0:010d}{int(paid.archive):09d}{0:07d}{paid.day:%d%m%y}"
        f"{paid.payer_account or '0' * 11}{0:022d}",
    )
