"""Tables of internet banks: what each layout means, and what is refused rather than guessed."""

import string
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avstem.domain.errors import InvalidValueError, RefusalError, UnreadableFileError
from avstem.domain.identifiers import normalise_account
from avstem.domain.money import Money
from avstem.domain.statement import EntryStatus, Notice
from avstem.formats.bank_csv import rows, statements
from avstem.formats.bank_csv.cells import DateForm, read_amount, read_day
from avstem.formats.bank_csv.layouts import LAYOUTS
from avstem.formats.bank_csv.reader import claim_bank_csv
from avstem.formats.port import HEAD_BYTES
from tests.support.bank_tables import read, read_one

OURS, THEIRS = "1503.00.01017", "8601.11.17947"
IBAN = normalise_account(OURS)
DNB = "Dato;Forklaring;Rentedato;Ut fra konto;Inn på konto\n"
NORDEA = "Bokføringsdato;Beløp;Avsender;Mottaker;Navn;Tittel;Valuta;Betalingstype\n"
DANSKE = "Dato;Tekst;Beløp;Saldo;Status;Avstemt\n"
HANDELSBANKEN = (
    "Utført dato;Bokført dato;Rentedato;Beskrivelse;Type;Undertype;Fra konto;Avsender;Til konto;"
    "Mottakernavn;Beløp inn;Beløp ut;Valuta;Status;Melding/KID/Fakt.nr\n"
)
EIKA = (
    "Betalingstidspunkt;Bokført dato;Valuteringsdato;Skildring;Type;Undertype;Frå konto;Avsendar;"
    "Til konto;Mottakarnamn;Beløp inn;Beløp ut;Valuta;Status;Melding/KID/Fakt.nr;eFaktura;"
    "eFaktura eier;eFaktura type;Melding;KID;Faktura nr.\n"
)
DNB_BUSINESS = (
    '"Konto";"Kontonavn"\n"1503.00.01017";"SAMEIET"\n'
    '"Inngående saldo";"Utgående saldo";"Sum inn på konto";"Sum ut av konto"\n'
    '"1.000,00";"8.258,00";"8.758,00";"-1.500,00"\n'
    '"Bokført dato";"Forklarende tekst";"Status";"Transaksjonstype";"Rentedato";"Ut";"Inn";'
    '"Arkivref.";"Referanse"\n'
    '"01.04.2025";"Ola Nordmann; H0101";"B";"Overføring";"01.04.2025";"";"8.758,00";"1";"2"\n'
    '"02.04.2025";"Renhold AS";"B";"Giro";"02.04.2025";"-1.500,00";"";"3";"4"\n'
)


def test_dnb_business_tells_account_and_balances_above_its_header() -> None:
    table = read_one(DNB_BUSINESS)
    head = table.head
    assert (head.account, head.format) == (IBAN, "csv.dnb")
    assert (head.opening_balance, head.closing_balance) == (
        Money(100000, "NOK"),
        Money(825800, "NOK"),
    )
    assert head.balances_booked
    assert table.amounts == ["8758.00", "-1500.00"]
    assert table.entries[0].text == "Ola Nordmann; H0101"
    assert [each.reference for each in table.entries] == ["1", "3"]


def test_a_sum_that_is_not_the_rows_refuses_the_file() -> None:
    with pytest.raises(UnreadableFileError) as refused:
        read(DNB_BUSINESS.replace('"8.758,00";"-1.500', '"8.758,01";"-1.500'))
    assert refused.value.place == "the sum paid_in"
    assert (refused.value.found, refused.value.expected) == (
        "8758.00 NOK in the rows",
        "8758.01 NOK",
    )


