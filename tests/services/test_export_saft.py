"""The export asks the tables a constant number of times, however many vouchers and parties."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from avstem.domain.errors import ExportFaultError
from avstem.domain.money import Money
from avstem.domain.voucher import PostingLine
from avstem.formats.saft.write import Books, write_saft
from avstem.formats.schemas import validate
from avstem.services import export_saft as service
from avstem.services.add_company import add_company
from avstem.services.export_saft import SaftExport, export_saft
from avstem.store.models import Party
from avstem.store.posting import NewVoucher, post_vouchers
from avstem.store.tenancy import company_scope
from tests.formats.test_saft_write import SCHEMA
from tests.support.payments import schema

pytestmark = [pytest.mark.django_db, pytest.mark.database]
BY = {"actor": "test", "now": datetime(2026, 5, 1, 8, 0, tzinfo=UTC)}


@pytest.fixture
def company() -> int:
    return add_company(orgnr="974760673", name="Prøve AS", **BY).pk


def post(company: int, count: int) -> None:
    with company_scope(company):
        party = Party.objects.create(company_id=company, key=f"k{count}", name=f"Kunde {count}")
        lines = (
            PostingLine("1909", Money(100, "NOK")),
            PostingLine("1500", Money(-100, "NOK"), party.pk),
        )
        its = [NewVoucher(date(2026, 3, 1), "", lines) for _ in range(count)]
        post_vouchers(company_id=company, vouchers=its, **BY)


def export(company: int, folder: Path) -> tuple[SaftExport, int]:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        done = export_saft(company_id=company, path=folder / "f.xml", today=date(2026, 5, 1))
    return done, len(queries)


def test_the_number_of_queries_does_not_hang_on_the_number_of_vouchers(
    company: int, tmp_path: Path
) -> None:
    post(company, 2)
    few, asked = export(company, tmp_path)
    post(company, 400)
    many, asked_again = export(company, tmp_path)
    assert (few.vouchers, many.vouchers) == (2, 402)
    assert asked_again == asked


def test_a_thousand_more_cost_one_query_of_postings(company: int, tmp_path: Path) -> None:
    post(company, 900)
    _, asked = export(company, tmp_path)
    post(company, 2_000)
    done, asked_again = export(company, tmp_path)
    assert done.vouchers == 2_900
    assert asked_again - asked <= 6


def test_a_file_with_a_fault_is_not_handed_out_and_the_old_one_stays(
    company: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(company, 1)
    export(company, tmp_path)
    before = (tmp_path / "f.xml").read_bytes()

    def faulty(stream: BinaryIO, books: Books, **records: Any) -> None:
        write_saft(stream, replace(books, orgnr="923609016"), **records)

    monkeypatch.setattr(service, "write_saft", faulty)
    with pytest.raises(ExportFaultError):
        export(company, tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["f.xml"]
    assert (tmp_path / "f.xml").read_bytes() == before


def test_what_is_posted_with_vat_tells_of_it_and_the_codes_stand_in_the_table(
    company: int, tmp_path: Path
) -> None:
    with company_scope(company):
        lines = (
            PostingLine("6800", Money(40_000, "NOK"), vat_code="1"),
            PostingLine("2710", Money(10_000, "NOK"), vat_code="1"),
            PostingLine("1909", Money(-50_000, "NOK")),
        )
        its = [NewVoucher(date(2026, 3, 1), "Husleie", lines)]
        post_vouchers(company_id=company, vouchers=its, **BY)
    export(company, tmp_path)
    content = (tmp_path / "f.xml").read_text("utf-8")
    assert content.count("<TaxInformation>") == 1
    assert content.count("<TaxCodeDetails><TaxCode>1</TaxCode>") == 1
    assert "<TaxBase>400.00</TaxBase><DebitTaxAmount><Amount>100.00</Amount>" in content
    assert validate(content.encode(), schema(SCHEMA)) == []
