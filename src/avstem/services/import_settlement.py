"""Take in a payment provider's settlement report: the raw bytes, and each payout with its lines.

The file is taken whole or not at all: everything happens in one database transaction. A payout is
one by its provider and its name, however many reports tell of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import transaction as database
from django.utils import timezone

from avstem.domain.settlement import Settlement as Payout
from avstem.domain.statement import Notice
from avstem.formats.settlements.files import (
    names_no_currency,
    read_settlements,
    settlement_format,
)
from avstem.store import audit, raw_files
from avstem.store.locks import lock_company
from avstem.store.models import BankFile
from avstem.store.settlement_writer import SettlementWriter
from avstem.store.tenancy import in_company

CHUNK_LINES = 5_000
CHUNK_PAYOUTS = 500


@dataclass
class SettlementImport:
    """What became of a file. Counts are of payouts; `unexplained` names those not all explained."""

    file: str
    provider: str = ""
    added: int = 0
    already_there: int = 0
    lines: int = 0
    unexplained: list[str] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


@in_company
@database.atomic
def import_settlement(
    *,
    company_id: int,
    path: Path,
    name: str,
    source: str,
    actor: str,
    now: datetime,
    currency: str | None = None,
) -> SettlementImport:
    """Import one report. The same payouts again add nothing; told otherwise, they are refused.

    `currency` is that of a report that names none (Zettle's); where it is not said, the company's
    own is taken, with a notice.
    """
    company = lock_company(company_id)
    result = SettlementImport(file=name)
    with path.open("rb") as stream:
        found = settlement_format(stream, file=name)
        if found is not None and names_no_currency(found) and currency is None:
            currency = company.currency
            result.notices.append(Notice("currency.of_company", "amounts", currency))
        payouts = read_settlements(stream, file=name, notices=result.notices, currency=currency)
        file = _kept(company_id, path, name, found.name if found else "empty", source, now)
        writer = SettlementWriter(file, timezone.localdate(now))
        for chunk in _chunks(payouts):
            writer.write(chunk)
            _count(chunk, result)
    result.added, result.already_there = writer.added, writer.known
    _record(file, result, actor, now)
    return result


def _kept(
    company_id: int, path: Path, name: str, file_format: str, source: str, now: datetime
) -> BankFile:
    """The file's row; its bytes are kept once."""
    digest = raw_files.digest_of(path)
    before = BankFile.objects.filter(company_id=company_id, sha256=digest).first()
    return before or raw_files.keep(
        company_id=company_id,
        path=path,
        name=name,
        sha256=digest,
        file_format=file_format,
        source=source,
        now=now,
    )


def _chunks(payouts: Iterator[Payout]) -> Iterator[list[Payout]]:
    """So many payouts at a time that their lines stay few; a payout is never cut."""
    chunk: list[Payout] = []
    lines = 0
    for each in payouts:
        chunk.append(each)
        lines += len(each.lines)
        if lines >= CHUNK_LINES or len(chunk) >= CHUNK_PAYOUTS:
            yield chunk
            chunk, lines = [], 0
    if chunk:
        yield chunk


def _count(payouts: list[Payout], result: SettlementImport) -> None:
    for each in payouts:
        result.provider = each.provider
        result.lines += len(each.lines)
        if each.unexplained.minor:
            result.unexplained.append(each.id)


def _record(file: BankFile, result: SettlementImport, actor: str, now: datetime) -> None:
    audit.record(
        company_id=file.company_id,
        actor=actor,
        action="settlement.imported",
        at=now,
        facts={
            "file": result.file,
            "sha256": file.sha256,
            "added": result.added,
            "already_there": result.already_there,
        },
    )
