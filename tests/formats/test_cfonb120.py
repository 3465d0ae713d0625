"""CFONB 120 reads to what was written and to what others found; a record out of place refuses it."""

import contextlib
import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avstem.domain.errors import RefusalError, UnreadableFileError
from avstem.domain.identifiers import is_iban
from avstem.domain.statement import (
    BalanceProof,
    Entry,
    EntryStatus,
    Notice,
    StatementHead,
    StatementKind,
)
from avstem.formats import detect, read_statements
from avstem.formats.cfonb120 import french_iban
from tests.support.corpus import FOLDER, corpus_rows

Statement = tuple[StatementHead, list[Entry], bool | None]
KEY = ("20041", "01005", "0500013M026")
NOTICES = {"pennylane-cfonb__example.txt": {"cfonb120.bank_differs"}}
#: An operation without balances: its reader counts statements by their record 01, and found none.
OPERATIONS = "pennylane-cfonb__operation.txt"
#: Files that are faulty on purpose.
REFUSALS = {
    "pennylane-cfonb__end_of_statement_without_beginning.txt": ("line 9", "07"),
    "pennylane-cfonb__invalid_date.txt": ("line 1", "CART"),
    "pennylane-cfonb__operation_detail_without_operation.txt": ("line 3", "05"),
    "pennylane-cfonb__operation_out_of_statement.txt": ("line 3", "01"),
}


def read(content: bytes, notices: list[Notice] | None = None) -> list[Statement]:
    found = []
    for source in read_statements(io.BytesIO(content), file="cfonb.txt", notices=notices):
        proof = BalanceProof(source.head)
        entries = list(proof.watch(source.entries))
        found.append((source.head, entries, proof.holds()))
    return found


def signed(minor: int) -> str:
    """14 characters, the sign punched over the last digit."""
    digits = f"{abs(minor):014d}"
    return digits[:-1] + ("}JKLMNOPQR" if minor < 0 else "{ABCDEFGHI")[int(digits[-1])]


def record(kind: str, *, operation: str = "", code: str = "", currency: str = "EUR2") -> str:
    """The first 34 characters, which all records share."""
    bank, branch, account = KEY
    return f"{kind}{bank}{operation:<4}{branch}{currency} {account}{code:<2}"


def balance(kind: str, day: str, minor: int, currency: str = "EUR2") -> str:
    return f"{record(kind, currency=currency)}{day}{'':50}{signed(minor)}{'':16}"


def operation(minor: int, label: str = "VIR SEPA CLIENT", currency: str = "EUR2") -> str:
    start = record("04", operation="9162", code="05", currency=currency)
    return f"{start}051126  061126{label:<31}  0000042  {signed(minor)}{'FACTURE 42':<16}"


def detail(qualifier: str, text: str) -> str:
    return f"{record('05', operation='9162', code='05')}051126     {qualifier}{text:<70}  "


def account_of(*lines: str, amounts: tuple[int, ...], opening: int = 100_000) -> list[str]:
    """Old balance, those lines, new balance; by none of the reader's code."""
    closing = opening + sum(amounts)
    return [balance("01", "041126", opening), *lines, balance("07", "301126", closing)]


def file_of(*accounts: list[str]) -> bytes:
    return "".join(f"{line}\r\n" for account in accounts for line in account).encode("cp1252")


@pytest.mark.parametrize("row", corpus_rows("cfonb120", valid="yes"))
def test_a_file_by_others_reads_to_what_an_independent_reader_found(row: dict[str, Any]) -> None:
    if Path(row["file"]).name == OPERATIONS:
        assert row["expected"]["read"]["n_statements"] == 0
        return
    notices: list[Notice] = []
    found = read((FOLDER / row["file"]).read_bytes(), notices)
    wanted = [
        {
            name: Decimal(value) if name in ("opening", "closing") or "sum" in name else value
            for name, value in each.items()
        }
        for each in row["expected"]["read"]["statements"]
    ]
    assert [said(each) for each in found] == wanted
    assert {each.code for each in notices} == NOTICES.get(Path(row["file"]).name, set())


def said(statement: Statement) -> dict[str, Any]:
    head, entries, balanced = statement
    assert head.account is not None
    assert head.opening_balance is not None
    assert head.closing_balance is not None
    amounts = [Decimal(entry.amount.decimal()) for entry in entries]
    return {
        "account": head.account[14:25],
        "balanced": balanced,
        "ccy": head.currency,
        "closing": Decimal(head.closing_balance.decimal()),
        "entries": len(entries),
        "opening": Decimal(head.opening_balance.decimal()),
        "sum_credit": sum((each for each in amounts if each > 0), Decimal(0)),
        "sum_debit": -sum((each for each in amounts if each < 0), Decimal(0)),
    }


@pytest.mark.parametrize("row", corpus_rows("cfonb120"))
def test_a_broken_file_by_others_is_refused_at_its_line(row: dict[str, Any]) -> None:
    name = Path(row["file"]).name
    if name not in REFUSALS:
        assert row["valid"] == "yes"
        return
    with pytest.raises(UnreadableFileError) as refused:
        read((FOLDER / row["file"]).read_bytes())
    assert (refused.value.place, refused.value.found) == REFUSALS[name]


