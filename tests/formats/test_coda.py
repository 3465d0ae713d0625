"""CODA reads to what was written and to what others found; totals that differ refuse it."""

import contextlib
import io
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban as ibans

from avstem.domain.errors import RefusalError, UnreadableFileError
from avstem.domain.statement import BalanceProof, Entry, Notice, StatementHead
from avstem.formats import detect, read_statements
from avstem.formats.coda.accounts import belgian_iban
from avstem.formats.coda.communication import is_structured_communication, understand
from tests.support.corpus import FOLDER, corpus_rows

Statement = tuple[StatementHead, list[Entry], bool | None]
ANOTHER, OPEN, TOTALS = "coda.another_announced", "coda.globalisation_open", "coda.totals_differ"
#: Files that are read, though not all in them is as the standard has it.
NOTICES = {
    "php-coda__sample1.cod": {"coda.check_digits", ANOTHER},
    "php-coda__sample10.cod": {OPEN},
    "php-coda__sample11.cod": {OPEN},
    "php-coda__sample5.cod": {
        "coda.check_digits", "coda.numbering", "coda.sequence_differs", TOTALS, ANOTHER,
    },
    "php-coda__sample9.cod": {"coda.check_digits", TOTALS, ANOTHER},
    # Faulty on purpose: a total by the customer whose parts the bank does not tell. All amounts
    # are there and proved, so that it is read.
    "pycoda__Coda_v2_3_faulty_globalisation.txt": {OPEN, "coda.account_differs", ANOTHER},
    "pycoda__Coda_v2_3_multi_statements.txt": {OPEN, "coda.account_differs", ANOTHER},
    "pycoda__Coda_v2_3_single_statement.txt": {ANOTHER},
}  # fmt: skip
REFUSALS = {
    # Others take it as valid: an amount of 767.823 EUR, which no account can hold.
    "php-coda__sample6.cod": ("line 3", "000000000767.823"),
    "pycoda__Coda_faulty_version.txt": ("line 1", "5"),
    # Its last line is cut: whether another file follows is not told.
    "pycoda__Coda_v2_3_faulty_globalisation_2.txt": ("line 8", "57 characters"),
}


def read(content: bytes | str, notices: list[Notice] | None = None) -> list[Statement]:
    content = content.encode("cp1252") if isinstance(content, str) else content
    found = []
    for source in read_statements(io.BytesIO(content), file="a.cod", notices=notices):
        proof = BalanceProof(source.head)
        entries = list(proof.watch(source.entries))
        found.append((source.head, entries, proof.holds()))
    return found


def signed(minor: int) -> str:
    return f"{1 if minor < 0 else 0}{abs(minor) * 10:015d}"


@dataclass
class Paid:
    """A movement as the file should tell it."""

    minor: int
    said: str = "0INVOICE 42"
    code: str = "00150000"
    reference: str = "BANKREF"
    customer: str = ""
    extra: str = ""
    account: str = "BE68539007547034"
    name: str = "KLANT NV"
    globalisation: str = "0"
    more: tuple[str, ...] = ()
    details: "list[Paid]" = field(default_factory=list)

    def lines(self, number: int, detail: int = 0) -> list[str]:
        key = f"{number:04d}{detail:04d}"
        said = f"{self.said[1:]:<149}"
        lines = [
            f"21{key}{self.reference:<21}{signed(self.minor)}021126{self.code}{self.said[0]}"
            f"{said[:53]}011126007{self.globalisation}1 0",
            f"22{key}{said[53:106]}{self.customer:<35}{'':14}{self.extra:<13}1 0",
            f"23{key}{self.account:<34}EUR{self.name:<35}{said[106:149]}0 0",
        ]
        lines += [f"{each[:2]}{key}{each[2:]:<117}0" for each in self.more]
        for place, each in enumerate(self.details, 1):
            lines += each.lines(number, place)
        return lines


