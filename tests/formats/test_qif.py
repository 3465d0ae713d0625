"""QIF: real files read to what an independent reader found; what may be read two ways is refused."""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avstem.domain.errors import InvalidValueError, RefusalError
from avstem.domain.statement import Entry, Notice, StatementHead
from avstem.formats import read_statements
from tests.support.corpus import FOLDER, corpus_rows

#: Three accounts with names: a statement each.
SEVERAL_ACCOUNTS = {"qif/csv2ofx__xero.qif": ["Income", "Cash", "Checking"]}
#: Of those counted by the independent reader: zero amounts and what is no bank account.
LEFT_OUT = {
    "qif/quiffen__test.qif": (2, {"qif.section", "row.zero"}),
    "qif/quiffen__test_oth_a.qif": (7, {"qif.section", "statement.empty"}),
    "qif/quiffen__test_unknown_account_type.qif": (1, {"qif.section", "statement.empty"}),
}


def read(
    content: bytes | str, notices: list[Notice] | None = None
) -> list[tuple[StatementHead, list[Entry]]]:
    data = content.encode() if isinstance(content, str) else content
    sources = read_statements(io.BytesIO(data), file="bank.qif", notices=notices)
    return [(source.head, list(source.entries)) for source in sources]


@pytest.mark.parametrize("row", corpus_rows("qif"))
def test_real_files(row: Any) -> None:
    content = Path(FOLDER / row["file"]).read_bytes()
    notices: list[Notice] = []
    found = read(content, notices)
    entries = [entry for _, some in found for entry in some]
    told = row["expected"]["read"]
    without, why = LEFT_OUT.get(row["file"], (0, set()))
    assert [head.account for head, _ in found] == SEVERAL_ACCOUNTS.get(row["file"], [None])
    assert {(head.format, head.currency) for head, _ in found} == {("qif", None)}
    assert len(entries) == told["n_entries"] - without
    assert why <= {each.code for each in notices}
    if "qif.section" not in why or entries:
        amounts = [Decimal(entry.amount.decimal()) for entry in entries]
        assert sum(a for a in amounts if a > 0) == Decimal(told["sum_credit"])
        assert -sum(a for a in amounts if a < 0) == Decimal(told["sum_debit"])


def qif(*records: str, header: str = "!Type:Bank") -> str:
    return "\n".join([header, *(f"{record}\n^" for record in records)]) + "\n"


def named(name: str, *, kind: str = "Bank", amount: str = "1.00") -> str:
    """An account by its name, with one record."""
    return f"!Account\nN{name}\nT{kind}\n^\n" + qif(
        f"D13/04/2026\nT{amount}", header=f"!Type:{kind}"
    )


def days(*written: str) -> list[str]:
    [(_, entries)] = read(qif(*(f"D{each}\nT-1.00" for each in written)))
    return [str(entry.booking_date) for entry in entries]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        (["03/04/2026", "27/04/2026"], ["2026-04-03", "2026-04-27"]),
        (["03/04/2026", "04/27/2026"], ["2026-03-04", "2026-04-27"]),
        (["3/ 4'26", "13/ 4'26"], ["2026-04-03", "2026-04-13"]),
        (["3-4-26", "4-13-26"], ["2026-03-04", "2026-04-13"]),
        (["03.04.2026"], ["2026-04-03"]),
        (["2026-04-03", "2026/04/03"], ["2026-04-03", "2026-04-03"]),
        (["3/3/2026", "4/4/2026"], ["2026-03-03", "2026-04-04"]),
        (["12/31/99", "12/31'01"], ["1999-12-31", "2001-12-31"]),
    ],
)
def test_the_order_of_the_days_is_that_of_the_whole_file(
    written: list[str], read_as: list[str]
) -> None:
    assert days(*written) == read_as


def facts(content: str) -> dict[str, Any]:
    with pytest.raises(RefusalError) as refused:
        read(content)
    return refused.value.facts()


