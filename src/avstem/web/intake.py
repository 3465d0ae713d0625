"""What an uploaded file is, and which service takes it: by its content, never by its name.

Statements, invoices and settlements are taken; of every other kind it is said what it is and where
it belongs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from avstem.domain.errors import RefusalError, UnknownFormatError
from avstem.formats import detect
from avstem.formats.invoices import holds_invoices
from avstem.formats.port import OtherFormat, StatementFormat
from avstem.formats.registry import OTHER_FORMATS, STATEMENT_FORMATS
from avstem.formats.settlements.files import FORMATS as SETTLEMENTS
from avstem.formats.settlements.files import settlement_format
from avstem.formats.wrapped import documents
from avstem.services.import_invoices import (
    InvoiceImport,
    PackedImport,
    RefusedRow,
    import_packed_invoices,
)
from avstem.services.import_settlement import SettlementImport, import_settlement
from avstem.services.import_statement import StatementImport, find_first_day, import_statement
from avstem.services.map_table import propose_table, remember_mapping, try_mapping
from avstem.web.table_form import TableShown, mark_of, said_mapping, show_table
from avstem.wording import (
    format_text,
    notice_place,
    notice_text,
    purpose_text,
    sentence,
    warning_text,
)

INVOICES = "invoices"
_INVOICES = next(each for each in OTHER_FORMATS if each.purpose == INVOICES)
#: A file that is odd in every line says so this often.
NOTICES_SHOWN = 20


@dataclass(frozen=True)
class Uploaded:
    """A file on our disk: its family, None where no reader claims it; `refused` where it is broken.

    `first_day` is the first a statement tells of.
    """

    name: str
    path: Path
    family: StatementFormat | OtherFormat | None = None
    first_day: date | None = None
    refused: str = ""

    @property
    def turn(self) -> tuple[bool, date, str]:
        """Invoices and payouts before the money itself, statements by their days."""
        comes_first = self.holds_invoices or self.is_settlement
        return (not comes_first, self.first_day or date.max, self.name)

    @property
    def holds_invoices(self) -> bool:
        """Whether the service for invoices takes it."""
        return isinstance(self.family, OtherFormat) and self.family.purpose == INVOICES

    @property
    def is_settlement(self) -> bool:
        """Whether the service for payouts takes it."""
        return self.family in SETTLEMENTS


@dataclass(frozen=True)
class Outcome:
    """What became of one file: an import's answer, or why nothing of it was taken.

    `elsewhere` says what a sound file is that belongs in another place. `rows` are the lines of
    invoices that were refused, `notices` what is odd in what was taken, as (place, words). `table`
    asks what the columns of a table are that nobody here has seen the like of.
    """

    name: str
    statement: StatementImport | None = None
    invoices: InvoiceImport | None = None
    settlement: SettlementImport | None = None
    refused: str = ""
    elsewhere: str = ""
    rows: Sequence[tuple[object, str]] = ()
    notices: Sequence[tuple[object, str]] = ()
    table: TableShown | None = None

    @property
    def is_taken(self) -> bool:
        """Whether there may be something new to match."""
        taken = (self.statement, self.invoices, self.settlement)
        return any(each is not None for each in taken)

    @property
    def is_plain(self) -> bool:
        """Whether it was taken, and there is nothing to say of it but how much there was."""
        odd: list[object] = [self.rows, self.notices]
        if self.statement:
            told = self.statement
            odd += [told.unproved, told.passed_over, told.alarms or told.same_file]
        if self.settlement:
            odd += [self.settlement.unexplained]
        if self.invoices:
            odd += [self.invoices.refused, self.invoices.likes]
        return self.is_taken and not any(odd)

    @property
    def added(self) -> tuple[int, int]:
        """How much of it was new, and how much was here before."""
        took = self.statement or self.invoices or self.settlement
        return (took.added, took.already_there) if took else (0, 0)

    @property
    def notices_shown(self) -> Sequence[tuple[object, str]]:
        """As many as a person reads."""
        return self.notices[:NOTICES_SHOWN]

    @property
    def notices_left(self) -> int:
        """How many more there are."""
        return max(len(self.notices) - NOTICES_SHOWN, 0)


def look_at(*, company_id: int, name: str, path: Path) -> Uploaded:
    """Find out what a file is, without taking anything of it."""
    try:
        family = _family(path, name)
    except RefusalError as refusal:
        return Uploaded(name, path, refused=_why(refusal, name))
    day = None
    if not isinstance(family, OtherFormat):
        # None of the readers' own may be a table that the company has explained.
        day = find_first_day(company_id=company_id, path=path, name=name)
    return Uploaded(name, path, family, day)


def take(
    file: Uploaded, *, company_id: int, account: str | None, actor: str, now: datetime
) -> Outcome:
    """Hand a file to its service. `account` is whose money it is where a statement names none."""
    said: dict[str, Any] = {
        "company_id": company_id,
        "path": file.path,
        "name": file.name,
        "actor": actor,
        "now": now,
    }
    if file.refused:
        return Outcome(file.name, refused=file.refused)
    try:
        if file.holds_invoices:
            return _of_invoices(file.name, import_packed_invoices(**said))
        if file.is_settlement:
            return _of_settlement(file.name, import_settlement(source="upload", **said))
        if isinstance(file.family, OtherFormat):
            words = purpose_text(file.family.purpose, file.family.label)
            return Outcome(file.name, elsewhere=words)
        return _of_statement(file.name, import_statement(source="upload", account=account, **said))
    except RefusalError as refusal:
        why = _why(_named(refusal, file), file.name)
        return Outcome(file.name, refused=why, table=_table(refusal, file))


def explain(
    file: Uploaded, said: Mapping[str, str], *, company_id: int, account: str | None, actor: str,
    now: datetime, currency: str,
) -> Outcome:  # fmt: skip
    """A table as a person says that it is to be read: shown first, then remembered and taken."""
    shown = Outcome(file.name)
    try:
        proposal = propose_table(file.path)
    except RefusalError as refusal:
        return replace(shown, refused=_why(refusal, file.name))
    mapping = None
    try:
        mapping = said_mapping(said, proposal)
        tried = try_mapping(file.path, mapping.confirm())
    except RefusalError as refusal:
        why = sentence(refusal)
        return replace(shown, table=show_table(proposal, currency, mapping, refused=why))
    if said.get("seen") != mark_of(mapping):
        seen = mark_of(mapping)
        return replace(shown, table=show_table(proposal, currency, mapping, tried=tried, seen=seen))
    remember_mapping(company_id=company_id, mapping=mapping.confirm(), actor=actor, now=now)
    return take(file, company_id=company_id, account=account, actor=actor, now=now)


def _table(refusal: RefusalError, file: Uploaded) -> TableShown | None:
    """A form to explain it with, where the file is a table that no reader knows."""
    if not isinstance(refusal, UnknownFormatError):
        return None
    try:
        return show_table(propose_table(file.path), "NOK")
    except RefusalError:
        return None


def _family(path: Path, name: str) -> StatementFormat | OtherFormat | None:
    """Of what is inside it: an archive of statements, else of invoices, else of its first file."""
    if (settlement := _settlement_family(path, name)) is not None:
        return settlement
    with path.open("rb") as stream:
        try:
            first = next(documents(stream, file=name, notices=[]), None)
        except RefusalError:
            # A broken one among invoices is named when the others are taken.
            if not _holds_invoices(path, name):
                raise
            return _INVOICES
        found = detect(first.head) if first else None
        if found is not None:
            return found[0]
    is_meant = first is not None and _is_meant_as_invoices(first.head)
    return _INVOICES if is_meant or _holds_invoices(path, name) else None


def _settlement_family(path: Path, name: str) -> OtherFormat | None:
    """The provider's; a workbook is looked into before the banks' own tables are thought of."""
    with path.open("rb") as stream:
        found = settlement_format(stream, file=name)
    return next((each for each in SETTLEMENTS if found and each.family in found.name), None)


def _why(refusal: RefusalError, name: str) -> str:
    """The sentence under the file's own name, which it need not say again."""
    said = sentence(refusal).removeprefix(f"{name}: ")
    return said[:1].upper() + said[1:]


