"""How files go, typed in: the server, its pinned key, our key for the bank; secrets never shown."""

from typing import Any

import pytest

from avstem.store.models import Agreement, AuditEvent, Credential
from avstem.store.secrets import open_secret

from .test_feed_pages import ORGNR, OTHER, Site, read, send, site

__all__ = ["site"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]
PIN = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"
FORM: dict[str, Any] = {
    "channel": "sftp", "host": "sftp.bank.example", "port": "2222", "user": "974760673",
    "host_keys": f"{PIN}\n", "fetch_folder": "ut", "send_folder": "inn",
    "sign_in": "new_ed25519", "freshness": "next_day", "sender_id": "12345678",
}  # fmt: skip


@pytest.fixture(autouse=True)
def keys(tmp_path: Any, settings: Any) -> None:
    settings.CREDENTIAL_KEYS = ""
    settings.CREDENTIAL_KEYS_FILE = tmp_path / "credentials.key"


@pytest.fixture
def path(site: Site) -> str:
    return f"{site.own}connection/"


def only() -> Agreement:
    return Agreement.objects.get()


def test_a_new_key_is_made_and_its_public_half_is_for_the_bank(site: Site, path: str) -> None:
    owner = site.browser()
    page = send(owner, path, **FORM)
    row = only()
    assert (row.channel, row.freshness, row.sender_id) == ("sftp", "next_day", "12345678")
    assert row.place["host_keys"] == [PIN]
    assert row.place["port"] == 2222
    public = row.place["public_key"]
    assert public.startswith("ssh-ed25519 ")
    assert public.endswith(f"avstem {ORGNR} dnb")
    assert public in page
    assert "SHA256:" in page
    private = open_secret(
        company_id=site.by["company_id"], kind="sftp_private_key", name="dnb"
    ).reveal()
    assert "PRIVATE KEY" in private
    told = str(
        AuditEvent.objects.get(action="agreement.connected", actor__startswith="owner").facts
    )
    for place in (page, read(owner, path), read(owner, site.own), told):
        assert "PRIVATE" not in place
        assert private.splitlines()[1] not in place


def test_the_key_stays_when_something_else_is_changed(site: Site, path: str) -> None:
    owner = site.browser()
    send(owner, path, **FORM)
    before = only().place["public_key"]
    assert "Som nå" in read(owner, path)
    send(owner, path, **{**FORM, "sign_in": "keep", "host": "ny.bank.example"})
    assert (only().place["host"], only().place["public_key"]) == ("ny.bank.example", before)
    send(owner, path, **FORM)
    assert only().place["public_key"] != before, "a new one was asked for"


def test_a_password_is_kept_and_never_shown(site: Site, path: str) -> None:
    owner = site.browser()
    said = {**FORM, "sign_in": "password", "password": "hemmelig123"}
    assert "hemmelig123" not in send(owner, path, **said)
    assert "hemmelig123" not in read(owner, path)
    assert "hemmelig123" not in send(owner, path, 422, **{**said, "port": "99999999"})
    assert [each.kind for each in Credential.objects.all()] == ["sftp_password"]
    # A key takes its place: a password is not asked for any more.
    send(owner, path, **FORM)
    assert [each.kind for each in Credential.objects.all()] == ["sftp_private_key"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"host_keys": ""}, "Tjenerens nøkkel"),
        ({"host_keys": "SHA256:abc"}, "SHA256:abc"),
        ({"host": ""}, "Verten"),
        ({"port": "tjueto"}, "tjueto"),
        ({"sign_in": "keep"}, "en nøkkel eller et passord"),
        ({"sign_in": "password", "password": ""}, "en nøkkel eller et passord"),
        ({"channel": "folder"}, "Måten filene går på"),
        ({"freshness": "straks"}, "straks"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    site: Site, path: str, wrong: dict[str, str], words: str
) -> None:
    page = send(site.browser(), path, 422, **{**FORM, **wrong})
    assert 'role="alert"' in page
    assert words in page
    assert 'value="974760673"' in page
    assert only().channel == "folder"
    assert not Credential.objects.exists()


def test_a_person_carries_the_files_again(site: Site, path: str) -> None:
    owner = site.browser()
    send(owner, path, channel="netbank")
    assert only().channel == "netbank"
    assert "Hent nå" not in read(owner, site.own)


def test_the_form_begins_with_the_banks_own_folders(site: Site, path: str) -> None:
    Agreement.objects.update(channel="", place={})
    page = read(site.browser(), path)
    assert 'name="fetch_folder" value="' in page
    assert 'name="fetch_folder" value=""' not in page


def test_readers_and_strangers_see_and_change_nothing(site: Site, path: str) -> None:
    reader, stranger = site.browser("reader"), site.browser("owner", OTHER)
    unsigned = site.browser("accountant", checks=True)
    assert reader.get(path).status_code == 403
    assert reader.post(path, FORM).status_code == 403
    assert unsigned.post(path, FORM).status_code == 403
    for each in (path, path.replace(ORGNR, OTHER)):
        assert stranger.get(each).status_code == 404
        assert stranger.post(each, FORM).status_code == 404
    assert only().channel == "folder"
