"""Every row of the corpus has a reader test, and became what is listed here and in the table."""

import importlib
import re
from pathlib import Path
from typing import Any

import pytest

from avstem.domain.errors import InvalidValueError, UnknownFormatError, UnreadableFileError
from tests.support.corpus import ROOT, corpus_rows
from tests.support.whole_corpus import NOT_OURS, Outcome, counts, files_named_by, outcome

ROWS = [each.values[0] for each in corpus_rows() if each.values[0]]
OURS = [
    each for each in corpus_rows() if not each.values[0] or each.values[0]["kind"] not in NOT_OURS
]

_FRACTION = "a fraction of a cent: no amount of money, and rounding it would be a guess"
_NO_SIGN = "no amount has a sign and no party tells the direction: nothing is guessed"
#: Files that the manifest calls valid and that are refused, and why: of each a value is uncertain
#: (ADR 0070). Each has its own test.
REFUSED = {
    "coda/php-coda__sample6.cod": "767.823 EUR: three decimals that are not zeros, "
    "and a closing balance that its entries miss by half a million",
    "mt940/cmxl__statement-details-mt940.txt": "an entry without its account and currency",
    "mt940/kingsquare__Rabo_sample2.sta": "balances with a dot, which the manifest's reader cut "
    "off at it (1000 for 1000.12), and a statement of which only :20: is there",
    "mt940/wolph-mt940__account_identification.sta": "it ends with an account number, "
    "which a file cut off would too",
    "ofx/beancount-import__investment_buy_sell_income.ofx": _FRACTION,
    "ofx/ofxgo__inv_v202.ofx": _FRACTION,
    "ofx/ofxgo__ira_v202.ofx": _FRACTION,
    "ofx/ofxgo__moneymrkt1_v203.ofx": _FRACTION,
    "xs2a_json/adorsys-xs2a__AccountModelMapper-transaction-details-expected.json": _NO_SIGN,
    "xs2a_json/adorsys-xs2a__AccountModelMapper-transactions.json": _NO_SIGN,
    "xs2a_json/adorsys-xs2a__CardAccountTransaction.json": _NO_SIGN,
    "xs2a_json/adorsys-xs2a__CardTransactionList.json": _NO_SIGN,
    "xs2a_json/adorsys-xs2a__transactions-list-expected.json": _NO_SIGN,
}
#: Files that the manifest calls broken and that are read, with the notice that says what is odd.
READ_WITH_NOTICE = {
    "coda/pycoda__Coda_v2_3_faulty_globalisation.txt": "coda.globalisation_open",
    "mt940/mt940-rs__unknown_tag.sta": "mt940.unknown_field",
    "mt940/oca-bsi__v10.0_test-wrong-file.940": "mt940.unknown_field",
    "mt940/wolph-mt940__february_30.sta": "mt940.no_such_value_date",
    "ofx/ofxparse__empty_balance.ofx": "ofx.empty_balance",
    "qif/quiffen__test_unknown_account_type.qif": "qif.section",
}
#: And without one: what is broken is nothing that we read.
READ_ALIKE = {
    "qif/quiffen__test_circular_reference.qif": "its list of categories names itself; days and "
    "amounts of the entries are whole",
}


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Outcome]:
    return {row["file"]: outcome(row) for row in ROWS if row["kind"] not in NOT_OURS}


@pytest.fixture(scope="module")
def covered() -> set[str]:
    """The files that are parameters of a test beside this one."""
    names = [path.stem for path in Path(__file__).parent.glob("test_*.py")]
    modules = (importlib.import_module(f"tests.formats.{name}") for name in names
               if name != Path(__file__).stem)  # fmt: skip
    return {file for module in modules for file in files_named_by(module)}


@pytest.mark.parametrize("row", OURS)
def test_a_reader_test_takes_the_file(row: dict[str, Any], covered: set[str]) -> None:
    assert row["file"] in covered, "a file of the corpus that no test of a reader names"


@pytest.mark.parametrize("row", OURS)
def test_what_becomes_of_a_file_is_what_is_listed(
    row: dict[str, Any], outcomes: dict[str, Outcome]
) -> None:
    file, found = row["file"], outcomes[row["file"]]
    if row["valid"] == "yes":
        assert found.is_read != (file in REFUSED), found
    elif file in READ_WITH_NOTICE:
        assert READ_WITH_NOTICE[file] in found.notices
    else:
        assert found.is_read == (file in READ_ALIKE), found


@pytest.mark.parametrize("row", OURS)
def test_a_refusal_names_the_place_and_what_stands_there(
    row: dict[str, Any], outcomes: dict[str, Outcome]
) -> None:
    match outcomes[row["file"]].refusal:
        case None:
            return
        case UnreadableFileError() as refusal:
            assert refusal.place
            assert refusal.expected
        case UnknownFormatError() as refusal:
            assert refusal.found
        case refusal:
            assert not isinstance(refusal, InvalidValueError), "a value without its place"


def test_nothing_is_listed_that_is_not_there() -> None:
    files = {row["file"]: row["valid"] for row in ROWS}
    if files:
        assert {files[each] for each in REFUSED} == {"yes"}
        assert {files[each] for each in (*READ_WITH_NOTICE, *READ_ALIKE)} == {"no"}


def test_a_kind_that_is_not_ours_is_there_and_has_its_reason() -> None:
    kinds = {row["kind"] for row in ROWS}
    assert set(NOT_OURS) <= kinds or not kinds
    assert all(NOT_OURS.values())


def test_the_figures_of_the_table_are_those_of_the_corpus(outcomes: dict[str, Outcome]) -> None:
    if not ROWS:
        pytest.skip("no corpus")
    table = (ROOT / "docs" / "formats" / "README.md").read_text("utf-8")
    stated = dict(re.findall(r"`([a-z0-9_]+)`: ([^;|]+?)(?=;|\s*\|)", table))
    found = counts(outcomes, {row["file"]: row["kind"] for row in ROWS})
    assert stated == {kind: said(numbers) for kind, numbers in found.items()}


def said(numbers: dict[str, int]) -> str:
    """As it stands in the table: `48 read, 3 refused`."""
    names = ("read", "explained", "refused")
    return ", ".join(f"{numbers[name]} {name}" for name in names if numbers[name])
