"""Take in customer and supplier invoices and credit notes, once each.

A document that comes as a file of its own (EHF) is kept as received; a table of them is not.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, TypedDict

from django.db import transaction as database

from avstem.domain.early_payment import terms_as_rows
from avstem.domain.errors import (
    AlreadyExistsError,
    FileTooLargeError,
    RefusalError,
    UnknownFormatError,
)
from avstem.domain.exchange import Rates, value_minor
from avstem.domain.open_item import Document
from avstem.formats.detect import describe
from avstem.formats.invoices import document_format, is_beside_invoices, read_invoice_file
from avstem.formats.invoices_csv import InvoiceRow, account_of
from avstem.formats.port import HEAD_BYTES
from avstem.formats.wrapped import Document as PackedDocument
from avstem.formats.wrapped import Member, members
from avstem.matching.facts import Key
from avstem.matching.keys import keys_of_document
from avstem.store import audit, raw_files
from avstem.store.bulk import insert_rows, reserve_ids
from avstem.store.learning import LEARNT
from avstem.store.locks import lock_company
from avstem.store.models import BankFile, Company, OpenItem, Party, PartyAccount, ReferenceKey
from avstem.store.queries.like_bills import bills_like
from avstem.store.rates import document_value, load_rates
from avstem.store.tenancy import in_company

CHUNK_ROWS = 1_000
#: The largest file inside an archive; a larger one is imported by itself.
MEMBER_BYTES_MAX = 1024**3
_PIECE_BYTES = 256 * 1024
LIKES_MAX = 200


@dataclass(frozen=True)
class RefusedRow:
    """A line that was not taken, and why."""

    line: int
    refusal: RefusalError


@dataclass(frozen=True)
class LikeBill:
    """A bill that was taken, and another of the same supplier that it may be the same as."""

    line: int
    bill: OpenItem
    other: OpenItem


@dataclass
class InvoiceImport:
    """What became of the rows; `warnings` are (line, what is odd) of rows that were taken.

    `likes` are bills that may have come twice, the first `LIKES_MAX` of them.

    `is_passed_over`: no invoices, but what people pack together with them.
    """

    file: str
    added: int = 0
    already_there: int = 0
    refused: list[RefusedRow] = field(default_factory=list)
    warnings: list[tuple[int, str]] = field(default_factory=list)
    likes: list[LikeBill] = field(default_factory=list)
    is_passed_over: bool = False


@dataclass
class PackedImport:
    """What became of a file or of each inside an archive: answered, or refused by its name."""

    answers: list[InvoiceImport] = field(default_factory=list)
    refused: list[tuple[str, RefusalError]] = field(default_factory=list)


def import_packed_invoices(
    *, company_id: int, path: Path, name: str, actor: str, now: datetime
) -> PackedImport:
    """Import a file, or each file of a ZIP or gzip archive on its own: a broken one is named.

    A PDF or a picture beside the invoices is passed over with a warning. A file that is no archive
    is refused as `import_invoices` refuses it, and so is an archive with nothing in it.
    """
    found = PackedImport()
    said: _Said = {"company_id": company_id, "actor": actor, "now": now}
    with path.open("rb") as stream:
        for member in members(stream, file=name):
            if member.name == name and not member.is_packed:
                return PackedImport([import_invoices(path=path, name=name, **said)])
            _take_member(member, found, said)
    if not found.refused and all(each.is_passed_over for each in found.answers):
        raise UnknownFormatError("an archive without invoices", "EHF or invoices.csv in it", name)
    return found


class _Said(TypedDict):
    """What holds for every member of an archive."""

    company_id: int
    actor: str
    now: datetime


def _take_member(member: Member, found: PackedImport, said: _Said) -> None:
    """Import one file of an archive from the disk, where it can be read twice."""
    document = member.document
    if document is None:
        assert member.refusal is not None, "a member is there or refused"
        found.refused.append((member.name, member.refusal))
    elif is_beside_invoices(document.head):
        words = f"passed over: {describe(document.head)}"
        passed_over = InvoiceImport(member.name, warnings=[(1, words)], is_passed_over=True)
        found.answers.append(passed_over)
    else:
        with NamedTemporaryFile(prefix="avstem-") as file:
            try:
                _unpack(document, file.file, member.name)
                answer = import_invoices(path=Path(file.name), name=member.name, **said)
            except RefusalError as refusal:
                found.refused.append((member.name, refusal))
            else:
                found.answers.append(answer)


def _unpack(document: PackedDocument, file: IO[bytes], name: str) -> None:
    """Write it out; a member that grows beyond what its reader takes is refused before."""
    document.stream.seek(0)
    total = 0
    while piece := document.stream.read(_PIECE_BYTES):
        total += len(piece)
        if total > MEMBER_BYTES_MAX:
            raise FileTooLargeError(total, MEMBER_BYTES_MAX, name)
        file.write(piece)
    file.flush()


@in_company
@database.atomic
def import_invoices(
    *, company_id: int, path: Path, name: str, actor: str, now: datetime
) -> InvoiceImport:
    """Import a file; the good documents are kept, each wrong one is answered with its line."""
    company = lock_company(company_id)
    result = InvoiceImport(file=name)
    with path.open("rb") as stream:
        found = document_format(stream.read(HEAD_BYTES))
        stream.seek(0)
        rows = read_invoice_file(stream, file=name, orgnr=company.orgnr, own=company.currency)
        while chunk := list(islice(rows, CHUNK_ROWS)):
            _take_chunk(company, chunk, result, actor)
    if found is not None and not result.refused:
        _keep_file(company_id, path, name, found.name, now)
    audit.record(
        company_id=company_id,
        actor=actor,
        action="invoices.imported",
        at=now,
        facts={
            "file": name,
            "added": result.added,
            "already_there": result.already_there,
            "refused": len(result.refused),
        },
    )
    return result


def _keep_file(company_id: int, path: Path, name: str, file_format: str, now: datetime) -> None:
    """Keep the bytes once: the voucher's documentation, attachments included."""
    digest = raw_files.digest_of(path)
    if not BankFile.objects.filter(company_id=company_id, sha256=digest).exists():
        raw_files.keep(
            company_id=company_id,
            path=path,
            name=name,
            sha256=digest,
            file_format=file_format,
            source="invoices",
            now=now,
        )


