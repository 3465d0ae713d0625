"""The calendar of an account's feed, retiring and restoring, and *hent nå*; for members alone."""

from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext

from avstem import wording
from avstem.domain.feed import DayState
from avstem.services.account_feed import account_feed
from avstem.services.add_account import NewAccount, add_account
from avstem.services.add_company import add_company
from avstem.services.add_user import add_user
from avstem.services.agreement_status import agreement_status
from avstem.services.confirm_agreement import confirm_agreement
from avstem.services.connect_agreement import Connection, connect_agreement
from avstem.services.import_statement import import_statement
from avstem.services.order_agreement import Order, order_agreement
from avstem.store.models import Activation, Agreement, AuditEvent, Job, Statement
from avstem.wording.feed import DAY_HELP, DAY_STATES
from avstem.worker.handlers import KINDS
from avstem.worker.loop import Worker
from tests.cli.files import BBAN, Line, statement_xml
from tests.services.test_feed import RENUMBERED, SALES

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = datetime(2026, 3, 6, 8, 0, tzinfo=UTC)
ORGNR, OTHER = "974760673", "923609016"


class Site:
    """A company with an active agreement over a folder, and a member's browser."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        company = add_company(orgnr=ORGNR, name="Prøve AS", actor="kari", now=NOW)
        add_company(orgnr=OTHER, name="Annen AS", actor="kari", now=NOW)
        self.by: dict[str, Any] = {"company_id": company.pk, "actor": "kari", "now": NOW}
        self.account = add_account(account=NewAccount(BBAN, "operating", "1920"), **self.by)
        wanted = Order("dnb", (self.account.pk,), activation_date=date(2026, 3, 6))
        self.agreement = order_agreement(order=wanted, **self.by)
        place = {"incoming": str(folder / "inn"), "outgoing": str(folder / "ut")}
        for each in place.values():
            Path(each).mkdir()
        on = {**self.by, "agreement_id": self.agreement.pk}
        connect_agreement(connection=Connection("folder", place), **on)
        confirm_agreement(**on)

    def take(self, day: str, opening: str, closing: str, lines: list[Line], source: str) -> None:
        path = self.folder / f"{Statement.objects.count()}.xml"
        path.write_text(statement_xml(BBAN, day, opening, closing, lines, message=path.name))
        import_statement(path=path, name=path.name, source=source, **self.by)

    def browser(self, role: str = "owner", orgnr: str = ORGNR, *, checks: bool = False) -> Client:
        from avstem.store.models import Company

        user = add_user(
            company_id=Company.objects.get(orgnr=orgnr).pk, email=f"{role}@{orgnr}.no", role=role,
            actor="t", now=NOW,
        )  # fmt: skip
        client = Client(
            headers={"host": "localhost", "accept-language": "nb"}, enforce_csrf_checks=checks
        )
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    @property
    def feed(self) -> str:
        return f"/{ORGNR}/accounts/{self.account.pk}/feed/"

    @property
    def own(self) -> str:
        return f"/{ORGNR}/agreements/{self.agreement.pk}/"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setattr(wording, "translate", gettext)  # as start-up does
    return Site(tmp_path)


def read(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return unescape(answer.content.decode())


def send(client: Client, path: str, status: int = 200, **said: Any) -> str:
    answer = client.post(path, said, follow=True)
    assert answer.status_code == status, path
    return unescape(answer.content.decode())


def test_the_month_says_each_day_in_words_and_a_fault_with_what_to_do(site: Site) -> None:
    site.take("2026-03-09", "0.00", "140.00", SALES, "sync")
    site.take("2026-03-11", "200.00", "210.00", [Line("10.00", "R5")], "sync")
    page = read(site.browser(), f"{site.feed}?month=2026-03")
    for words in ("I orden", "Mangler", "Kjeden er brutt", "Ingen bankdag", "Spør banken på nytt"):
        assert words in page, words
    assert page.count('class="state-missing"') == 1
    assert page.count("<td") == 6 * 7
    assert f"upload/?account={site.account.iban}" in page
    reader = read(site.browser("reader"), f"{site.feed}?month=2026-03")
    assert "Mangler" in reader
    assert 'action="/974760673/statements' not in reader
    assert "fetch-again" not in reader
    assert "mars 2026" in read(site.browser(), f"{site.feed}?month=2026-03")
    read(site.browser(), f"{site.feed}?month=tull")


def test_a_doubled_statement_is_retired_and_restored_on_the_page(site: Site) -> None:
    site.take("2026-03-09", "0.00", "140.00", SALES, "sync")
    site.take("2026-03-09", "0.00", "140.00", RENUMBERED, "sync")
    second, owner = Statement.objects.latest("pk"), site.browser()
    month = f"{site.feed}?month=2026-03"
    assert "Fortalt to ganger" in read(owner, month)
    base = f"/{ORGNR}/statements/{second.pk}"
    assert "er ikke riktig" in send(owner, f"{base}/retire/", reason=" ", next=month)
    page = send(owner, f"{base}/retire/", reason="Sendt på nytt", next=month)
    assert "Sendt på nytt" in page
    assert "Fortalt to ganger" not in page
    assert "Fortalt to ganger" in send(owner, f"{base}/restore/", next=month)


def test_a_day_that_was_changed_shows_both_versions(site: Site) -> None:
    site.take("2026-03-09", "0.00", "140.00", SALES, "sync")
    changed = [Line("100.00", "R1", text="Salg"), Line("55.00", "R2", text="Refusjon")]
    site.take("2026-03-09", "0.00", "155.00", changed, "sync")
    page = read(site.browser(), f"{site.feed}?month=2026-03")
    row = page[page.index("Slik det var kjent") :]
    for words in ("R2", "40,00", "55,00", "Refusjon"):
        assert words in row, words


def test_an_explanation_is_withdrawn_and_booking_stops_again(site: Site) -> None:
    site.take("2026-03-09", "0.00", "150.00", SALES, "sync")
    statement, owner = Statement.objects.get(), site.browser()
    base = f"/{ORGNR}/statements/{statement.pk}"
    assert "Går ikke opp" in read(owner, f"{site.feed}?month=2026-03")
    assert "Trykkfeil" in send(owner, f"{base}/explain/", reason="Trykkfeil")
    assert "Går ikke opp" not in read(owner, f"{site.feed}?month=2026-03")
    for _ in range(2):
        assert "Trykkfeil" not in send(owner, f"{base}/withdraw/")
    assert "Går ikke opp" in read(owner, f"{site.feed}?month=2026-03")
    told = AuditEvent.objects.filter(action__startswith="statement.expla").order_by("sequence")
    assert [(each.action, each.facts["reason"]) for each in told] == [
        ("statement.explained", "Trykkfeil"), ("statement.explanation_withdrawn", "Trykkfeil"),
    ]  # fmt: skip


def test_the_gap_before_the_activation_is_shown_and_filled_by_a_file(site: Site) -> None:
    from avstem.store.models import BankAccount

    BankAccount.objects.update(from_date=date(2026, 3, 3), opening_balance_minor=0)
    site.take("2026-03-06", "90.00", "100.00", [Line("10.00", "R9")], "sync")
    owner = site.browser()
    page = read(owner, f"{site.feed}?month=2026-03")
    assert "Før avtalen" in page
    assert "03.03.2026–05.03.2026" in read(owner, site.own)
    site.take("2026-03-03", "0.00", "80.00", [Line("80.00", "R0")], "upload")
    assert "04.03.2026–05.03.2026" in read(owner, site.own), "the chain shows that something lacks"
    site.take("2026-03-04", "80.00", "90.00", [Line("10.00", "R1")], "upload")
    page = read(owner, f"{site.feed}?month=2026-03")
    assert "Før avtalen" not in page
    assert "Hull før den" not in read(owner, site.own), "of the 5th none lacks"
    [feed] = account_feed(
        company_id=site.by["company_id"], first=date(2026, 3, 3), last=date(2026, 3, 6), now=NOW
    )
    assert [each.state for each in feed.days] == [
        DayState.PRESENT, DayState.PRESENT, DayState.QUIET, DayState.PRESENT,
    ]  # fmt: skip


def test_a_daily_statement_that_is_late_is_told_where_people_look(site: Site) -> None:
    today = timezone.localdate()
    Activation.objects.update(activation_date=today - timedelta(days=20))
    Activation.objects.update(confirmed_at=NOW)
    day = str(today - timedelta(days=12))
    site.take(day, "0.00", "140.00", SALES, "sync")
    owner = site.browser()
    assert "Kontoutskriftene fra DNB" in read(owner, f"/{ORGNR}/")
    page = read(owner, site.own)
    assert "late-nb.pdf" in page
    assert "forsinket" in page
    assert "Kontoutskriftene er forsinket" in read(owner, f"/{ORGNR}/agreements/")
    answer = owner.get(f"{site.own}late-nb.pdf")
    assert answer.content.startswith(b"%PDF")
    # Where a person carries the files, nobody is late but the person.
    Agreement.objects.update(channel="netbank")
    assert "late-nb.pdf" not in read(owner, site.own)


@pytest.mark.parametrize(("freshness", "late"), [(None, 3), ("next_day", 4), ("same_day", 5)])
def test_how_fresh_the_agreement_is_moves_the_alarm(
    site: Site, freshness: str | None, late: int
) -> None:
    Agreement.objects.update(freshness=freshness)
    site.take("2026-03-06", "0.00", "140.00", SALES, "sync")
    [status] = agreement_status(
        company_id=site.by["company_id"], now=datetime(2026, 3, 16, 8, tzinfo=UTC)
    )
    assert [each.statements_late for each in status.accounts] == [late]
    [overdue] = [each.overdue for each in status.accounts]
    assert overdue is not None
    assert (overdue.missing_from, overdue.bank_days) == (date(2026, 3, 9), late)


def test_fetch_now_is_asked_for_once_and_says_what_came_of_it(site: Site) -> None:
    owner = site.browser()
    assert "Ingenting er hentet ennå" in read(owner, site.own)
    for _ in range(2):
        assert "Henting er bestilt" in send(owner, f"{site.own}fetch/")
    assert [(job.kind, job.state) for job in Job.objects.all()] == [("sync", "waiting")]
    assert AuditEvent.objects.filter(action="agreement.fetch_asked").count() == 1
    xml = statement_xml(BBAN, "2026-03-06", "0.00", "140.00", SALES)
    (site.folder / "inn" / "camt053-1.xml").write_text(xml)
    (site.folder / "inn" / "camt053-2.xml").write_text("<Document>")
    assert Worker(KINDS).run(once=True).done >= 1
    page = read(owner, f"{site.own}fetching/")
    assert "1 fil tatt inn" in page
    assert "1 lagt til side" in page
    assert "hx-get" not in page, "it is over: nobody asks again"
    assert "Hent nå" in page
    assert "ingenting nytt" not in page


def test_a_round_that_waits_for_its_next_try_is_due_at_once(site: Site) -> None:
    owner = site.browser()
    send(owner, f"{site.own}fetch/")
    later = timezone.now() + timedelta(hours=1)
    Job.objects.update(state="failed", attempts=4, next_try_at=later,
                       last_error_code="not_found", last_error_facts={"kind": "a"})  # fmt: skip
    assert "Den siste hentingen gikk galt" in read(owner, site.own)
    send(owner, f"{site.own}fetch/")
    job = Job.objects.get()
    assert (job.state, job.attempts) == ("waiting", 0)
    assert job.next_try_at <= timezone.now()


def test_ask_again_tries_what_was_set_aside(site: Site) -> None:
    (site.folder / "inn" / "camt053-2.xml").write_text("<Document>")
    owner = site.browser()
    send(owner, f"{site.own}fetch-again/", next=site.feed)
    assert Job.objects.get().payload == {"again": 1}
    Worker(KINDS).run(once=True)
    assert "1 lagt til side" in read(owner, site.feed)


def test_what_nobody_fetches_is_not_asked_for(site: Site) -> None:
    owner = site.browser()
    Agreement.objects.update(channel="netbank")
    assert "Hent nå" not in read(owner, site.own)
    assert "bæres av en person" in send(owner, f"{site.own}fetch/")
    assert not Job.objects.exists()


def test_readers_and_strangers_and_links_ask_for_nothing(site: Site) -> None:
    site.take("2026-03-09", "0.00", "140.00", SALES, "sync")
    statement = f"/{ORGNR}/statements/{Statement.objects.get().pk}"
    actions = (f"{site.own}fetch/", f"{site.own}fetch-again/", f"{statement}/retire/",
               f"{statement}/restore/", f"{statement}/withdraw/")  # fmt: skip
    owner, reader = site.browser(), site.browser("reader")
    unsigned, stranger = site.browser("accountant", checks=True), site.browser("owner", OTHER)
    for path in actions:
        assert owner.get(path).status_code == 405
        assert reader.post(path).status_code == 403
        assert unsigned.post(path).status_code == 403
        assert stranger.post(path).status_code == 404
        assert stranger.post(path.replace(ORGNR, OTHER)).status_code == 404
    for path in (site.feed, f"{site.own}fetching/"):
        assert stranger.get(path).status_code == 404
        assert stranger.get(path.replace(ORGNR, OTHER)).status_code == 404
    assert not Job.objects.exists()


def test_every_state_of_a_day_has_words() -> None:
    assert set(DAY_STATES) == set(DAY_HELP) == {each.value for each in DayState}
