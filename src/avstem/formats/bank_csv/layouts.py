"""The tables of internet banks that are known, as data: recognised by the header row alone.

A header fits a layout when it has all the layout's columns, no other than its optional ones, and
none twice; the order is free. `Dato|Bokført` is one column under either name.

Sources: docs/formats/bank_csv.md names one for each layout.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from avstem.formats.bank_csv.cells import DateForm
from avstem.formats.bank_csv.plan import Columns, Plan

#: A column's name in the header, and its role in `Columns` (empty: it is not read).
Column = tuple[str, str]
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Layout:
    """One bank's table.

    `currency` is that of every row where the table has no such column; None refuses a row without
    one. `decimal_mark` is empty where the bank has written both. `summary` says that the file tells
    its balances above the header or below the rows.
    """

    name: str
    columns: tuple[Column, ...]
    optional: tuple[Column, ...] = ()
    currency: str | None = "NOK"
    decimal_mark: str = ","
    date_form: DateForm = DateForm.NORWEGIAN
    summary: bool = False
    reserved_texts: tuple[str, ...] = ()
    reserved_dates: tuple[str, ...] = ()
    reserved_statuses: tuple[str, ...] = ()
    booked_statuses: tuple[str, ...] = ()
    _roles: dict[str, str] = field(default_factory=dict, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        for name, role in (*self.columns, *self.optional):
            self._roles.update((_folded(each), role) for each in name.split("|"))

    def plan(self, header: Sequence[str]) -> Plan | None:
        """How a table with this header is read; None where the header is not this layout's."""
        names = header_names(header)
        named = [name for name in names if name]
        if len(set(named)) < len(named) or not self._has_all(set(named)):
            return None
        columns = self._columns(names)
        if columns is None:
            return None
        return Plan(
            name=self.name,
            columns=columns,
            width=len(names),
            date_form=self.date_form,
            decimal_mark=self.decimal_mark,
            currency=None if columns.currency is not None else self.currency,
            reserved_texts=self.reserved_texts,
            reserved_dates=self.reserved_dates,
            reserved_statuses=self.reserved_statuses,
            booked_statuses=self.booked_statuses,
        )

    def _has_all(self, names: set[str]) -> bool:
        wanted = ({_folded(each) for each in name.split("|")} for name, _ in self.columns)
        return names <= self._roles.keys() and all(each & names for each in wanted)

    def _columns(self, names: Sequence[str]) -> Columns | None:
        """The columns by role; None where two of them claim the same one."""
        texts: list[int] = []
        single: dict[str, int] = {}
        for index, name in enumerate(names):
            role = self._roles.get(name, "")
            if role == "text":
                texts.append(index)
            elif role and single.setdefault(role, index) != index:
                return None
        return Columns(text=tuple(texts), **single)


def header_names(header: Sequence[str]) -> tuple[str, ...]:
    """The header's names in small letters, without the empty ones at its end."""
    names = [_folded(name) for name in header]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def layout_of(header: Sequence[str]) -> tuple[Layout, Plan] | None:
    """The known layout with this header, and how its rows are read."""
    for layout in LAYOUTS:
        if (plan := layout.plan(header)) is not None:
            return layout, plan
    return None


def _folded(name: str) -> str:
    text = unicodedata.normalize("NFC", name[:200]).lstrip("\ufeff")
    return _SPACES.sub(" ", text).strip().casefold()


