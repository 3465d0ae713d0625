"""What the practice bank writes is what the published schemas ask for."""

import io
import os
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from avstem.domain.money import Money
from avstem.domain.statement import (
    Entry,
    EntryStatus,
    Reference,
    StatementHead,
    StatementKind,
    StatementSource,
    Transaction,
)
from avstem.formats.camt_write import FORMATS, write_camt

CORPUS = Path(os.environ.get("AVSTEM_CORPUS", "../shared/corpus"))
DAY = date(2026, 3, 2)


def nok(minor: int) -> Money:
    return Money(minor, "NOK")


def entry(amount: int, *transactions: Transaction, **more: object) -> Entry:
    values: dict[str, object] = {
        "amount": nok(amount), "status": EntryStatus.BOOKED, "booking_date": DAY,
        "value_date": DAY, "reference": "B-1", "entry_number": "1", "reversal": False,
        "code": "PMNT/RCDT/DMCT", "text": "Innbetaling <æøå & co>",
        "transactions": transactions, "has_details": bool(transactions),
    }  # fmt: skip
    return Entry(**{**values, **more})  # type: ignore[arg-type]  # a test's short form


def sources(kind: StatementKind, *entries: Entry) -> list[StatementSource]:
    is_statement = kind is not StatementKind.NOTIFICATION
    head = StatementHead(
        format="", kind=kind, id="86011117947.20260302", sequence="7", account="NO9386011117947",
        currency="NOK", from_date=DAY, to_date=DAY,
        opening_balance=nok(0) if is_statement else None,
        closing_balance=nok(-5) if is_statement else None,
    )  # fmt: skip
    return [StatementSource(head, iter(entries))]


def rich_entries() -> list[Entry]:
    kid = Reference("kid", "12345674", nok(500))
    return [
        entry(1500, Transaction(nok(500), "D-1", references=(kid,), counterparty="Åse & Øyvind",
                                counterparty_account="86011117947"),
              Transaction(nok(1000), "D-2", "E2E", "I-1", "P-1", "M-1", remittance=("x" * 300,)),
              batch_count=2),
        entry(300, Transaction(nok(300), references=(
            Reference("invoice", "1001", nok(400)), Reference("credit_note", "1002", nok(100))))),
        entry(-11000, Transaction(nok(-11000), original_amount=Money(1000, "EUR"),
                                  exchange_rate="11.0", charges=nok(50)), charges=nok(50)),
        entry(200, Transaction(nok(200), return_reason="AC04", is_return=True), reversal=True),
        entry(-35, code="GEBYR", text="Gebyr"),
    ]  # fmt: skip


def kind_of(format: str) -> StatementKind:
    return {
        "052": StatementKind.REPORT,
        "053": StatementKind.STATEMENT,
        "054": StatementKind.NOTIFICATION,
    }[format[5:8]]


def written(format: str) -> bytes:
    stream = io.BytesIO()
    write_camt(
        stream, sources(kind_of(format), *rich_entries()), format=format,
        message_id="M-1", created="2026-03-02T06:00:00+01:00",
    )  # fmt: skip
    return stream.getvalue()


@pytest.mark.parametrize("format", FORMATS)
def test_every_message_is_valid_against_its_published_schema(format: str) -> None:
    schema = CORPUS / "xsd" / f"camt053__{format}.xsd"
    if not schema.exists():
        assert not os.environ.get("CI"), f"{schema} is missing"
        pytest.skip("no corpus")
    etree.XMLSchema(etree.parse(schema)).assertValid(etree.fromstring(written(format)))


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_values_give_the_same_bytes(format: str) -> None:
    assert written(format) == written(format)


def test_the_parts_of_a_lump_sum_stand_inside_it_with_their_kid() -> None:
    text = written("camt.054.001.08").decode()
    assert text.count("<NbOfTxs>2</NbOfTxs>") == 1
    assert "<Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>12345674</Ref>" in text


def test_a_zero_balance_and_money_out_keep_their_direction() -> None:
    text = written("camt.053.001.02").decode()
    assert '<Amt Ccy="NOK">0.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>' in text
    assert '<Amt Ccy="NOK">110.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>' in text