def statement_of(
    *paid: Paid,
    opening: int = 100_000,
    account: str = "2007BE68539007547034",
    last: str = "2",
    version: str = "2",
    header: str = " ",
) -> str:
    """Records 0 to 9, after the layout and by none of the reader's code."""
    closing = opening + sum(each.minor for each in paid)
    structure, named = account[0], f"{account[4:]:<34}EUR"
    body = [
        f"1{structure}{account[1:4]}{named}{signed(opening)}311026{'ONS NV':<26}{'':35}007",
        *(line for number, each in enumerate(paid, 1) for line in each.lines(number)),
        f"8{account[1:4]}{named}{signed(closing)}011126{'':64}0",
    ]
    debit = -sum(each.minor for each in paid if each.minor < 0) * 10
    credit = sum(each.minor for each in paid if each.minor > 0) * 10
    lines = [
        f"0000002112630005{header}{'':7}{'FILE-7':<10}{'ONS NV':<26}KREDBEBB   00330158420 "
        f"00000{'':39}{version}",
        *body,
        f"9{'':15}{len(body):06d}{debit:015d}{credit:015d}{'':75}{last}",
    ]
    assert {len(line) for line in lines} == {128}
    return "".join(f"{line}\r\n" for line in lines)


@pytest.mark.parametrize("row", corpus_rows("coda"))
def test_a_file_by_others_reads_to_what_an_independent_reader_found(row: dict[str, Any]) -> None:
    name = Path(row["file"]).name
    if name in REFUSALS:
        return
    notices: list[Notice] = []
    found = read((FOLDER / row["file"]).read_bytes(), notices)
    wanted = row["expected"]["read"]["statements"]
    assert [said(each) for each in found] == [expected(each) for each in wanted]
    assert {each.code for each in notices} == NOTICES.get(name, set())


def said(statement: Statement) -> dict[str, Any]:
    head, entries, balanced = statement
    assert head.opening_balance is not None
    assert head.closing_balance is not None
    amounts = [Decimal(entry.amount.decimal()) for entry in entries]
    return {
        "account": head.account,
        "balanced": balanced,
        "closing": Decimal(head.closing_balance.decimal()),
        "detail_entries": sum(each.details_count for each in entries),
        "entries": len(entries),
        "opening": Decimal(head.opening_balance.decimal()),
        "seq": head.sequence,
        "sum_credit": sum((each for each in amounts if each > 0), Decimal(0)),
        "sum_debit": -sum((each for each in amounts if each < 0), Decimal(0)),
    }


def expected(facts: dict[str, Any]) -> dict[str, Any]:
    """The manifest's facts in the same types, the account without what follows it."""
    wanted = {name: value for name, value in facts.items() if name != "difference"}
    for name in ("opening", "closing", "sum_credit", "sum_debit"):
        wanted[name] = Decimal(wanted[name])
    wanted["account"] = wanted["account"].split()[0]
    return wanted


@pytest.mark.parametrize("row", corpus_rows("coda"))
def test_a_broken_file_by_others_is_refused_at_its_line(row: dict[str, Any]) -> None:
    name = Path(row["file"]).name
    if name not in REFUSALS:
        assert row["valid"] == "yes" or name in NOTICES
        return
    with pytest.raises(UnreadableFileError) as refused:
        read((FOLDER / row["file"]).read_bytes())
    assert (refused.value.place, refused.value.found) == REFUSALS[name]