_DNB = (
    ("Dato", "booking_date"),
    ("Forklaring", "text"),
    ("Rentedato", "value_date"),
    ("Ut fra konto", "paid_out"),
    ("Inn på konto", "paid_in"),
)
_DNB_BUSINESS = (
    ("Bokført dato", "booking_date"),
    ("Forklarende tekst", "text"),
    ("Ut", "paid_out"),
    ("Inn", "paid_in"),
)
_DNB_BUSINESS_OPTIONAL = (
    ("Status", "status"),
    ("Transaksjonstype", "type"),
    ("Rentedato", "value_date"),
    ("Arkivref.|Arkivref", "reference"),
    ("Referanse", "text"),
)
_NORDEA = (
    ("Bokføringsdato", "booking_date"),
    ("Beløp", "amount"),
    ("Avsender", "from_account"),
    ("Mottaker", "to_account"),
    ("Navn", "counterparty"),
    ("Tittel", "text"),
    ("Valuta", "currency"),
)
_SPAREBANK1 = (
    ("Dato", "booking_date"),
    ("Beskrivelse", "text"),
    ("Rentedato", "value_date"),
    ("Inn", "paid_in"),
    ("Ut", "paid_out"),
    ("Til konto", "to_account"),
    ("Fra konto", "from_account"),
)
_DANSKE = (
    ("Dato", "booking_date"),
    ("Tekst", "text"),
    ("Beløp", "amount"),
    ("Saldo", "balance"),
    ("Status", "status"),
    ("Avstemt", ""),
)
_DANSKE_BUSINESS = (
    ("Bokført dato", "booking_date"),
    ("Rentedato", "value_date"),
    ("Tekst", "text"),
    ("Beløp i NOK", "amount"),
    ("Bokført saldo i NOK", "balance"),
    ("Status", "status"),
)
_HANDELSBANKEN = (
    ("Utført dato|Betalingstidspunkt", "executed_date"),
    ("Bokført dato", "booking_date"),
    ("Rentedato|Valuteringsdato", "value_date"),
    ("Beskrivelse|Skildring", "text"),
    ("Type", "type"),
    ("Undertype", ""),
    ("Fra konto|Frå konto", "from_account"),
    ("Avsender|Avsendar", "from_name"),
    ("Til konto", "to_account"),
    ("Mottakernavn|Mottakarnamn", "to_name"),
    ("Beløp inn", "paid_in"),
    ("Beløp ut", "paid_out"),
    ("Valuta", "currency"),
    ("Status", "status"),
    ("Melding/KID/Fakt.nr", "text"),
)
_HANDELSBANKEN_OPTIONAL = (
    ("Numref", ""),
    ("Arkivref", "reference"),
    ("eFaktura", ""),
    ("eFaktura eier", ""),
    ("eFaktura type", ""),
    ("Melding", "text"),
    ("KID", "kid"),
    ("Faktura nr.", "text"),
)
_BULDER = (
    ("Dato", "booking_date"),
    ("Beløp", "amount"),
    ("Originalt Beløp", "original_amount"),
    ("Original Valuta", "original_currency"),
    ("Til konto", "to_name"),
    ("Til kontonummer", "to_account"),
    ("Fra konto", "from_name"),
    ("Fra kontonummer", "from_account"),
    ("Type", "type"),
    ("Tekst", "text"),
    ("KID", "kid"),
    ("Hovedkategori", ""),
    ("Underkategori", ""),
)
_SPAREBANKEN_VEST = (
    ("Bokført", "booking_date"),
    ("Rentedato", "value_date"),
    ("Kategori", ""),
    ("Type", "type"),
    ("Beskrivelse", "text"),
    ("Melding", "text"),
    ("Beløp (NOK)", "amount"),
    ("Beløp (valuta)", "original_amount"),
    ("Valuta", "original_currency"),
)
_IN_AND_OUT_WITH_TIME = (
    ("Bokført", "booking_date"),
    ("Rentedato", "value_date"),
    ("Transaksjonstidspunkt", "executed_date"),
    ("Type", "type"),
    ("Beskrivelse", "text"),
    ("Melding", "text"),
    ("Ut av konto", "paid_out"),
    ("Inn på konto", "paid_in"),
    ("Valutasort", "currency"),
    ("Fra konto", "from_account"),
    ("Til konto", "to_account"),
)
_SBANKEN = (
    ("Bokføringsdato", "booking_date"),
    ("Rentedato", "value_date"),
    ("Arkivreferanse", "reference"),
    ("Type", "type"),
    ("Tekst", "text"),
    ("Ut fra konto", "paid_out"),
    ("Inn på konto", "paid_in"),
)
_DAY = ("Dato|Bokføringsdato|Bokført dato|Bokført", "booking_date")
_OUT = ("Ut|Ut fra konto|Ut av konto|Beløp ut|Utbetaling", "paid_out")
_IN = ("Inn|Inn på konto|Beløp inn|Innbetaling", "paid_in")
_NORWEGIAN_OPTIONAL = (
    ("Tekst|Beskrivelse|Forklaring|Forklarende tekst|Tittel", "text"),
    ("Melding", "text"),
    ("Rentedato|Valuteringsdato|Valuteringsdag", "value_date"),
    ("KID", "kid"),
    ("Valuta", "currency"),
    ("Saldo", "balance"),
    ("Type|Transaksjonstype", "type"),
    ("Arkivref|Arkivref.|Arkivreferanse", "reference"),
    ("Fra konto", "from_account"),
    ("Til konto", "to_account"),
)
_N26 = (
    ("Booking Date", "booking_date"),
    ("Value Date", "value_date"),
    ("Partner Name", "counterparty"),
    ("Partner Iban", "counterparty_account"),
    ("Type", "type"),
    ("Payment Reference", "text"),
    ("Account Name", ""),
    ("Amount (EUR)", "amount"),
    ("Original Amount", "original_amount"),
    ("Original Currency", "original_currency"),
    ("Exchange Rate", ""),
)
_ENGLISH = (("Date|Booking Date", "booking_date"), ("Description|Details", "text"))
_ENGLISH_OPTIONAL = (
    ("Balance|Running Balance", "balance"),
    ("Account|IBAN", "account"),
    ("Reference|Ref", "reference"),
)
_GERMAN = (
    ("Buchungstag", "booking_date"),
    ("Verwendungszweck", "text"),
    ("Betrag", "amount"),
    ("CCY|Währung", "currency"),
    ("IBAN", "account"),
    ("Ref", "reference"),
)
_FRENCH = (
    ("Date opération", "booking_date"),
    ("Libellé", "text"),
    ("Débit", "paid_out"),
    ("Crédit", "paid_in"),
    ("Devise", "currency"),
    ("Référence", "reference"),
)
_BOOKED, _RESERVED = ("bokført", "utført"), ("reservert", "venter")

