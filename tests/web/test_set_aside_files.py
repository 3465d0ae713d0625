"""Files that were set aside: why, looked at, tried again, dismissed and taken back."""

from pathlib import Path

import pytest

from avstem.domain.errors import StateError
from avstem.services.try_file_again import try_file_again
from avstem.store import fetched
from avstem.store.models import (
    Agreement,
    AuditEvent,
    BankTransaction,
    FetchedFile,
    FetchedFileChunk,
    Job,
)
from avstem.worker.handlers import KINDS
from avstem.worker.loop import Worker
from tests.cli.files import BBAN, statement_xml
from tests.services.test_feed import SALES

from .test_feed_pages import ORGNR, OTHER, Site, read, send, site

__all__ = ["site"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]
BROKEN = "<Document>"


@pytest.fixture
def broken(site: Site) -> Path:
    """A file at the bank that cannot be read, fetched and set aside."""
    path = site.folder / "inn" / "camt053-2.xml"
    path.write_text(BROKEN)
    go_round(site)
    return path


def go_round(site: Site) -> None:
    send(site.browser(), f"{site.own}fetch/")
    Worker(KINDS).run(once=True)


def only() -> FetchedFile:
    return FetchedFile.objects.get()


def test_the_page_says_why_in_words_and_hands_out_the_bytes(site: Site, broken: Path) -> None:
    page = read(site.browser("reader"), site.own)
    assert "Filer som er lagt til side" in page
    assert "camt053-2.xml" in page
    assert "file.unreadable" not in page
    assert "Avvis" not in page, "a reader looks"
    assert "/fetched/" not in page
    refused = site.browser("reader").get(f"/{ORGNR}/fetched/{only().pk}/")
    assert refused.status_code == 403, "it may tell who earns what"
    answer = site.browser().get(f"/{ORGNR}/fetched/{only().pk}/")
    assert answer.content.decode() == BROKEN
    assert answer["Content-Disposition"] == 'attachment; filename="camt053-2.xml"'


def test_tried_again_as_it_is_it_is_set_aside_again_and_told_once(site: Site, broken: Path) -> None:
    owner, own = site.browser(), f"/{ORGNR}/fetched/{only().pk}"
    assert "Filen prøves på nytt" in send(owner, f"{own}/try/")
    assert (only().state, Job.objects.filter(state="waiting").count()) == ("new", 1)
    assert "er «ny»" in send(owner, f"{own}/try/"), "asked twice, the second is refused in words"
    Worker(KINDS).run(once=True)
    assert only().state == "set_aside"
    assert FetchedFileChunk.objects.count() == 1
    assert AuditEvent.objects.filter(action="file.set_aside").count() == 1


def test_what_the_bank_has_taken_away_is_tried_from_the_bytes_that_were_kept(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the program that could not read the file is mended."""
    path = site.folder / "inn" / "camt053-1.xml"
    path.write_text(statement_xml(BBAN, "2026-03-09", "0.00", "140.00", SALES))
    with monkeypatch.context() as patch:
        patch.setattr("avstem.worker.round.import_statement", _refuse)
        go_round(site)
    assert only().state == "set_aside"
    path.unlink()
    send(site.browser(), f"/{ORGNR}/fetched/{only().pk}/try/")
    Worker(KINDS).run(once=True)
    assert only().state == "imported"
    assert BankTransaction.objects.count() == 2
    assert not FetchedFileChunk.objects.exists(), "the books have the bytes now"


def _refuse(**_: object) -> None:
    raise StateError("statement", "S1", "odd", "even")


def test_dismissed_with_a_reason_no_round_tries_it_and_it_can_be_taken_back(
    site: Site, broken: Path
) -> None:
    owner, own = site.browser(), f"/{ORGNR}/fetched/{only().pk}"
    assert "er ikke riktig" in send(owner, f"{own}/dismiss/", reason=" ")
    page = send(owner, f"{own}/dismiss/", reason="Reklame fra banken")
    assert "Reklame fra banken (owner@974760673.no)" in page
    send(owner, f"{site.own}fetch-again/")
    Worker(KINDS).run(once=True)
    assert only().state == "dismissed"
    assert "lagt til side igjen" in send(owner, f"{own}/take-back/")
    assert (only().state, only().dismissed_reason) == ("set_aside", "")
    told = AuditEvent.objects.filter(action__startswith="file.").order_by("sequence")
    assert [each.action for each in told] == [
        "file.set_aside", "file.dismissed", "file.taken_back",
    ]  # fmt: skip


def test_a_file_too_large_is_not_kept(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetched, "KEPT_BYTES_MAX", 3)
    (site.folder / "inn" / "camt053-2.xml").write_text(BROKEN)
    go_round(site)
    assert only().state == "set_aside"
    assert site.browser().get(f"/{ORGNR}/fetched/{only().pk}/").status_code == 404


def test_by_an_agreement_that_is_over_nothing_is_tried(site: Site, broken: Path) -> None:
    Agreement.objects.update(channel="netbank")
    with pytest.raises(StateError):
        try_file_again(file_id=only().pk, **site.by)
    assert only().state == "set_aside"


def test_readers_strangers_and_links_change_nothing(site: Site, broken: Path) -> None:
    own = f"/{ORGNR}/fetched/{only().pk}/"
    owner, reader = site.browser(), site.browser("reader")
    unsigned, stranger = site.browser("accountant", checks=True), site.browser("owner", OTHER)
    for action in ("try", "dismiss", "take-back"):
        path = f"{own}{action}/"
        assert owner.get(path).status_code == 405
        assert reader.post(path, {"reason": "x"}).status_code == 403
        assert unsigned.post(path, {"reason": "x"}).status_code == 403
        assert stranger.post(path, {"reason": "x"}).status_code == 404
        assert stranger.post(path.replace(ORGNR, OTHER), {"reason": "x"}).status_code == 404
    assert stranger.get(own.replace(ORGNR, OTHER)).status_code == 404
    assert only().state == "set_aside"
