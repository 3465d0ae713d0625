"""What a company signs in to its banks with, as bytes that only the key outside opens."""

from typing import ClassVar

from django.db import models

from avstem.store.models.company import Company


class Credential(models.Model):
    """A secret of one company, sealed; see `store.secrets`, which alone reads and writes it.

    `kind` says what it is (`sftp_private_key`, `sftp_password`, …), `name` whose: the agreement's
    own name. `sealed_with` is the fingerprint of the key, so that a change of keys finds its rows.
    Entered anew, it takes the place of what was there.
    """

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=140)
    ciphertext = models.TextField()
    sealed_with = models.CharField(max_length=16)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "kind", "name"], name="credential_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "sealed_with"], name="credential_key"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"
