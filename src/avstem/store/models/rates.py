"""Exchange rates as they were published: the same for everybody, and never changed."""

from typing import ClassVar

from django.db import models


class ExchangeRate(models.Model):
    """What one unit of `currency` cost in `base` on a bank day, as an exact decimal number.

    The one table besides companies and users whose rows belong to no company: a published rate is
    nobody's secret, and a company that could have another would have other books (ADR 47).
    """

    base = models.CharField(max_length=3)
    currency = models.CharField(max_length=3)
    day = models.DateField()
    price = models.CharField(max_length=26)
    source = models.CharField(max_length=60)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["base", "currency", "day"], name="exchange_rate_once"),
        ]

    def __str__(self) -> str:
        return f"{self.currency}/{self.base} {self.day} {self.price}"
