"""Explain a table of an unknown layout once: which column is which. Afterwards it is read so."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction as database

from avstem.domain.errors import InvalidValueError
from avstem.domain.statement import BalanceProof, Entry
from avstem.formats.bank_csv import (
    CsvMapping,
    propose_mapping,
    read_with_mapping,
    require_certain,
    sample_table,
)
from avstem.formats.bank_csv.plan import SINGLE_COLUMNS, Columns
from avstem.formats.bank_csv.rows import Row
from avstem.formats.port import HEAD_BYTES
from avstem.formats.xml_reader import BoundedStream
from avstem.store import audit, mappings
from avstem.store.tenancy import in_company

SHOWN = 5


@dataclass(frozen=True, slots=True)
class TableProposal:
    """What a table seems to be, with its header and first rows, for a person to judge."""

    mapping: CsvMapping
    header: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class MappedTable:
    """What the table says when it is read so: its first entries, and how many there are."""

    first: tuple[Entry, ...]
    entries: int


def propose_table(path: Path) -> TableProposal:
    """Fill in what can be seen; nothing is remembered."""
    delimiter, rows = _sample(path)
    mapping = propose_mapping(rows, delimiter)
    above = mapping.header_rows
    header = rows[above - 1].cells if above else ()
    return TableProposal(mapping, tuple(header), tuple(rows[above : above + SHOWN]))


def try_mapping(path: Path, mapping: CsvMapping) -> MappedTable:
    """Read the whole table so; a value that cannot be read refuses it, with its line."""
    if not mapping.header_rows:
        require_certain(_sample(path)[1], mapping.columns)
    first: list[Entry] = []
    count = 0
    with path.open("rb") as stream:
        bounded = BoundedStream(stream, file=path.name)
        for source in read_with_mapping(bounded, mapping, file=path.name, notices=[]):
            proof = BalanceProof(source.head)
            for entry in proof.watch(source.entries):
                if len(first) < SHOWN:
                    first.append(entry)
            count += proof.entry_count
    return MappedTable(tuple(first), count)


def _sample(path: Path) -> tuple[str, list[Row]]:
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
        stream.seek(0)
        return sample_table(BoundedStream(stream, file=path.name), head, file=path.name)


def with_columns(proposal: TableProposal, said: dict[str, str]) -> CsvMapping:
    """The proposal with columns by name (or number from 1); an empty name takes a role away."""
    known = [each.name for each in fields(Columns)]
    for role in said:
        if role not in known:
            raise InvalidValueError("column", role[:60], ", ".join(known))
    places = {role: _place(proposal, role, name) for role, name in said.items()}
    if places.get("booking_date", 0) is None:
        raise InvalidValueError("column of booking_date", "none", "the column of the day")
    changed: dict[str, Any] = dict(places)
    if "text" in places:
        changed["text"] = () if places["text"] is None else (places["text"],)
    return replace(proposal.mapping, columns=replace(proposal.mapping.columns, **changed))


def with_roles(proposal: TableProposal, roles: Sequence[str]) -> CsvMapping:
    """The proposal with the role of each column said anew, in their order; "" reads it not.

    Several columns may be text; of every other role there is one at most.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for place, role in enumerate(roles[: proposal.mapping.column_count]):
        if role:
            places[role].append(place)
    for role, found in places.items():
        if role not in ("text", *SINGLE_COLUMNS):
            raise InvalidValueError("column", role[:60], "what a column may be")
        if role != "text" and len(found) > 1:
            raise InvalidValueError(f"column of {role}", f"{len(found)} columns", "one column")
    if "booking_date" not in places:
        raise InvalidValueError("column of booking_date", "none", "the column of the day")
    text = tuple(places.pop("text", ()))
    single = {role: found for role, [found] in places.items()}
    return replace(proposal.mapping, columns=Columns(text=text, **single))


def _place(proposal: TableProposal, role: str, name: str) -> int | None:
    if not name:
        return None
    if name.isdecimal() and 1 <= int(name) <= proposal.mapping.column_count:
        return int(name) - 1
    folded = [each.strip().casefold() for each in proposal.header]
    if name.strip().casefold() in folded:
        return folded.index(name.strip().casefold())
    expected = ", ".join(proposal.header) or f"1 to {proposal.mapping.column_count}"
    raise InvalidValueError(f"column of {role}", name[:60], expected[:200])


@in_company
@database.atomic
def remember_mapping(*, company_id: int, mapping: CsvMapping, actor: str, now: datetime) -> None:
    """Keep what a person has said yes to, and who it was."""
    mappings.remember(company_id=company_id, mapping=mapping, decided_by=actor, now=now)
    audit.record(
        company_id=company_id,
        actor=actor,
        action="table.mapped",
        at=now,
        facts={"header": mapping.header_key, "mapping": mapping.to_json()},
    )
