"""Automation by account: on, suggest only, off; and a change in the middle of a run counts."""

from pathlib import Path
from typing import Any

import pytest

from avstem.domain.errors import InvalidValueError, NotFoundError
from avstem.services.accept_suggestion import accept_suggestion
from avstem.services.add_company import add_company
from avstem.services.change_matching import MatchingChoice, change_matching
from avstem.services.choose_automation import choose_automation
from avstem.services.reconcile import foresee, reconcile
from avstem.store.automation import level_of
from avstem.store.matching_settings import policy_of
from avstem.store.models import (
    AccountAutomation,
    AnswerRecord,
    AuditEvent,
    BankTransaction,
    Decision,
    Job,
    Voucher,
)
from avstem.store.models.automation import Automation

from .test_undo import BY, Books

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def books(tmp_path: Path) -> Books:
    """One line that is certain, one to suggest."""
    books = Books(tmp_path)
    books.invoice("1069", "1000.00", "00010694")
    books.invoice("1070", "750.00")
    books.paid(1000_00, "KID 00010694 Faktura 1069")
    books.paid(750_00, "Overføring")
    return books


def choose(books: Books, level: Automation) -> None:
    AccountAutomation.objects.update_or_create(
        company_id=books.company,
        account_id=books.account,
        defaults={"level": level, "chosen_by": "kari@example.no", "chosen_at": BY["now"]},
    )


def states() -> list[str]:
    return list(BankTransaction.objects.order_by("pk").values_list("state", flat=True))


def newest(place: int) -> dict[str, Any]:
    row = BankTransaction.objects.order_by("pk")[place]
    return Decision.objects.filter(transaction=row).latest("pk").content


def test_an_account_that_nobody_has_chosen_for_books_what_is_certain(books: Books) -> None:
    books.reconcile()
    assert states() == ["booked", "suggested"]


def test_suggest_only_puts_the_certain_answer_first_and_says_why(books: Books) -> None:
    choose(books, Automation.PROPOSE)
    foreseen = foresee(company_id=books.company)
    assert reconcile(company_id=books.company, **BY) == foreseen.counts
    assert states() == ["suggested", "suggested"]
    assert not Voucher.objects.exists()
    codes = [each["code"] for each in newest(0)["suggestions"][0]["reasons"]]
    assert "veto.account_proposes_only" in codes


def test_off_neither_books_nor_suggests_and_takes_back_what_was_suggested(books: Books) -> None:
    choose(books, Automation.PROPOSE)
    books.reconcile()
    choose(books, Automation.OFF)
    books.reconcile()
    assert states() == ["open", "open"]
    assert newest(0)["suggestions"] == []
    assert newest(0)["left_because"] == "automation_off"
    choose(books, Automation.ON)
    books.reconcile()
    assert states() == ["booked", "suggested"]


@pytest.mark.parametrize("level", [Automation.OFF, Automation.PROPOSE])
def test_a_switch_turned_while_a_run_decides_stops_what_it_has_not_written(
    books: Books, level: Automation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The change falls between deciding and writing, where no lock is held."""
    from avstem.store import foresight as service

    decide = service.decide

    def and_a_person_turns_it(*args: object) -> Any:
        found = decide(*args)
        choose(books, level)
        return found

    monkeypatch.setattr(service, "decide", and_a_person_turns_it)
    result = reconcile(company_id=books.company, **BY)
    assert (result.booked, result.suggested, result.taken) == (0, 1, 1)
    assert not Voucher.objects.exists()


def test_a_choice_is_audited_once_and_another_companys_account_is_not_found(books: Books) -> None:
    other = add_company(orgnr="923609016", name="Annen AS", **BY).pk
    asked = {"account_id": books.account, "level": "propose", **BY}
    for _ in range(2):
        chosen = choose_automation(company_id=books.company, **asked)
        assert chosen is Automation.PROPOSE
    [event] = AuditEvent.objects.filter(company_id=books.company, action="account.automation")
    facts = {"account": "NO6115030001017", "before": "on", "after": "propose"}
    assert (event.actor, event.facts) == (BY["actor"], facts)
    [job] = Job.objects.all()
    assert (job.kind, job.company_id) == ("reconcile", books.company)
    with pytest.raises(NotFoundError):
        choose_automation(company_id=other, **asked)
    with pytest.raises(InvalidValueError):
        choose_automation(company_id=books.company, **{**asked, "level": "maybe"})
    assert level_of(books.company, books.account) is Automation.PROPOSE


def test_what_is_accepted_on_a_held_account_speaks_for_the_rule(books: Books) -> None:
    choose(books, Automation.PROPOSE)
    books.reconcile()
    first = BankTransaction.objects.order_by("pk")[0]
    accept_suggestion(company_id=books.company, transaction_id=first.pk, position=0, **BY)
    [record] = AnswerRecord.objects.all()
    assert (record.key, record.accepted, record.booked) == ("named_in_text", 1, 0)


def test_settings_within_their_bounds_are_kept_and_audited_with_what_they_were(
    books: Books,
) -> None:
    choice = MatchingChoice(automation_limit_bp=9_990, write_off_max_minor=500)
    change_matching(company_id=books.company, choice=choice, **BY)
    change_matching(company_id=books.company, choice=choice, **BY)
    [event] = AuditEvent.objects.filter(company_id=books.company, action="matching.settings")
    assert event.facts == {
        "before": {"automation_limit_bp": 9_950, "write_off_max_minor": 0},
        "after": {"automation_limit_bp": 9_990, "write_off_max_minor": 500},
    }
    policy = policy_of(books.company)
    assert (policy.write_off_max_minor, policy.write_off_max_bp) == (500, 0)
    for wrong in (
        MatchingChoice(automation_limit_bp=8_999), MatchingChoice(automation_limit_bp=10_001),
        MatchingChoice(write_off_max_minor=-1), MatchingChoice(write_off_max_minor=100_001),
        MatchingChoice(write_off_max_bp=1_001), MatchingChoice(undo_in_closed_period="never"),
    ):  # fmt: skip
        with pytest.raises(InvalidValueError):
            change_matching(company_id=books.company, choice=wrong, **BY)
    assert policy_of(books.company) == policy
