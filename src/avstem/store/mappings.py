"""The tables that a company has explained: by the fingerprint of their header."""

from datetime import datetime

from avstem.formats.bank_csv import CsvMapping
from avstem.store.models import TableMapping


def mappings_of(company_id: int) -> dict[str, CsvMapping]:
    """Every mapping of the company, by header key."""
    rows = TableMapping.objects.filter(company_id=company_id)
    return {
        key: CsvMapping.from_json(text) for key, text in rows.values_list("header_key", "mapping")
    }


def remember(*, company_id: int, mapping: CsvMapping, decided_by: str, now: datetime) -> None:
    """Keep a confirmed mapping; the newest word about a header holds."""
    assert mapping.confirmed, "only a person's yes is remembered"
    TableMapping.objects.update_or_create(
        company_id=company_id,
        header_key=mapping.header_key,
        defaults={"mapping": mapping.to_json(), "decided_by": decided_by, "decided_at": now},
    )