def _take_chunk(
    company: Company, rows: Sequence[InvoiceRow], result: InvoiceImport, actor: str
) -> None:
    documents: dict[tuple[str, str, str], Document] = {}
    lines: dict[tuple[str, str, str], int] = {}
    paid_elsewhere: set[tuple[str, str, str]] = set()
    there = _stored([row.document for row in rows if row.document], company)
    for row in rows:
        if row.document is None:
            _leave_out(row, result)
            continue
        identity = row.document.identity
        before = documents.get(identity) or there.get(identity)
        if before is None:
            documents[identity], lines[identity] = row.document, row.line
            result.warnings += [(row.line, warning) for warning in row.warnings]
            if not row.account_is_partys:
                paid_elsewhere.add(identity)
        elif differs := _differences(before, row.document):
            refusal = AlreadyExistsError(row.document.kind.value, row.document.number, differs)
            result.refused.append(RefusedRow(row.line, refusal))
        else:
            result.already_there += 1
    ids = _insert(company, list(documents.values()), paid_elsewhere, actor)
    result.added += len(documents)
    if len(result.likes) < LIKES_MAX:
        _look_for_twins(company.pk, dict(zip(ids, lines.values(), strict=True)), result)


def _look_for_twins(company_id: int, lines: Mapping[int, int], result: InvoiceImport) -> None:
    """Name the new bills (id to line) that are like another, here already or in the same file."""
    items = OpenItem.objects.filter(company_id=company_id, pk__in=lines, kind="supplier_invoice")
    new = list(items.select_related("party").order_by("pk"))
    found = bills_like(company_id, new)
    for item in new:
        # In one file the later one names the earlier, not both each other.
        others = [each for each in found.get(item.pk, ()) if each.pk < item.pk]
        result.likes += [LikeBill(lines[item.pk], item, each) for each in others]
    del result.likes[LIKES_MAX:]


def _leave_out(row: InvoiceRow, result: InvoiceImport) -> None:
    """A row without a document: refused, or with nothing to pay."""
    if row.refusal is not None:
        result.refused.append(RefusedRow(row.line, row.refusal))
    result.warnings += [(row.line, warning) for warning in row.warnings]


def _differences(before: Document, after: Document) -> tuple[str, ...]:
    compared = (
        "invoice_date",
        "due_date",
        "amount",
        "kid",
        "party_account",
        "description",
    )
    names = [name for name in compared if getattr(before, name) != getattr(after, name)]
    names += ["amount_company_currency"] if _is_booked_otherwise(before, after) else []
    names += [name for name in _MAY_BE_UNSAID if _says_otherwise(before, after, name)]
    return tuple(names if before.party.key == after.party.key else ["party_name", *names])


def _says_otherwise(before: Document, after: Document, name: str) -> bool:
    """Whether both say it, and not the same; a file that leaves it out says nothing."""
    told = (getattr(before, name), getattr(after, name))
    return all(told) and told[0] != told[1]


