"""How a practice bank behaves towards a customer: versions, answers, times, names of files.

It plays any Norwegian bank, so that the ways belong to the customer and not to the bank. Times are
Norwegian clock times, `HH:MM`. What is read on a settlement run before its cut-off goes with it.

Source: docs/testbank.md; the banks' published cut-offs.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

#: What a customer can order for an account, each an agreement of its own.
STATEMENTS, NOTIFICATIONS, INTRADAY = "statements", "notifications", "intraday"
OCR, PAYMENTS = "ocr", "payments"
SERVICES = (STATEMENTS, NOTIFICATIONS, INTRADAY, OCR, PAYMENTS)

_GENERATIONS = {
    1: {"pain.002": "pain.002.001.03", "camt.029": "camt.029.001.03", "camt": "001.02"},
    2: {"pain.002": "pain.002.001.10", "camt.029": "camt.029.001.09", "camt": "001.08"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """A bank's way with one customer.

    `steps` are the answers to a payment file: `ACTC` the receipt, `ACCP` the validation, `ACSC` the
    execution; a step that is not there is never told, but for refusals. `levels` is
    what an answer speaks of. `details_in_statements` is
    the extended camt.053; without it the statement has sums alone where a notification tells the
    parts. `name` may use kind, account, day, serial and ending.
    """

    slug: str = "testbank"
    bic: str = "AVSTNO22"
    generation: int = 1
    steps: tuple[str, ...] = ("ACTC", "ACCP", "ACSC")
    levels: tuple[str, ...] = ("group", "batch", "payment")
    needs_approval: bool = False
    takes_cancellation: bool = True
    is_batch_booking: bool = False
    has_ocr_giro: bool = True
    details_in_statements: bool = False
    names_accounts_by_iban: bool = True
    folder_in: str = "in"
    folder_out: str = "out"
    folder_taken: str = "taken"
    name: str = "{kind}.{account}.{day}.{serial}.{ending}"
    cut_offs: tuple[str, ...] = ("08:15", "10:00", "11:30", "14:00")
    intraday_at: str = "12:30"
    statement_at: str = "06:00"
    receipt_minutes: int = 5
    answer_minutes: int = 15

    def __post_init__(self) -> None:
        # Ways are ours: wrong ones are a mistake in the bank directory.
        assert self.generation in _GENERATIONS, self.generation
        assert self.cut_offs, "a bank settles once a day at least"
        assert list(self.cut_offs) == sorted(self.cut_offs), self.cut_offs
        assert set(self.steps) <= {"ACTC", "ACCP", "ACSC"}, self.steps
        assert 0 < self.receipt_minutes <= self.answer_minutes, self.answer_minutes

    @property
    def is_generation_2(self) -> bool:
        """The shapes of pain.002.001.10 and camt .001.08."""
        return self.generation == 2

    def version(self, message: str) -> str:
        """The version in which the bank writes a message, as `camt.053.001.02`."""
        known = _GENERATIONS[self.generation]
        return known.get(message) or f"{message}.{known['camt']}"

    def file_name(self, kind: str, account: str, day: str, serial: int) -> str:
        """The name of a file; the serial number keeps it from being used twice."""
        ending = "txt" if kind == "ocr" else "xml"
        return self.name.format(
            kind=kind, account=account, day=day, serial=f"{serial:06d}", ending=ending
        )


def render_ways(ways: Ways) -> str:
    """The ways as the bank remembers them."""
    return json.dumps(asdict(ways))


def read_ways(text: str) -> Ways:
    """The reverse of `render_ways`."""
    found: dict[str, Any] = json.loads(text)
    # JSON has no tuples.
    for name, value in found.items():
        if isinstance(value, list):
            found[name] = tuple(value)
    return Ways(**found)
