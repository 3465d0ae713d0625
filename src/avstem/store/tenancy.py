"""The second wall: on PostgreSQL a session names the company it works for (row-level security)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection

P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def company_scope(company_id: int) -> Iterator[None]:
    """Within it, the database shows rows of this company alone."""
    before = _name(str(company_id))
    try:
        yield
    finally:
        _name(before)


def in_company(service: Callable[P, R]) -> Callable[P, R]:
    """A service that works inside its `company_id` keyword's wall."""

    @wraps(service)
    def walled(*args: P.args, **kwargs: P.kwargs) -> R:
        company_id = kwargs["company_id"]
        assert isinstance(company_id, int), "services take company_id by keyword"
        with company_scope(company_id):
            return service(*args, **kwargs)

    return walled


def _name(company: str) -> str:
    if connection.vendor != "postgresql":
        return ""
    with connection.cursor() as cursor:
        if connection.needs_rollback:
            return ""  # the failing block around us takes the setting back itself
        cursor.execute("SELECT coalesce(current_setting('avstem.company', true), '')")
        before: str = cursor.fetchone()[0]
        cursor.execute("SELECT set_config('avstem.company', %s, false)", [company])
        return before
