"""The pages of agreements: the wizard, the status, the papers; for members alone."""

from datetime import UTC, datetime
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils.translation import gettext

from avstem import wording
from avstem.domain.errors import AlreadyExistsError, InvalidValueError
from avstem.domain.identifiers import norwegian_iban
from avstem.services.add_account import NewAccount, add_account
from avstem.services.add_company import add_company
from avstem.services.add_iban import add_iban
from avstem.services.add_user import add_user
from avstem.store.models import Activation, Agreement, BankAccount, Company

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
ORGNR, OTHER = "974760673", "923609016"
TODAY = f"{datetime.now(ZoneInfo('Europe/Oslo')):%d.%m.%Y}"


class Pages:
    """A signed-in member's browser, without scripts."""

    def __init__(self, role: str = "owner", orgnr: str = ORGNR) -> None:
        self.company = Company.objects.get(orgnr=orgnr)
        user = add_user(
            company_id=self.company.pk, email=f"{role}@example.no", role=role, actor="t", now=NOW
        )
        self.client = Client(headers={"host": "localhost", "accept-language": "nb"})
        self.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    def get(self, path: str, status: int = 200, orgnr: str = ORGNR) -> str:
        answer = self.client.get(f"/{orgnr}/agreements/{path}")
        assert answer.status_code == status, path
        return unescape(answer.content.decode("utf-8", "replace"))

    def post(self, path: str, status: int = 302, **said: Any) -> str:
        answer = self.client.post(f"/{ORGNR}/agreements/{path}", said, follow=status == 302)
        assert answer.status_code == (200 if status == 302 else status), path
        return unescape(answer.content.decode())


@pytest.fixture(autouse=True)
def company(monkeypatch: pytest.MonkeyPatch) -> Company:
    monkeypatch.setattr(wording, "translate", gettext)  # as start-up does
    made = add_company(orgnr=ORGNR, name="Prøve AS", actor="t", now=NOW)
    add_company(orgnr=OTHER, name="Annen AS", actor="t", now=NOW)
    accounts = (("15030001017", "operating"), ("15030002021", "currency"), ("15030003028", "tax"))
    for number, (iban, kind) in enumerate(accounts):
        add_account(
            company_id=made.pk, account=NewAccount(iban, kind, str(7100 + number)), actor="t",
            now=NOW,
        )  # fmt: skip
    return made


def account(number: str) -> BankAccount:
    return BankAccount.objects.get(iban=norwegian_iban(number))


def test_the_wizard_from_the_accounts_to_the_order_and_its_paper() -> None:
    pages, first = Pages(), account("15030001017").pk
    assert "Ingen konto er koblet til en bank ennå" in pages.get("")
    accounts = pages.get("new/")
    assert "dette er en skattetrekkskonto" in accounts
    assert accounts.count("disabled") == 1
    bank = pages.get(f"new/bank/?account={first}")
    assert f"new/bank/dnb/?account={first}" in bank
    assert "Sparebanken Norge" in pages.get(f"new/bank/?account={first}&q=sparebanken+vest")
    assert "Kryss av eller be om" in pages.get(f"new/bank/dnb/?account={first}")
    assert "er 1503" not in pages.get(f"new/bank/dnb/?account={first}")
    assert "Gå videre bare hvis" in pages.get(f"new/bank/nordea/?account={first}")
    page = pages.post("new/bank/dnb/", account=first, payments="on", **{"from": TODAY})
    assert "Bestillingen er klar" in page
    agreement = Agreement.objects.get()
    assert (agreement.bank, agreement.payments, agreement.ocr) == ("dnb", True, False)
    for kind in ("order", "late", "ending"):
        assert pages.get(f"{agreement.pk}/{kind}-nb.pdf").startswith("%PDF")
    pages.get(f"{agreement.pk}/order-sv.pdf", 404)
    pages.get(f"{agreement.pk}/gift-nb.pdf", 404)


def test_a_day_that_is_wrong_is_said_and_what_was_typed_stays() -> None:
    first = account("15030001017").pk
    page = Pages().post("new/bank/dnb/", 422, account=first, ocr="on", **{"from": "31.02.2026"})
    assert 'value="31.02.2026"' in page
    assert 'role="alert"' in page
    assert not Agreement.objects.exists()


def test_the_status_page_through_the_life() -> None:
    pages, first = Pages(), account("15030001017").pk
    second = account("15030002021").pk
    pages.post("new/bank/dnb/", account=[first, second], **{"from": TODAY})
    own = f"{Agreement.objects.get().pk}/"
    assert "Venter på banken" in pages.post(f"{own}sent/")
    assert "minst én konto" in pages.post(f"{own}confirm/"), "nothing ticked, nothing done"
    page = pages.post(f"{own}confirm/", account=first)
    assert "ventet" in page
    assert "Ventedager" in page
    page = pages.post(f"{own}reject/", account=second, reason="Feil prokura")
    assert "Feil prokura" in page
    Activation.objects.filter(account=first).update(confirmed_at=NOW, activation_date=NOW.date())
    late = pages.get(own)
    assert "er forsinket" in late
    assert "late-nb.pdf" in late
    assert "Første kontoutskrift er forsinket" in pages.get("")
    page = pages.post(f"{own}deactivate/", account=first)
    assert "Husk å si opp avtalen i banken" in page
    assert "ending-nb.pdf" in page
    assert Agreement.objects.get().state == "ended"