def test_nordea_writes_reserved_instead_of_a_date_and_the_side_of_ours_by_direction() -> None:
    notices: list[Notice] = []
    table = read_one(
        NORDEA
        + f"Reservert;-115,70;{OURS};;;JOKER;NOK;Varekjøp\n"
        + f"2026/09/03;-300,00;{OURS};{THEIRS};Ola;Gave;NOK;Straksutbetaling\n"
        + f"03.09.2026;10000,00;;{OURS};Kari;Lønn;NOK;Overførsel\n",
        notices,
    )
    assert table.head.account == IBAN
    assert table.amounts == ["-300.00", "10000.00"]
    assert [(each.code, each.place) for each in notices] == [("row.undated", "line 2")]
    first = table.entries[0].transactions[0]
    assert (first.counterparty, first.counterparty_account) == ("Ola", normalise_account(THEIRS))
    assert {each.booking_date for each in table.entries} == {date(2026, 9, 3)}


def test_a_reserved_purchase_with_a_day_awaits_its_booking() -> None:
    row = f"04.09.2026;;;JAVA;Varekjøp;;{OURS};Jeg;;;;-112.000;NOK;Reservert;JAVA\n"
    [entry] = read_one(HANDELSBANKEN + row).entries
    assert entry.status is EntryStatus.PENDING
    assert (entry.booking_date, entry.value_date) == (None, date(2026, 9, 4))
    assert entry.amount == Money(-11200, "NOK")


def test_eika_in_nynorsk_has_a_kid_of_its_own() -> None:
    row = (
        f"04.09.2026;04.09.2026;04.09.2026;Straum;Betaling;;{OURS};Eg;{THEIRS};Straum AS;;-10.5;"
        "NOK;Bokført;;;;;Takk;12345674;F-1\n"
    )
    [entry] = read_one(EIKA + row).entries
    part = entry.transactions[0]
    assert (part.kid, part.counterparty) == ("12345674", "Straum AS")
    assert part.remittance == ("Straum", "Takk", "F-1")


def test_danske_bank_proves_its_balances_from_the_newest_row_down() -> None:
    rows = (
        "03.02.2026;Gebyr;-10,00;90,00;Utført;Nei\n"
        "02.02.2026;Kjøp;-5,00;;Venter;Nei\n"
        "01.02.2026;Lønn;1.100,00;100,00;Utført;Nei\n"
    )
    table = read_one(DANSKE + rows)
    assert table.head.opening_balance == Money(-100000, "NOK")
    assert table.head.closing_balance == Money(9000, "NOK")
    assert [each.status.value for each in table.entries] == ["booked", "pending", "booked"]


def test_balances_that_follow_from_nothing_are_left_out_with_a_notice() -> None:
    notices: list[Notice] = []
    rows = "03.02.2026;A;-10,00;90,00;Utført;Nei\n01.02.2026;B;11,00;12,00;Utført;Nei\n"
    head = read_one(DANSKE + rows, notices).head
    assert (head.opening_balance, head.balances_booked) == (None, False)
    assert [each.code for each in notices] == ["balance.no_chain"]


def test_sparebanken_norge_keeps_what_was_paid_in_another_currency() -> None:
    [entry] = read_one(
        "Bokført ; Rentedato ; Kategori ; Type ; Beskrivelse ; Melding ; Beløp (NOK); "
        "Beløp (valuta); Valuta; \n"
        "28.10.2025; 28.10.2025; Kjøp ; VISA ; Hotell ; ; \u22121\u00a0183,50 ; -100 ; EUR ; \n"
    ).entries
    assert entry.amount == Money(-118350, "NOK")
    assert entry.transactions[0].original_amount == Money(10000, "EUR")


def test_sbanken_in_windows_1252_with_tabs_gives_the_banks_reference() -> None:
    text = (
        '"BOKFØRINGSDATO"\t"RENTEDATO"\t"ARKIVREFERANSE"\t"TYPE"\t"TEKST"\t"UT FRA KONTO"\t'
        '"INN PÅ KONTO"\r\n"2016-08-05"\t"2016-08-05"\t"77"\t"VARER"\t"Kiøsk"\t"12,50"\t""\r\n'
    )
    table = read_one(text.encode("cp1252"))
    assert table.head.format == "csv.sbanken"
    assert (table.entries[0].reference, table.entries[0].text) == ("77", "Kiøsk")