@pytest.mark.parametrize(
    ("content", "place", "found", "expected"),
    [
        (qif("D3/3/2026\nT1.00", "D03/04/2026\nT1.00"), "line 5", "03/04/2026", "past the 12th"),
        (qif("D13/04/2026\nT1.00", "D04/13/2026\nT1.00"), "line 5", "04/13/2026", "same order"),
        (qif("D31/02/2026\nT1.00"), "line 2", "31/02/2026", "a day"),
        (qif("T1.00"), "line 2", "nothing", "a day (D)"),
        (qif("D13/04/2026"), "line 2", "nothing", "an amount"),
        (qif("D13/04/2026\nTmange"), "line 2", "mange", "an amount"),
        (qif("D13/04/2026\nT1,250"), "line 2", "1,250", "with decimals"),
        (qif("D13/04/2026\nT1,25", "D13/04/2026\nT1.25"), "line 5", "1.25", "decimal mark"),
        (qif("D13/04/2026\nT1.25\nT1.26"), "line 4", "T1.26", "one T"),
        (qif("D13/04/2026\nT1.25\nU1.26"), "line 2", "U 1.26", "the same amount"),
        (qif("D13/04/2026\nT1.25") + "D14/04/2026\n", "line 5", "without its end", "^"),
        (qif("D13/04/2026\nT1") + "!Typ:Bank\n", "line 5", "!Typ:Bank", "a header"),
        (qif("D13/04/2026\nT1") + qif("D13/04/2026\nT1", header="!Type:CCard"),
         "line 6", "!Type:ccard", "each account named"),
        (named("Kasse") + named("Kasse", kind="Cash"), "line 14", "Kasse", "of one kind"),
        (qif("D13/04/2026\nT1") + named("Kasse"), "line 10", "Kasse", "each account named"),
    ],
)  # fmt: skip
def test_what_may_be_read_two_ways_is_refused_at_its_line(
    content: str, place: str, found: str, expected: str
) -> None:
    said = facts(content)
    assert said["place"] == place
    assert found in said["found"]
    assert expected in said["expected"]


def test_a_record_with_all_its_lines() -> None:
    content = qif(
        "D27.02.2026\nT-1.250,50\nU-1 250,50\nCX\nN4711\nPBjørg & Sønn\nMFaktura 88\nLVarer\n"
        "SVarer\nEtre\n$-1.000,50\nSFrakt\nD1.1.2026\n$-250,00"
    )
    for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
        notices: list[Notice] = []
        [(head, [entry])] = read(content.encode(encoding), notices)
        assert str(head.from_date) == str(entry.booking_date) == "2026-02-27"
        assert entry.amount.decimal() == "-1250.50"
        [part] = entry.transactions
        assert part.counterparty == "Bjørg & Sønn"
        assert part.remittance == ("Faktura 88", "4711")
        assert notices == []


def test_other_amounts_show_which_mark_is_the_decimal_one() -> None:
    [(_, entries)] = read(qif("D13/04/2026\nT1,250", "D13/04/2026\nT3.50"))
    assert [entry.amount.decimal() for entry in entries] == ["1250.00", "3.50"]
    [(_, entries)] = read(qif("D13/04/2026\nT1.250", "D13/04/2026\nT3,50"))
    assert [entry.amount.decimal() for entry in entries] == ["1250.00", "3.50"]


def test_what_is_odd_gives_a_notice() -> None:
    notices: list[Notice] = []
    [(_, entries)] = read(
        qif("D13/04/2026\nT500.00\nPOpening Balance\nL[Drift]",
            "D13/04/2026\nT0.00",
            "D14/04/2026\nT-5.00\nSA\n$-3.00"), notices
    )  # fmt: skip
    assert len(entries) == 1
    assert [each.code for each in notices] == [
        "qif.opening_balance", "row.zero", "entry.details_differ",
    ]  # fmt: skip


def test_accounts_are_kept_apart_by_their_numbers_and_names() -> None:
    content = named("8601.11.17947") + named("DE89370400440532013000", amount="2.00")
    content += named("Kasse", kind="Cash", amount="3.00") + named("86011117947", amount="4.00")
    found = {head.account: [entry.amount.minor for entry in got] for head, got in read(content)}
    assert found == {"NO9386011117947": [100, 400], "DE89370400440532013000": [200], "Kasse": [300]}


def test_the_name_of_a_single_account_tells_nothing() -> None:
    [(head, _)] = read(named("Drift") + named("Drift"))
    assert head.account is None


def test_the_number_stands_whatever_the_accounts_currency() -> None:
    [(_, [entry])] = read(qif("D13/04/2026\nT1250"))
    assert str(entry.in_currency("NOK").amount) == "1250.00 NOK"
    assert str(entry.in_currency("JPY").transactions[0].amount) == "1250 JPY"
    [(_, [entry])] = read(qif("D13/04/2026\nT12.50"))
    with pytest.raises(InvalidValueError):
        entry.in_currency("JPY")


DATES = st.dates(min_value=date(1970, 1, 1))


@given(st.lists(DATES, min_size=1), st.sampled_from(["{d:02d}/{m:02d}/{y}", "{m:02d}/{d:02d}/{y}"]))
def test_days_are_read_back_or_refused_but_never_another_day(
    written: list[date], form: str
) -> None:
    texts = [form.format(d=each.day, m=each.month, y=f"{each.year:04d}") for each in written]
    told = any(each.day > 12 for each in written) or all(d.day == d.month for d in written)
    if told:
        assert days(*texts) == [each.isoformat() for each in written]
    else:
        assert "12th" in facts(qif(*(f"D{each}\nT1" for each in texts)))["expected"]
