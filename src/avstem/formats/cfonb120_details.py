"""What record 05 of CFONB 120 adds to an operation: a qualifier at 46-48 and 70 characters.

Source: CFONB, Évolutions du relevé de compte 120 caractères pour les opérations de virement,
August 2007; docs/formats/cfonb120.md.
"""

from dataclasses import dataclass, field

from avstem.domain.errors import InvalidValueError, UnreadableFileError
from avstem.domain.identifiers import compact, is_creditor_reference
from avstem.domain.money import Money, check_currency
from avstem.domain.statement import Notice, Reference, Transaction
from avstem.formats.fixed_statement import implied_money, one_line, texts
from avstem.formats.fixed_width import Record
from avstem.formats.values import notice

_NO_IDENTIFIER = frozenset({"NOTPROVIDED", "NOT PROVIDED", "NONREF"})
#: Who pays and who is paid, by name; and whose account it is.
_NAMES = frozenset({"NPY", "NBE", "CBE"})
#: Identifiers and ultimate parties: nothing that tells what is paid.
_PASSED_OVER = frozenset({"IPY", "IBE", "NPO", "NBU", "BDB"})


@dataclass(slots=True)
class Details:
    """The details of one operation, gathered while its records 05 pass."""

    names: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    end_to_end_id: str | None = None
    original: Money | None = None
    rate: str | None = None
    charges: Money | None = None
    reason: str | None = None
    last: str = ""

    def add(self, record: Record, currency: str, notices: list[Notice]) -> None:
        """Take one record 05 of an account in that currency."""
        qualifier, text = record.field(46, 48), record.field(49, 118)
        if qualifier in _NAMES:
            self.names.setdefault(qualifier, text.strip())
        elif qualifier in ("MMO", "FEE"):
            self._add_amount(record, qualifier, currency, notices)
        elif qualifier == "RCN":
            self._add_client_reference(text)
        elif qualifier == "LCS" and is_creditor_reference(text):
            self.references.append(Reference("kid", compact(text)))
        elif qualifier == "LC2" and self.last == "LCC":
            self.lines[-1] += text
        elif qualifier == "RET":
            self.reason = one_line(text) or None
        elif qualifier not in _PASSED_OVER:
            self.lines.append(text)
        self.last = qualifier

    def transaction(
        self, amount: Money, *, label: str, reference: str, reason: str | None
    ) -> Transaction:
        """The payment of that signed amount; the label is its text where there is no other."""
        wanted = ("NPY", "NBE") if amount.minor >= 0 else ("NBE", "NPY")
        said = texts(*self.lines) or texts(label)
        return Transaction(
            amount=amount,
            end_to_end_id=self.end_to_end_id,
            counterparty=next((self.names[each] for each in wanted if self.names.get(each)), None),
            counterparty_account=(self.names.get("CBE") or None) if amount.minor < 0 else None,
            references=tuple(self.references),
            remittance=said + tuple(each for each in texts(reference) if each not in said),
            original_amount=self.original,
            exchange_rate=self.rate,
            charges=self.charges,
            return_reason=self.reason or reason,
            is_return=bool(self.reason or reason),
        )

    def _add_client_reference(self, text: str) -> None:
        """The payer's reference (35 characters), then what the payment is for."""
        identifier = text[:35].strip()
        if identifier and identifier.upper() not in _NO_IDENTIFIER:
            self.end_to_end_id = self.end_to_end_id or identifier
        self.lines.append(text[35:])

    def _add_amount(
        self, record: Record, qualifier: str, currency: str, notices: list[Notice]
    ) -> None:
        """The original amount with its rate (MMO), or the bank's fee (FEE); none is booked."""
        try:
            amount = _read_amount(record)
        except (InvalidValueError, UnreadableFileError):
            place = f"line {record.number}"
            notice(notices, f"cfonb120.{qualifier.lower()}", place, record.text(49, 118))
            self.lines.append(record.field(49, 118))
            return
        if qualifier == "MMO":
            self.original, self.rate = amount, _read_rate(record)
        elif amount.currency == currency:
            self.charges = amount


def _read_amount(record: Record) -> Money:
    """Currency (3), decimals (1), amount (14), from position 49."""
    currency = check_currency(record.field(49, 51))
    decimals = record.count(52, 52, "number of decimals")
    return implied_money(record.text(53, 66), decimals, currency, record.refuse)


def _read_rate(record: Record) -> str | None:
    """Decimals (1) and rate (11), from position 67; None where it is not told."""
    decimals, digits = record.field(67, 67), record.text(68, 78)
    if not (f"{decimals}{digits}".isascii() and decimals.isdigit() and digits.strip("0").isdigit()):
        return None
    places = int(decimals)
    padded = digits.lstrip("0").rjust(places + 1, "0")
    return f"{padded[: len(padded) - places]}.{padded[len(padded) - places :]}".rstrip(".")
