"""From `:61:` and the `:86:` behind it to an entry: one payment, for MT940 knows no batches."""

import re
from dataclasses import replace
from datetime import date

from avstem.domain.errors import UnreadableFileError
from avstem.domain.identifiers import compact, is_iban
from avstem.domain.money import Money
from avstem.domain.statement import Entry, EntryStatus, Notice, Transaction
from avstem.formats.mt940.fields import (
    ENTRY_LINE,
    SIGNS,
    day_of,
    entry_amount,
    entry_day,
    is_end_of_bank_february,
    read_amount,
)
from avstem.formats.mt940.text86 import (
    NO_REFERENCE,
    Details,
    is_structured,
    join_lines,
    labelled_kids,
    read_details,
)
from avstem.formats.values import Refuse, notice

#: The most text of one entry; the standard has six lines of 65.
TEXT_CHARS_MAX = 16_384
_REVERSALS = ("RC", "RD")
_AMOUNT_SAID = re.compile(r"([A-Z]{3})(\d{1,15}(?:,\d{0,4})?)", re.ASCII)
# Rabobank's old way: the account in 16 places, the name behind it.
_ACCOUNT_AND_NAME = re.compile(r"(\S{1,15}) {2,}(\S.*)")
_SHAPE = "an entry, as 2612311231C1250,00NTRFNONREF"


class EntryReader:
    """Reads the entries of one message; `status` is what the message makes of them."""

    def __init__(
        self, currency: str, status: EntryStatus, refuse: Refuse, notices: list[Notice]
    ) -> None:
        self._currency, self._status = currency, status
        self._refuse, self._notices = refuse, notices

    def read(self, line: str, text: str) -> Entry:
        """One entry; `line` is `:61:` without its tag, `text` its `:86:` fields."""
        found = ENTRY_LINE.match(line)
        if found is None or len(line) + len(text) > TEXT_CHARS_MAX:
            raise self._not_an_entry(line, text)
        value, entered, mark, _, whole, fraction, code, references, supplement = found.groups()
        if fraction is None:
            fraction = self._without_comma(whole)
        amount = entry_amount(SIGNS[mark], whole, fraction, self._currency, self._refuse)
        own, _, bank_reference = references.partition("//")
        if supplement is None and not is_structured(text) and "  " not in own:
            part, word = self._plain(amount, own, text), None
        else:
            part, word = self._detailed(amount, own, supplement or "", text)
        value_date = day_of(value)
        if value_date is None:
            self._require_bank_february(value, entered)
        booking_date = self._booking_date(value_date or day_of(f"{value[:2]}0228"), entered)
        return Entry(
            amount=amount,
            status=self._status if mark[0] != "E" else EntryStatus.PENDING,
            booking_date=booking_date,
            value_date=value_date,
            reference=bank_reference.strip() or None,
            entry_number=None,
            reversal=mark in _REVERSALS,
            code=code.rstrip() if code else None,
            text=word,
            transactions=(part if code != "NRTI" else replace(part, is_return=True),),
            has_details=bool(text),
            details_count=1 if text else 0,
        )

    def _not_an_entry(self, line: str, text: str) -> UnreadableFileError:
        if len(line) + len(text) > TEXT_CHARS_MAX:
            found = f"an entry of {len(line) + len(text)} characters"
            return self._refuse("", found, f"at most {TEXT_CHARS_MAX}")
        return self._refuse("", line.partition("\n")[0] or "nothing", _SHAPE)

    def _without_comma(self, whole: str) -> str:
        """The type behind it shows where it ends."""
        notice(self._notices, "mt940.no_comma", self._place(), whole)
        return ""

    def _place(self) -> str:
        return self._refuse("", "", "").place

    def _no_such_day(self, text: str) -> date:
        raise self._refuse("", text, "a date that exists, as 261231")

    def _require_bank_february(self, value: str, entered: str | None) -> None:
        """30 February is a day of banks' own for interest; the entry date tells the real one."""
        if not entered or not is_end_of_bank_february(value):
            self._no_such_day(value)
        notice(self._notices, "mt940.no_such_value_date", self._place(), value)

    def _booking_date(self, near: date | None, entered: str | None) -> date | None:
        if not entered or near is None:
            return None
        return entry_day(near, entered) or self._no_such_day(entered)

    def _plain(self, amount: Money, own: str, text: str) -> Transaction:
        """The common case: a reference and free text."""
        own = own.strip()
        return Transaction(
            amount=amount,
            end_to_end_id=None if own in NO_REFERENCE else own,
            references=labelled_kids(_in_one(text)) if "KID" in text else (),
            remittance=_free_text(text),
        )

    def _detailed(
        self, amount: Money, own: str, supplement: str, text: str
    ) -> tuple[Transaction, str | None]:
        """An entry with fields of its own: the transaction, and the bank's word for the entry."""
        if is_structured(text):
            details = read_details(_in_one(text))
        else:
            references = list(labelled_kids(_in_one(text)))
            details = Details(references=references, remittance=list(_free_text(text)))
        reference = _place_reference(own, details)
        said = _place_supplement(supplement, details)
        part = Transaction(
            amount=amount,
            end_to_end_id=details.end_to_end_id or reference,
            instruction_id=details.instruction_id,
            payment_information_id=details.payment_information_id,
            counterparty=details.counterparty,
            counterparty_account=details.counterparty_account,
            references=tuple(details.references),
            remittance=tuple(details.remittance),
            original_amount=self._amount_said(details.instructed),
            exchange_rate=details.exchange_rate,
            charges=self._amount_said(details.charges),
            return_reason=details.return_reason,
            is_return=details.return_reason is not None,
        )
        return part, details.text or said

    def _amount_said(self, text: str | None) -> Money | None:
        """`EUR4,5`; what is written otherwise is no amount of ours to use."""
        found = _AMOUNT_SAID.fullmatch(text) if text else None
        if found is not None:
            return read_amount(found[2], found[1], self._refuse)
        if text:
            notice(self._notices, "mt940.amount_not_read", self._place(), text)
        return None


def _in_one(text: str) -> str:
    """Several `:86:` as lines of one."""
    return text.replace("\n:86:", "\n")


def _free_text(text: str) -> tuple[str, ...]:
    """Each `:86:` as one text."""
    if "\n" not in text:
        return (join_lines(text),) if text.strip() else ()
    return tuple(filter(None, (join_lines(each) for each in text.split("\n:86:"))))


def _place_reference(own: str, details: Details) -> str | None:
    """The customer's reference; some banks write the counterparty there."""
    two = _ACCOUNT_AND_NAME.fullmatch(own.strip())
    if two is not None:
        details.counterparty = details.counterparty or two[2]
        if two[1] not in NO_REFERENCE and any(char.isdecimal() for char in two[1]):
            details.counterparty_account = details.counterparty_account or two[1]
        return None
    own = own.strip()
    if is_iban(own):
        details.counterparty_account = details.counterparty_account or own
        return None
    return None if own in NO_REFERENCE else own


def _place_supplement(supplement: str, details: Details) -> str | None:
    """The lines below `:61:`: fields between slashes, the counterparty's account, or text."""
    if not supplement:
        return None
    if is_structured(supplement):
        more = read_details(supplement)
        details.instructed = details.instructed or more.instructed
        details.charges = details.charges or more.charges
        details.exchange_rate = details.exchange_rate or more.exchange_rate
        return None
    text = join_lines(supplement)
    if is_iban(compact(text)):
        details.counterparty_account = details.counterparty_account or compact(text)
        return None
    return text or None
