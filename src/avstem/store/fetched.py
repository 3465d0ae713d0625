"""What was fetched from banks, as rows: which files are known, and what became of each."""

import zlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.db import transaction as database
from django.db.models import Exists, OuterRef

from avstem.domain.agreement import AgreementState
from avstem.domain.errors import NotFoundError, RefusalError, StateError
from avstem.store.models import (
    Activation,
    Agreement,
    BankAccount,
    FetchedFile,
    FetchedFileChunk,
    FetchedState,
)

_CHUNK = 500
_FACT_CHARACTERS_MAX = 300
_PIECE_BYTES = 1 << 20
KEPT_BYTES_MAX = 32 << 20
#: So many set-aside files are held against one that comes whole.
CUT_MAX = 50

#: A file as the bank lists it: its name, size in bytes and the bank's own time.
Listed = tuple[str, int | None, datetime]


def agreements_to_fetch(company_id: int) -> list[Agreement]:
    """The company's agreements by which files are fetched now, the oldest first."""
    rows = Agreement.objects.filter(company_id=company_id, state=AgreementState.ACTIVE.value)
    return list(rows.exclude(channel__in=("", "netbank")).order_by("pk"))


def settled_files(agreement: Agreement, listed: Sequence[Listed], *, again: bool) -> set[Listed]:
    """Those of the listed files that are done with; `again`: what was set aside is not.

    What a person has dismissed is. A file without a size in the listing is known by its name and
    time.
    """
    states = [FetchedState.IMPORTED, FetchedState.DISMISSED]
    states += [] if again else [FetchedState.SET_ASIDE]
    found: set[Listed] = set()
    for begin in range(0, len(listed), _CHUNK):
        names = [name for name, _, _ in listed[begin : begin + _CHUNK]]
        rows = FetchedFile.objects.filter(
            company_id=agreement.company_id, agreement=agreement, remote_name__in=names,
            state__in=states,
        )  # fmt: skip
        for name, size, at in rows.values_list("remote_name", "size_bytes", "modified_at"):
            found |= {(name, size, at), (name, None, at)}
    return found.intersection(listed)


def remember(
    agreement: Agreement, name: str, *, size: int, sha256: str, modified: datetime, now: datetime
) -> FetchedFile:
    """The row of these bytes under this name, made if it is not there; then with the new time."""
    row, is_new = FetchedFile.objects.get_or_create(
        company_id=agreement.company_id, agreement=agreement, remote_name=name, sha256=sha256,
        defaults={"size_bytes": size, "modified_at": modified, "fetched_at": now},
    )  # fmt: skip
    if not is_new and row.modified_at != modified:
        _write(row, modified_at=modified)
    return row


@database.atomic
def mark_imported(row: FetchedFile, now: datetime) -> None:
    """Its content is in the books, with its bytes: those kept here are not needed any more."""
    FetchedFileChunk.objects.filter(company_id=row.company_id, file=row).delete()
    _write(row, state=FetchedState.IMPORTED.value, reason_code="", reason_facts={}, settled_at=now)


def mark_set_aside(row: FetchedFile, refusal: RefusalError, now: datetime) -> None:
    """It cannot be taken, for that reason."""
    _write(row, state=FetchedState.SET_ASIDE.value, settled_at=now, **_reason(refusal))


def mark_waiting(row: FetchedFile, refusal: RefusalError) -> None:
    """It cannot be taken yet, and is tried at the next round."""
    _write(row, state=FetchedState.NEW.value, settled_at=None, **_reason(refusal))


def mark_to_be_tried(row: FetchedFile) -> None:
    """The next round tries it; until then its reason stays."""
    _write(row, state=FetchedState.NEW.value, settled_at=None)


def mark_dismissed(row: FetchedFile, reason: str, by: str) -> None:
    """A person wants no more of it; without a reason, it is set aside again."""
    state = FetchedState.DISMISSED if reason else FetchedState.SET_ASIDE
    _write(row, state=state.value, dismissed_reason=reason, dismissed_by=by)


def cut_files(agreement: Agreement) -> list[FetchedFile]:
    """What is set aside and may be the beginning of a file that comes whole, the newest first."""
    rows = FetchedFile.objects.filter(
        company_id=agreement.company_id, agreement=agreement, state=FetchedState.SET_ASIDE
    )
    return list(rows.order_by("-pk")[:CUT_MAX])