def test_operations_without_balances_are_a_report_and_book_nothing() -> None:
    notices: list[Notice] = []
    lines = [operation(-3221), detail("NPY", "INTERNET SFR"), operation(500)]
    ((head, (out, back), holds),) = read(file_of(lines), notices)
    assert (head.kind, head.opening_balance, head.closing_balance, holds) == (
        StatementKind.REPORT, None, None, None,
    )  # fmt: skip
    assert (head.account, head.currency) == ("FR1420041010050500013M02606", "EUR")
    assert (head.from_date, head.to_date) == (date(2026, 11, 5), date(2026, 11, 5))
    assert [(each.amount.minor, each.status) for each in (out, back)] == [
        (-3221, EntryStatus.PENDING), (500, EntryStatus.PENDING),
    ]  # fmt: skip
    assert [(each.code, each.place) for each in notices] == [("cfonb120.no_balances", "line 1")]


def test_a_real_operation_without_balances_is_read() -> None:
    path = FOLDER / "cfonb120" / OPERATIONS
    if not path.exists():
        pytest.skip("no corpus")
    ((head, (entry,), _),) = read(path.read_bytes())
    assert (head.kind, str(entry.amount)) == (StatementKind.REPORT, "-32.21 EUR")
    assert entry.transactions[0].counterparty == "INTERNET SFR"


@pytest.mark.parametrize("last", ["01", "07"])
def test_operations_with_one_of_the_balances_have_lost_the_other(last: str) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        read(file_of([operation(5), balance(last, "041126", 0)]))
    assert (refused.value.place, refused.value.found) == ("line 2", last)


def test_operations_behind_a_statement_are_refused() -> None:
    with pytest.raises(UnreadableFileError) as refused:
        read(file_of(account_of(operation(5), amounts=(5,)), [operation(6)]))
    assert (refused.value.place, refused.value.found) == ("line 4", "04")


def test_what_an_operation_says_is_kept() -> None:
    lines = [
        operation(125_050),
        detail("NPY", "DUPONT SARL"),
        detail("RCN", f"{'E2E-77':<35}SUPPLIER"),
        detail("LCC", f"{'FACTURE 42 DU':<70}"),
        detail("LC2", "5 NOVEMBRE"),
        detail("LCS", "RF18 5390 0754 7034"),
        detail("MMO", f"USD2{140000:014d}5{112300:011d}"),
        detail("FEE", f"EUR2{150:014d}"),
        detail("IPY", "123456789"),
    ]
    ((head, (entry,), holds),) = read(file_of(account_of(*lines, amounts=(125_050,))))
    assert (head.account, head.currency, holds) == ("FR1420041010050500013M02606", "EUR", True)
    assert (head.from_date, head.to_date) == (date(2026, 11, 4), date(2026, 11, 30))
    assert (entry.booking_date, entry.value_date) == (date(2026, 11, 5), date(2026, 11, 6))
    assert (entry.code, entry.text, entry.entry_number) == ("05/9162", "VIR SEPA CLIENT", "0000042")
    (paid,) = entry.transactions
    assert (paid.counterparty, paid.end_to_end_id) == ("DUPONT SARL", "E2E-77")
    assert paid.kid == "RF18539007547034"
    assert paid.remittance[:2] == ("SUPPLIER", "FACTURE 42 DU 5 NOVEMBRE")
    assert (str(paid.original_amount), paid.exchange_rate) == ("1400.00 USD", "1.12300")
    assert (str(paid.charges), paid.is_return) == ("1.50 EUR", False)


def test_money_out_names_who_was_paid_and_a_reject_its_reason() -> None:
    out = operation(-990).replace("051126  0611", "051126120611")
    lines = [out, detail("NPY", "NOUS"), detail("NBE", "EUX"), detail("CBE", "FR76123")]
    ((_, (entry,), _),) = read(file_of(account_of(*lines, amounts=(-990,))))
    (paid,) = entry.transactions
    assert (paid.counterparty, paid.counterparty_account) == ("EUX", "FR76123")
    assert (paid.return_reason, paid.is_return) == ("12", True)


def test_a_detail_that_makes_no_sense_is_kept_as_text() -> None:
    notices: list[Notice] = []
    lines = [operation(5), detail("MMO", "beaucoup")]
    ((_, (entry,), _),) = read(file_of(account_of(*lines, amounts=(5,))), notices)
    assert entry.transactions[0].remittance[0] == "beaucoup"
    assert [(each.code, each.place) for each in notices] == [("cfonb120.mmo", "line 3")]


@pytest.mark.parametrize(
    ("currency", "written", "read_as"),
    [("EUR2", 1_234, "12.34"), ("JPY0", 1_234, "1234"), ("EUR3", 12_340, "12.34")],
)
def test_the_record_says_where_the_decimals_begin(
    currency: str, written: int, read_as: str
) -> None:
    lines = [
        balance("01", "041126", 0, currency),
        operation(written, currency=currency),
        balance("07", "301126", written, currency),
    ]
    ((_, (entry,), holds),) = read(file_of(lines))
    assert (entry.amount.decimal(), holds) == (read_as, True)