def test_what_a_movement_says_is_kept() -> None:
    paid = Paid(125_050, said="1101112455446803", customer="E2E-7", extra="2AC04")
    paid.more = (
        f"31{'BANKREF':<21}001500001001{'KLANT NV MET LANGE NAAM':<70}",
        f"32{'GROTE WEG 32':<35}",
        f"31{'BANKREF':<21}001500000ZIE BIJLAGE",
    )
    ((head, (entry,), holds),) = read(statement_of(paid))
    assert (head.format, head.account, head.currency, holds) == (
        "coda", "BE68539007547034", "EUR", True,
    )  # fmt: skip
    assert (head.id, head.sequence, head.is_copy) == ("FILE-7", "007", False)
    assert (head.from_date, head.to_date) == (date(2026, 10, 31), date(2026, 11, 1))
    assert (entry.booking_date, entry.value_date) == (date(2026, 11, 1), date(2026, 11, 2))
    assert (entry.amount.minor, entry.code, entry.reference) == (125_050, "00150000", "BANKREF")
    (transaction,) = entry.transactions
    assert (transaction.kid, transaction.end_to_end_id) == ("112455446803", "E2E-7")
    assert transaction.counterparty == "KLANT NV"
    assert transaction.counterparty_account == "BE68539007547034"
    assert transaction.remittance == ("ZIE BIJLAGE",)
    assert (transaction.return_reason, transaction.is_return) == ("AC04", True)


@pytest.mark.parametrize(
    ("text", "kids", "remittance"),
    [
        ("0FREE TEXT", [], ("FREE TEXT",)),
        ("0+++112/4554/46803+++", ["112455446803"], ("+++112/4554/46803+++",)),
        ("0PAID 112/4554/46803 THANKS", ["112455446803"], ("PAID 112/4554/46803 THANKS",)),
        ("0112/4554/46812", [], ("112/4554/46812",)),
        ("0RF18 5390 0754 7034", ["RF18539007547034"], ("RF18 5390 0754 7034",)),
        ("1100RF18539007547034", ["RF18539007547034"], ()),
        ("1101112455446803", ["112455446803"], ()),
        ("1102112455446803 EXTRA", ["112455446803"], ("EXTRA",)),
        ("1101112455446812", [], ("112455446812",)),
        ("1101            ", [], ()),
        (f"1127011126120{'BE2ZZZ1':<35}{'MANDATE-9':<35}{'FEE NOVEMBER':<62}", [],
         ("FEE NOVEMBER", "MANDATE-9")),
        ("1105SOMETHING ELSE", [], ("SOMETHING ELSE",)),
    ],
)  # fmt: skip
def test_a_communication_is_references_and_texts(
    text: str, kids: list[str], remittance: tuple[str, ...]
) -> None:
    ((_, (entry,), _),) = read(statement_of(Paid(5, said=text)))
    (paid,) = entry.transactions
    assert [each.value for each in paid.references] == kids
    assert paid.remittance == remittance


def test_a_structured_communication_with_wrong_check_digits_is_odd() -> None:
    notices: list[Notice] = []
    read(statement_of(Paid(5, said="1101112455446812")), notices)
    assert [(each.code, each.place) for each in notices] == [("coda.check_digits", "line 3")]


@given(digits=st.integers(0, 10**10 - 1))
def test_check_digits_are_the_rest_by_97(digits: int) -> None:
    right = digits % 97 or 97
    assert is_structured_communication(f"{digits:010d}{right:02d}")
    assert not is_structured_communication(f"{digits:010d}{right % 97 + 1:02d}")
    assert not is_structured_communication(f"{digits:010d}00")


def test_a_total_is_one_entry_with_a_transaction_a_part() -> None:
    parts = [
        Paid(25_000, code="50150000", reference="A"),
        Paid(75_000, code="50150000", reference="B", globalisation="1"),
    ]
    notices: list[Notice] = []
    total = Paid(100_000, code="10150000", globalisation="1", details=parts)
    ((_, (entry,), holds),) = read(statement_of(total), notices)
    assert (entry.amount.minor, entry.batch_count, entry.details_count) == (100_000, 2, 2)
    assert [part.amount.minor for part in entry.transactions] == [25_000, 75_000]
    assert [part.bank_reference for part in entry.transactions] == ["A", "B"]
    assert (holds, notices) == (True, [])


def test_parts_of_parts_are_not_counted_twice() -> None:
    parts = [
        Paid(60, code="70150000"),
        Paid(20, code="90150000"),
        Paid(40, code="90150000"),
        Paid(40, code="60150000", globalisation="1"),
    ]
    total = Paid(100, code="20150000", globalisation="1", details=parts)
    ((_, (entry,), _),) = read(statement_of(total))
    assert [part.amount.minor for part in entry.transactions] == [60, 40]


