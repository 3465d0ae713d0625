"""Payment lists as payroll programs and spreadsheets write them."""

import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avstem.domain.errors import UnreadableFileError
from avstem.domain.identifiers import norwegian_iban
from avstem.domain.listed_payment import ListedPayment, numbers_of
from avstem.domain.money import Money
from avstem.domain.open_item import ItemKind
from avstem.formats.payment_list import ListRow, read_payment_list

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
        ({"amount": "12.345"}, SALARY),
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


rows = st.lists(
    st.builds(listed, st.integers(1, 3), st.integers(1, 3), st.sampled_from(["", "", "R1", "R2"]))
)


@given(rows, rows)
def test_the_same_rows_have_the_same_numbers_whatever_follows(
    list_: list[ListedPayment], more: list[ListedPayment]
) -> None:
    alone, together = numbers_of(list_), numbers_of([*list_, *more])
    assert together[: len(list_)] == alone
    given_none = [number for number, row in zip(alone, list_, strict=True) if not row.reference]
    assert len(set(given_none)) == len(given_none), "rows that are alike are each one"


@given(st.permutations([listed(minor, 1, "") for minor in (1, 1, 2, 3)]))
def test_the_order_of_the_rows_changes_no_number(list_: list[ListedPayment]) -> None:
    assert sorted(numbers_of(list_)) == sorted(
        numbers_of(sorted(list_, key=lambda r: r.amount.minor))
    )
