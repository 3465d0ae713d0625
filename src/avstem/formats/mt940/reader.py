"""Reads MT940 statements and MT942 reports: a message a statement, of several pages each by itself.

Source: SWIFT FIN category 9, MT940 and MT942; docs/formats/mt940.md.
"""

import re
from collections.abc import Iterator

from avstem.domain.errors import UnreadableFileError
from avstem.domain.money import Money, minor_digits
from avstem.domain.statement import Entry, EntryStatus, Notice, StatementHead, StatementSource
from avstem.formats.mt940.claim import claim_mt940
from avstem.formats.mt940.common import read_common
from avstem.formats.mt940.entries import TEXT_CHARS_MAX, EntryReader
from avstem.formats.mt940.fields import read_total
from avstem.formats.mt940.german import read_german
from avstem.formats.mt940.head import TAGS, Field, HeadReader, split_fields
from avstem.formats.mt940.messages import Message, stream_messages
from avstem.formats.port import FormatName, StatementFormat
from avstem.formats.values import notice
from avstem.formats.xml_reader import BoundedStream

_FIELD = re.compile(r"^:(\w{2,5}):", re.MULTILINE | re.ASCII)
# Rabobank writes the name of the message before the first one.
_NAMES = ("940", "942")
_END = re.compile(r"\n-(?=\}|\n|\Z)")


def read_mt940(
    stream: BoundedStream, *, file: str, name: FormatName, notices: list[Notice]
) -> Iterator[StatementSource]:
    """Each message with its entries; see `formats.read_statements`.

    A message that has not its closing balance (MT942: neither totals nor an end) is cut off, and
    refused, whatever it holds.
    """
    messages = stream_messages(stream, file=file)
    _read_preamble(next(messages), notices)
    before: StatementHead | None = None
    for message in messages:
        reader = _MessageReader(message, name.name, notices)
        reader.notice_gap(before)
        before = reader.head
        yield reader.source()
        reader.finish()
    if before is None:
        raise UnreadableFileError("line 1", "no :20:", ":20:, the start of a statement", file)


MT940 = StatementFormat("mt940", "MT940 or MT942", claim_mt940, read_mt940)


def _read_preamble(message: Message, notices: list[Notice]) -> None:
    """Envelopes and banks' own words; a field of a statement here has lost its beginning."""
    for found in _FIELD.finditer(message.head_text() if message.blocks else ""):
        line = 1 + found.string.count("\n", 0, found.start())
        if found[1] in TAGS:
            expected = ":20:, the start of a statement"
            raise UnreadableFileError(f"line {line}", found[0], expected, message.file)
        if found[1] not in _NAMES:
            notice(notices, "mt940.unknown_field", f"line {line}", found[0])
    if message.find_field(b":61:") is not None:
        expected = ":20:, the start of a statement"
        raise UnreadableFileError("line 1", "an entry", expected, message.file)