def test_parts_that_do_not_add_up_leave_the_entry_whole() -> None:
    notices: list[Notice] = []
    total = Paid(100, code="10150000", said="0TOTAL", details=[Paid(99, code="50150000")])
    ((_, (entry,), _),) = read(statement_of(total), notices)
    (paid,) = entry.transactions
    assert (paid.amount.minor, paid.remittance) == (100, ("TOTAL", "INVOICE 42"))
    assert [each.code for each in notices] == ["coda.details_do_not_add_up"]


def test_what_a_simple_amount_is_made_of_is_told_in_its_text() -> None:
    details = [Paid(110, code="80150100", said="0GROSS"), Paid(-10, code="80150037", said="0COST")]
    notices: list[Notice] = []
    ((_, (entry,), _),) = read(
        statement_of(Paid(100, code="30150000", details=details)), notices
    )  # fmt: skip
    assert [part.amount.minor for part in entry.transactions] == [100]
    assert entry.transactions[0].remittance == ("INVOICE 42", "GROSS", "COST")
    assert notices == []


def test_a_correction_by_the_bank_is_a_reversal() -> None:
    ((_, entries, _),) = read(statement_of(Paid(5, code="00199000"), Paid(6)))
    assert [entry.reversal for entry in entries] == [True, False]


@pytest.mark.parametrize(
    ("account", "read_as"),
    [
        ("0007539007547034 EUR0BE", "BE68539007547034"),
        ("0007539007547035 EUR0BE", "539007547035"),
        ("1007123-ABC", "123ABC"),
        ("2007BE68539007547034", "BE68539007547034"),
        ("3007NO9386011117947", "NO9386011117947"),
    ],
)
def test_every_account_structure_is_read(account: str, read_as: str) -> None:
    ((head, _, holds),) = read(statement_of(Paid(5), account=account))
    assert (head.account, head.currency, holds) == (read_as, "EUR", True)


def test_version_1_has_short_accounts_and_an_address_behind_the_name() -> None:
    paid = Paid(5, account="539007547034", said=f"0{'INVOICE 42':<106}GROTE WEG 3", name="KLANT NV")
    content = statement_of(paid, version="1", account="0007539007547034 EUR0BE")
    ((head, (entry,), _),) = read(content)
    assert head.account == "BE68539007547034"
    assert entry.transactions[0].counterparty_account == "BE68539007547034"
    assert entry.transactions[0].remittance == ("INVOICE 42",)


def test_a_free_communication_counts_or_does_not() -> None:
    lines = statement_of(Paid(5)).splitlines(keepends=True)
    message = f"4 00010001{'':22}{'OFFICE CLOSED':<80}{'':15}0\r\n"
    content = "".join([*lines[:-1], message, lines[-1]])
    notices: list[Notice] = []
    read(content, notices)
    read(content.replace("000005000000000000000", "000006000000000000000"), notices)
    assert [(each.code, each.found) for each in notices] == [("coda.message", "OFFICE CLOSED")] * 2


def test_a_duplicate_is_a_copy() -> None:
    ((head, _, _),) = read(statement_of(Paid(5), header="D"))
    assert head.is_copy


@given(
    statements=st.lists(
        st.lists(st.integers(-(10**10), 10**10), max_size=4), min_size=1, max_size=3
    ),
    opening=st.integers(-(10**11), 10**11),
)
def test_what_was_written_is_what_is_read(statements: list[list[int]], opening: int) -> None:
    last = len(statements) - 1
    content = "".join(
        statement_of(*map(Paid, minors), opening=opening, last="2" if place == last else "1")
        for place, minors in enumerate(statements)
    )
    notices: list[Notice] = []
    found = read(content, notices)
    assert [[entry.amount.minor for entry in entries] for _, entries, _ in found] == statements
    assert all(holds for _, _, holds in found)
    assert notices == []