#: The first layout that a header fits is taken: a bank's own before the general ones.
LAYOUTS = (
    Layout("csv.dnb", _DNB, decimal_mark="", reserved_texts=("reservert transaksjon",)),
    Layout(
        "csv.dnb",
        _DNB_BUSINESS,
        _DNB_BUSINESS_OPTIONAL,
        summary=True,
        booked_statuses=("b", "bokført"),
        reserved_statuses=("r", "reservert"),
    ),
    Layout(
        "csv.nordea",
        _NORDEA,
        (("Betalingstype", "type"), ("Saldo", "balance")),
        reserved_dates=("reservert",),
    ),
    Layout("csv.sparebank1", _SPAREBANK1),
    Layout(
        "csv.danske",
        _DANSKE,
        (("Kategori", ""), ("Underkategori", "")),
        booked_statuses=_BOOKED,
        reserved_statuses=_RESERVED,
    ),
    Layout(
        "csv.danske",
        _DANSKE_BUSINESS,
        decimal_mark="",
        booked_statuses=_BOOKED,
        reserved_statuses=_RESERVED,
    ),
    Layout(
        "csv.handelsbanken",
        _HANDELSBANKEN,
        _HANDELSBANKEN_OPTIONAL,
        decimal_mark=".",
        summary=True,
        booked_statuses=_BOOKED,
        reserved_statuses=_RESERVED,
    ),
    Layout("csv.bulder", _BULDER),
    Layout("csv.sparebanken_norge", _SPAREBANKEN_VEST),
    Layout("csv.norwegian", _IN_AND_OUT_WITH_TIME),
    Layout("csv.sbanken", _SBANKEN, (("Bruksdato", ""),)),
    Layout(
        "csv.norwegian",
        (_DAY, ("Beløp|Beløp i NOK", "amount")),
        _NORWEGIAN_OPTIONAL,
        decimal_mark="",
        reserved_dates=("reservert",),
    ),
    Layout(
        "csv.norwegian",
        (_DAY, _OUT, _IN),
        _NORWEGIAN_OPTIONAL,
        decimal_mark="",
        reserved_dates=("reservert",),
    ),
    Layout("csv.n26", _N26, currency="EUR", decimal_mark=".", date_form=DateForm.YEAR_FIRST),
    Layout(
        "csv.english",
        (*_ENGLISH, ("Amount", "amount"), ("Currency|CCY", "currency")),
        _ENGLISH_OPTIONAL,
        currency=None,
        decimal_mark="",
        date_form=DateForm.YEAR_FIRST,
    ),
    Layout(
        "csv.english",
        (*_ENGLISH, ("Credit", "paid_in"), ("Debit", "paid_out"), ("Currency|CCY", "currency")),
        _ENGLISH_OPTIONAL,
        currency=None,
        decimal_mark="",
        date_form=DateForm.YEAR_FIRST,
    ),
    Layout("csv.german", _GERMAN, currency=None, date_form=DateForm.YEAR_FIRST),
    Layout("csv.french", _FRENCH, currency=None, date_form=DateForm.YEAR_FIRST),
)
