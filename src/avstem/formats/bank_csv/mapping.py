"""A table of an unknown layout, read as the user has said: asked once, remembered by its header.

`propose_mapping` (module `proposal`) fills in what can be seen. A proposal is never used before the
user has said yes to it: only a confirmed mapping reads.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from itertools import islice
from typing import Any

from avstem.domain.errors import InvalidValueError, StateError, UnreadableFileError
from avstem.domain.money import check_currency
from avstem.domain.statement import Notice, StatementSource
from avstem.formats.bank_csv.cells import DateForm, one_line
from avstem.formats.bank_csv.layouts import header_names
from avstem.formats.bank_csv.plan import SINGLE_COLUMNS, Columns, Plan
from avstem.formats.bank_csv.rows import COLUMNS_MAX, DELIMITERS, HEADER_ROWS_MAX, Row, text_rows
from avstem.formats.bank_csv.sheet import sheet_rows
from avstem.formats.bank_csv.statements import Table
from avstem.formats.text_lines import stream_lines
from avstem.formats.xml_reader import BoundedStream

NAME = "csv.mapped"
#: The delimiter of a sheet, which has cells and no signs between them.
SHEET = ""
_WORDS_MAX, _TEXT_MAX = 20, 100
_JSON_CHARACTERS_MAX = 20_000


class SignRule(StrEnum):
    """How a row tells money out from money in.

    `signed`: minus is out. `inverse`: minus is in (some cards). `in_out`: a column for each.
    `marker`: the amount has no sign, a word in another column says it.
    """

    SIGNED = "signed"
    INVERSE = "inverse"
    IN_OUT = "in_out"
    MARKER = "marker"


@dataclass(frozen=True, slots=True)
class CsvMapping:
    """How the rows of one layout are read.

    `header_rows` counts the rows above the first entry that hold anything; the last of them is the
    header, whose fingerprint is `header_key`; without a header it is that of the table's shape
    (module `shape`), and every row must be read. `currency` and `account` are for tables that have
    no such column. Words are compared without regard to capitals.
    """

    columns: Columns
    column_count: int
    delimiter: str = ";"
    header_rows: int = 1
    header_key: str = ""
    sign_rule: SignRule = SignRule.SIGNED
    date_form: DateForm = DateForm.NORWEGIAN
    decimal_mark: str = ","
    currency: str | None = None
    account: str | None = None
    out_words: tuple[str, ...] = ()
    in_words: tuple[str, ...] = ()
    reserved_statuses: tuple[str, ...] = ()
    ignored_rows: tuple[str, ...] = ()
    confirmed: bool = False
    #: Why a proposal says what it says; `place` is the role or the setting.
    reasons: tuple[Notice, ...] = field(default=(), compare=False)

    def confirm(self) -> "CsvMapping":
        """The mapping as the user has said yes to it; refused where it cannot read a row."""
        _check(self)
        return replace(self, confirmed=True, reasons=())

    def to_json(self) -> str:
        """All of it but the reasons, to be stored."""
        values = asdict(self)
        del values["reasons"]
        return json.dumps(values, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "CsvMapping":
        """What `to_json` gave; anything else is refused (`InvalidValueError`)."""
        if len(text) > _JSON_CHARACTERS_MAX:
            raise _wrong("a long text", "a mapping")
        try:
            values = json.loads(text)
            mapping = cls(**_typed(values))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as wrong:
            raise _wrong(str(wrong), "a mapping as it was stored") from wrong
        _check(mapping)
        return mapping


def mapping_key(header: Sequence[str]) -> str:
    """The fingerprint of a header: the same for the same names, whatever their capitals or spaces.

    >>> mapping_key(["Dato", "Beløp "]) == mapping_key(["DATO", "beløp", ""])
    True
    """
    names = "\x1f".join(header_names(header))
    return hashlib.sha256(names.encode("utf-8", "replace")).hexdigest()[:32]


def read_with_mapping(
    stream: BoundedStream, mapping: CsvMapping, *, file: str, notices: list[Notice]
) -> Iterator[StatementSource]:
    """Read a file as the user has mapped it; refused while nobody has said yes to the mapping."""
    if mapping.delimiter == SHEET:
        rows = wide_rows(sheet_rows(stream, file=file), mapping.column_count)
        yield from read_mapped_rows(rows, mapping, file=file, notices=notices)
        return
    yield from read_mapped_lines(
        stream_lines(stream, file=file), mapping, file=file, notices=notices
    )


def read_mapped_lines(
    lines: Iterable[str], mapping: CsvMapping, *, file: str, notices: list[Notice]
) -> Iterator[StatementSource]:
    """As `read_with_mapping`, from lines of text."""
    rows = text_rows(lines, mapping.delimiter or "\t", file=file)
    yield from read_mapped_rows(rows, mapping, file=file, notices=notices)


def read_mapped_rows(
    rows: Iterable[Row], mapping: CsvMapping, *, file: str, notices: list[Notice]
) -> Iterator[StatementSource]:
    """As `read_with_mapping`, from rows."""
    if not mapping.confirmed:
        raise StateError("mapping", mapping.header_key, "proposed", "confirmed by the user")
    filled = (row for row in rows if not row.is_blank())
    above = list(islice(filled, mapping.header_rows))
    _require_header(above, mapping, file)
    table = Table(_plan(mapping), file=file, notices=notices, every_row=not mapping.header_rows)
    yield from table.statements(filled)


def _plan(mapping: CsvMapping) -> Plan:
    return Plan(
        name=NAME,
        columns=mapping.columns,
        width=mapping.column_count,
        date_form=mapping.date_form,
        decimal_mark=mapping.decimal_mark,
        currency=mapping.currency,
        account=mapping.account,
        inverse=mapping.sign_rule is SignRule.INVERSE,
        out_words=_folded(mapping.out_words),
        in_words=_folded(mapping.in_words),
        reserved_statuses=_folded(mapping.reserved_statuses),
        ignored_rows=_folded(mapping.ignored_rows),
    )


def _require_header(above: Sequence[Row], mapping: CsvMapping, file: str) -> None:
    """A bank that has moved its columns has another header; the old mapping is not for it."""
    if not mapping.header_key or not mapping.header_rows:
        return
    cells = above[-1].cells if len(above) == mapping.header_rows and above else ()
    if mapping_key(cells) != mapping.header_key:
        found = one_line(", ".join(cells))[:60] or "no header"
        place = above[-1].place if above else "line 1"
        raise UnreadableFileError(place, found, "the header that was mapped: map this one", file)


def _check(mapping: CsvMapping) -> None:
    """Refuse what could not read one row."""
    columns, rule = mapping.columns, mapping.sign_rule
    words = bool(mapping.out_words and mapping.in_words)
    if mapping.delimiter not in (*DELIMITERS, SHEET):
        raise _wrong(mapping.delimiter, "a delimiter ; , or tab")
    if mapping.decimal_mark not in ("", ",", "."):
        raise _wrong(mapping.decimal_mark, "a decimal mark , or .")
    if not 0 <= mapping.header_rows <= HEADER_ROWS_MAX:
        raise _wrong(f"{mapping.header_rows} header rows", f"at most {HEADER_ROWS_MAX}")
    if not 1 <= columns.last() + 1 <= mapping.column_count <= COLUMNS_MAX or _negative(columns):
        raise _wrong(f"{mapping.column_count} columns", f"all of them, at most {COLUMNS_MAX}")
    if (columns.amount is None) is not (rule is SignRule.IN_OUT):
        raise _wrong(rule, "one column of amounts, or one in and one out")
    if rule is SignRule.IN_OUT and None in (columns.paid_in, columns.paid_out):
        raise _wrong(rule, "a column of money in and one of money out")
    if (rule is SignRule.MARKER) is not (columns.marker is not None and words):
        raise _wrong(rule, "a column that tells money out by a word, and the words")
    if mapping.currency is not None:
        check_currency(mapping.currency)
    _check_words(mapping)


def _check_words(mapping: CsvMapping) -> None:
    groups = (mapping.out_words, mapping.in_words, mapping.reserved_statuses, mapping.ignored_rows)
    for group in groups:
        if len(group) > _WORDS_MAX or not all(0 < len(each) <= _TEXT_MAX for each in group):
            raise _wrong("words", f"at most {_WORDS_MAX}, of {_TEXT_MAX} characters each")


def _negative(columns: Columns) -> bool:
    single = (getattr(columns, name) for name in SINGLE_COLUMNS)
    return any(each is not None and each < 0 for each in (*columns.text, *single))


def _typed(values: Any) -> dict[str, Any]:
    """The stored values in their own types; a wrong one raises TypeError or ValueError."""
    found = dict(values)
    columns = dict(found.pop("columns"))
    text = tuple(_whole_number(each) for each in _list(columns.pop("text")))
    single = {name: None if each is None else _whole_number(each) for name, each in columns.items()}
    for name in ("out_words", "in_words", "reserved_statuses", "ignored_rows"):
        found[name] = tuple(_text(each) for each in _list(found[name]))
    for name in ("delimiter", "header_key", "decimal_mark"):
        _text(found[name])
    for name in ("currency", "account"):
        found[name] = None if found[name] is None else _text(found[name])
    for name in ("column_count", "header_rows"):
        _whole_number(found[name])
    if not isinstance(found["confirmed"], bool) or "reasons" in found:
        raise TypeError("confirmed is yes or no")
    found["sign_rule"], found["date_form"] = (
        SignRule(found["sign_rule"]),
        DateForm(found["date_form"]),
    )
    return {**found, "columns": Columns(text=text, **single)}  # type: ignore[arg-type]  # checked


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r:.20} is no list")
    return value


def _whole_number(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= COLUMNS_MAX:
        raise TypeError(f"{value!r:.20} is no number of columns")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _TEXT_MAX:
        raise TypeError(f"{value!r:.20} is no short text")
    return value


def _folded(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(word.strip().casefold() for word in words)


def wide_rows(rows: Iterable[Row], width: int) -> Iterator[Row]:
    """A sheet leaves out the empty cells at the end of a row: the rows with them."""
    return (Row(row.place, row.cells + ("",) * (width - len(row.cells))) for row in rows)


def _wrong(found: str, expected: str) -> InvalidValueError:
    return InvalidValueError("mapping", str(found)[:60], expected)
