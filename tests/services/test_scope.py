"""A scope is taken back to what it was before, one inside another, and after an error too."""

import pytest
from django.db import connection

from avstem.store.tenancy import company_scope, queue_scope

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def said(setting: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting(%s, true), '')", [setting])
        return str(cursor.fetchone()[0])


def test_scopes_inside_each_other_are_taken_back_in_turn() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no row-level security")
    with company_scope(1):
        with pytest.raises(RuntimeError), company_scope(2), queue_scope():  # noqa: PT012  # the scopes are what is tested
            assert (said("avstem.company"), said("avstem.queue")) == ("2", "on")
            raise RuntimeError
        assert (said("avstem.company"), said("avstem.queue")) == ("1", "")
    assert said("avstem.company") == ""