def test_the_same_table_reads_in_every_encoding_and_with_every_delimiter() -> None:
    text = DNB + "20.01.2026;Kaffe på Øya;20.01.2026;;12 500,00\n"
    wanted = read_one(text).entries
    for data in (text.encode("cp1252"), text.encode("utf-16"), "\ufeff".encode() + text.encode()):
        assert read_one(data).entries == wanted
    assert read_one(text.replace(";", "\t")).entries == wanted
    assert read_one(text.replace("\n", "\r")).entries == wanted
    assert read_one(text.replace(";", ",").replace("12 500,00", '"12 500,00"')).entries == wanted


def test_two_equal_rows_are_two_entries_without_a_reference() -> None:
    row = "20.01.2026;Overføring;20.01.2026;;75\n"
    entries = read_one(DNB + row + row).entries
    assert [each.reference for each in entries] == [None, None]


def test_a_kid_that_is_none_is_kept_as_text_with_a_notice() -> None:
    notices: list[Notice] = []
    table = read_one("Dato;Tekst;Beløp;KID\n01.07.2026;Leie;1,00;se faktura\n", notices)
    part = table.entries[0].transactions[0]
    assert (part.kid, part.remittance) == (None, ("Leie", "se faktura"))
    assert [each.code for each in notices] == ["kid.not_a_kid"]


REFUSED = [
    (DNB + "31.02.2026;A;;1,00;\n", "line 2", "31.02.2026"),
    (DNB + "02/01/2026;A;;1,00;\n", "line 2", "02/01/2026"),
    (DNB + "20.01.2026;A;;1.234;\n", "line 2", "1.234"),
    (DNB + "20.01.2026;A;;1,234;\n", "line 2", "1,234"),
    (DNB + "20.01.2026;A;;1,00;\n21.01.2026;A;;2.50;\n", "line 3", "2.50"),
    (DNB + "20.01.2026;A;;12 34,00;\n", "line 2", "12 34,00"),
    (DNB + "20.01.2026;A;;1,005;\n".replace("1,005", "10000,005"), "line 2", "10000.005"),
    (DNB + "20.01.2026;A;;1,00;2,00\n", "line 2", "2.00 NOK and 1.00 NOK"),
    (DNB + "20.01.2026;A;;;-2,00\n", "line 2", "-2,00"),
    (DNB + "20.01.2026;A;;1,00;\n20.01.2026;A;;-1,00;\n", "line 3", "-1,00"),
    (DNB + "20.01.2026;A;;1,00;\n20.01.2026;B;;1", "line 3", "4 cells"),
    (DNB + "20.01.2026;A;B;;1,00;\n", "line 2", "B"),
    (DNB + "20.01.2026;A;;1,00;;9\n", "line 2", "6 cells"),
    (DNB + '20.01.2026;"A;;1,00;\n', "line 2", "unexpected end of data"),
    (DNB + '20.01.2026;"A" B;;1,00;\n', "line 2", "';' expected after '\"'"),
    (DNB + "20.01.2026;A\x00;;1,00;\n", "line 2", "a NUL byte"),
    (DNB + "20.01.2026;A;;EUR 1,00;\n", "line 2", "EUR 1,00"),
    (DNB + "20.01.2026;A;;99999999999999999999,00;\n", "line 2", "99999999999999999999.00"),
    ("Dato;Tekst;Beløp\n20.01.2026;A;\n", "line 2", "nothing"),
    ("Dato;Tekst;Beløp;Valuta\n20.01.2026;A;1,00;kr\n", "line 2", "KR"),
    ("Date,Description,Amount,Currency\n2026-01-20,A,1.00,\n", "line 2", "nothing"),
    (DANSKE + "20.01.2026;A;1,00;1,00;Slettet;\n", "line 2", "slettet"),
    (HANDELSBANKEN + "04.09.2026;;;A;;;;;;;;-1;NOK;Bokført;\n", "line 2", "no booking date"),
    (DNB + "20.01.2026;" + '"\n' * 2 + '";' * 40 + '"\n"' * 3000, "line 2", ""),
]


