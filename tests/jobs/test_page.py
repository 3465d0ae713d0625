"""The page of jobs: what it says, whose jobs it shows, and who may try one again."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext

from avstem import wording
from avstem.domain.timing import ATTEMPTS_MAX
from avstem.services.add_company import add_company
from avstem.services.add_user import add_user
from avstem.services.queue_matching import queue_matching
from avstem.store.jobs import NewJob, claim, enqueue, fail
from avstem.store.models import AuditEvent, Job, User
from avstem.web.views import upload
from avstem.wording.jobs import JOB_ERRORS, JOB_KINDS, JOB_STATES
from avstem.worker.handlers import KINDS
from avstem.worker.loop import Worker
from tests.cli.files import HEADER, customer_invoice
from tests.web.test_languages import BOKMAAL

pytestmark = [pytest.mark.django_db, pytest.mark.database]
ORGNR, NEIGHBOUR = "974760673", "923609016"
PAGE = f"/{ORGNR}/jobs/"
NOW = timezone.now()


@pytest.fixture
def company_id(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(wording, "translate", gettext)
    add_company(orgnr=NEIGHBOUR, name="Nabo AS", actor="test", now=NOW)
    return int(add_company(orgnr=ORGNR, name="Prøve AS", actor="test", now=NOW).pk)


def sign_in(company_id: int, role: str = "bookkeeper", *, checks: bool = False) -> Client:
    email = f"{role}@example.no"
    add_user(company_id=company_id, email=email, role=role, actor="test", now=NOW)
    browser = Client(headers={"accept-language": "nb"}, enforce_csrf_checks=checks)
    browser.force_login(
        User.objects.get(email=email), backend="django.contrib.auth.backends.ModelBackend"
    )
    return browser


def give_up(company_id: int, *, attempts: int = ATTEMPTS_MAX) -> Job:
    """A round that has failed so often."""
    enqueue([NewJob(company_id, "sync")], now=NOW)
    Job.objects.update(attempts=attempts - 1)
    lease = timedelta(minutes=1)
    [held] = claim(owner="w", now=NOW, kinds=["sync"], limit=1, lease=lease)
    facts = {"kind": "konto", "identifier": "15030001017"}
    fail(held, code="not_found", facts=facts, now=NOW, seed="1")
    return Job.objects.get()


def test_the_page_says_what_waits_and_what_went_wrong_in_plain_words(company_id: int) -> None:
    give_up(company_id, attempts=2)
    queue_matching(company_id=company_id, now=NOW)
    page = sign_in(company_id, "reader").get(PAGE).content.decode()
    for words in (
        "Fast runde", "Prøves igjen", "Avstem det som er åpent", "I kø",
        "Fant ikke konto 15030001017 her.",
    ):  # fmt: skip
        assert words in page, words
    assert "not_found" not in page
    assert "Prøv nå" not in page, "a reader looks"


def test_a_job_that_was_given_up_is_tried_again_now(company_id: int) -> None:
    job, browser = give_up(company_id), sign_in(company_id)
    assert "Gitt opp" in browser.get(PAGE).content.decode()
    answer = browser.post(f"{PAGE}{job.pk}/retry/", follow=True).content.decode()
    assert "Jobben er i køen igjen." in answer
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("waiting", 0)
    assert AuditEvent.objects.filter(action="job.retried", actor="bookkeeper@example.no").exists()
    again = browser.post(f"{PAGE}{job.pk}/retry/", follow=True).content.decode()
    assert "jobb" in again, "it waits already: refused in words"
    assert AuditEvent.objects.filter(action="job.retried").count() == 1


def test_a_job_that_waits_anew_is_not_doubled(company_id: int) -> None:
    job, browser = give_up(company_id), sign_in(company_id)
    enqueue([NewJob(company_id, "sync")], now=NOW)
    page = browser.post(f"{PAGE}{job.pk}/retry/", follow=True)
    assert page.status_code == 200
    assert "bestilt på nytt allerede" in page.content.decode()
    assert sorted(Job.objects.values_list("state", flat=True)) == ["set_aside", "waiting"]


def test_only_those_who_may_change_try_again_and_never_by_a_link(company_id: int) -> None:
    job = give_up(company_id)
    address = f"{PAGE}{job.pk}/retry/"
    assert sign_in(company_id, "reader").post(address).status_code == 403
    assert sign_in(company_id, "owner").get(address).status_code == 405
    assert sign_in(company_id, "accountant", checks=True).post(address).status_code == 403
    job.refresh_from_db()
    assert job.state == "set_aside"


def test_a_company_sees_and_touches_its_own_jobs_only(company_id: int) -> None:
    job = give_up(company_id)
    enqueue([NewJob(None, "tidy")], now=NOW)
    neighbour = sign_in(_id_of(NEIGHBOUR), "owner")
    page = neighbour.get(f"/{NEIGHBOUR}/jobs/").content.decode()
    assert "Ingen jobber ennå." in page
    neighbour.post(f"/{NEIGHBOUR}/jobs/{job.pk}/retry/")
    assert neighbour.post(f"{PAGE}{job.pk}/retry/").status_code == 404
    job.refresh_from_db()
    assert job.state == "set_aside"
    assert "Rydd bort" not in sign_in(company_id, "reader").get(PAGE).content.decode()


def _id_of(orgnr: str) -> int:
    from avstem.store.models import Company

    return int(Company.objects.get(orgnr=orgnr).pk)


def test_it_is_said_when_nobody_takes_the_jobs(company_id: int) -> None:
    browser = sign_in(company_id)
    enqueue([NewJob(company_id, "sync")], now=NOW)
    assert "Går bakgrunnsprogrammet?" not in browser.get(PAGE).content.decode()
    Job.objects.update(next_try_at=NOW - timedelta(minutes=6))
    assert "Går bakgrunnsprogrammet?" in browser.get(PAGE).content.decode()


def test_long_lists_have_pages_and_done_jobs_can_be_left_out(company_id: int) -> None:
    enqueue([NewJob(company_id, "sync", f"{n:02}") for n in range(60)], now=NOW)
    Job.objects.filter(key__in=["01", "02"]).update(state="done", finished_at=NOW)
    browser = sign_in(company_id)
    first = browser.get(PAGE)
    assert len(first.context["jobs"]) == 50
    rest = browser.get(PAGE + first.context["next_link"])
    assert len(rest.context["jobs"]) == 10
    left = browser.get(PAGE + "?show=unfinished&after=" + first.context["page"].after)
    assert len(left.context["jobs"]) == 8


def test_too_much_for_a_page_is_left_to_the_worker(
    company_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload, "RECONCILED_IN_REQUEST_MAX", -1)
    browser = sign_in(company_id)
    for _ in range(2):
        said = browser.post(f"/{ORGNR}/reconcile/", follow=True).content.decode()
        assert "avstemmes i bakgrunnen" in said
    assert [(job.kind, job.state) for job in Job.objects.all()] == [("reconcile", "waiting")]


def test_an_upload_that_leaves_too_much_waiting_is_matched_in_the_background(
    company_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload, "RECONCILED_IN_REQUEST_MAX", -1)
    file = SimpleUploadedFile(
        "f.csv", "\n".join([HEADER, customer_invoice("1001", "10.00"), ""]).encode()
    )
    page = sign_in(company_id).post(f"/{ORGNR}/upload/", {"files": [file]}).content.decode()
    assert "avstemmes i bakgrunnen" in page
    assert f'href="{PAGE}"' in page
    assert (Job.objects.get().kind, Job.objects.get().state) == ("reconcile", "waiting")
    assert Worker(KINDS).run(once=True).done == 1
    assert Job.objects.get().state == "done"


def test_every_kind_state_and_error_has_words_in_bokmaal() -> None:
    assert set(KINDS) == set(JOB_KINDS)
    assert set(JOB_STATES) == {"waiting", "running", "done", "failed", "set_aside"}
    for table in (JOB_KINDS, JOB_STATES, JOB_ERRORS):
        for text in table.values():
            assert BOKMAAL.gettext(text) != text, text
