"""Fetch what is new at the bank, by one agreement, and hand each file to whoever takes it in.

A file is known by its name, size and time at the bank, and by its bytes: what was taken is never
taken again. Each step is written before the next: killed anywhere, the next round fetches the
same file again, and the import, which knows its bytes, adds nothing twice.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO, cast

from django.db import transaction as database

from avstem.banks.dialects import dialect
from avstem.banks.directory import bank as bank_by_slug
from avstem.connectors.opening import connector_for
from avstem.connectors.places import place_from
from avstem.connectors.port import Connector, RemoteFile
from avstem.connectors.whole import fetch_whole
from avstem.domain.agreement import AgreementState, is_fetched, is_waiting
from avstem.domain.carrying_errors import (
    CredentialsRejectedError,
    HostKeyMismatchError,
    PeerUnreachableError,
)
from avstem.domain.errors import (
    NotCoveredError,
    RefusalError,
    StateError,
    UnknownFormatError,
    WaitingForBankError,
)
from avstem.domain.identifiers import account_key
from avstem.domain.statement import StatementSource
from avstem.formats import read_statements
from avstem.store import audit, fetched
from avstem.store.agreements import get_agreement
from avstem.store.locks import lock_company
from avstem.store.mappings import mappings_of
from avstem.store.models import Activation, Agreement, BankFile, FetchedFile
from avstem.store.secrets import secrets_named
from avstem.store.tenancy import in_company

#: Takes a file in under its name, or refuses it. The same bytes again must add nothing.
Take = Callable[[Path, str], object]
#: The bank cannot be reached at all: the files that are left will not come either.
_NO_CONNECTION = (PeerUnreachableError, HostKeyMismatchError, CredentialsRejectedError)


@dataclass
class Fetched:
    """What a round by one agreement came to, by file name; `taken` is what `take` answered.

    `waiting` and `failed` are tried again at the next round: the bank has not said yes to the
    account, or the file could not be fetched. `set_aside` is left to a person.
    """

    bank: str
    listed: int = 0
    imported: list[str] = field(default_factory=list)
    taken: list[object] = field(default_factory=list)
    set_aside: list[tuple[str, RefusalError]] = field(default_factory=list)
    waiting: list[tuple[str, RefusalError]] = field(default_factory=list)
    failed: list[tuple[str, RefusalError]] = field(default_factory=list)


@in_company
def fetch_statements(
    *,
    company_id: int,
    agreement_id: int,
    take: Take,
    actor: str,
    now: datetime,
    again: bool = False,
) -> Fetched:
    """Fetch and take what is new, oldest first; one broken file does not hold up the others.

    `again`: what was set aside is tried once more. A file that is to be tried and that the bank has
    taken away meanwhile is tried from the bytes that were kept. Refused where the agreement is not
    active or the bank cannot be reached.
    """
    agreement = get_agreement(company_id, agreement_id)
    if agreement.state != AgreementState.ACTIVE:
        raise StateError("agreement", agreement.bank, agreement.state, "active")
    result = Fetched(agreement.bank)
    connector = _connector(agreement)
    if connector is None:
        return result
    taking = _Taking(agreement, take, result, actor, now, fetched.cut_files(agreement))
    try:
        names = _fetch_new(agreement, connector, taking, again=again)
    finally:
        connector.close()
    for row in fetched.kept_elsewhere(agreement, names, again=again):
        with _temporary() as sink:
            fetched.copy_bytes(row, sink)
            sink.flush()
            taking.settle(row, Path(sink.name))
    return result


def _connector(agreement: Agreement) -> Connector | None:
    """None where a person carries the files."""
    secrets = secrets_named(company_id=agreement.company_id, name=agreement.bank)
    place = place_from(agreement.channel, agreement.place, secrets)
    return None if place is None else connector_for(place)


@dataclass(frozen=True)
class _Taking:
    """What is done with each file, and where it is written down."""

    agreement: Agreement
    take: Take
    result: Fetched
    actor: str
    now: datetime
    #: Set aside so far: what comes may be the whole of one of them.
    cut: list[FetchedFile]

    def settle(self, row: FetchedFile, path: Path) -> None:
        """Take the file in, or leave it with its reason."""
        name, result = row.remote_name, self.result
        try:
            _require_covered(self.agreement, row, path)
            taken = self.take(path, name)
        except WaitingForBankError as refusal:
            fetched.mark_waiting(row, refusal)
            result.waiting.append((name, refusal))
        except RefusalError as refusal:
            _set_aside(self.agreement, row, path, refusal, self.actor, self.now)
            result.set_aside.append((name, refusal))
            self.cut.append(row)
        else:
            fetched.mark_imported(row, self.now)
            result.imported.append(name)
            result.taken.append(taken)
            self._came_whole(row, path)

    def _came_whole(self, row: FetchedFile, path: Path) -> None:
        """What was cut off before is done with."""
        for each in [cut for cut in self.cut if fetched.is_beginning_of(cut, path)]:
            _done_with(self.agreement, each, row, self.actor, self.now)
            self.cut.remove(each)


def _fetch_new(
    agreement: Agreement, connector: Connector, taking: _Taking, *, again: bool
) -> set[str]:
    """Fetch what is not done with, oldest first; answers the names of all that lies there."""
    own = dialect(bank_by_slug(agreement.bank).dialect)
    files = [each for each in connector.list_files() if own.is_incoming(each.name)]
    taking.result.listed = len(files)
    listed = [(each.name, each.size, each.modified) for each in files]
    done = fetched.settled_files(agreement, listed, again=again)
    for each, key in zip(files, listed, strict=True):
        if key not in done:
            _fetch_one(connector, each, taking)
    return {each.name for each in files}


def _fetch_one(connector: Connector, listed: RemoteFile, taking: _Taking) -> None:
    with _temporary() as sink:
        try:
            fetch_whole(connector, listed, sink)
        except _NO_CONNECTION:
            raise
        except RefusalError as refusal:
            taking.result.failed.append((listed.name, refusal))
            return
        sink.flush()
        path = Path(sink.name)
        taking.settle(_remember(taking.agreement, listed, path, taking.now), path)


@contextmanager
def _temporary() -> Iterator[BinaryIO]:
    """A file with a name, which is gone afterwards."""
    with tempfile.NamedTemporaryFile(prefix="avstem-") as made:
        yield cast(BinaryIO, made)


@database.atomic
def _remember(agreement: Agreement, listed: RemoteFile, path: Path, now: datetime) -> FetchedFile:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return fetched.remember(
        agreement, listed.name, size=path.stat().st_size, sha256=digest,
        modified=listed.modified, now=now,
    )  # fmt: skip


@database.atomic
def _set_aside(
    agreement: Agreement,
    row: FetchedFile,
    path: Path,
    refusal: RefusalError,
    actor: str,
    now: datetime,
) -> None:
    """Told once: tried again and refused for the same reason, it is where it was."""
    lock_company(agreement.company_id)
    is_told = row.reason_code == refusal.code
    fetched.keep_bytes(row, path)
    fetched.mark_set_aside(row, refusal, now)
    if not is_told:
        audit.record(
            company_id=agreement.company_id, actor=actor, action="file.set_aside", at=now,
            facts={"bank": agreement.bank, "file": row.remote_name, "sha256": row.sha256,
                   "code": refusal.code},
        )  # fmt: skip


@database.atomic
def _done_with(
    agreement: Agreement, cut: FetchedFile, whole: FetchedFile, actor: str, now: datetime
) -> None:
    lock_company(agreement.company_id)
    fetched.mark_come_whole(cut, whole)
    audit.record(
        company_id=agreement.company_id, actor=actor, action="file.came_whole", at=now,
        facts={"bank": agreement.bank, "file": cut.remote_name, "whole": whole.remote_name,
               "sha256": whole.sha256},
    )  # fmt: skip


def _require_covered(agreement: Agreement, row: FetchedFile, path: Path) -> None:
    """Refuse a file that tells of days that the agreement does not cover; accounts of others
    are for the import to refuse. What is in the books already is not looked at again."""
    known = BankFile.objects.filter(company_id=agreement.company_id, sha256=row.sha256)
    if known.exists():
        return
    accounts = fetched.activations_by_account(agreement)
    explained = mappings_of(agreement.company_id)
    try:
        with path.open("rb") as stream:
            for each in read_statements(stream, file=row.remote_name, mappings=explained):
                _require_days(each, accounts, row.remote_name)
    except UnknownFormatError:
        return  # no statements: an answer to payments, perhaps


def _require_days(
    source: StatementSource, accounts: Mapping[str, Sequence[Activation]], file: str
) -> None:
    iban = account_key(source.head.account or "")
    if iban not in accounts:
        return
    for day in sorted(set(_days(source))):
        if not any(_covers(each, day) for each in accounts[iban]):
            raise _refusal(accounts[iban], iban, day, file)


def _days(source: StatementSource) -> Iterator[date]:
    """The days of the entries; of a statement without any, its last."""
    is_empty = True
    for entry in source.entries:
        is_empty = False
        day = entry.booking_date or entry.value_date or source.head.to_date
        if day is not None:
            yield day
    if is_empty and source.head.to_date is not None:
        yield source.head.to_date


def _covers(activation: Activation, day: date) -> bool:
    return activation.confirmed_at is not None and is_fetched(
        day, activation.activation_date, activation.ended_on
    )


def _refusal(activations: Sequence[Activation], iban: str, day: date, file: str) -> RefusalError:
    for each in activations:
        is_open = is_waiting(AgreementState(each.state), confirmed=each.confirmed_at is not None)
        if is_open and day >= each.activation_date:
            return WaitingForBankError(iban, str(day), str(each.activation_date))
    first = min((str(each.activation_date) for each in activations), default="none")
    return NotCoveredError(iban, str(day), first, file)