@pytest.mark.parametrize(("text", "place", "found"), REFUSED)
def test_what_is_uncertain_refuses_the_whole_file_at_its_line(
    text: str, place: str, found: str
) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        read(text)
    assert refused.value.place == place
    assert found in refused.value.found
    assert refused.value.file == "bank.csv"


def test_a_quote_that_never_ends_is_refused_before_it_fills_the_memory() -> None:
    with pytest.raises(UnreadableFileError):
        read(DNB + '";"\n' * 2000)


@pytest.mark.parametrize("row", ["\n", ";;;;\n", ";A;;1,00;\n"])
def test_rows_without_end_are_refused_even_where_nothing_stands_in_them(
    row: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "LINES_MAX", 1_000)
    with pytest.raises(UnreadableFileError) as refused:
        read(DNB + row * 1_000)
    assert refused.value.place == "line 1001"


def test_a_table_of_more_entries_than_are_held_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "ROWS_MAX", 10)
    row = "20.01.2026;A;;1,00;\n"
    assert len(read_one(DNB + row * 10).entries) == 10
    with pytest.raises(UnreadableFileError) as refused:
        read(DNB + row * 11)
    assert refused.value.place == "line 12"


def test_a_row_without_an_account_of_ours_is_refused_where_there_are_several() -> None:
    header = "Dato;Beskrivelse;Rentedato;Inn;Ut;Til konto;Fra konto;\n"
    rows = "08.06.2026;A;;1,00;;111;222;\n08.06.2026;B;;;-1,00;111;222;\n08.06.2026;C;;1,00;;;9;\n"
    with pytest.raises(UnreadableFileError) as refused:
        read(header + rows)
    assert refused.value.place == "line 4"
    notices: list[Notice] = []
    alone = rows.splitlines(keepends=True)
    assert read_one(header + alone[0] + alone[2], notices).head.account == "111"
    assert [each.code for each in notices] == ["row.account_of_the_others"]


AMOUNTS = [
    ("1 234,56", "", "1234.56"), ("\u221234,90", "", "-34.90"), ("1.234,56", "", "1234.56"),
    ("1\u00a0234,5", "", "1234.50"), ("1\u202f000", "", "1000.00"), ("1,036.47", "", "1036.47"),
    ("1.234.567", "", "1234567.00"), ("34.9", "", "34.90"), ("1.234", ",", "1234.00"),
    ("1.234", ".", None), ("-112.000", ".", "-112.00"), ("1,234", "", None), ("0,123", "", None),
    ("25 000,00 NOK", "", "25000.00"), ("kr 5,50", "", "5.50"), ("-kr 5", "", None),
    ("+1300,00", ",", "1300.00"), ("1,2,3", "", None), ("1.234.56", "", None), ("$20.00", "", None),
    ("12,", "", None), (",5", "", None), ("--1", "", None), ("1 2", "", None), ("١٢", "", None),
    ("1e5", "", None), ("(12,00)", "", None), ("", "", None), ("1,234.567,89", "", None),
    ("1 234.567,89", "", None), ("1.234 567,89", "", None), ("−", "", None),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "mark", "wanted"), AMOUNTS)
def test_an_amount_is_read_one_way_or_not_at_all(cell: str, mark: str, wanted: str | None) -> None:
    if wanted is None:
        with pytest.raises(InvalidValueError):
            read_amount(cell, "NOK", mark)
    else:
        assert read_amount(cell, "NOK", mark).money == Money.parse(wanted, "NOK")


