"""The second wall: on PostgreSQL a session names the company it works for (row-level security)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection

P = ParamSpec("P")
R = TypeVar("R")
_COMPANY, _QUEUE, _OFFICE = "avstem.company", "avstem.queue", "avstem.office"


@contextmanager
def company_scope(company_id: int) -> Iterator[None]:
    """Within it, the database shows rows of this company alone."""
    before = _say(_COMPANY, str(company_id))
    try:
        yield
    finally:
        _say(_COMPANY, before)


@contextmanager
def queue_scope() -> Iterator[None]:
    """Within it, the database shows the queue's rows of all companies, and no other rows more."""
    before = _say(_QUEUE, "on")
    try:
        yield
    finally:
        _say(_QUEUE, before)


@contextmanager
def office_scope(user_id: int) -> Iterator[None]:
    """Within it, the database shows what waits in all companies the user is a member of.

    For looking only: the window (ADR 34) is on the few tables that the worklist reads, and nothing
    can be written through it.
    """
    before = _say(_OFFICE, str(user_id))
    try:
        yield
    finally:
        _say(_OFFICE, before)


def in_company(service: Callable[P, R]) -> Callable[P, R]:
    """A service that works inside its `company_id` keyword's wall."""

    @wraps(service)
    def walled(*args: P.args, **kwargs: P.kwargs) -> R:
        company_id = kwargs["company_id"]
        assert isinstance(company_id, int), "services take company_id by keyword"
        with company_scope(company_id):
            return service(*args, **kwargs)

    return walled


def _say(setting: str, value: str) -> str:
    """Set it for the session; the answer is what it was before."""
    if connection.vendor != "postgresql":
        return ""
    with connection.cursor() as cursor:
        if connection.needs_rollback:
            return ""  # the failing block around us takes the setting back itself
        # One question, as every service asks it twice; columns are computed from left to right.
        cursor.execute(
            "SELECT coalesce(current_setting(%s, true), ''), set_config(%s, %s, false)",
            [setting, setting, value],
        )
        before: str = cursor.fetchone()[0]
        return before
