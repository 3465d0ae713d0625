"""Writes OCR giro files for the tests, after the layout and by none of the reader's code."""

from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True)
class Paid:
    """A payment as the file should tell it; `minor` is øre, unsigned, `sign` as in the file."""

    minor: int
    day: date = date(2026, 11, 23)
    kid: str = "26004119"
    type: str = "10"
    lump: str = "0523100042"
    sign: str = "0"
    archive: str = "100000001"
    account: str = "86011117947"
    text: str | None = None
    order_day: date | None = date(2026, 11, 20)

    @property
    def signed(self) -> int:
        """What moved on the account."""
        return -self.minor if self.sign == "-" or self.type in ("18", "20") else self.minor

    @property
    def in_control_sum(self) -> int:
        """What the end records add: a reversal as it stands, a credit note taken off."""
        return -self.minor if self.sign == "-" and self.type not in ("18", "20") else self.minor

    def lines(self, number: int) -> list[str]:
        """The two or three amount items."""
        start, order = f"NY09{self.type}", _day(self.order_day)
        lines = [
            f"{start}30{number:07d}{_day(self.day)}{self.lump}{self.sign}{self.minor:017d}"
            f"{self.kid:>25}000000",
            f"{start}31{number:07d}{0:010d}{self.archive:0>9}{0:07d}{order}{self.account}{0:022d}",
        ]
        if self.text is not None:
            lines.append(f"{start}32{number:07d}{self.text:<40}{0:025d}")
        return lines


@dataclass(frozen=True)
class Assignment:
    """An assignment of service 09 and its payments."""

    payments: tuple[Paid, ...]
    account: str = "97104133219"
    number: int = 1
    made: date = date(2026, 11, 23)

    def lines(self) -> list[str]:
        """From record 20 to record 88."""
        body = [line for n, paid in enumerate(self.payments, 1) for line in paid.lines(n)]
        days = sorted(paid.day for paid in self.payments) or [self.made]
        total = abs(sum(paid.in_control_sum for paid in self.payments))
        return [
            f"NY090020{4455667:09d}{self.number:07d}{self.account}{0:045d}",
            *body,
            f"NY090088{len(self.payments):08d}{len(body) + 2:08d}{total:017d}"
            f"{_day(self.made)}{_day(days[0])}{_day(days[-1])}{0:021d}",
        ]


@dataclass(frozen=True)
class Transmission:
    """A whole file."""

    assignments: tuple[Assignment, ...]
    number: int = 100

    def lines(self) -> list[str]:
        """From record 10 to record 89."""
        body = [line for each in self.assignments for line in each.lines()]
        payments = [paid for each in self.assignments for paid in each.payments]
        total = abs(sum(paid.in_control_sum for paid in payments))
        return [
            f"NY00001000008080{self.number:07d}00118125{0:049d}",
            *body,
            f"NY000089{len(payments):08d}{len(body) + 2:08d}{total:017d}231126{0:033d}",
        ]

    def encode(self, newline: str = "\r\n") -> bytes:
        """The bytes, in the character set of the clearing house."""
        return newline.join([*self.lines(), ""]).encode("iso-8859-1")


def file_of(*payments: Paid, **assignment: object) -> Transmission:
    """A file of one assignment."""
    one = Assignment(payments)
    return Transmission((replace(one, **assignment),))  # type: ignore[arg-type]  # the test's own names


def _day(day: date | None) -> str:
    return f"{day:%d%m%y}" if day else "000000"
