"""A mapping proposed for a table of an unknown layout, with its reasons: by names, then by content.

It is a form filled in for the user to correct, not an answer. What cannot be seen (the currency of
"$", whether 01/02 is in January) stays open, and its reason says so.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from avstem.domain.errors import InvalidValueError, UnreadableFileError
from avstem.domain.statement import Notice
from avstem.formats.bank_csv.cells import DateForm, one_line, read_amount, read_day
from avstem.formats.bank_csv.layouts import header_names
from avstem.formats.bank_csv.mapping import SHEET, CsvMapping, SignRule, mapping_key
from avstem.formats.bank_csv.plan import Columns
from avstem.formats.bank_csv.rows import DELIMITERS, HEADER_ROWS_MAX, Row, text_rows
from avstem.formats.bank_csv.shape import shape_key

#: How many rows of the table a proposal looks at.
SAMPLE_ROWS = 200
_NAMES = {
    "booking_date": "date|booking date|posted date|posting date|dato|bokført|bokført dato|"
    "bokføringsdato|buchungstag|date opération|bogføringsdato|created",
    "executed_date": "transaction date|utført dato|transaksjonsdato|date of transaction",
    "value_date": "value date|rentedato|valuteringsdato|valuteringsdag|wertstellung|date valeur",
    "text": "description|label|details|detail|text|tekst|beskrivelse|forklaring|melding|tittel|"
    "verwendungszweck|libellé|merchant name|payment reference|memo",
    "amount": "amount|beløp|betrag|montant|belopp|beløb",
    "paid_in": "credit|deposit|crédit|inn|inn på konto|beløp inn|innbetaling|kredit|paid in",
    "paid_out": "debit|withdrawal|débit|ut|ut fra konto|ut av konto|beløp ut|utbetaling|debet|"
    "paid out",
    "currency": "currency|ccy|valuta|devise|währung|valutasort",
    "balance": "balance|runningbalance|running balance|saldo|solde|kontostand",
    "account": "account|account number|kontonummer|konto",
    "counterparty": "partner name|payee|navn|name|motpart|mottakernavn",
    "counterparty_account": "partner iban|motkonto|counterparty iban",
    "kid": "kid",
    "reference": "ref|reference|référence|id|operation number|arkivref|arkivref.|arkivreferanse",
    "status": "status",
    "type": "type|transaksjonstype",
}
_ROLES = {name: role for role, names in _NAMES.items() for name in names.split("|")}
_IN_BRACKETS = re.compile(r" ?\(([a-z]{3})\)\Z")
_OUT_WORDS = ("debit", "dr", "d", "ut", "out", "debet")
_IN_WORDS = ("credit", "cr", "c", "inn", "in", "kredit")
_RESERVED = frozenset(("pending", "reservert", "venter", "reserved"))
_TOTALS = ("balance", "saldo", "solde", "total", "sum", "inngående", "utgående")
_LOOKS_DAY = re.compile(r"\d{1,4}([./-])\d{1,2}\1\d{1,4}(?:[ T].{0,30})?\Z", re.ASCII)
_LOOKS_AMOUNT = re.compile(r"[-+$€£]{0,2}\d[\d ., ]{0,30}\Z", re.ASCII)
_LOOKS_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_TRIAL_CURRENCY = {"$": "USD", "€": "EUR", "£": "GBP"}


def sample_rows(lines: Iterable[str], *, file: str) -> tuple[str, list[Row]]:
    """The delimiter of an unknown text, and its first rows that hold anything.

    The delimiter is the one that gives most rows of the same width, and then the widest.
    """
    kept = list(islice(lines, SAMPLE_ROWS))
    best: tuple[int, int, str, list[Row]] = (0, 1, DELIMITERS[0], [])
    for delimiter in DELIMITERS:
        try:
            rows = [row for row in text_rows(kept, delimiter, file=file) if not row.is_blank()]
        except UnreadableFileError:
            continue
        widths = [len(row.cells) for row in rows]
        width = max(set(widths), key=widths.count, default=1)
        if width > 1 and (widths.count(width), width) > best[:2]:
            best = (widths.count(width), width, delimiter, rows)
    if not best[3]:
        raise UnreadableFileError("line 1", "no columns", "a table: columns with ; , or tab", file)
    return best[2], best[3]


def propose_mapping(rows: Sequence[Row], delimiter: str = SHEET) -> CsvMapping:
    """What the table seems to be, for the user to correct and confirm.

    Refused (`InvalidValueError`) where no column holds days or none holds amounts.
    """
    filled = [row for row in islice(rows, SAMPLE_ROWS) if not row.is_blank()]
    header_rows = _header_rows(filled)
    header = filled[header_rows - 1].cells if header_rows else ()
    body = filled[header_rows:]
    width = len(header_names(header)) or max((len(row.cells) for row in body), default=0)
    return _Proposal(header, body, width).mapping(delimiter, header_rows)


@dataclass
class _Proposal:
    """What is seen of one table, gathered with its reasons."""

    header: Sequence[str]
    body: list[Row]
    width: int
    single: dict[str, int] = field(default_factory=dict)
    texts: list[int] = field(default_factory=list)
    reasons: list[Notice] = field(default_factory=list)
    currency: str | None = None

    def mapping(self, delimiter: str, header_rows: int) -> CsvMapping:
        self._by_name()
        self._by_content()
        form = self._date_form()
        ignored = self._ignored_rows(form)
        rule = self._sign_rule()
        mark = self._decimal_mark()
        self._currency()
        return CsvMapping(
            columns=Columns(text=tuple(self.texts), **self.single),
            column_count=self.width,
            delimiter=delimiter,
            header_rows=header_rows,
            header_key=self._key(delimiter),
            sign_rule=rule,
            date_form=form,
            decimal_mark=mark,
            currency=self.currency,
            out_words=_OUT_WORDS if rule is SignRule.MARKER else (),
            in_words=_IN_WORDS if rule is SignRule.MARKER else (),
            reserved_statuses=self._reserved(),
            ignored_rows=ignored,
            reasons=tuple(self.reasons),
        )

    def _key(self, delimiter: str) -> str:
        return mapping_key(self.header) if self.header else shape_key(self.body, delimiter)

    def _by_name(self) -> None:
        """Roles of columns whose names are known; of two with one role, the first."""
        for index, name in enumerate(header_names(self.header)):
            role = _role(name)
            if role == "text":
                self.texts.append(index)
            elif role and role not in self.single:
                self.single[role] = index
            else:
                continue
            self._because("mapping.by_name", role, self.header[index])
        if "booking_date" not in self.single and "executed_date" in self.single:
            self.single["booking_date"] = self.single.pop("executed_date")
        if {"paid_in", "paid_out"} <= self.single.keys():
            self.single.pop("amount", None)
        else:
            self.single.pop("paid_in", None)
            self.single.pop("paid_out", None)

    def _by_content(self) -> None:
        """What no name has told: the first column that looks so in every row."""
        self._find("booking_date", _looks_day)
        if "paid_in" not in self.single:
            self._find("amount", _looks_amount)
        if not self.texts:
            self._find_text()
        if "currency" not in self.single and not self.header:
            self._find("currency", lambda cell: bool(_LOOKS_CURRENCY.match(cell)), needed=False)

    def _find(self, role: str, looks: Callable[[str], bool], *, needed: bool = True) -> None:
        if role in self.single:
            return
        for index in range(self.width):
            cells = self._cells(index)
            if index not in self.single.values() and cells and all(map(looks, cells)):
                self.single[role] = index
                self._because("mapping.by_content", role, cells[0])
                return
        if needed:
            raise InvalidValueError("mapping", f"no column of {role}"[:60], f"a column of {role}")

    def _find_text(self) -> None:
        """The free column with the longest texts."""
        free = [index for index in range(self.width) if index not in self.single.values()]
        sizes = {index: sum(map(len, self._cells(index))) for index in free}
        if sizes and max(sizes.values()):
            index = max(free, key=sizes.__getitem__)
            self.texts.append(index)
            self._because("mapping.by_content", "text", self._cells(index)[0])

    def _cells(self, index: int) -> list[str]:
        """What stands in a column, without its empty cells."""
        cells = (row.cells[index] for row in self.body if index < len(row.cells))
        return [one_line(cell) for cell in cells if cell.strip()]

    def _date_form(self) -> DateForm:
        """The only form that fits every day; of several, the Norwegian one, and it stays open."""
        days = [cell for cell in self._cells(self.single["booking_date"]) if _looks_day(cell)]
        forms = (DateForm.YEAR_FIRST, DateForm.DAY_FIRST, DateForm.MONTH_FIRST)
        fitting = [form for form in forms if days and all(_is_day(day, form) for day in days)]
        if not fitting:
            raise InvalidValueError("mapping", (days or ["no days"])[0][:60], "days of one form")
        is_open = "mapping.date_form_open" if len(fitting) > 1 else "mapping.date_form"
        self._because(is_open, "date_form", days[0])
        return fitting[0]

    def _ignored_rows(self, form: DateForm) -> tuple[str, ...]:
        """Rows of balances and sums among the entries, by the words they begin with."""
        index, found = self.single["booking_date"], []
        for row in self.body:
            first = one_line(next(cell for cell in row.cells if cell.strip())).casefold()[:100]
            day = row.cells[index] if index < len(row.cells) else ""
            if first.startswith(_TOTALS) and not _is_day(day, form):
                found.append(first)
                self._because("mapping.ignored_row", row.place, first)
        return tuple(dict.fromkeys(found))[:20]

    def _sign_rule(self) -> SignRule:
        if "paid_in" in self.single:
            self._because("mapping.sign", "sign_rule", SignRule.IN_OUT)
            return SignRule.IN_OUT
        unsigned = not any(
            cell.startswith(("-", "\u2212")) for cell in self._cells(self.single["amount"])
        )
        for index in range(self.width if unsigned else 0):
            words = {cell.casefold() for cell in self._cells(index)}
            if words and words <= {*_OUT_WORDS, *_IN_WORDS}:
                self.single["marker"] = index
                self._because("mapping.sign", "sign_rule", SignRule.MARKER)
                return SignRule.MARKER
        self._because("mapping.sign", "sign_rule", SignRule.SIGNED)
        return SignRule.SIGNED

    def _decimal_mark(self) -> str:
        """The only mark that reads every amount; else it stays open."""
        roles = [
            self.single[role] for role in ("amount", "paid_in", "paid_out") if role in self.single
        ]
        amounts = [cell for index in roles for cell in self._cells(index)]
        fitting = [
            mark for mark in ",." if amounts and all(_is_amount(each, mark) for each in amounts)
        ]
        if len(fitting) != 1:
            self._because("mapping.decimal_mark_open", "decimal_mark", "".join(amounts[:1]))
            return ""
        self._because("mapping.decimal_mark", "decimal_mark", fitting[0])
        return fitting[0]

    def _currency(self) -> None:
        if "currency" in self.single:
            return
        found = (_IN_BRACKETS.search(name) for name in header_names(self.header))
        stated = {each[1].upper() for each in found if each}
        if len(stated) == 1:
            self.currency = stated.pop()
            self._because("mapping.by_name", "currency", self.currency)
        else:
            self._because("mapping.currency_open", "currency", "")

    def _reserved(self) -> tuple[str, ...]:
        if "status" not in self.single:
            return ()
        return tuple(
            sorted({each.casefold() for each in self._cells(self.single["status"])} & _RESERVED)
        )

    def _because(self, code: str, place: str, found: str) -> None:
        self.reasons.append(Notice(code, place, found[:60]))


def _role(name: str) -> str:
    return _ROLES.get(name) or _ROLES.get(_IN_BRACKETS.sub("", name), "")


def _header_rows(rows: Sequence[Row]) -> int:
    """The rows down to the header, with it; 0 where no row looks like one."""
    for index, row in enumerate(rows[:HEADER_ROWS_MAX]):
        roles = {_role(name) for name in header_names(row.cells)} - {""}
        values = any(_looks_day(cell) or _looks_amount(cell) for cell in row.cells)
        if len(roles) > 1 and not values:
            return index + 1
    return _rows_above_values(rows)


def _rows_above_values(rows: Sequence[Row]) -> int:
    """Where no name is known: the words above the first row that holds a day and an amount."""
    for index, row in enumerate(rows[: HEADER_ROWS_MAX + 1]):
        if any(map(_looks_day, row.cells)) and any(map(_looks_amount, row.cells)):
            above = rows[index - 1].cells if index else ()
            return index if len([cell for cell in above if cell.strip()]) > 1 else 0
    return 0


def _looks_day(cell: str) -> bool:
    return len(cell) < 40 and bool(_LOOKS_DAY.match(cell.strip()))


def _looks_amount(cell: str) -> bool:
    text = cell.strip().replace("\u2212", "-")
    return len(text) < 40 and bool(_LOOKS_AMOUNT.match(text)) and not _looks_day(text)


def _is_day(cell: str, form: DateForm) -> bool:
    try:
        read_day(cell, form)
    except InvalidValueError:
        return False
    return True


def _is_amount(cell: str, mark: str) -> bool:
    sign = next((each for each in _TRIAL_CURRENCY if each in cell), "")
    try:
        read_amount(cell, _TRIAL_CURRENCY.get(sign, "NOK"), mark)
    except InvalidValueError:
        return False
    return True
