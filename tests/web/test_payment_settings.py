"""How a company pays: who chooses, who stands for it and up to what, and what the page says."""

from pathlib import Path

import pytest

from avstem.domain.errors import NotAnApproverError
from avstem.domain.people_errors import StandingOverLimitError
from avstem.services.set_payment_rules import give_standing_approval, limit_approver
from avstem.store.models import PaymentSettings, StandingApproval
from tests.payments.books import Payer
from tests.web.payer import Member, member

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def payer(tmp_path: Path) -> Payer:
    return Payer.open(tmp_path)


@pytest.fixture
def kari(payer: Payer) -> Member:
    return member(payer, "owner", "kari@example.no")


def test_an_owner_chooses_and_the_page_says_what_holds(payer: Payer, kari: Member) -> None:
    reader = member(payer, "reader")
    assert "Bills become payments by themselves. One person approves each." in reader.get(
        "payments/settings/"
    )
    kari.post("payments/settings/rules/", selects="1", people="2")
    row = PaymentSettings.objects.get(company_id=payer.company)
    assert (row.selects, row.approvals_needed) == (True, 2)
    said = reader.get("payments/settings/")
    assert "Bills become payments when somebody chooses them. Two people approve each." in said


def test_a_standing_approval_says_who_when_and_up_to_what_and_keeps_the_ones_before(
    payer: Payer, kari: Member
) -> None:
    kari.post("payments/settings/standing/", limit="10 000,00")
    kari.post("payments/settings/standing/", limit="2 500,00")
    said = kari.get("payments/settings/")
    assert "kari@example.no gave it" in said
    assert "up to 2 500,00 NOK in each payment" in said
    assert "up to 10 000,00; ended by kari@example.no" in said
    kari.post("payments/settings/standing/", end="1")
    assert not StandingApproval.objects.filter(ended_at__isnull=True).exists()
    assert "every payment waits for a person" in kari.get("payments/settings/")


@pytest.mark.parametrize("role", ["accountant", "bookkeeper", "approver", "reader"])
def test_only_owners_change_how_many_people_approve(payer: Payer, role: str) -> None:
    person = member(payer, role)
    assert person.status_of("payments/settings/rules/", selects="0", people="1") == 403
    assert not PaymentSettings.objects.exists()


def test_nobody_stands_for_more_than_they_may_approve(payer: Payer) -> None:
    approver, keeper = member(payer, "approver"), member(payer, "bookkeeper")
    limit_approver(person=approver.email, limit_minor=1_000_00, **payer.by)
    assert "you can stand for no more" in approver.post(
        "payments/settings/standing/", limit="1 000,01"
    )
    assert keeper.status_of("payments/settings/standing/", limit="1") == 403
    by = {"company_id": payer.company, "now": payer.at, "limit_minor": 1_000_01}
    with pytest.raises(StandingOverLimitError):
        give_standing_approval(actor=approver.email, **by)
    with pytest.raises(NotAnApproverError):
        give_standing_approval(actor=keeper.email, **by)
    assert not StandingApproval.objects.exists()
    approver.post("payments/settings/standing/", limit="1 000,00")
    assert StandingApproval.objects.get().limit_minor == 1_000_00


def test_a_standing_approval_wants_its_giver_confirmed(payer: Payer) -> None:
    approver = member(payer, "approver", confirmed=False)
    approver.post("payments/settings/standing/", limit="100")
    assert not StandingApproval.objects.exists()