def _is_booked_otherwise(before: Document, after: Document) -> bool:
    """Whether it says another value in the company's currency; what is left out says nothing."""
    if before.value is None or after.amount.currency == before.value.currency:
        return False
    if after.value is None and after.price is not None:
        return value_minor(after.amount, after.price, before.value.currency) != before.value.minor
    return after.value is not None and after.value != before.value


def _stored(
    documents: Iterable[Document], company: Company
) -> dict[tuple[str, str, str], Document]:
    """The documents of the same numbers that are there already."""
    numbers = {document.number for document in documents}
    rows = OpenItem.objects.filter(company_id=company.pk, number__in=numbers)
    found = (row.to_domain(company.currency) for row in rows.select_related("party"))
    return {document.identity: document for document in found}


def _insert(
    company: Company,
    documents: Sequence[Document],
    paid_elsewhere: set[tuple[str, str, str]],
    actor: str,
) -> Sequence[int]:
    """The new items' ids, in the order of the documents."""
    company_id = company.pk
    parties = _parties(company_id, documents)
    ids = reserve_ids(OpenItem, len(documents))
    asked = ((document.amount.currency, document.invoice_date) for document in documents)
    rates = load_rates(company.currency, asked)
    rows = _item_rows(company_id, documents, ids, parties, rates)
    insert_rows(OpenItem, (*_ITEM_FIELDS, "imported_by"), ((*row, actor[:140]) for row in rows))
    insert_rows(
        ReferenceKey,
        ("company_id", "kind", "value", "item_id"),
        (
            (company_id, key.kind.value, key.value, item_id)
            for document, item_id in zip(documents, ids, strict=True)
            for key in _keys_of(document)
        ),
    )
    theirs = [each for each in documents if each.identity not in paid_elsewhere]
    _remember_accounts(company_id, theirs, parties)
    return ids


def _keys_of(document: Document) -> list[Key]:
    return keys_of_document(document.kind, document.number, document.kid, document.order_number)


def _remember_accounts(
    company_id: int, documents: Sequence[Document], parties: dict[str, int]
) -> None:
    """The accounts that the parties are known to use from now on, whatever was learnt before."""
    known = {
        (account, party)
        for document in documents
        if (account := account_of(document)) and (party := parties[document.party.key])
    }
    rows = PartyAccount.objects.filter(company_id=company_id)
    PartyAccount.objects.bulk_create(
        [
            PartyAccount(company_id=company_id, account_key=account, party_id=party, source=_TOLD)
            for account, party in sorted(known)
        ],
        ignore_conflicts=True,
    )
    learnt = rows.filter(account_key__in={account for account, _ in known}, source=LEARNT)
    told = [row.pk for row in learnt if (row.account_key, row.party_id) in known]
    rows.filter(pk__in=told).update(source=_TOLD, switched_off=False)


_MAY_BE_UNSAID = ("order_number", "vat_code", "discounts")
_TOLD = "invoice"
_ITEM_FIELDS = (
    "id", "company_id", "kind", "direction", "series_key", "number", "party_id", "invoice_date",
    "due_date", "currency", "amount_minor", "remaining_minor", "value_minor", "kid",
    "party_account", "description", "order_number", "vat_code", "discounts",
)  # fmt: skip


def _item_rows(
    company_id: int,
    documents: Sequence[Document],
    ids: Sequence[int],
    parties: dict[str, int],
    rates: Rates,
) -> Iterator[tuple[object, ...]]:
    for document, item_id in zip(documents, ids, strict=True):
        kind, series_key, number = document.identity
        yield (
            item_id, company_id, kind, document.kind.direction, series_key, number,
            parties[document.party.key], document.invoice_date, document.due_date,
            document.amount.currency, document.amount.minor, document.amount.minor,
            document_value(document, rates), document.kid or "", document.party_account or "",
            document.description or "", document.order_number, document.vat_code or None,
            terms_as_rows(document.discounts),
        )  # fmt: skip


def _parties(company_id: int, documents: Sequence[Document]) -> dict[str, int]:
    """The parties' ids by key; those not seen before are added."""
    wanted = {document.party.key: document.party for document in documents}
    Party.objects.bulk_create(
        (
            Party(company_id=company_id, key=key, name=party.name, orgnr=party.orgnr or "")
            for key, party in wanted.items()
        ),
        ignore_conflicts=True,
    )
    found = Party.objects.filter(company_id=company_id, key__in=wanted)
    return dict(found.values_list("key", "pk"))