def _holds_invoices(path: Path, name: str) -> bool:
    try:
        with path.open("rb") as stream:
            return holds_invoices(stream, file=name)
    except RefusalError:
        return False


def _is_meant_as_invoices(head: bytes) -> bool:
    """An invoices.csv that lacks a column: its own reader says which."""
    first = head.partition(b"\n")[0]
    return b"party_name" in first and b"invoice_date" in first


def _named(refusal: RefusalError, file: Uploaded) -> RefusalError:
    """An unknown file is answered with all that is taken here, in the reader's language."""
    if not isinstance(refusal, UnknownFormatError) or file.family is not None:
        return refusal
    labels = [each.label for each in STATEMENT_FORMATS]
    labels += [each.label for each in OTHER_FORMATS if each.purpose in (INVOICES, "settlement")]
    expected = ", ".join(map(format_text, labels))
    return UnknownFormatError(refusal.found, expected, refusal.file)


def _of_invoices(name: str, packed: PackedImport) -> Outcome:
    """One answer for all that was in the file; in an archive each place begins with the file's."""
    rows: list[tuple[object, str]] = []
    notices: list[tuple[object, str]] = []
    whole = InvoiceImport(name)
    for answer in packed.answers:
        inside = answer.file.removeprefix(name).lstrip("/")
        whole.added += answer.added
        whole.already_there += answer.already_there
        whole.refused += answer.refused
        whole.likes += answer.likes
        rows += [(_place(inside, each.line), sentence(each.refusal)) for each in answer.refused]
        notices += [(_place(inside, line), warning_text(said)) for line, said in answer.warnings]
    whole.refused += [RefusedRow(0, refusal) for _, refusal in packed.refused]
    rows += [(each.removeprefix(name).lstrip("/"), _why(why, each)) for each, why in packed.refused]
    return Outcome(name, invoices=whole, rows=rows, notices=notices)


def _place(inside: str, line: int) -> object:
    return f"{inside}: {line}" if inside else line


def _of_statement(name: str, answer: StatementImport) -> Outcome:
    notices = [(notice_place(each), notice_text(each)) for each in answer.notices]
    return Outcome(name, statement=answer, notices=notices)


def _of_settlement(name: str, answer: SettlementImport) -> Outcome:
    notices = [(notice_place(each), notice_text(each)) for each in answer.notices]
    return Outcome(name, settlement=answer, notices=notices)