@given(number=st.integers(0, 10**10 - 1))
def test_the_iban_is_the_one_others_accept(number: int) -> None:
    account = f"{number:010d}{number % 97 or 97:02d}"
    assert ibans.is_valid(belgian_iban(account) or "", check_country=False)


SPECIMEN = statement_of(Paid(-1250), Paid(400, customer="X"), last="1")
COUNT = f"9{'':15}000008"


@pytest.mark.parametrize(
    ("old", "new", "line", "found"),
    [
        (COUNT, f"9{'':15}000009", 10, "9"),
        ("000000000012500000000000004000", "000000000012600000000000004000", 10, "1260"),
        ("000000000012500000000000004000", "000000000012500000000000003990", 10, "399"),
        ("000000000012500021126", "0000000000125x0021126", 3, "0000000000125x0"),
        ("000000000012500021126", "000000000012505021126", 3, "000000000012.505"),
        ("1000000000012500021126", "2000000000012500021126", 3, "2"),
        ("2200020000", "2200030000", 7, "2200030000"),
        ("2300020000", "2200020000", 8, "2200020000"),
        ("2100020000", "2100020001", 6, "00020001"),
        ("2100020000", "2400020000", 6, "24"),
        ("311026", "311126", 2, "311126"),
        ("12007BE", "14007BE", 2, "4"),
        ("8007BE", "9007BE", 9, "9"),
    ],
)
def test_a_broken_file_is_refused_at_its_line(old: str, new: str, line: int, found: str) -> None:
    assert SPECIMEN.count(old) == 1
    with pytest.raises(UnreadableFileError) as refused:
        read(SPECIMEN.replace(old, new))
    assert (refused.value.place, refused.value.found) == (f"line {line}", found)


@pytest.mark.parametrize("line", range(10))
def test_a_file_that_lost_a_line_is_refused_or_does_not_add_up(line: int) -> None:
    """A lost movement shows in the balance, and then nothing is booked; all else is refused."""
    lines = SPECIMEN.splitlines(keepends=True)
    assert len(lines) == 10
    try:
        ((_, _, holds),) = read("".join(lines[:line] + lines[line + 1 :]))
    except RefusalError:
        return
    assert holds is False


def test_a_file_that_lost_a_movement_is_not_proved() -> None:
    lines = SPECIMEN.splitlines(keepends=True)
    notices: list[Notice] = []
    ((_, entries, holds),) = read("".join(lines[:5] + lines[8:]), notices)
    assert (len(entries), holds) == (1, False)
    assert [each.code for each in notices if each.code == TOTALS] == [TOTALS, TOTALS]


def test_a_file_cut_off_anywhere_is_refused() -> None:
    for end in range(1, len(SPECIMEN) - 2):
        with pytest.raises(RefusalError):
            read(SPECIMEN[:end])


def test_information_out_of_order_is_refused() -> None:
    for more in (("32ADDRESS",), ("31A", "33B", "32C"), ("31A", "32B", "32C")):
        lines = tuple(f"{each[:2]}{each[2:]:<29}0" if each[:2] == "31" else each for each in more)
        with pytest.raises(UnreadableFileError) as refused:
            read(statement_of(Paid(5, more=lines)))
        assert refused.value.found.startswith(f"{more[-1][:2]}0001")


@given(place=st.integers(0, len(SPECIMEN) - 1), junk=st.binary(max_size=4))
def test_nothing_but_a_refusal_comes_out_of_a_damaged_file(place: int, junk: bytes) -> None:
    whole = SPECIMEN.encode()
    with contextlib.suppress(RefusalError):
        read(whole[:place] + junk + whole[place + len(junk) :])


@given(text=st.text(max_size=150), is_structured=st.booleans())
def test_every_communication_can_be_read(text: str, is_structured: bool) -> None:
    understand(text, is_structured=is_structured)


def test_only_coda_is_claimed() -> None:
    found = detect(SPECIMEN.encode())
    assert found is not None
    assert found[1].name == "coda"
    assert detect(b"00000 and something else") is None
