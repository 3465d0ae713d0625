"""The people of a company: invited by a link, changed and removed; owners alone, and audited."""

import html
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from avstem.services.set_payment_rules import give_standing_approval
from avstem.store.models import ApproverLimit, AuditEvent, Invitation, Membership, User
from avstem.store.payments import standing_approval
from tests.payments.books import ORGNR, Payer
from tests.web.payer import BACKEND, Member, member, words

pytestmark = [pytest.mark.django_db, pytest.mark.database]
PASSWORD = "riktig hest batteri stift"


@pytest.fixture
def payer(tmp_path: Path) -> Payer:
    return Payer.open(tmp_path)


@pytest.fixture
def kari(payer: Payer) -> Member:
    return member(payer, "owner", "kari@example.no")


def invite(
    owner: Member, email: str = "per@example.no", role: str = "approver", limit: str = ""
) -> str:
    """The link's path."""
    form = {"email": email, "role": role, "limit": limit}
    page = owner.browser.post(f"/{ORGNR}/people/invite/", form).content.decode()
    found = re.search(r"<code>http://localhost(/\d+/invitation/[^<]+)</code>", html.unescape(page))
    return found[1] if found else ""


def stranger() -> Client:
    return Client(headers={"host": "localhost", "accept-language": "en"})


def role_of(email: str) -> str:
    row = Membership.objects.filter(user__email=email).first()
    return row.role if row else ""


def join(browser: Client, link: str) -> str:
    answer = browser.post(link, {"name": "Per", "password": PASSWORD}, follow=True)
    return words(answer.content.decode())


def test_a_new_person_joins_by_the_link_once_with_role_and_limit(kari: Member) -> None:
    link = invite(kari, limit="10 000,00")
    browser = stranger()
    assert "Approver" in words(browser.get(link).content.decode())
    assert role_of("per@example.no") == "", "to look at a link uses nothing up"
    assert "Prøve AS" in join(browser, link)
    assert role_of("per@example.no") == "approver"
    assert ApproverLimit.objects.get(person="per@example.no").limit_minor == 1_000_000
    assert stranger().get(link).status_code == 410
    actions = list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True))
    assert actions[-2:] == ["person.invited", "person.joined"]


def test_the_link_opens_nobodys_account(payer: Payer, kari: Member) -> None:
    User.objects.create_user("per@example.no", PASSWORD)
    link = invite(kari)
    assert "Sign in, and you are asked again." in words(stranger().get(link).content.decode())
    join(stranger(), link)
    other = member(payer, "reader")
    join(other.browser, link)
    assert role_of("per@example.no") == ""
    browser = stranger()
    browser.force_login(User.objects.get(email="per@example.no"), backend=BACKEND)
    join(browser, link)
    assert role_of("per@example.no") == "approver"


def test_a_link_that_is_old_taken_back_replaced_or_of_another_company_works_no_more(
    kari: Member,
) -> None:
    first, second = invite(kari), invite(kari)
    assert stranger().get(first).status_code == 410, "replaced"
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert stranger().get(second).status_code == 410, "old"
    third = invite(kari, email="siri@example.no")
    row = Invitation.objects.get(email="siri@example.no")
    kari.post(f"people/invitations/{row.pk}/take-back/")
    assert stranger().get(third).status_code == 410, "taken back"
    assert stranger().get(third.replace(ORGNR, "317000022")).status_code == 404
    assert not User.objects.filter(email__in=("per@example.no", "siri@example.no"))


def test_a_weak_password_makes_nobody(kari: Member) -> None:
    link = invite(kari)
    stranger().post(link, {"name": "Per", "password": "kort"})
    assert not User.objects.filter(email="per@example.no")


@pytest.mark.parametrize(
    ("email", "role"),
    [("per", "reader"), ("per@example.no", "king"), ("kari@example.no", "reader")],
)
def test_a_wrong_address_a_role_that_is_none_and_a_member_are_not_invited(
    kari: Member, email: str, role: str
) -> None:
    assert invite(kari, email=email, role=role) == ""
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("role", ["accountant", "bookkeeper", "approver", "reader"])
def test_only_owners_say_who_may_what(payer: Payer, kari: Member, role: str) -> None:
    person = member(payer, role)
    owner = User.objects.get(email=kari.email)
    assert person.status_of("people/invite/", email="per@example.no", role="owner") == 403
    assert person.status_of(f"people/{owner.pk}/remove/") == 403
    mine = User.objects.get(email=person.email)
    assert person.status_of(f"people/{mine.pk}/change/", role="owner") == 403
    assert (role_of(person.email), role_of(kari.email)) == (role, "owner")
    assert "kari@example.no" in person.get("people/")


def test_roles_and_limits_are_changed_and_the_last_owner_stays(payer: Payer, kari: Member) -> None:
    owner, per = User.objects.get(email=kari.email), member(payer, "reader")
    someone = User.objects.get(email=per.email)
    assert "only owner" in kari.post(f"people/{owner.pk}/change/", role="reader")
    assert "only owner" in kari.post(f"people/{owner.pk}/remove/")
    kari.post(f"people/{someone.pk}/change/", role="owner", limit="500")
    assert role_of(per.email) == "owner"
    assert ApproverLimit.objects.get(person=per.email).limit_minor == 500_00
    kari.post(f"people/{someone.pk}/change/", role="approver", limit="")
    assert not ApproverLimit.objects.exists()
    kari.post(f"people/{someone.pk}/remove/")
    assert role_of(per.email) == ""
    per.get("people/", status=404)
    changed = AuditEvent.objects.filter(action__in=("person.changed", "person.removed"))
    assert changed.count() == 3


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("remove/", {}),
        ("change/", {"role": "bookkeeper"}),
        ("change/", {"role": "approver", "limit": "99,99"}),
    ],
)
def test_a_standing_approval_ends_with_what_its_giver_may(
    payer: Payer, kari: Member, path: str, form: dict[str, str]
) -> None:
    per = member(payer, "approver")
    give_standing_approval(
        company_id=payer.company, limit_minor=100_00, actor=per.email, now=payer.at
    )
    someone = User.objects.get(email=per.email)
    kari.post(f"people/{someone.pk}/change/", role="accountant", limit="100")
    assert standing_approval(payer.company) is not None, "they may give it still"
    kari.post(f"people/{someone.pk}/{path}", **form)
    assert standing_approval(payer.company) is None


def test_another_companys_person_is_not_reached(payer: Payer, kari: Member, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    other = Payer.open(
        theirs,
        orgnr="317000022",
    )
    other.add_person("nils@example.no", "reader")
    nils = User.objects.get(email="nils@example.no")
    kari.post(f"people/{nils.pk}/change/", role="owner")
    kari.post(f"people/{nils.pk}/remove/")
    assert role_of("nils@example.no") == "reader"


def test_who_may_what_wants_the_owner_confirmed(payer: Payer, kari: Member) -> None:
    session = kari.browser.session
    session.pop("confirmed")
    session.save()
    assert invite(kari) == ""
    someone = User.objects.get(email=member(payer, "reader").email)
    kari.post(f"people/{someone.pk}/change/", role="owner")
    assert role_of(someone.email) == "reader"
