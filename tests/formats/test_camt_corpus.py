"""Every real camt file of the corpus reads to what an independent reader found in it."""

import csv
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from avstem.domain.errors import UnreadableFileError
from avstem.domain.money import Money
from avstem.domain.statement import BalanceProof, Entry, StatementHead
from avstem.formats import read_statements

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("AVSTEM_CORPUS", ROOT.parent / "shared" / "corpus"))
KINDS = ("camt052", "camt053", "camt054")

#: What we read otherwise than the manifest, and why.
DEVIATIONS = {
    # OPBD with ITBD: an interim balance proves nothing, so we say neither true nor false.
    "moov-iso20022__200519_camt.052_P_CH2909000000250094239_1110092686_0_2019042416072347.xml": {
        "balanced"
    },
}
REFUSALS = {
    "camt052/camt_parser-rb__valid_namespace.xml": (
        "Document/BkToCstmrAcctRpt", "no statement"),
    "camt053/camt_parser-rb__valid_namespace.xml": ("Document/BkToCstmrStmt", "no statement"),
    "camt053/genkgo-camt__camt053.v2.wrong.xml": ("Document/BkToCstmrStmt", "no statement"),
    "camt053/bankstatementparser__camt053_garbled_amount.xml": (
        "Document/BkToCstmrStmt/Stmt[1]/Ntry[1]/Amt", "12..34"),
}  # fmt: skip


@dataclass
class ReadStatement:
    head: StatementHead
    entries: list[Entry]
    balanced: bool | None


def manifest(valid: str) -> list[Any]:
    """The rows of the manifest; one skipped parameter where there is no corpus."""
    if not (FOLDER / "MANIFEST.csv").exists():
        assert not os.environ.get("CI"), f"the corpus is missing: {FOLDER}"
        return [pytest.param({}, marks=pytest.mark.skip(reason="no corpus"))]
    with (FOLDER / "MANIFEST.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["kind"] in KINDS]
    return [pytest.param(row, id=row["file"]) for row in rows if row["valid"] == valid]


def read(file: str) -> list[ReadStatement]:
    found = []
    with (FOLDER / file).open("rb") as stream:
        for source in read_statements(stream, file=file):
            proof, entries = BalanceProof(source.head), []
            for entry in source.entries:
                proof.add(entry)
                entries.append(entry)
            found.append(ReadStatement(source.head, entries, proof.holds()))
    return found


def decimal(amount: Money | None) -> Decimal | None:
    return None if amount is None else Decimal(amount.decimal())


def total(amounts: Iterable[Money]) -> Decimal:
    return sum((abs(Decimal(amount.decimal())) for amount in amounts), Decimal(0))


def said(statement: ReadStatement) -> dict[str, Any]:
    """What we read, under the manifest's names."""
    head, entries = statement.head, statement.entries
    parts = [part for entry in entries for part in entry.transactions]
    return {
        "id": head.id,
        "account": head.account,
        "ccy": head.currency,
        "seq": head.sequence,
        "entries": len(entries),
        "opening": decimal(head.opening_balance),
        "closing": decimal(head.closing_balance),
        "sum_credit": total(each.amount for each in entries if each.amount.minor > 0),
        "sum_debit": total(each.amount for each in entries if each.amount.minor < 0),
        "tx_details": sum(each.details_count for each in entries),
        "balanced": statement.balanced,
        "reversals": sum(each.reversal for each in entries),
        "creditor_refs": {
            each.value for part in parts for each in part.references if each.kind == "kid"
        },
    }


def expected(facts: dict[str, Any]) -> dict[str, Any]:
    """The manifest's facts in the same types."""
    wanted = dict(facts)
    for name in ("opening", "closing", "sum_credit", "sum_debit"):
        wanted[name] = None if wanted[name] is None else Decimal(wanted[name])
    if "creditor_refs" in wanted:
        wanted["creditor_refs"] = {each.split(":", 1)[1] for each in wanted["creditor_refs"]}
    return wanted


@pytest.mark.parametrize("row", manifest("yes"))
def test_a_real_file_reads_to_the_values_an_independent_reader_found(row: dict[str, str]) -> None:
    wanted = json.loads(row["expected"])["read"]["statements"]
    found = read(row["file"])
    assert len(found) == len(wanted)
    leave_out = DEVIATIONS.get(Path(row["file"]).name, set())
    for statement, facts in zip(found, wanted, strict=True):
        got, want = said(statement), expected(facts)
        names = (got.keys() & want.keys()) - leave_out
        assert {name: got[name] for name in names} == {name: want[name] for name in names}


@pytest.mark.parametrize("row", manifest("no"))
def test_a_broken_real_file_is_refused_with_its_place_and_what_stands_there(
    row: dict[str, str],
) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        read(row["file"])
    assert (refused.value.place, refused.value.found) == REFUSALS[row["file"]]
    assert refused.value.file == row["file"]
