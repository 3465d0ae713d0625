"""Tables from internet banks: CSV, XLSX and pasted rows.

A file of a known layout is read through the registry. An unknown one goes `sample_table`,
`propose_mapping`, the user's yes (`CsvMapping.confirm`), `read_with_mapping`; the mapping is
remembered under `mapping_key` of the header, or by the shape of a table without one.
"""

from avstem.formats.bank_csv.mapping import CsvMapping, SignRule, mapping_key, read_with_mapping
from avstem.formats.bank_csv.pasted import read_pasted
from avstem.formats.bank_csv.proposal import propose_mapping, sample_rows
from avstem.formats.bank_csv.remembered import sample_table
from avstem.formats.bank_csv.shape import require_certain

__all__ = [
    "CsvMapping",
    "SignRule",
    "mapping_key",
    "propose_mapping",
    "read_pasted",
    "read_with_mapping",
    "require_certain",
    "sample_rows",
    "sample_table",
]
