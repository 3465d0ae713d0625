"""What a company has told of the tables that its bank exports."""

from typing import ClassVar

from django.db import models

from avstem.store.models.company import Company


class TableMapping(models.Model):
    """Which column is which in tables with that header; said once by a person.

    `header_key` is the header's fingerprint (`formats.bank_csv.mapping_key`), `mapping` the JSON of
    a `CsvMapping`. Said anew, it takes the place of what was said before.
    """

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    header_key = models.CharField(max_length=64)
    mapping = models.TextField()
    decided_by = models.CharField(max_length=254)
    decided_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "header_key"], name="mapping_once"),
        ]

    def __str__(self) -> str:
        return self.header_key