@given(
    minor=st.integers(-(10**14), 10**14),
    mark=st.sampled_from(",."),
    group=st.sampled_from(["", " ", "\u00a0", "other"]),
    minus=st.sampled_from("-\u2212"),
    known=st.booleans(),
)
def test_every_way_to_write_an_amount_reads_back(
    minor: int, mark: str, group: str, minus: str, known: bool
) -> None:
    between = {",": ".", ".": ","}[mark] if group == "other" else group
    whole, cents = divmod(abs(minor), 100)
    text = f"{whole:,}".replace(",", between) + f"{mark}{cents:02d}"
    cell = f"{minus}{text}" if minor < 0 else text
    assert read_amount(cell, "NOK", mark if known else "").money == Money(minor, "NOK")


@given(st.text(alphabet=string.digits + " .,-+\u2212\u00a0kr$NOK", max_size=24))
def test_whatever_stands_in_a_cell_is_its_own_digits_or_refused(cell: str) -> None:
    try:
        found = read_amount(cell, "NOK", "").money
    except RefusalError:
        return
    digits = "".join(char for char in cell if char.isdigit())
    wanted = {Decimal(digits).scaleb(-places) for places in range(19)}
    assert abs(Decimal(found.decimal())) in wanted


@pytest.mark.parametrize(
    ("cell", "form", "wanted"),
    [
        ("31.01.2026", DateForm.NORWEGIAN, date(2026, 1, 31)),
        ("2026/01/31", DateForm.NORWEGIAN, date(2026, 1, 31)),
        ("31.01.2026 10.02", DateForm.NORWEGIAN, date(2026, 1, 31)),
        ("2021-02-03T13:12:00Z", DateForm.YEAR_FIRST, date(2021, 2, 3)),
        ("6/12/15", DateForm.MONTH_FIRST, date(2015, 6, 12)),
        ("6/12/15", DateForm.DAY_FIRST, date(2015, 12, 6)),
        ("31/01/2026", DateForm.NORWEGIAN, None),
        ("31.01.26", DateForm.NORWEGIAN, None),
        ("2026-01-31", DateForm.DAY_FIRST, None),
        ("31.01-2026", DateForm.NORWEGIAN, None),
        ("0.01.2026", DateForm.NORWEGIAN, None),
        ("29.02.2025", DateForm.NORWEGIAN, None),
        ("1/1/202", DateForm.DAY_FIRST, None),
    ],
)
def test_a_day_has_the_order_of_its_column_or_is_refused(
    cell: str, form: DateForm, wanted: date | None
) -> None:
    if wanted is None:
        with pytest.raises(InvalidValueError):
            read_day(cell, form)
    else:
        assert read_day(cell, form) == wanted


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda each: each.name)
def test_a_layout_is_recognised_by_its_own_header_and_not_without_a_column(layout) -> None:  # type: ignore[no-untyped-def]  # a layout
    names = [name.split("|")[0] for name, _ in layout.columns]
    assert claim_bank_csv(";".join(names).encode()).name == layout.name  # type: ignore[union-attr]  # it is claimed
    more = layout.plan([*names, "Noe annet"])
    assert more is None
    assert all(layout.plan([*names[:at], *names[at + 1 :]]) is None for at in range(len(names)))
    assert layout.plan([*names, names[0]]) is None


@given(st.binary(max_size=400))
def test_a_claim_never_raises(head: bytes) -> None:
    claim_bank_csv(head)
    claim_bank_csv(b"PK\x03\x04" + head)
    claim_bank_csv(DNB.encode() + head)


@given(st.integers(0, 900), st.binary(max_size=8))
def test_a_damaged_file_reads_or_is_refused_and_nothing_else(at: int, junk: bytes) -> None:
    data = DNB_BUSINESS.encode()
    try:
        read(data[:at] + junk + data[at + len(junk) :])
        read(data[:at])
    except RefusalError:
        pass


def test_a_header_beyond_the_first_part_of_the_file_is_no_header_we_know() -> None:
    assert claim_bank_csv((b"x" * HEAD_BYTES + DNB.encode())[:HEAD_BYTES]) is None
