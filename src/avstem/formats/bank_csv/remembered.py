"""Tables whose header a user has explained before."""

from collections.abc import Mapping

from avstem.domain.errors import UnreadableFileError
from avstem.formats.bank_csv.mapping import CsvMapping, mapping_key
from avstem.formats.bank_csv.proposal import sample_rows
from avstem.formats.bank_csv.rows import HEADER_ROWS_MAX, head_lines


def remembered_mapping(head: bytes, mappings: Mapping[str, CsvMapping]) -> CsvMapping | None:
    """The mapping of a text table that begins so, if its header is among those explained."""
    if not mappings:
        return None
    try:
        _, rows = sample_rows(head_lines(head), file="")
    except UnreadableFileError:
        return None
    keys = (mapping_key(row.cells) for row in rows[:HEADER_ROWS_MAX])
    return next((mappings[key] for key in keys if key in mappings), None)
