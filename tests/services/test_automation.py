"""Automation by account: on, suggest only, off; and a change in the middle of a run counts."""

from pathlib import Path
from typing import Any

import pytest

from avstem.services.reconcile import foresee, reconcile
from avstem.store.models import AccountAutomation, BankTransaction, Decision, Voucher
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
    from avstem.services import reconcile as service

    locks = service.lock_company

    def turned_first(company_id: int) -> Any:
        choose(books, level)
        return locks(company_id)

    monkeypatch.setattr(service, "lock_company", turned_first)
    result = reconcile(company_id=books.company, **BY)
    assert (result.booked, result.suggested, result.taken) == (0, 1, 1)
    assert not Voucher.objects.exists()
