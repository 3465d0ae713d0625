"""Write a company's receipts as a ZIP archive, by voucher number, with a table of them all."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, cast

from avstem.domain.errors import FileNotOpenedError, InvalidValueError, UnreadableFileError
from avstem.domain.money import format_minor
from avstem.store.receipts import CHUNK, Receipt, bytes_of, receipts
from avstem.store.tenancy import in_company

TABLE = "receipts.csv"
_COLUMNS = (
    "voucher", "date", "text", "amount", "currency", "file", "sha256", "media_type", "bytes",
    "added_by", "added_at",
)  # fmt: skip


@dataclass
class ReceiptExport:
    """What was written: how many receipts, how many of transactions that nobody has booked."""

    file: str
    receipts: int = 0
    unbooked: int = 0
    bytes: int = 0


@in_company
def export_receipts(
    *, company_id: int, path: Path, from_date: date | None = None, to_date: date | None = None
) -> ReceiptExport:
    """Write the file; one that is there is replaced when the new one is whole.

    The same receipts give the same bytes. A piece at a time is in memory, and the table.
    """
    if from_date and to_date and from_date > to_date:
        raise InvalidValueError("period", f"{from_date} to {to_date}", "days in order")
    done = ReceiptExport(str(path))
    part: Path | None = None
    try:
        with NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.name[:60]}.", delete=False
        ) as file:
            part = Path(file.name)
            found = receipts(company_id, from_date=from_date, to_date=to_date)
            _write(cast(IO[bytes], file), company_id, found, done)
        part.replace(path)
    except OSError as wrong:
        raise FileNotOpenedError((wrong.strerror or "an error").lower(), str(path)) from wrong
    finally:
        if part is not None:
            part.unlink(missing_ok=True)
    return done


def _write(file: IO[bytes], company_id: int, found: Iterator[Receipt], done: ReceiptExport) -> None:
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    # Pictures and PDFs are packed already; and what is not packed is the same in every version.
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        while chunk := list(islice(found, CHUNK)):
            for receipt, pieces in bytes_of(company_id, chunk):
                _add(archive, receipt, pieces)
                writer.writerow(_line(receipt))
                done.receipts += 1
                done.unbooked += receipt.voucher is None
                done.bytes += receipt.row.size_bytes
        archive.writestr(_entry(TABLE, (1980, 1, 1, 0, 0, 0)), "\ufeff" + table.getvalue())


def _add(archive: zipfile.ZipFile, receipt: Receipt, pieces: Iterator[bytes]) -> None:
    """Byte for byte as it came: other bytes under its name are refused."""
    added = receipt.row.added_at.astimezone(UTC).timetuple()
    digest = hashlib.sha256()
    with archive.open(_entry(receipt.path, added[:6]), "w") as entry:
        for piece in pieces:
            digest.update(piece)
            entry.write(piece)
    if digest.hexdigest() != receipt.row.sha256:
        raise UnreadableFileError(receipt.path, digest.hexdigest()[:60], receipt.row.sha256)


def _entry(name: str, at: tuple[int, ...]) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, cast(tuple[int, int, int, int, int, int], at))
    entry.create_system, entry.external_attr = 3, 0o644 << 16
    return entry


def _line(receipt: Receipt) -> list[str]:
    row, money, voucher = receipt.row, receipt.row.transaction, receipt.voucher
    return [
        str(voucher or ""),
        (voucher.date if voucher else money.booking_date).isoformat(),
        _plain(voucher.text if voucher else money.text),
        format_minor(money.amount_minor, money.currency),
        money.currency,
        receipt.path,
        row.sha256,
        row.media_type,
        str(row.size_bytes),
        _plain(row.added_by),
        row.added_at.astimezone(UTC).isoformat(timespec="seconds"),
    ]


def _plain(text: str) -> str:
    """Words that others wrote are not to be worked out by a spreadsheet."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
