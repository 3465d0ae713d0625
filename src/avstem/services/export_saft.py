"""Write a company's books as a SAF-T file: whole, or not at all."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO, cast

from avstem import __version__
from avstem.domain.errors import FileNotOpenedError, InvalidValueError
from avstem.domain.money import Money
from avstem.formats.saft.check import refuse_saft_faults
from avstem.formats.saft.write import BankAccount, Books, write_saft
from avstem.store.models import Company
from avstem.store.saft_export import SaftBooks
from avstem.store.tenancy import in_company


@dataclass(frozen=True)
class SaftExport:
    """What was written: the period, both days included, and how many vouchers."""

    file: str
    from_date: date
    to_date: date
    vouchers: int


@in_company
def export_saft(
    *,
    company_id: int,
    path: Path,
    today: date,
    from_date: date | None = None,
    to_date: date | None = None,
    contact: str = "",
    telephone: str = "",
) -> SaftExport:
    """Write the file; one that is there is replaced when the new one is whole."""
    if from_date and to_date and from_date > to_date:
        raise InvalidValueError("period", f"{from_date} to {to_date}", "days in order")
    company = Company.objects.get(pk=company_id)
    ledger = SaftBooks(company, from_date=from_date, to_date=to_date, today=today)
    books = _books(company, ledger, today, contact, telephone)
    _write(path, books, ledger)
    return SaftExport(str(path), books.from_date, books.to_date, books.voucher_count)


def _books(company: Company, ledger: SaftBooks, today: date, contact: str, telephone: str) -> Books:
    totals = ledger.totals()
    return Books(
        orgnr=company.orgnr,
        name=company.name,
        currency=company.currency,
        created=today,
        software_version=__version__,
        from_date=ledger.from_date,
        to_date=ledger.to_date,
        voucher_count=totals.vouchers,
        debit=Money(totals.debit_minor, company.currency),
        credit=Money(totals.credit_minor, company.currency),
        contact=" ".join(contact.split()),
        telephone=" ".join(telephone.split()),
        bank_accounts=tuple(
            BankAccount(each.iban, each.currency, each.ledger_account)
            for each in ledger.bank_accounts()
        ),
        vat_codes=ledger.vat_codes(),
    )


def _write(path: Path, books: Books, ledger: SaftBooks) -> None:
    """Beside its place first, so that nobody finds half a file there."""
    part: Path | None = None
    try:
        with NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.name[:60]}.", delete=False
        ) as file:
            part = Path(file.name)
            write_saft(
                cast(BinaryIO, file),
                books,
                accounts=ledger.accounts(),
                customers=ledger.customers(),
                suppliers=ledger.suppliers(),
                vouchers=ledger.vouchers(),
            )
        # Nobody gets a file that our own reader finds a fault in.
        with part.open("rb") as written:
            refuse_saft_faults(written, books, file=path.name)
        part.replace(path)
    except OSError as wrong:
        raise FileNotOpenedError((wrong.strerror or "an error").lower(), str(path)) from wrong
    finally:
        if part is not None:
            part.unlink(missing_ok=True)
