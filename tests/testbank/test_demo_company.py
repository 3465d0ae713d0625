"""The demo company looks like a Norwegian trade business, and its bank tells no lies."""

import hashlib
import io
import os
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from avstem.domain import kid as kids
from avstem.domain.calendar import is_bank_day
from avstem.domain.identifiers import check_orgnr, is_iban
from avstem.formats.invoices_csv import read_invoices
from avstem.testbank.demo_company import DemoCompany, generate

START = date(2025, 9, 1)
SEEDS = (1, 2)
made = cache(lambda seed: generate(seed, start=START))


def digest(company: DemoCompany) -> str:
    parts = [company.invoices_csv, *(file.content for file in company.bank_files)]
    return hashlib.sha256(b"".join(parts) + repr(company.truth).encode()).hexdigest()


def nodes(company: DemoCompany, message: str, path: str) -> list[etree._Element]:
    """The nodes at a path of local names in all files of a message, in the bank's order."""
    steps = ".//" + "/".join(f"{{*}}{name}" for name in path.split("/"))
    files = [file for file in company.bank_files if file.name.startswith(f"camt{message}")]
    return [node for file in files for node in etree.fromstring(file.content).iterfind(steps)]


def text(node: etree._Element, path: str) -> str:
    return node.findtext("/".join(f"{{*}}{name}" for name in path.split("/"))) or ""


def signed(node: etree._Element) -> int:
    minor = int(text(node, "Amt").replace(".", ""))
    return minor if text(node, "CdtDbtInd") == "CRDT" else -minor


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_seed_gives_the_same_bytes(seed: int) -> None:
    assert digest(generate(seed, start=START)) == digest(made(seed))


def test_another_seed_gives_another_company() -> None:
    assert digest(made(1)) != digest(made(2))


@pytest.mark.parametrize("seed", SEEDS)
def test_its_numbers_have_right_check_digits(seed: int) -> None:
    company = made(seed)
    assert check_orgnr(company.orgnr) == company.orgnr
    assert all(is_iban(account.iban) for account in company.accounts)
    for document in company.documents:
        if document.kid:
            assert kids.is_valid(document.kid) and 8 <= len(document.kid) <= 12


@pytest.mark.parametrize("seed", SEEDS)
def test_our_own_reader_takes_every_document(seed: int) -> None:
    rows = list(read_invoices(io.BytesIO(made(seed).invoices_csv), file="invoices.csv"))
    assert not [row for row in rows if row.refusal or row.warnings]
    assert [(row.document.identity, row.document.amount) for row in rows if row.document] == [
        (document.identity, document.amount) for document in made(seed).documents
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_each_statement_adds_up_and_opens_where_the_last_one_closed(seed: int) -> None:
    company = made(seed)
    balance = {each.iban: each.opening_balance.minor for each in company.accounts}
    for statement in nodes(company, "053", "Stmt"):
        account = text(statement, "Acct/Id/IBAN")
        opening, closing = (signed(each) for each in statement.iterfind("{*}Bal"))
        assert opening == balance[account]
        balance[account] += sum(signed(each) for each in statement.iterfind("{*}Ntry"))
        assert closing == balance[account] >= 0, "it stays solvent"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_notification_explains_a_lump_sum_of_the_statement_to_the_ore(seed: int) -> None:
    company = made(seed)
    sums = {text(each, "AcctSvcrRef"): each for each in nodes(company, "053", "Ntry")}
    lumps = nodes(company, "054", "Ntry")
    assert lumps
    for lump in lumps:
        on_statement = sums[text(lump, "AcctSvcrRef")]
        assert signed(on_statement) == signed(lump)
        assert on_statement.find("{*}NtryDtls") is None
        parts = list(lump.iterfind(".//{*}TxDtls"))
        assert int(text(lump, "NtryDtls/Btch/NbOfTxs")) == len(parts) > 1


@pytest.mark.parametrize("seed", SEEDS)
def test_money_moves_on_bank_days_only_and_never_on_christmas_eve(seed: int) -> None:
    for truth in made(seed).truth:
        assert is_bank_day(truth.booking_date)
        assert START <= truth.booking_date <= made(seed).end


@pytest.mark.parametrize("seed", SEEDS)
def test_every_line_has_one_truth_under_its_reference(seed: int) -> None:
    company = made(seed)
    lumps = {text(each, "AcctSvcrRef") for each in nodes(company, "054", "Ntry")}
    alone = [text(each, "AcctSvcrRef") for each in nodes(company, "053", "Ntry")]
    parts = [text(each, "Refs/AcctSvcrRef") for each in nodes(company, "054", "TxDtls")]
    lines = [*(each for each in alone if each not in lumps), *parts]
    assert Counter(lines) == Counter(truth.bank_reference for truth in company.truth)
    assert len(set(lines)) == len(lines)


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_settled_beyond_its_amount_or_before_it_is_written(seed: int) -> None:
    settled: Counter[tuple[str, str, str]] = Counter()
    for truth in made(seed).truth:
        for each in truth.settles:
            assert each.document.invoice_date < truth.booking_date
            settled[each.document.identity] += each.amount.minor
            assert settled[each.document.identity] <= each.document.amount.minor


@pytest.mark.parametrize("seed", SEEDS)
def test_every_way_of_paying_occurs_and_some_invoices_stay_open(seed: int) -> None:
    families = {truth.family for truth in made(seed).truth}
    assert families >= {
        "kid_in_time", "kid_late", "kid_part", "kid_overpaid", "paid_twice", "number_in_text",
        "account_only", "mistyped_kid", "paid_by_another", "collective", "credit_note_netted",
        "contract", "supplier", "supplier_netted", "wages", "vat", "withheld_tax", "card",
        "bank_charge", "interest", "vipps", "own_transfer",
    }  # fmt: skip
    paid = {each.document.identity for truth in made(seed).truth for each in truth.settles}
    assert [each for each in made(seed).documents if each.identity not in paid]


def test_a_line_that_settles_no_document_is_never_called_certain() -> None:
    assert not [each for each in made(1).truth if each.is_certain and not each.settles]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_bank_file_is_valid_against_its_published_schema(seed: int) -> None:
    folder = Path(os.environ.get("AVSTEM_CORPUS", "../shared/corpus")) / "xsd"
    if not folder.exists():
        assert not os.environ.get("CI"), f"{folder} is missing"
        pytest.skip("no corpus")
    schema_of = cache(lambda name: etree.XMLSchema(etree.parse(folder / f"camt053__{name}.xsd")))
    for file in made(seed).bank_files:
        root = etree.fromstring(file.content)
        schema_of((root.nsmap[None] or "").rpartition(":")[2]).assertValid(root)


def test_the_files_are_written_where_asked(tmp_path: Path) -> None:
    made(1).write_to(tmp_path)
    assert (tmp_path / "invoices.csv").read_bytes() == made(1).invoices_csv
    assert len(list((tmp_path / "bank").iterdir())) == len(made(1).bank_files)
    assert len((tmp_path / "truth.jsonl").read_bytes().splitlines()) == len(made(1).truth)