class _MessageReader:
    """One message: its head, then its entries as they are asked for."""

    def __init__(self, message: Message, name: str, notices: list[Notice]) -> None:
        self._message, self._notices = message, notices
        self._heads = HeadReader(message, name, notices)
        self.head: StatementHead = self._heads.read()
        fields = self._heads.fields
        self._totals = {tag: each for tag, each in fields.items() if tag in ("90C", "90D")}
        self._closed = "62F" in fields or bool(self._totals)
        self._line = message.line
        #: Number and sum of what came in, and of what went out; a report's are proved.
        self._counted = [(0, 0), (0, 0)]
        self._require_end()
        self._entries = self._read_entries()

    def source(self) -> StatementSource:
        """The statement as it streams."""
        return StatementSource(self.head, self._entries)

    def notice_gap(self, before: StatementHead | None) -> None:
        """A page begins with the balance that the page before it in the file ended with."""
        opening = self._heads.fields.get("60F")
        if before is None or opening is None or opening.tag != "60M":
            return
        ended, begins = before.closing_balance, self.head.opening_balance
        if before.account == self.head.account and None not in (ended, begins) and ended != begins:
            place = f"line {opening.line}"
            notice(self._notices, "mt940.page_missing", place, opening.first_line)

    def finish(self) -> None:
        """Read past what the caller left, so that it is checked all the same."""
        for _ in self._entries:
            pass

    def _require_end(self) -> None:
        """An envelope that is opened is closed; a report has an end, or totals that prove it."""
        if self._message.has_end_mark():
            return
        totals = self._message.find_field(b":90", b"C:", b"D:") if self._heads.is_report else None
        if self._message.enveloped or (self._heads.is_report and totals is None):
            expected = "-}, the end of the message" if self._message.enveloped else "its end, -"
            refuse = self._heads.refusal(self._message.last_line())
            raise refuse("", "the end of the file", expected)

    def _refuse(self, _: str, found: str, expected: str) -> UnreadableFileError:
        """Refuses the entry that is being read, at the line of its `:61:`."""
        return self._heads.refusal(self._line)("", found, expected)

    def _read_entries(self) -> Iterator[Entry]:
        """All of them; what the common shape covers is read at once."""
        self._reader, currency = self._entry_reader(), self.head.currency or ""
        is_common = not self._heads.is_report and minor_digits(currency) == 2
        closing = self._heads.closing_line or 0
        for line, end, text in self._message.texts():
            text = f"\n{text.removesuffix(chr(10))}"
            is_before = end <= closing or text.rfind("\n:61:") <= _closing(text)
            if is_common and not self._closed and is_before:
                yield from self._read_quickly(text, line - 1, currency)
            else:
                yield from self._read_carefully(text, line - 1)
        self._require_totals()

    def _read_quickly(self, text: str, line: int, currency: str) -> Iterator[Entry]:
        """As `_read_carefully`, the common shapes at once."""

        def plain(rest: str, at: int) -> Iterator[Entry]:
            return read_common(rest, at, currency, self._read_carefully)

        return read_german(text, line, currency, plain) if "?20" in text else plain(text, line)

    def _read_carefully(self, text: str, line: int) -> Iterator[Entry]:
        """The entries of a text that begins with a line end, behind the line of that number."""
        head, *pieces = text.split("\n:61:")
        self._line = line + head.count("\n") + 1
        for piece in pieces:
            entry = self._reader.read(*self._line_and_text(piece))
            self._count(entry)
            yield entry
            self._line += piece.count("\n") + 1

    def _count(self, entry: Entry) -> None:
        count, minor = self._counted[entry.amount.minor < 0]
        self._counted[entry.amount.minor < 0] = count + 1, minor + abs(entry.amount.minor)

    def _entry_reader(self) -> EntryReader:
        status = EntryStatus.PENDING if self._heads.is_report else EntryStatus.BOOKED
        currency = self.head.currency
        if currency is None and self._message.find_field(b":61:") is not None:
            refuse = self._heads.refusal(self._message.line)
            raise refuse("", "no currency", "a currency in :34F:, as NOK1000,")
        return EntryReader(currency or "", status, self._refuse, self._notices)

    def _line_and_text(self, piece: str) -> tuple[str, str]:
        """`:61:` and the `:86:` fields of an entry; other fields behind them are taken out."""
        line, _, text = piece.partition("\n:86:")
        if self._closed:
            place = f"line {self._line}"
            notice(self._notices, "mt940.entry_after_closing", place, line.partition("\n")[0])
        elif "\n:" not in line and "\n:" not in text and not self._heads.is_report:
            return line, text
        return self._walk(piece)

    def _walk(self, piece: str) -> tuple[str, str]:
        """As `_line_and_text`, field by field: several `:86:`, and what ends the message."""
        # Before the closing balance a line that begins with `-` is text.
        may_end = self._heads.is_report or self._closed
        first, *rest = split_fields(f":61:{piece}", self._line)
        texts, ended = [first.text], False
        for field in rest:
            if field.tag in ("86", "NS", "NSF"):
                texts += [] if ended else [field.text]
            elif field.tag in ("62F", "62M", "64", "65", "65F", "90C", "90D"):
                ended = True
                self._close(field)
            elif field.tag in ("60F", "60M"):
                refuse = self._heads.refusal(field.line)
                raise refuse("", f":{field.tag}:", "an opening balance before the entries")
            elif not ended:
                self._go_on(field, texts)
        texts[-1] = _until_end(texts[-1]) if may_end else texts[-1]
        return texts[0], "\n:86:".join(texts[1:])

    def _go_on(self, field: Field, texts: list[str]) -> None:
        """No field, but a text that was cut before a colon, as in `12:26:37`: it goes on."""
        place, found = f"line {field.line}", f":{field.tag}:"
        notice(self._notices, "mt940.unknown_field", place, found)
        texts[-1] += f"\n:{field.tag}:{field.text}" if field.tag else f"\n:{field.text}"
        if len(texts[-1]) > TEXT_CHARS_MAX:
            found = f"more than {TEXT_CHARS_MAX} characters of text"
            raise self._heads.refusal(field.line)("", found, "a field of :61:, :86: or :62F:")

    def _close(self, field: Field) -> None:
        if field.tag in ("90C", "90D"):
            self._totals[field.tag] = field
        elif field.tag in ("62F", "62M") and self._closed:
            found, expected = f":{field.tag}:", "one closing balance"
            raise self._heads.refusal(field.line)("", found, expected)
        self._closed = True

    def _require_totals(self) -> None:
        """What the bank counted; with a floor limit it may count more than it shows."""
        for field in self._totals.values():
            refuse = self._heads.refusal(field.line)
            total = read_total(field.first_line, refuse)
            found = total.entries, total.amount.minor
            shown = self._counted[field.tag == "90D"]
            limited = self._heads.floor_limits and found >= shown
            if found != shown and not limited:
                amount = Money(shown[1], total.amount.currency)
                expected = f"{shown[0]} entries and {amount.decimal()}, as shown"
                raise refuse("", field.first_line, expected)


def _closing(text: str) -> int:
    """Where the closing balance begins; behind the text where it is not in it."""
    found = text.find("\n:62")
    return found if found >= 0 else len(text)


def _until_end(text: str) -> str:
    """A text without the end of the message that stands behind it."""
    end = _END.search(text)
    return text[: end.start()] if end is not None else text