def is_beginning_of(row: FetchedFile, path: Path) -> bool:
    """Whether the bytes that were kept are the beginning of that longer file."""
    if row.size_bytes >= path.stat().st_size:
        return False
    read = 0
    with path.open("rb") as whole:
        for piece in pieces_of(row):
            if whole.read(len(piece)) != piece:
                return False
            read += len(piece)
    return 0 < read == row.size_bytes


def mark_come_whole(row: FetchedFile, whole: FetchedFile) -> None:
    """The file has come whole, under that name: nobody is to look at its beginning any more."""
    _write(
        row, state=FetchedState.DISMISSED.value, dismissed_reason=whole.remote_name, dismissed_by=""
    )


def get_file(company_id: int, file_id: int) -> FetchedFile:
    """The company's file, or a refusal."""
    rows = FetchedFile.objects.filter(company_id=company_id, pk=file_id)
    found = rows.select_related("agreement").first()
    if found is None:
        raise NotFoundError("file", str(file_id))
    return found


def require_file_state(row: FetchedFile, wanted: FetchedState) -> None:
    """Refuse a file that is in another state."""
    if row.state != wanted:
        found, expected = (each.replace("_", " ") for each in (row.state, wanted.value))
        raise StateError("file", row.remote_name, found, expected)


def keep_bytes(row: FetchedFile, path: Path) -> None:
    """Keep the file's bytes, once; of one larger than 32 MiB none are kept."""
    kept = FetchedFileChunk.objects.filter(company_id=row.company_id, file=row)
    if row.size_bytes > KEPT_BYTES_MAX or kept.exists():
        return
    with path.open("rb") as stream:
        pieces = enumerate(iter(lambda: stream.read(_PIECE_BYTES), b""))
        FetchedFileChunk.objects.bulk_create(
            FetchedFileChunk(
                company_id=row.company_id, file=row, position=place, data=zlib.compress(piece, 3)
            )
            for place, piece in pieces
        )


def pieces_of(row: FetchedFile) -> Iterator[bytes]:
    """The bytes that were kept, a piece at a time; none where they were not."""
    chunks = FetchedFileChunk.objects.filter(company_id=row.company_id, file=row)
    for data in chunks.order_by("position").values_list("data", flat=True).iterator(chunk_size=8):
        yield zlib.decompress(bytes(data))


def copy_bytes(row: FetchedFile, sink: BinaryIO) -> None:
    """Write the bytes that were kept."""
    for piece in pieces_of(row):
        sink.write(piece)


def kept_elsewhere(
    agreement: Agreement, listed: Collection[str], *, again: bool
) -> list[FetchedFile]:
    """Files to be tried whose bytes are here and that do not lie at the bank any more."""
    states = [FetchedState.NEW, *([FetchedState.SET_ASIDE] if again else [])]
    rows = FetchedFile.objects.filter(
        company_id=agreement.company_id, agreement=agreement, state__in=states
    )
    kept = FetchedFileChunk.objects.filter(company_id=agreement.company_id, file=OuterRef("pk"))
    found = rows.filter(Exists(kept)).order_by("modified_at", "pk")
    return [row for row in found if row.remote_name not in listed]


def activations_by_account(
    agreement: Agreement,
) -> Mapping[str, Sequence[Activation]]:
    """From the IBAN of every account of the company to what this agreement says of it, if that."""
    company_id = agreement.company_id
    found: dict[str, list[Activation]] = defaultdict(list)
    for iban in BankAccount.objects.filter(company_id=company_id).values_list("iban", flat=True):
        found[iban] = []
    rows = Activation.objects.filter(company_id=company_id, agreement=agreement)
    for row in rows.select_related("account").order_by("pk"):
        found[row.account.iban].append(row)
    return dict(found)


def _write(row: FetchedFile, **changed: object) -> None:
    rows = FetchedFile.objects.filter(company_id=row.company_id, pk=row.pk)
    rows.update(**changed)
    for name, value in changed.items():
        setattr(row, name, value)


def _reason(refusal: RefusalError) -> dict[str, object]:
    facts = {name: str(value)[:_FACT_CHARACTERS_MAX] for name, value in refusal.facts().items()}
    return {"reason_code": refusal.code, "reason_facts": facts}
