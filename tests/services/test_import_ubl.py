"""An EHF file is kept byte for byte, once, and only where the document was taken."""

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from avstem.domain.errors import FileTooLargeError, UnreadableFileError
from avstem.services import import_invoices as service
from avstem.services.add_company import add_company
from avstem.services.import_invoices import (
    InvoiceImport,
    import_invoices,
    import_packed_invoices,
)
from avstem.store import raw_files
from avstem.store.models import BankFile, OpenItem, PartyAccount
from tests.support.ubl import COMPANY, IBAN, Ubl, party, tag

pytestmark = [pytest.mark.django_db, pytest.mark.database]
BY = {"actor": "test", "now": datetime(2026, 5, 1, 8, 0, tzinfo=UTC)}
PAYEE = f"<cac:PayeeParty><cac:PartyName>{tag('Name', 'Factor')}</cac:PartyName></cac:PayeeParty>"


@pytest.fixture
def company() -> int:
    return add_company(orgnr=COMPANY, name="Prøve AS", **BY).pk


def take(company: int, folder: Path, document: Ubl) -> InvoiceImport:
    path = folder / "f.xml"
    path.write_text(document.xml(), encoding="utf-8")
    return import_invoices(company_id=company, path=path, name=path.name, **BY)


def test_the_raw_document_is_kept_once_whatever_becomes_of_it_later(
    company: int, tmp_path: Path
) -> None:
    for _ in range(2):
        take(company, tmp_path, Ubl())
    (file,) = BankFile.objects.all()
    assert (file.format, file.source) == ("ubl.invoice", "invoices")
    assert b"".join(raw_files.pieces_of(file)) == Ubl().xml().encode()


def test_a_document_with_nothing_to_pay_is_kept_all_the_same(company: int, tmp_path: Path) -> None:
    take(company, tmp_path, Ubl(prepaid="1250.00"))
    assert BankFile.objects.count() == 1
    assert not OpenItem.objects.exists()


def test_a_refused_document_leaves_nothing_behind(company: int, tmp_path: Path) -> None:
    assert take(company, tmp_path, Ubl(customer=party("889640782", "Annen AS"))).refused
    with pytest.raises(UnreadableFileError):
        take(company, tmp_path, Ubl(totals=(("PayableAmount", "1.00"),)))
    assert not BankFile.objects.exists()
    assert not OpenItem.objects.exists()


@pytest.mark.parametrize(("payee", "known"), [("", [IBAN]), (PAYEE, [])])
def test_the_account_is_the_suppliers_only_where_no_factor_is_paid(
    company: int, tmp_path: Path, payee: str, known: list[str]
) -> None:
    take(company, tmp_path, Ubl(payee=payee))
    assert [each.account_key for each in PartyAccount.objects.all()] == known
    assert OpenItem.objects.get().party_account == IBAN


def test_a_member_that_grows_beyond_bounds_is_refused_by_name_and_the_rest_are_kept(
    company: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.xml", Ubl().xml())
        packed.writestr("b.xml", Ubl(number="F-2").xml() + " " * 1_000_000)
    monkeypatch.setattr(service, "MEMBER_BYTES_MAX", 500_000)
    found = import_packed_invoices(company_id=company, path=path, name=path.name, **BY)
    assert [(each.file, each.added) for each in found.answers] == [("b.zip/a.xml", 1)]
    [(name, refusal)] = found.refused
    assert (name, isinstance(refusal, FileTooLargeError)) == ("b.zip/b.xml", True)
    [kept] = BankFile.objects.all()
    assert kept.name == "b.zip/a.xml"
