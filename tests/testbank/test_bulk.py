"""The bulk set is the same for the same seed, adds up, and knows the truth about each line."""

import hashlib
import json
from pathlib import Path

import pytest
from lxml import etree

from avstem.domain import kid as kids
from avstem.formats.invoices_csv import read_invoices
from avstem.testbank.bulk import BulkFiles, write_bulk

NS = {"c": "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"}


def written(folder: Path, seed: int = 1, is_daily: bool = False) -> BulkFiles:
    return write_bulk(folder, seed=seed, transactions=600, open_items=700, is_daily=is_daily)


def digest(bulk: BulkFiles) -> str:
    files = (bulk.invoices, *bulk.statements, bulk.truth)
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def truths(bulk: BulkFiles) -> list[dict[str, object]]:
    return [json.loads(line) for line in bulk.truth.read_text().splitlines()]


def minor(text: str) -> int:
    return int(text.replace(".", ""))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    first = digest(written(tmp_path / "a"))
    assert first == digest(written(tmp_path / "b"))
    assert first != digest(written(tmp_path / "c", seed=2))


def test_every_document_is_taken_by_our_own_reader(tmp_path: Path) -> None:
    bulk = written(tmp_path)
    with bulk.invoices.open("rb") as stream:
        rows = list(read_invoices(stream, file="invoices.csv"))
    assert len(rows) == bulk.documents == 700
    assert not [row for row in rows if row.refusal or row.warnings]


def test_nobody_pays_an_invoice_before_it_is_written(tmp_path: Path) -> None:
    bulk = written(tmp_path)
    with bulk.invoices.open("rb") as stream:
        rows = list(read_invoices(stream, file="invoices.csv"))
    issued = {row.document.number: str(row.document.invoice_date) for row in rows if row.document}
    for truth in truths(bulk):
        for each in truth["allocations"]:  # type: ignore[attr-defined]  # plain JSON
            assert issued[each["number"]] < str(truth["date"])


@pytest.mark.parametrize("is_daily", [False, True])
def test_statements_add_up_and_each_opens_with_what_the_last_closed_with(
    tmp_path: Path, is_daily: bool
) -> None:
    balance = 0
    for file in written(tmp_path, is_daily=is_daily).statements:
        tree = etree.parse(file)
        opening, closing = (signed(each) for each in tree.iterfind(".//c:Bal", NS))
        assert opening == balance
        balance += sum(signed(each) for each in tree.iterfind(".//c:Ntry", NS))
        assert closing == balance


def signed(element: etree._Element) -> int:
    amount = minor(element.findtext("c:Amt", namespaces=NS) or "")
    return amount if element.findtext("c:CdtDbtInd", namespaces=NS) == "CRDT" else -amount


def test_every_line_of_the_bank_has_its_truth_under_the_same_reference(tmp_path: Path) -> None:
    bulk = written(tmp_path)
    tree = etree.parse(bulk.statement)
    found = set()
    for entry in tree.iterfind(".//c:Ntry", NS):
        own = entry.findtext("c:AcctSvcrRef", namespaces=NS)
        for part in entry.iterfind(".//c:TxDtls", NS):
            found.add(part.findtext("c:Refs/c:AcctSvcrRef", namespaces=NS) or own)
    assert found == {truth["bank_reference"] for truth in truths(bulk)}
    assert len(found) == bulk.transactions


def test_two_thirds_pay_by_the_right_kid_and_every_family_is_there(tmp_path: Path) -> None:
    families = [truth["family"] for truth in truths(written(tmp_path))]
    assert 0.55 < families.count("right_kid") / len(families) < 0.72
    assert len(set(families)) == 11


def test_a_mistyped_kid_fails_its_check_digit_and_a_right_one_does_not(tmp_path: Path) -> None:
    tree = etree.parse(written(tmp_path).statement)
    valid = [kids.is_valid(ref.text or "") for ref in tree.iterfind(".//c:Ref", NS)]
    assert 0.9 < sum(valid) / len(valid) < 1
