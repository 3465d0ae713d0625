"""Confirming that it is you: codes, recovery codes, too many wrong ones, and what wants it."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from avstem.domain.one_time_code import code_at, secret_text, step_of
from avstem.services.rotate_keys import rotate_keys
from avstem.services.set_up_codes import begin_codes
from avstem.store.models import AuditEvent, RecoveryCode, SecondFactor, User
from avstem.store.second_factor import open_secret
from avstem.web import step_up
from tests.payments.books import ACCOUNTS, ORGNR, Payer, bill
from tests.web.payer import Member, member, words

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def payer(tmp_path: Path) -> Payer:
    payer = Payer.open(tmp_path)
    payer.bills(bill("1001"), bill("1002", party="Maler AS"))
    payer.prepare()
    return payer


@pytest.fixture
def approver(payer: Payer) -> Member:
    return member(payer, "approver", confirmed=False)


def secret_of(person: Member) -> bytes:
    found = open_secret(SecondFactor.objects.get(user__email=person.email))
    assert found is not None
    return found


def code_of(person: Member, later: int = 0) -> str:
    """What the telephone shows now, or so many half minutes later."""
    return code_at(secret_of(person), step_of(timezone.now().timestamp()) + later)


def set_up(person: Member) -> list[str]:
    """Codes on; answers the recovery codes."""
    person.browser.post("/security/codes/")
    page = person.browser.post("/security/codes/on/", {"code": code_of(person)}).content.decode()
    return re.findall(r"<code>([A-Z2-9]{4}(?:-[A-Z2-9]{4}){3})</code>", page)


def forget(person: Member) -> None:
    """Five minutes later."""
    session = person.browser.session
    session.pop("confirmed", None)
    session.save()


def confirm(person: Member, code: str) -> str:
    answer = person.browser.post("/confirm/", {"code": code, "next": f"/{ORGNR}/"})
    return "ok" if answer.status_code == 302 else words(answer.content.decode())


def approve(person: Member, payer: Payer) -> str:
    order = payer.order("1001")
    form = {"order": str(order.pk), f"seen-{order.pk}": order.order_hash}
    return person.post("payments/approve/", **form)


def test_nobody_approves_without_confirming_and_nothing_is_lost_on_the_way(
    payer: Payer, approver: Member
) -> None:
    order = payer.order("1001")
    page = f"/{ORGNR}/payments/approve/?order={order.pk}"
    assert "You have nothing to confirm with yet." in approve(approver, payer)
    assert payer.order("1001").state == "awaiting_approval"
    set_up(approver)
    forget(approver)
    asked = approver.browser.get(page)
    assert asked.status_code == 302
    answer = approver.browser.get(asked["Location"])
    assert f'value="{page}"' in answer.content.decode()
    done = approver.browser.post(
        "/confirm/", {"code": code_of(approver, 1), "next": page}, follow=True
    )
    assert done.redirect_chain[-1][0] == page
    assert "1 payment is approved." in approve(approver, payer)


def test_whoever_will_not_confirm_gets_back_to_where_they_were(
    payer: Payer, approver: Member
) -> None:
    asked = f"/confirm/?next=/{ORGNR}/payments/approve/?order={payer.order('1001').pk}"
    back = {
        f"/{ORGNR}/payments/?tab=approve": f"/{ORGNR}/payments/?tab=approve",
        f"/{ORGNR}/payments/approve/?order=1": "/",  # it would only ask again
        "/confirm/": "/",
        "/a/b/c/d/e/f/": "/",
    }
    for before, leads in back.items():
        headers = {"referer": f"http://localhost{before}"}
        page = approver.browser.get(asked, headers=headers).content.decode()
        assert f'<a href="{leads}">Go back</a>' in page, before
    page = approver.browser.get(asked, headers={"referer": "https://example.com/x"})
    assert '<a href="/">Go back</a>' in page.content.decode()


def test_a_confirmation_holds_for_five_minutes_and_for_one_person(
    payer: Payer, approver: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(approver)
    approver.get(f"payments/approve/?order={payer.order('1001').pk}")
    monkeypatch.setattr(step_up, "FRESH_FOR", timedelta(seconds=-1))
    approver.get(f"payments/approve/?order={payer.order('1001').pk}", status=302)
    monkeypatch.undo()
    session = approver.browser.session
    session["confirmed"] = {**session["confirmed"], "user": 999}
    session.save()
    approver.get(f"payments/approve/?order={payer.order('1001').pk}", status=302)


def test_a_code_works_once_and_so_does_a_recovery_code(approver: Member) -> None:
    recovery = set_up(approver)
    assert len(set(recovery)) == 10
    assert "used before" in confirm(approver, code_of(approver)), "it turned the codes on"
    code = code_of(approver, 1)
    assert confirm(approver, code) == "ok"
    assert "used before" in confirm(approver, code)
    assert confirm(approver, recovery[3].lower().replace("-", " ")) == "ok"
    assert "used before" in confirm(approver, recovery[3])
    kept = RecoveryCode.objects.filter(user__email=approver.email)
    assert kept.filter(used_at__isnull=True).count() == 9
    assert not {each.code_hash for each in kept} & set(recovery)
    acted = AuditEvent.objects.filter(actor=approver.email).values_list("action", flat=True)
    assert list(acted) == ["person.codes_on", "person.recovery_code_used"]


def test_five_wrong_codes_shut_it_also_for_the_right_one(approver: Member) -> None:
    recovery = set_up(approver)
    for _ in range(5):
        assert "not right" in confirm(approver, "000000")
    assert "too many wrong codes" in confirm(approver, code_of(approver, 1))
    assert "too many wrong codes" in confirm(approver, recovery[0])
    rows = SecondFactor.objects.filter(user__email=approver.email)
    rows.update(locked_until=timezone.now() - timedelta(seconds=1))
    assert confirm(approver, code_of(approver, 1)) == "ok"
    assert AuditEvent.objects.filter(action="person.locked").count() == 1


def test_a_change_of_keys_keeps_the_codes(approver: Member, tmp_path: Path, settings: Any) -> None:
    settings.CREDENTIAL_KEYS = ""
    settings.CREDENTIAL_KEYS_FILE = tmp_path / "credentials.key"
    set_up(approver)
    before = SecondFactor.objects.get(user__email=approver.email)
    done = rotate_keys(actor="test", now=timezone.now())
    assert (done.secrets, done.unreadable, done.old_keys) == (1, (), 1)
    assert SecondFactor.objects.get(pk=before.pk).sealed_with != before.sealed_with
    assert confirm(approver, code_of(approver, 1)) == "ok"


def test_the_telephone_is_told_the_secret_and_whose_it_is(approver: Member) -> None:
    found = begin_codes(user=User.objects.get(email=approver.email), issuer="avstem")
    secret = secret_text(secret_of(approver))
    assert found.secret.replace(" ", "") == secret
    address = "otpauth://totp/avstem%3Aapprover%40example.no"
    assert found.uri == f"{address}?secret={secret}&issuer=avstem&digits=6"


def test_the_secret_lies_sealed_and_opens_for_its_owner_alone(
    payer: Payer, approver: Member
) -> None:
    set_up(approver)
    other = member(payer, "accountant", confirmed=False)
    set_up(other)
    theirs = SecondFactor.objects.get(user__email=other.email)
    mine = SecondFactor.objects.get(user__email=approver.email)
    assert secret_of(approver).hex() not in mine.ciphertext
    mine.ciphertext = theirs.ciphertext
    assert open_secret(mine) is None


def test_a_session_that_is_not_fresh_sets_up_no_first_code(approver: Member) -> None:
    old = timezone.now() - timedelta(minutes=16)
    User.objects.filter(email=approver.email).update(last_login=old)
    assert approver.browser.post("/security/codes/").status_code == 302
    assert not SecondFactor.objects.filter(user__email=approver.email).exclude(ciphertext="")


@pytest.mark.parametrize("path", ["codes/off/", "recovery-codes/", "passkeys/options/"])
def test_what_is_set_up_is_changed_only_by_whoever_confirms(approver: Member, path: str) -> None:
    set_up(approver)
    forget(approver)
    answer = approver.browser.post(f"/security/{path}")
    assert answer["Location"].startswith("/confirm/")
    assert SecondFactor.objects.get(user__email=approver.email).confirmed_at is not None


def test_another_account_number_wants_the_person_confirmed(payer: Payer) -> None:
    keeper = member(payer, "bookkeeper", confirmed=False)
    order = payer.order("1002")
    keeper.post(f"payments/{order.pk}/change/", account=ACCOUNTS[1])
    assert payer.order("1002").creditor_account == order.creditor_account
    set_up(keeper)
    keeper.post(f"payments/{order.pk}/change/", account=ACCOUNTS[1])
    assert payer.order("1002").creditor_account.endswith(ACCOUNTS[1])


def test_one_is_sent_back_to_our_own_pages_only(approver: Member) -> None:
    set_up(approver)
    forget(approver)
    for wanted in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", ""):
        answer = approver.browser.get("/confirm/", {"next": wanted})
        assert 'href="/"' in answer.content.decode()


def test_an_answer_without_a_challenge_is_no_passkey(payer: Payer) -> None:
    browser = Client(headers={"host": "localhost", "accept-language": "en"})
    for answer in ("", "[]", '{"id": "x"}', "{" * 50):
        done = browser.post("/sign-in/passkey/", {"answer": answer}, follow=True)
        assert "not right" in words(done.content.decode())
    browser.post("/sign-in/passkey/options/")
    done = browser.post("/sign-in/passkey/", {"answer": '{"id": "x"}'}, follow=True)
    assert "not right" in words(done.content.decode())
