"""A movement of CODA: records 2.1 to 2.3, then the information records 3.1 to 3.3 about it.

Amounts have three implied decimals; sign 0 is credit, 1 debit.

Source: Febelfin, Coded statement of account (CODA) 2.6, annex I; docs/formats/coda.md.
"""

from dataclasses import dataclass, field
from datetime import date

from avstem.domain.money import Money
from avstem.domain.statement import Notice, Transaction
from avstem.formats.coda.accounts import account_of_counterparty
from avstem.formats.coda.communication import Said, understand
from avstem.formats.fixed_statement import implied_money, one_line
from avstem.formats.fixed_width import Record
from avstem.formats.values import notice

DECIMALS = 3
#: The detail number of a movement that is money on the account; the others are its parts.
TOTAL = "0000"
_COUNTERPARTY = "001"
_NO_IDENTIFIER = frozenset({"NOTPROVIDED", "NOT PROVIDED", "NONREF"})
_CANCELLATIONS = frozenset({"49", "99"})


@dataclass(slots=True)
class Information:
    """A communication of records 3.1 to 3.3; `text` grows while they pass, `part` is the last."""

    is_structured: bool
    text: str
    part: str = "1"


@dataclass(slots=True)
class Movement:
    """A movement while its records pass; `line` is where it begins, `number` what they share."""

    line: int
    number: str
    detail: str
    bank_reference: str
    amount: Money
    value_date: date | None
    entry_date: date
    code: str
    is_structured: bool
    communication: str
    globalisation: str
    customer_reference: str = ""
    reason: str | None = None
    is_return: bool = False
    account: str | None = None
    name: str = ""
    information: list[Information] = field(default_factory=list)
    parts_read: str = "1"

    @property
    def type(self) -> str:
        """What the amount is: 0 simple, 1 and 2 totals, 3 with details; 5 to 9 parts of those."""
        return self.code[0]

    @property
    def is_cancellation(self) -> bool:
        """Whether the bank cancels or corrects (transaction 49 or 99 of any family)."""
        return self.code[3:5] in _CANCELLATIONS

    def texts(self, notices: list[Notice]) -> Said:
        """The communication, with what the information records add to it."""
        said = understand(self.communication, is_structured=self.is_structured)
        if said.is_broken:
            notice(notices, "coda.check_digits", f"line {self.line}", self.communication.strip())
        found = [said, *(self._understand(each) for each in self.information)]
        references = dict.fromkeys(each for part in found for each in part.references)
        remittance = tuple(each for part in found for each in part.remittance)
        return Said(tuple(references), remittance)

    def transaction(self, notices: list[Notice]) -> Transaction:
        """The payment as the rest of avstem knows it."""
        said = self.texts(notices)
        reference = self.customer_reference
        return Transaction(
            amount=self.amount,
            bank_reference=self.bank_reference or None,
            end_to_end_id=None if reference.upper() in _NO_IDENTIFIER else reference or None,
            counterparty=self.name or self._name_told() or None,
            counterparty_account=self.account,
            references=said.references,
            remittance=said.remittance,
            return_reason=self.reason,
            is_return=self.is_return,
        )

    def _understand(self, information: Information) -> Said:
        """The counterparty's name and address are no text of the payment."""
        if information.is_structured and information.text.startswith(_COUNTERPARTY):
            return Said()
        return understand(information.text, is_structured=information.is_structured)

    def _name_told(self) -> str:
        for each in self.information:
            if each.is_structured and each.text.startswith(_COUNTERPARTY):
                return one_line(each.text[3:73])
        return ""


def signed_amount(record: Record, sign: int, currency: str) -> Money:
    """The sign at that position, 15 digits behind it: credit is money into the account."""
    amount = implied_money(record.field(sign + 1, sign + 15), DECIMALS, currency, record.refuse)
    match record.field(sign, sign):
        case "0":
            return amount
        case "1":
            return -amount
        case found:
            raise record.refuse(found, f"0 (credit) or 1 (debit) at {sign}")


def optional_day(record: Record, first: int, what: str) -> date | None:
    """A day written DDMMYY; None where zeros say that it is not known."""
    return record.day_ddmmyy(first, what) if record.field(first, first + 5).strip("0 ") else None


def read_first(record: Record, currency: str) -> Movement:
    """Record 2.1: how much, when, what for."""
    return Movement(
        line=record.number,
        number=record.digits(3, 6, "sequence number"),
        detail=record.digits(7, 10, "detail number"),
        bank_reference=record.text(11, 31),
        amount=signed_amount(record, 32, currency),
        value_date=optional_day(record, 48, "value date"),
        code=record.digits(54, 61, "transaction code"),
        is_structured=_is_structured(record, 62),
        communication=record.field(63, 115),
        entry_date=record.day_ddmmyy(116, "booking date"),
        globalisation=record.digits(125, 125, "globalisation code"),
    )


def read_continued(movement: Movement, record: Record, version: str) -> None:
    """Record 2.2 or 2.3 of the same movement."""
    part = record.field(2, 2)
    if record.field(3, 10) != movement.number + movement.detail or part <= movement.parts_read:
        raise record.refuse(record.field(1, 10), f"a record of movement {movement.number}")
    movement.parts_read = part
    if part == "2":
        # Each field is whole in its record: a blank at its end belongs to the text.
        movement.communication += record.field(11, 63)
        movement.customer_reference = record.text(64, 98)
        movement.is_return = bool(record.text(113, 113).strip("0"))
        movement.reason = record.text(114, 117) or None
        return
    movement.account = account_of_counterparty(record, version)
    if version == "1":
        movement.name = one_line(record.field(48, 73))
        return
    movement.name = one_line(record.field(48, 82))
    movement.communication = movement.communication.ljust(106) + record.field(83, 125)


def read_information(movement: Movement, record: Record) -> None:
    """Record 3.1, 3.2 or 3.3 about the movement."""
    if record.digits(3, 6, "sequence number") != movement.number:
        raise record.refuse(record.field(1, 10), f"information on movement {movement.number}")
    part = record.field(2, 2)
    if part == "1":
        information = Information(_is_structured(record, 40), record.field(41, 113))
        movement.information.append(information)
    elif movement.information and movement.information[-1].part < part:
        movement.information[-1].text += record.field(11, 115 if part == "2" else 100)
        movement.information[-1].part = part
    else:
        raise record.refuse(record.field(1, 10), "records 3.1, 3.2 and 3.3 in this order")


def _is_structured(record: Record, position: int) -> bool:
    if record.field(position, position) not in ("0", "1"):
        found = record.field(position, position)
        raise record.refuse(found, f"0 (free) or 1 (structured) at {position}")
    return record.field(position, position) == "1"
