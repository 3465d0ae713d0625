"""Reads OFX statements of bank, card and (the cash of) investment accounts.

A statement is held until its end, for its balance stands behind its transactions; files are bounded
by `BYTES_MAX`. Source: OFX 1.6 and 2.2, chapter 11; docs/formats/ofx.md.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from avstem.domain.errors import FileTooLargeError, InvalidValueError, UnreadableFileError
from avstem.domain.identifiers import account_key
from avstem.domain.money import Money, check_currency, minor_digits
from avstem.domain.statement import (
    Entry,
    EntryStatus,
    Notice,
    StatementHead,
    StatementKind,
    StatementSource,
    Transaction,
)
from avstem.formats.ofx.tokens import Token, Tokens
from avstem.formats.port import FormatName, StatementFormat
from avstem.formats.text_lines import stream_lines
from avstem.formats.values import notice
from avstem.formats.xml_head import as_ascii
from avstem.formats.xml_reader import BoundedStream

BYTES_MAX = 32 * 1024**2
_BEGINNINGS = (b"OFXHEADER", b"DATA:OFXSGML", b"<?xml", b"<?OFX", b"<OFX>", b"<!--")
_STATEMENTS = frozenset(("STMTRS", "CCSTMTRS", "INVSTMTRS"))
_ACCOUNTS = frozenset(("BANKACCTFROM", "CCACCTFROM", "INVACCTFROM"))
_PARTS = frozenset(("PAYEE", "BANKACCTTO", "CCACCTTO", "CURRENCY", "ORIGCURRENCY"))
_DAY = re.compile(r"(\d{8})(?:\d{4}(?:\d{2}(?:\.\d{1,9})?)?)?\s*(?:\[[^\[\]]{1,24}\])?\Z", re.ASCII)
_AMOUNT = re.compile(r"([+-]?)(\d{0,18})(?:[.,](\d{0,17}))?\Z", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+\.\d{2}\Z", re.ASCII)


def claim_ofx(head: bytes) -> FormatName | None:
    """A file with `<OFX>` behind its header: `ofx.1` is SGML, `ofx.2` XML."""
    text = as_ascii(head).lstrip(b"\xef\xbb\xbf \r\n\t")
    if not text.startswith(_BEGINNINGS) or b"<OFX>" not in text[:16_384]:
        return None
    return FormatName("ofx.2" if text.startswith((b"<?xml", b"<?OFX")) else "ofx.1")


def read_ofx(
    stream: BoundedStream, *, file: str, name: FormatName, notices: list[Notice]
) -> Iterator[StatementSource]:
    """Each statement; see `formats.read_statements`."""
    text = _whole(stream, file)
    tokens = Tokens(text, file)
    count = 0
    for statement in _statements(tokens):
        count += 1
        yield _Reader(tokens, name.name, notices, count).read(statement)
    if not count:
        notice(notices, "ofx.no_statement", "OFX")


OFX = StatementFormat("ofx", "OFX or QFX", claim_ofx, read_ofx)


def _whole(stream: BoundedStream, file: str) -> str:
    lines, size = [], 0
    for line in stream_lines(stream, file=file):
        lines.append(line)
        size += len(line) + 1
        if size > BYTES_MAX:
            raise FileTooLargeError(size, BYTES_MAX, file)
    return "\n".join(lines)


Leaves = dict[str, tuple[str, int]]


@dataclass(slots=True)
class _Statement:
    """The leaves of a statement, and of each transaction in it, with their places."""

    place: int
    kind: str
    leaves: Leaves = field(default_factory=dict)
    rows: list[tuple[int, Leaves]] = field(default_factory=list)


def _statements(tokens: Tokens) -> Iterator[_Statement]:
    current: _Statement | None = None
    row: Leaves | None = None
    for token in tokens.read():
        if token.kind == "+" and token.name in _STATEMENTS:
            current = _Statement(token.place, token.name)
        elif token.kind == "-" and token.name in _STATEMENTS and current is not None:
            yield current
            current = None
        elif token.name == "STMTTRN" and current is not None:
            row = {} if token.kind == "+" else None
            if row is not None:
                current.rows.append((token.place, row))
        elif token.kind == "=" and current is not None:
            _keep(tokens, current.leaves if row is None else row, token, once=row is not None)
        elif token.kind == "=":
            _refuse_failure(tokens, token)


def _keep(tokens: Tokens, leaves: Leaves, token: Token, *, once: bool) -> None:
    """A leaf under its name, within a party or a currency under that too."""
    inner = token.path[-1] if token.path else ""
    if inner in _ACCOUNTS | {"LEDGERBAL"} | _PARTS:
        key = f"{'ACCOUNT' if inner in _ACCOUNTS else inner}.{token.name}"
    else:
        key = token.name
    another = key in leaves and leaves[key][0] != token.text
    if once and another and key in ("TRNAMT", "DTPOSTED", "FITID"):
        raise tokens.refuse(token.place, token.text, f"one {token.name}")
    leaves.setdefault(key, (token.text, token.place))


def _refuse_failure(tokens: Tokens, token: Token) -> None:
    """The bank says that it has nothing to tell, and why."""
    answers = {"STMTTRNRS", "CCSTMTTRNRS"} & set(token.path)
    if answers and token.name == "SEVERITY" and token.text.upper() == "ERROR":
        raise tokens.refuse(token.place, "an answer with an error", "a statement from the bank")


class _Reader:
    """One statement's leaves as a head and entries."""

    def __init__(
        self, tokens: Tokens, format_name: str, notices: list[Notice], number: int
    ) -> None:
        self._tokens, self._format, self._notices = tokens, format_name, notices
        self._place = f"statement {number}"

    def read(self, statement: _Statement) -> StatementSource:
        """The head, and entries that are read as they are asked for."""
        leaves = statement.leaves
        currency = self._currency(leaves.get("CURDEF", ("", statement.place)))
        if statement.kind == "INVSTMTRS":
            notice(self._notices, "ofx.investment", self._place)
        account = leaves.get("ACCOUNT.ACCTID", ("", 0))[0]
        head = StatementHead(
            format=self._format,
            kind=StatementKind.STATEMENT,
            id=None,
            sequence=None,
            account=account_key(account) if account else None,
            currency=currency,
            from_date=self._period_day(leaves, "DTSTART"),
            to_date=self._period_day(leaves, "DTEND"),
            opening_balance=None,
            closing_balance=self._balance(leaves, currency),
        )
        return StatementSource(head, self._entries(statement, currency))

    def _entries(self, statement: _Statement, currency: str) -> Iterator[Entry]:
        seen: set[str] = set()
        for place, row in statement.rows:
            entry = self._entry(place, row, currency)
            if entry.reference in seen:
                notice(self._notices, "ofx.reference_twice", self._place, entry.reference or "")
            if entry.reference:
                seen.add(entry.reference)
            yield entry

    def _entry(self, place: int, row: Leaves, currency: str) -> Entry:
        texts = {key: text for key, (text, _) in row.items()}
        if "CURRENCY.CURSYM" in row:
            currency = self._currency(row["CURRENCY.CURSYM"])
            notice(self._notices, "entry.other_currency", self._place, currency)
        amount = self._amount(row.get("TRNAMT", ("", place)), currency)
        name = texts.get("NAME") or texts.get("PAYEE.NAME") or None
        reference = texts.get("FITID") or None
        part = Transaction(
            amount=amount,
            bank_reference=reference,
            counterparty=name,
            counterparty_account=texts.get("BANKACCTTO.ACCTID") or None,
            remittance=tuple(filter(None, (texts.get("MEMO"), texts.get("CHECKNUM")))),
            exchange_rate=texts.get("CURRENCY.CURRATE") or texts.get("ORIGCURRENCY.CURRATE"),
        )
        return Entry(
            amount=amount,
            status=EntryStatus.BOOKED,
            booking_date=self._day(row.get("DTPOSTED", ("", place))),
            value_date=self._day(row["DTAVAIL"]) if texts.get("DTAVAIL") else None,
            reference=reference,
            entry_number=None,
            reversal=False,
            code=texts.get("TRNTYPE") or None,
            text=name or texts.get("MEMO") or None,
            transactions=(part,),
        )

    def _balance(self, leaves: Leaves, currency: str) -> Money | None:
        found = leaves.get("LEDGERBAL.BALAMT")
        if found is None:
            return None
        if not found[0]:
            notice(self._notices, "ofx.empty_balance", self._place)
            return None
        return self._amount(found, currency)

    def _period_day(self, leaves: Leaves, name: str) -> date | None:
        """The period frames and proves nothing: an odd end of it is left out with a notice."""
        if name not in leaves or not leaves[name][0]:
            return None
        try:
            return self._day(leaves[name])
        except UnreadableFileError:
            notice(self._notices, "ofx.period", self._place, leaves[name][0])
            return None

    def _currency(self, found: tuple[str, int]) -> str:
        try:
            return check_currency(found[0].upper())
        except InvalidValueError as wrong:
            raise self._tokens.refuse(found[1], found[0], "a currency (CURDEF)") from wrong

    def _day(self, found: tuple[str, int]) -> date:
        text, place = found
        try:
            if not _DAY.match(text):
                raise ValueError(text)
            return date.fromisoformat(f"{text[:4]}-{text[4:6]}-{text[6:8]}")
        except ValueError as wrong:
            raise self._tokens.refuse(place, text, "a day that exists, as 20260131") from wrong

    def _amount(self, found: tuple[str, int], currency: str) -> Money:
        """A dot or a comma divides the decimals; three digits behind it could be thousands."""
        text, place = found
        if _GROUPED.match(text):
            text = text.replace(",", "")
        matched = _AMOUNT.match(text)
        decimals = (matched[3] or "") if matched else ""
        if matched is None or not (matched[2] or decimals):
            raise self._tokens.refuse(place, text, "an amount, as -1250.00")
        if len(decimals) == 3 != minor_digits(currency):
            raise self._tokens.refuse(place, text, "an amount whose decimals are no thousands")
        try:
            return Money.parse(f"{matched[1]}{matched[2] or '0'}.{decimals or '0'}", currency)
        except InvalidValueError as wrong:
            raise self._tokens.refuse(place, wrong.found, wrong.expected) from wrong
