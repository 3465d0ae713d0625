"""A table of an unknown layout on the screen: each column, what is in it, and what it is."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from avstem.domain.errors import InvalidValueError
from avstem.formats.bank_csv import CsvMapping, SignRule
from avstem.formats.bank_csv.cells import DateForm
from avstem.services.map_table import MappedTable, TableProposal, with_roles
from avstem.wording.tables import COLUMN_ROLES, DATE_FORMS, date_form_text, role_text

#: So many cells of a column are shown, and so much of each.
SAMPLES_SHOWN, _CHARACTERS_SHOWN = 3, 60


@dataclass(frozen=True)
class ColumnShown:
    """A column: its place from 0, its name, some of what stands in it, and its role."""

    place: int
    name: str
    samples: tuple[str, ...]
    role: str


@dataclass(frozen=True)
class TableShown:
    """The form: what a table seems to be or was said to be, and, once tried, how it is read.

    `seen` is the mark of what a person has been shown; `refused` why it cannot be read so.
    """

    mapping: CsvMapping
    columns: tuple[ColumnShown, ...]
    currency: str
    tried: MappedTable | None = None
    seen: str = ""
    refused: str = ""

    @property
    def is_inverse(self) -> bool:
        """Minus is money in."""
        return self.mapping.sign_rule is SignRule.INVERSE

    @property
    def words(self) -> tuple[str, str]:
        """The words for money out and for money in, as they are typed."""
        return ", ".join(self.mapping.out_words), ", ".join(self.mapping.in_words)

    @property
    def roles(self) -> list[tuple[str, str]]:
        """What a column may be."""
        return [(role, role_text(role)) for role in COLUMN_ROLES]

    @property
    def date_forms(self) -> list[tuple[str, str]]:
        """How a day may be written."""
        return [(form, date_form_text(form)) for form in DATE_FORMS]


def show_table(
    proposal: TableProposal, currency: str, mapping: CsvMapping | None = None, **more: Any
) -> TableShown:
    """The form, with the proposal's choices or with those of `mapping`."""
    chosen = mapping or proposal.mapping
    return TableShown(
        mapping=chosen,
        columns=tuple(_columns(proposal, _roles(chosen))),
        currency=chosen.currency or currency,
        **more,
    )


def mark_of(mapping: CsvMapping) -> str:
    """Names a mapping, so that what is taken is what was shown."""
    return hashlib.sha256(mapping.to_json().encode()).hexdigest()[:24]


def said_mapping(said: Mapping[str, str], proposal: TableProposal) -> CsvMapping:
    """What was chosen; refused where a column has two roles or a role two columns."""
    count = proposal.mapping.column_count
    mapping = with_roles(proposal, [said.get(f"column_{place}", "") for place in range(count)])
    has_currency = mapping.columns.currency is not None
    return replace(
        mapping,
        date_form=_date_form(said.get("date_form", "")),
        decimal_mark=said.get("decimal_mark", "")[:1],
        currency=None if has_currency else said.get("currency", "").strip().upper()[:20],
        sign_rule=_sign_rule(mapping, is_inverse="inverse" in said),
        out_words=_words(said.get("out_words", ""), mapping),
        in_words=_words(said.get("in_words", ""), mapping),
    )


def _date_form(said: str) -> DateForm:
    if said not in DATE_FORMS:
        raise InvalidValueError("date form", said[:60], ", ".join(DATE_FORMS))
    return DateForm(said)


def _sign_rule(mapping: CsvMapping, *, is_inverse: bool) -> SignRule:
    """The columns say it, but for a minus that is money in."""
    columns = mapping.columns
    if columns.paid_in is not None or columns.paid_out is not None:
        return SignRule.IN_OUT
    if columns.marker is not None:
        return SignRule.MARKER
    return SignRule.INVERSE if is_inverse else SignRule.SIGNED


def _words(said: str, mapping: CsvMapping) -> tuple[str, ...]:
    if mapping.columns.marker is None:
        return ()
    return tuple(each.strip()[:100] for each in said[:400].split(",") if each.strip())


def _roles(mapping: CsvMapping) -> dict[int, str]:
    """By place."""
    columns = mapping.columns
    single = {role: getattr(columns, role) for role in COLUMN_ROLES if role != "text"}
    found = {place: role for role, place in single.items() if place is not None}
    return {**dict.fromkeys(columns.text, "text"), **found}


def _columns(proposal: TableProposal, roles: Mapping[int, str]) -> Sequence[ColumnShown]:
    header, rows = proposal.header, proposal.rows[:SAMPLES_SHOWN]
    return [
        ColumnShown(
            place,
            header[place].strip() if place < len(header) else "",
            tuple(row.cells[place][:_CHARACTERS_SHOWN] for row in rows if place < len(row.cells)),
            roles.get(place, ""),
        )
        for place in range(proposal.mapping.column_count)
    ]
