"""Payment lists as payroll programs and spreadsheets write them."""

import io
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avstem.domain.errors import InvalidValueError, UnreadableFileError
from avstem.domain.identifiers import norwegian_iban
from avstem.domain.listed_payment import ListedPayment
from avstem.domain.money import Money
from avstem.domain.open_item import ItemKind
from avstem.formats.payment_list import ListRow, read_payment_list, unread_columns

THERE = "86011117947"
HEADER = "name;account;amount;date;reference;text;kid;ledger_account"
SALARY, TAX = ItemKind.SALARY, ItemKind.TAX


def read(text: str, kind: ItemKind = SALARY) -> list[ListRow]:
    return list(read_payment_list(io.BytesIO(text.encode()), file="l.csv", kind=kind))


def test_a_row_as_a_program_writes_it() -> None:
    [row] = read(f"{HEADER}\n Kari  Ansatt ;{THERE};31000.00;2026-11-25;R1;November;;2931\n")
    assert row.payment == ListedPayment(
        SALARY, "Kari Ansatt", norwegian_iban(THERE), Money(31_000_00, "NOK"), date(2026, 11, 25),
        reference="R1", text="November", ledger_account="2931",
    )  # fmt: skip


def test_a_row_as_a_norwegian_spreadsheet_writes_it() -> None:
    text = "\ufeffNavn;Kontonummer;Beløp;Dato;Melding\r\nOla;8601.11.17947;1\u00a0250,5;25.11.2026;\r\n"
    [row] = read(text)
    assert row.payment is not None
    assert (row.payment.amount.minor, row.payment.pay_on) == (1_250_50, date(2026, 11, 25))
    assert row.payment.payee_text == "Lønn 25.11.2026"


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"name": ""}, SALARY),
        ({"name": "x" * 141}, SALARY),
        ({"account": "86011117948"}, SALARY),
        ({"account": "DE89370400440532013000"}, SALARY),
        ({"amount": "0"}, SALARY),
        ({"amount": "-5.00"}, SALARY),
        ({"amount": "1.250,00"}, SALARY),
        ({"amount": "1,250"}, SALARY),
        ({"amount": "1.250"}, SALARY),
        ({"amount": "12.345"}, SALARY),
        ({"amount": "12 50"}, SALARY),
        ({"amount": "1 2500,00"}, SALARY),
        ({"name": "Kari\u202e"}, SALARY),
        ({"reference": "A\u200b1"}, SALARY),
        ({"text": "Lønn\x07"}, SALARY),
        ({"date": "2026-02-30"}, SALARY),
        ({"date": "25.11.26"}, SALARY),
        ({"date": "25/11/2026"}, SALARY),
        ({"reference": "x" * 36}, SALARY),
        ({"text": "x" * 141}, SALARY),
        ({"kid": "12345674"}, SALARY),
        ({"ledger_account": "1920"}, SALARY),
        ({"ledger_account": "lønn"}, SALARY),
        ({"kid": "12345675"}, TAX),
        ({"kid": ""}, TAX),
        ({"kid": "12345674", "text": "og ord"}, TAX),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(changed: dict[str, str], kind: ItemKind) -> None:
    good = {
        "name": "Kari", "account": THERE, "amount": "10.00", "date": "2026-11-25",
        "kid": "12345674" if kind is TAX else "",
    }  # fmt: skip
    lines = [";".join((good | said).get(name, "") for name in HEADER.split(";"))
             for said in ({}, changed)]  # fmt: skip
    first, second = read("\n".join([HEADER, *lines]), kind)
    assert first.payment is not None
    assert (second.line, second.payment) == (3, None)
    assert second.refusal is not None


@pytest.mark.parametrize(
    "text",
    ["", "name;account\nx;y\n", "navn;name;account;amount;date\na;b;c;d;e\n", "name\xff", "\x00"],
)
def test_what_is_no_list_is_refused_whole(text: str) -> None:
    with pytest.raises(UnreadableFileError):
        list(read_payment_list(io.BytesIO(text.encode("latin-1")), file="l.csv", kind=SALARY))


def listed(minor: int, day: int, reference: str) -> ListedPayment:
    pay_on = date(2026, 11, day)
    return ListedPayment(SALARY, "Kari", norwegian_iban(THERE), Money(minor, "NOK"), pay_on,
                         reference=reference)  # fmt: skip


def test_a_spreadsheet_s_own_way_of_writing_is_read() -> None:
    text = "sep=;\r\nNavn;Konto;Beløp;Dato\r\nKåre Øye;86011117947;1 250,50;25.11.2026\r\n"
    [row] = read_payment_list(io.BytesIO(text.encode("cp1252")), file="l.csv", kind=SALARY)
    assert row.payment is not None
    assert (row.line, row.payment.name, row.payment.amount.minor) == (3, "Kåre Øye", 1_250_50)


def test_columns_that_mean_nothing_are_named() -> None:
    stream = io.BytesIO("Navn;Konto;Beløp;Dato;Avdeling;E-post\n".encode("cp1252"))
    assert unread_columns(stream) == ["avdeling", "e-post"]
    assert stream.tell() == 0


@given(st.text(), st.sampled_from(["", "R1"]))
def test_a_name_spelt_otherwise_is_no_other_payment(name: str, reference: str) -> None:
    one = listed(1, 1, reference)
    try:
        other = replace(one, name=name)
    except InvalidValueError:
        return
    assert (other.number, other.claim) == (one.number, one.claim)


@given(st.lists(st.builds(listed, st.integers(1, 3), st.integers(1, 3), st.just("")), unique=True))
def test_rows_that_differ_have_numbers_that_differ(list_: list[ListedPayment]) -> None:
    assert len({row.number for row in list_}) == len(list_)


@pytest.mark.parametrize(("day", "right"), [(-61, False), (-60, True), (400, True), (401, False)])
def test_a_day_far_off_is_a_slip(day: int, right: bool) -> None:
    row = listed(1, 25, "")
    today = row.pay_on - timedelta(days=day)
    with nullcontext() if right else pytest.raises(InvalidValueError):
        row.check_day(today)
