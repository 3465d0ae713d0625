"""Secrets are sealed with a key outside the database, belong to one company, and are not shown."""

import json
import logging
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.db import connection

from avstem.domain.carrying_errors import SecretUnreadableError
from avstem.domain.errors import InvalidValueError, NotFoundError
from avstem.domain.secret import Secret
from avstem.services.add_company import add_company
from avstem.services.rotate_keys import rotate_keys
from avstem.services.verify import verify
from avstem.store import key_ring
from avstem.store.models import Company, Credential
from avstem.store.secrets import keep_secret, open_secret, seal

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
BY = {"actor": "test", "now": NOW}
SFTP = {"kind": "sftp_password", "name": "danske-bank"}


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, settings: Any) -> Path:
    """A key file of this test's own, not made yet."""
    settings.CREDENTIAL_KEYS = ""
    settings.CREDENTIAL_KEYS_FILE = tmp_path / "credentials.key"
    return tmp_path / "credentials.key"


@pytest.fixture
def company() -> Company:
    return add_company(orgnr="974760673", name="Prøve AS", **BY)


def keep(company: Company, text: str = "hemmelig", **whose: str) -> None:
    keep_secret(company_id=company.pk, **{**SFTP, **whose}, secret=Secret(text), now=NOW)


def opened(company: Company, **whose: str) -> str:
    return open_secret(company_id=company.pk, **{**SFTP, **whose}).reveal()


def test_a_secret_comes_back_and_is_not_in_the_database(company: Company) -> None:
    keep(company, "Hemmelig æøå")
    assert opened(company) == "Hemmelig æøå"
    row = Credential.objects.get()
    assert "Hemmelig" not in json.dumps([row.ciphertext, row.sealed_with, str(row)])


def test_the_key_file_is_made_once_for_its_owner_alone(company: Company, keys: Path) -> None:
    keep(company)
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    before = keys.read_text()
    keep(company, "nytt")
    assert keys.read_text() == before
    assert [path.name for path in keys.parent.iterdir()] == [keys.name]
    keys.chmod(0o644)
    with pytest.raises(InvalidValueError, match="0644"):
        opened(company)


def test_a_secret_entered_anew_takes_the_place_of_the_old(company: Company) -> None:
    keep(company, "gammelt")
    keep(company, "nytt")
    assert opened(company) == "nytt"
    assert Credential.objects.count() == 1


def test_one_company_never_opens_what_is_another_s(company: Company) -> None:
    other = add_company(orgnr="923609016", name="Annen AS", **BY)
    keep(company)
    with pytest.raises(NotFoundError):
        opened(other)
    sealed = Credential.objects.get()
    Credential.objects.create(
        company=other, **SFTP, ciphertext=sealed.ciphertext,
        sealed_with=sealed.sealed_with, created_at=NOW,
    )  # fmt: skip
    with pytest.raises(SecretUnreadableError, match="another's"):
        opened(other)


def test_a_secret_is_not_shown_by_accident(
    company: Company, caplog: pytest.LogCaptureFixture
) -> None:
    secret = Secret("hemmelig")
    logging.getLogger("test").warning("%s %r", secret, {"password": secret})
    assert "hemmelig" not in caplog.text
    with pytest.raises(TypeError):
        json.dumps(secret)
    import pickle

    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(secret)
    assert "hemmelig" not in repr(key_ring.read_ring())


def test_rotating_makes_a_new_key_and_drops_the_old(company: Company, keys: Path) -> None:
    other = add_company(orgnr="923609016", name="Annen AS", **BY)
    keep(company)
    keep(other, "annet")
    before = keys.read_text()

    done = rotate_keys(**BY)

    assert (done.secrets, done.unreadable, done.key_was_made, done.old_keys) == (2, (), True, 1)
    assert before.strip() not in keys.read_text()
    assert len(keys.read_text().splitlines()) == 1
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert (opened(company), opened(other)) == ("hemmelig", "annet")
    assert not faults()


def test_a_rotation_that_was_begun_is_ended_with_the_same_new_key(
    company: Company, keys: Path
) -> None:
    keep(company)
    begun = Fernet.generate_key().decode()
    key_ring.put_keys(key_ring.KeyRing((begun, keys.read_text().strip())))
    keep(company, "annet", name="nordea")
    done = rotate_keys(**BY)
    assert (done.secrets, done.key_was_made) == (1, False)
    assert keys.read_text().split() == [begun]
    assert (opened(company), opened(company, name="nordea")) == ("hemmelig", "annet")


def test_a_secret_that_no_key_opens_is_named_and_no_key_is_dropped(
    company: Company, keys: Path
) -> None:
    keep(company, name="tapt")
    keys.unlink()
    keep(company)
    assert faults() == ["sftp_password tapt"]
    with pytest.raises(SecretUnreadableError):
        opened(company, name="tapt")

    done = rotate_keys(**BY)
    assert done.unreadable == ("974760673 sftp_password tapt",)
    assert done.secrets == 1
    assert len(keys.read_text().splitlines()) == 2
    assert opened(company) == "hemmelig"


def test_keys_of_the_environment_are_used_and_left_to_the_operator(
    company: Company, keys: Path, settings: Any
) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.CREDENTIAL_KEYS = old
    keep(company)
    settings.CREDENTIAL_KEYS = f"{new},{old}"
    done = rotate_keys(**BY)
    assert (done.secrets, done.keys_in_environment, done.old_keys) == (1, True, 1)
    settings.CREDENTIAL_KEYS = new
    assert opened(company) == "hemmelig"
    assert not keys.exists()


def test_a_key_that_is_none_is_refused_without_showing_it(company: Company, settings: Any) -> None:
    settings.CREDENTIAL_KEYS = "ikke-en-nokkel"
    with pytest.raises(InvalidValueError) as refused:
        keep(company)
    assert "ikke-en" not in str(refused.value)
    settings.CREDENTIAL_KEYS = " , "
    with pytest.raises(InvalidValueError):
        keep(company)


def many(company: Company, count: int) -> None:
    """That many secrets, put in at once."""
    ring = key_ring.read_ring()
    Credential.objects.bulk_create(
        Credential(
            company=company, kind="sftp_password", name=f"bank {number}",
            ciphertext=seal(ring, company.pk, "sftp_password", f"bank {number}", Secret(f"{number}")),
            sealed_with=ring.newest, created_at=NOW,
        )
        for number in range(count)
    )  # fmt: skip


def test_rotating_takes_a_constant_number_of_queries_a_thousand(
    company: Company, django_assert_max_num_queries: Any
) -> None:
    many(company, 2_000)
    with django_assert_max_num_queries(90):
        assert rotate_keys(**BY).secrets == 2_000
    assert opened(company, name="bank 1999") == "1999"


def test_the_table_has_its_wall(company: Company) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no row-level security")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class"
            " WHERE relname = 'store_credential'"
        )
        assert cursor.fetchone() == (True,)
        cursor.execute("SELECT count(*) FROM pg_policies WHERE tablename = 'store_credential'")
        assert cursor.fetchone() == (1,)


def faults() -> list[str]:
    return [
        fault.subject
        for result in verify()
        for fault in result.faults
        if result.name == "secrets have their keys"
    ]
