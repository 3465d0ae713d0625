"""Take in a bank file: the raw bytes, its statements, and the money in it that is new.

The file is taken whole or not at all: everything happens in one database transaction.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from django.db import transaction as database

from avstem.domain.errors import (
    AccountNotIbanError,
    AccountNotNamedError,
    AccountNotOursError,
    CurrencyMismatchError,
    InvalidValueError,
    NotFoundError,
    RefusalError,
    UnreadableFileError,
)
from avstem.domain.identifiers import account_key, is_iban, is_same_account
from avstem.domain.money import NO_CURRENCY
from avstem.domain.statement import (
    BalanceProof,
    Entry,
    EntryStatus,
    Notice,
    StatementHead,
    StatementSource,
)
from avstem.formats import read_statements
from avstem.store import audit, raw_files
from avstem.store.locks import lock_company
from avstem.store.mappings import mappings_of
from avstem.store.models import BankAccount, BankFile, Statement
from avstem.store.statement_writer import StatementWriter
from avstem.store.tenancy import in_company

CHUNK_ENTRIES = 5_000


@dataclass
class StatementImport:
    """What became of a file. Counts are of bank transactions.

    `joined` were known and are now confirmed or enriched by this message; `already_there` is all
    that was known, the joined ones included. `alarms` are entries the bank changed after the fact.
    """

    file: str
    statements: int = 0
    added: int = 0
    already_there: int = 0
    joined: int = 0
    pending: int = 0
    alarms: int = 0
    same_file: bool = False
    unproved: list[str] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


@in_company
@database.atomic
def import_statement(
    *,
    company_id: int,
    path: Path,
    name: str,
    source: str,
    actor: str,
    now: datetime,
    account: str | None = None,
) -> StatementImport:
    """Import one file. The same bytes again, or the same money in other bytes, add nothing.

    `account` (IBAN or 11 digits) is the one whose money it is where the file names none, as a table
    of an internet bank. A file that names another is refused.
    """
    lock_company(company_id)
    given = None if account is None else _given_account(company_id, account)
    digest = raw_files.digest_of(path)
    before = BankFile.objects.filter(company_id=company_id, sha256=digest).first()
    if before is not None:
        return _as_before(before, name, given)

    notices: list[Notice] = []
    result = StatementImport(file=name, notices=notices)
    with path.open("rb") as stream:
        explained = mappings_of(company_id)
        sources = read_statements(stream, file=name, notices=notices, mappings=explained)
        first = next(sources, None)
        file = raw_files.keep(
            company_id=company_id,
            path=path,
            name=name,
            sha256=digest,
            file_format=first.head.format if first else "empty",
            source=source,
            now=now,
        )
        for position, each in enumerate(_chain_first(first, sources), 1):
            _take_statement(file, position, each, result, given)
    _record(file, result, actor, now)
    return result


def _record(file: BankFile, result: StatementImport, actor: str, now: datetime) -> None:
    audit.record(
        company_id=file.company_id,
        actor=actor,
        action="statement.imported",
        at=now,
        facts={
            "file": result.file,
            "sha256": file.sha256,
            "added": result.added,
            "already_there": result.already_there,
        },
    )


def _chain_first(
    first: StatementSource | None, rest: Iterator[StatementSource]
) -> Iterator[StatementSource]:
    if first is not None:
        yield first
        yield from rest


@in_company
def find_first_day(*, company_id: int, path: Path, name: str) -> date | None:
    """The first day a bank file tells of: several are taken in that order.

    None where it tells of none, or cannot be read and is refused when it is taken.
    """
    try:
        with path.open("rb") as stream:
            explained = mappings_of(company_id)
            first = next(read_statements(stream, file=name, mappings=explained), None)
    except (RefusalError, OSError):
        return None
    return (first.head.from_date or first.head.to_date) if first else None


def _as_before(file: BankFile, name: str, given: BankAccount | None) -> StatementImport:
    statements = list(file.statements.select_related("account"))
    for statement in statements:
        _require_given(statement.account.iban, given, name)
    return StatementImport(
        file=name,
        same_file=True,
        statements=len(statements),
        already_there=sum(statement.transaction_count for statement in statements),
    )


def _take_statement(
    file: BankFile,
    position: int,
    source: StatementSource,
    result: StatementImport,
    given: BankAccount | None,
) -> None:
    head = source.head
    account = _our_account(file, head, given)
    if account is None:
        _pass_over(source, result)
        return
    proof = BalanceProof(head)
    statement = _statement_row(file, position, account, head)
    writer = StatementWriter(statement, account)
    entries = _checked(source.entries, head, account, proof, file.name)
    while chunk := list(islice(entries, CHUNK_ENTRIES)):
        writer.write(chunk)
    writer.finish(holds=proof.holds(), sum_minor=proof.sum_minor, entry_count=proof.entry_count)
    result.statements += 1
    result.added += writer.added
    result.already_there += writer.known
    result.joined += writer.joined
    result.pending += writer.pending
    result.alarms += writer.alarms
    if proof.holds() is False:
        result.unproved.append(head.id or str(position))


def _given_account(company_id: int, number: str) -> BankAccount:
    account = _find_account(company_id, number)
    if account is None:
        raise NotFoundError("account", number[:60])
    return account


def _find_account(company_id: int, number: str) -> BankAccount | None:
    return BankAccount.objects.filter(company_id=company_id, iban=account_key(number)).first()


def _require_given(named: str, given: BankAccount | None, file: str) -> None:
    """What the file itself says of whose it is stands, whatever was given beside it."""
    if given is not None and not is_same_account(named, given.iban):
        raise InvalidValueError("account", f"{named} ({file})", given.iban)


def _our_account(
    file: BankFile, head: StatementHead, given: BankAccount | None
) -> BankAccount | None:
    account = given
    if head.account:
        _require_given(head.account, given, file.name)
        account = given or _find_account(file.company_id, head.account)
    if account is not None and head.currency not in (None, account.currency):
        raise CurrencyMismatchError(
            found=f"{head.currency} ({file.name}, {head.account})",
            expected=account.currency,
        )
    return account


def _pass_over(source: StatementSource, result: StatementImport) -> None:
    """Banks send empty statements of every account one has; only money needs an account here."""
    account = source.head.account or "(none named)"
    if next(source.entries, None) is not None:
        if not source.head.account:
            raise AccountNotNamedError(file=result.file)
        if not is_iban(account_key(account)):
            raise AccountNotIbanError(account=account[:60], file=result.file)
        raise AccountNotOursError(account=account, file=result.file)
    result.passed_over.append(account)


def _statement_row(
    file: BankFile, position: int, account: BankAccount, head: StatementHead
) -> Statement:
    opening, closing = head.opening_balance, head.closing_balance
    return Statement.objects.create(
        company_id=file.company_id,
        account=account,
        file=file,
        position=position,
        kind=head.kind.value,
        statement_id=(head.id or "")[:70],
        sequence=(head.sequence or "")[:35],
        from_date=head.from_date or head.to_date,
        to_date=head.to_date or head.from_date,
        opening_minor=opening.minor if opening else None,
        closing_minor=closing.minor if closing else None,
        balances_booked=head.balances_booked,
        sum_minor=0,
        entry_count=0,
        transaction_count=0,
    )


def _checked(
    entries: Iterator[Entry],
    head: StatementHead,
    account: BankAccount,
    proof: BalanceProof,
    file: str,
) -> Iterator[tuple[Entry, date]]:
    """The entries with their day, counted into the proof; those of no use here are left out."""
    for position, stated in enumerate(entries, 1):
        entry = stated
        if head.currency is None and stated.amount.currency == NO_CURRENCY:
            entry = stated.in_currency(account.currency)
        proof.add(entry)
        if entry.amount.currency != account.currency:
            raise UnreadableFileError(
                place=f"{head.id}: entry {position}",
                found=str(entry.amount),
                expected=f"an amount in {account.currency}, the account's currency",
                file=file,
            )
        day = entry.booking_date or entry.value_date or head.to_date
        if day is None:
            raise InvalidValueError("date", f"none ({file}, entry {position})", "a booking date")
        if entry.status is not EntryStatus.INFORMATION:
            yield entry, day
