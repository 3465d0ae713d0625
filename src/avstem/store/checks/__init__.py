"""What must hold in the tables, asked of the tables themselves: one function a check.

Each takes a company's id and yields the faults it finds; none trusts the code that wrote the rows.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection

#: At most so many faults are named for each check.
FAULTS_MAX = 100


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not hold: what it is about, what stands there, what should."""

    subject: str
    found: str
    expected: str


Check = Callable[[int], Iterator[Fault]]


@contextmanager
def whole_tables() -> Iterator[None]:
    """Within it PostgreSQL joins whole tables, as every check does.

    Straight after a large import it knows nothing of the tables yet. Taking them for small, it
    looked one up anew for each row of the other: hours for some thousand rows.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET enable_nestloop = off")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET enable_nestloop")


def rows(sql: str, company_id: int) -> Iterator[tuple[Any, ...]]:
    """The rows of a query whose every `%(company)s` is the company's id."""
    with connection.cursor() as cursor:
        cursor.execute(sql, {"company": company_id})
        while chunk := cursor.fetchmany(1000):
            yield from chunk