def test_an_iban_that_is_missing_is_added_on_the_way() -> None:
    pages, row = Pages(), account("15030002021")
    BankAccount.objects.filter(pk=row.pk).update(iban="")
    assert f"new/iban/{row.pk}/" in pages.get("new/")
    assert 'role="alert"' in pages.post(f"new/iban/{row.pk}/", 422, iban="15030002020")
    assert "Kontoen har fått IBAN" in pages.post(f"new/iban/{row.pk}/", iban="1503.00.02021")
    assert account("15030002021").pk == row.pk
    pages.get("new/iban/999999/", 404)


def test_an_iban_that_is_there_is_not_changed_and_none_is_given_twice(company: Company) -> None:
    by = {"company_id": company.pk, "actor": "t", "now": NOW}
    first, second = account("15030001017"), account("15030002021")
    assert add_iban(account_id=first.pk, iban="15030001017", **by) == first
    with pytest.raises(AlreadyExistsError):
        add_iban(account_id=first.pk, iban="15030004032", **by)
    BankAccount.objects.filter(pk=second.pk).update(iban="")
    with pytest.raises(AlreadyExistsError):
        add_iban(account_id=second.pk, iban="15030001017", **by)
    with pytest.raises(InvalidValueError):
        add_iban(account_id=second.pk, iban="1503", **by)


def test_readers_look_and_change_nothing() -> None:
    owner, reader, first = Pages(), Pages("reader"), account("15030001017").pk
    owner.post("new/bank/dnb/", account=first, **{"from": TODAY})
    own = f"{Agreement.objects.get().pk}/"
    assert '<form method="post" action="/974760673/agreements' not in reader.get(own)
    reader.get("new/", 403)
    for action in ("sent", "confirm", "reject", "mend", "deactivate", "approval"):
        reader.post(f"{own}{action}/", 403, account=first)
        owner.get(f"{own}{action}/", 405)
    assert Agreement.objects.get().state == "ordered"


def test_another_companys_agreement_is_not_there_and_its_accounts_choose_nothing() -> None:
    owner, first = Pages(), account("15030001017").pk
    owner.post("new/bank/dnb/", account=first, **{"from": TODAY})
    own = f"{Agreement.objects.get().pk}/"
    stranger = Pages("accountant", OTHER)
    stranger.get(own, 404)
    stranger.get(own, 404, orgnr=OTHER)
    stranger.get(f"{own}order-nb.pdf", 404, orgnr=OTHER)
    answer = stranger.client.post(f"/{OTHER}/agreements/{own}sent/", follow=True)
    assert answer.status_code == 404
    answer = stranger.client.get(f"/{OTHER}/agreements/new/bank/?account={first}")
    assert answer.status_code == 302
    assert Agreement.objects.get().state == "ordered"


def test_where_payments_are_approved_is_said_with_the_order_and_afterwards() -> None:
    pages, first = Pages(), account("15030001017").pk
    assert "Hvor betalinger godkjennes" in pages.get(f"new/bank/dnb/?account={first}")
    assert "Hvor betalinger godkjennes" not in pages.get(f"new/bank/nordea/?account={first}")
    pages.post("new/bank/dnb/", account=first, payments="on", approved="here", **{"from": TODAY})
    own = f"{Agreement.objects.get().pk}/"
    assert "<p>Bare her: banken regner det som sendes, som godkjent." in pages.get(own)
    page = pages.post(f"{own}approval/", approved="bank")
    assert "<p>I nettbanken også, etter at de er godkjent her og sendt." in page
    assert "Skrev ned hvordan" in unescape(pages.client.get(f"/{ORGNR}/log/").content.decode())
    assert "Ingen har skrevet ned" in pages.post(f"{own}approval/")


def test_a_bank_that_leaves_no_choice_is_taken_at_its_word() -> None:
    pages, first = Pages(), account("15030001017").pk
    refused = pages.post(
        "new/bank/nordea/", 422, account=first, payments="on", approved="here", **{"from": TODAY}
    )
    assert "denne banken spør alltid der" in refused
    pages.post("new/bank/nordea/", account=first, payments="on", **{"from": TODAY})
    own = f"{Agreement.objects.get().pk}/"
    page = pages.get(own)
    assert "I nettbanken også" in page
    assert "approval/" not in page
    assert "denne banken spør alltid der" in pages.post(f"{own}approval/", approved="here")