def test_braces_of_the_french_character_set_are_braces() -> None:
    lines = account_of(operation(100), operation(-70), amounts=(100, -70))
    content = file_of(lines).replace(b"{", "é".encode("cp1252")).replace(b"}", "è".encode("cp1252"))
    ((_, entries, holds),) = read(content)
    assert ([entry.amount.minor for entry in entries], holds) == ([100, -70], True)


@given(
    accounts=st.lists(
        st.lists(st.integers(-(10**12), 10**12), max_size=5).map(tuple), min_size=1, max_size=3
    ),
    opening=st.integers(-(10**12), 10**12),
)
def test_what_was_written_is_what_is_read(accounts: list[tuple[int, ...]], opening: int) -> None:
    written = [
        account_of(*map(operation, amounts), amounts=amounts, opening=opening)
        for amounts in accounts
    ]
    found = read(file_of(*written))
    assert [tuple(entry.amount.minor for entry in each[1]) for each in found] == accounts
    assert all(holds for _, _, holds in found)


@given(
    bank=st.from_regex(r"[0-9]{5}", fullmatch=True),
    branch=st.from_regex(r"[0-9]{5}", fullmatch=True),
    account=st.from_regex(r"[0-9A-Z]{11}", fullmatch=True),
)
def test_the_iban_has_right_check_digits_inside_and_outside(
    bank: str, branch: str, account: str
) -> None:
    found = french_iban(bank, branch, account)
    assert is_iban(found)
    letters = {chr(65 + n): "12345678912345678923456789"[n] for n in range(26)}
    digits = "".join(letters.get(each, each) for each in found[4:])
    assert int(digits) % 97 == 0


SPECIMEN = file_of(account_of(operation(-1250), detail("NBE", "EUX"), amounts=(-1250,)))


@pytest.mark.parametrize(
    ("old", "new", "place", "found"),
    [
        ("0000000000125}", "00000000001250", "line 2", "00000000001250"),
        ("0000000000125}", "00000000001,5}", "line 2", "00000000001,50"),
        ("051126  061126", "311126  061126", "line 2", "311126"),
        ("051126  061126", "051126  301302", "line 2", "301302"),
        ("041126", "041326", "line 1", "041326"),
        ("EUR2", "EU12", "line 1", "EU1"),
        ("EUR2", "EURX", "line 1", "X"),
        ("04200419162", "06200419162", "line 2", "06"),
        ("07200", "01200", "line 4", "01"),
    ],
)
def test_a_broken_file_is_refused_at_its_line(old: str, new: str, place: str, found: str) -> None:
    assert old.encode() in SPECIMEN
    with pytest.raises(RefusalError) as refused:
        read(SPECIMEN.replace(old.encode(), new.encode()))
    if isinstance(refused.value, UnreadableFileError):
        assert (refused.value.place, refused.value.found) == (place, found)
    else:
        # A first record that is not one is no CFONB file.
        assert place == "line 1"


@pytest.mark.parametrize(
    ("line", "old", "new"),
    [(2, "0500013M026", "0500013M027"), (4, "0500013M026", "0500013M027"), (2, "EUR", "USD")],
)
def test_a_record_of_another_account_or_currency_is_refused(line: int, old: str, new: str) -> None:
    lines = SPECIMEN.decode().splitlines()
    lines[line - 1] = lines[line - 1].replace(old, new)
    with pytest.raises(UnreadableFileError) as refused:
        read("\n".join(lines).encode())
    assert (refused.value.place, refused.value.found) == (f"line {line}", new)


@pytest.mark.parametrize("lines", [1, 2, 3])
def test_a_file_cut_off_between_lines_is_refused(lines: int) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        read(b"".join(SPECIMEN.splitlines(keepends=True)[:lines]))
    assert refused.value.place == f"line {lines + 1}"


@given(end=st.integers(1, len(SPECIMEN) - 40))
def test_a_file_cut_off_anywhere_is_refused(end: int) -> None:
    """Up to the last amount: what follows it is blanks."""
    with pytest.raises(RefusalError):
        read(SPECIMEN[:end])


def test_a_lost_operation_shows_in_the_balance() -> None:
    lines = SPECIMEN.splitlines(keepends=True)
    ((_, entries, holds),) = read(b"".join((lines[0], lines[3])))
    assert (entries, holds) == ([], False)


@given(place=st.integers(0, len(SPECIMEN) - 1), junk=st.binary(max_size=4))
def test_nothing_but_a_refusal_comes_out_of_a_damaged_file(place: int, junk: bytes) -> None:
    damaged = SPECIMEN[:place] + junk + SPECIMEN[place + len(junk) :]
    with contextlib.suppress(RefusalError):
        read(damaged)


def test_only_cfonb_is_claimed() -> None:
    found = detect(SPECIMEN)
    assert found is not None
    assert found[1].name == "cfonb120"
    assert detect(b"0120041 and something else") is None
