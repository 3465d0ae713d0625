"""Booking rules through the tables: saved, tried, switched on, booked, undone, proposed."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.db import transaction as database
from django.test.utils import CaptureQueriesContext

from avstem.domain.errors import (
    AlreadyExistsError,
    InvalidValueError,
    NotFoundError,
    RuleNotTriedError,
)
from avstem.matching.booking_rules import Conditions, RuleLine
from avstem.matching.standing_rules import STANDING
from avstem.services.accept_suggestion import accept_suggestion
from avstem.services.add_company import add_company
from avstem.services.book_transaction import BookingLine, book_transaction
from avstem.services.propose_rules import draft_rule, propose_rules
from avstem.services.queue_trial import queue_trial
from avstem.services.save_rule import RuleDraft, save_rule
from avstem.services.switch_rule import switch_rule, switch_standing_rule
from avstem.services.try_rule import try_rule
from avstem.store.models import (
    AuditEvent,
    BankTransaction,
    BookingRule,
    BookingRuleVersion,
    Decision,
    Entry,
    LedgerAccount,
    Posting,
    RuleTrial,
    Voucher,
)
from avstem.store.rule_book import list_rules, standing_switches
from avstem.store.tenancy import company_scope
from avstem.worker.handlers import KINDS
from avstem.worker.loop import Worker

from .test_undo import BY, Books

pytestmark = [pytest.mark.django_db, pytest.mark.database]

PARKING = RuleDraft("Parkering", Conditions(text="parkering easypark"), (RuleLine("7140"),))


@pytest.fixture
def books(tmp_path: Path) -> Books:
    books = Books(tmp_path)
    for number, name in (("7140", "Reise"), ("6900", "Telefon")):
        LedgerAccount.objects.create(company_id=books.company, number=number, name=name)
    return books


def save(books: Books, draft: RuleDraft = PARKING, rule_id: int | None = None) -> int:
    return save_rule(company_id=books.company, draft=draft, rule_id=rule_id, **BY).rule_id


def tried(books: Books, rule_id: int) -> RuleTrial:
    return try_rule(company_id=books.company, rule_id=rule_id, **BY)


def switch(books: Books, rule_id: int, *, on: bool = True, **more: Any) -> BookingRule:
    return switch_rule(company_id=books.company, rule_id=rule_id, on=on, **more, **BY)


def rule_that_is_on(books: Books, draft: RuleDraft = PARKING) -> int:
    rule_id = save(books, draft)
    tried(books, rule_id)
    switch(books, rule_id)
    return rule_id


def book(books: Books, row: BankTransaction, account: str = "7140", vat: str = "") -> Voucher:
    line = BookingLine(account, -row.amount_minor, vat_code=vat)
    return book_transaction(
        company_id=books.company, transaction_id=row.pk, settlements=[], lines=[line], **BY
    )


def state(row: BankTransaction) -> str:
    row.refresh_from_db()
    return row.state


def posted(row: BankTransaction) -> list[tuple[str, int, str]]:
    postings = Posting.objects.filter(voucher__transaction=row, voucher__reverses__isnull=True)
    found = postings.order_by("voucher", "position")
    return list(found.values_list("account", "amount_minor", "vat_code"))


def best(row: BankTransaction) -> dict[str, Any]:
    decision = Decision.objects.filter(transaction=row).order_by("-pk").first()
    assert decision is not None
    found: dict[str, Any] = decision.content["suggestions"][0]
    return found


def test_a_rule_books_only_when_it_is_tried_and_switched_on(books: Books) -> None:
    row = books.paid(-125_00, "PARKERING 12.03 Easypark Oslo")
    draft = RuleDraft("Parkering", PARKING.conditions, (RuleLine("7140", vat_code="1"),))
    rule_id = save(books, draft)
    books.reconcile()
    assert state(row) == "open"
    with pytest.raises(RuleNotTriedError):
        switch(books, rule_id)
    trial = tried(books, rule_id)
    assert (trial.looked_at, trial.would_book, trial.untouched) == (1, 1, 1)
    books.reconcile()
    assert state(row) == "open", "a trial touches nothing"
    switch(books, rule_id)
    assert state(row) == "open", "switching on runs nothing"

    books.reconcile()
    assert state(row) == "booked"
    assert posted(row) == [("1920", -125_00, ""), ("7140", 100_00, "1"), ("2710", 25_00, "1")]
    said = best(row)
    assert (said["rule"], said["rule_version"]) == (f"booking_rule:{rule_id}", 1)
    covers = {"rule": rule_id, "name": "Parkering", "version": 1}
    assert said["reasons"][0] == {"code": "booking_rule.covers", "facts": covers, "agrees": True}
    assert books.holds()


def test_a_new_version_waits_while_the_one_that_is_on_goes_on(books: Books) -> None:
    rule_id = rule_that_is_on(books)
    save(books, RuleDraft("Parkering", PARKING.conditions, (RuleLine("6900"),)), rule_id)
    with pytest.raises(RuleNotTriedError) as refused:
        switch(books, rule_id)
    assert refused.value.version == 2
    row = books.paid(-50_00, "Parkering Easypark")
    books.reconcile()
    assert posted(row)[1] == ("7140", 50_00, "")

    tried(books, rule_id)
    switch(books, rule_id)
    other = books.paid(-60_00, "Parkering Easypark")
    books.reconcile()
    assert posted(other)[1] == ("6900", 60_00, "")
    switch(books, rule_id, version=1)
    assert BookingRule.objects.get(pk=rule_id).active_version == 1, "it was tried before"
    switch(books, rule_id, on=False)
    last = books.paid(-70_00, "Parkering Easypark")
    books.reconcile()
    assert state(last) == "open"
    assert books.holds()


def test_saving_the_same_again_makes_no_version_and_another_under_the_name_is_refused(
    books: Books,
) -> None:
    rule_id = save(books)
    assert save(books) == rule_id
    assert save(books, PARKING, rule_id) == rule_id
    assert BookingRuleVersion.objects.count() == 1
    other = RuleDraft("Parkering", PARKING.conditions, (RuleLine("6900"),))
    with pytest.raises(AlreadyExistsError):
        save(books, other)
    second = save(books, RuleDraft("Telefon", Conditions(text="telenor"), (RuleLine("6900"),)))
    with pytest.raises(AlreadyExistsError):
        save(books, PARKING, second)
    assert switch_twice(books, rule_id) == 1


def switch_twice(books: Books, rule_id: int) -> int:
    """How many audit events two equal switches make."""
    tried(books, rule_id)
    switch(books, rule_id)
    switch(books, rule_id)
    return AuditEvent.objects.filter(company_id=books.company, action="rule.switched").count()


@pytest.mark.parametrize(
    ("draft", "refusal"),
    [
        (RuleDraft("", PARKING.conditions, PARKING.lines), InvalidValueError),
        (RuleDraft("P", PARKING.conditions, (RuleLine("9999"),)), NotFoundError),
        (RuleDraft("P", Conditions(text="p", account_id=9_999), PARKING.lines), NotFoundError),
        (RuleDraft("P", Conditions(), PARKING.lines), InvalidValueError),
        (RuleDraft("P", PARKING.conditions, (RuleLine("7140", vat_code="7"),)), InvalidValueError),
    ],
)
def test_what_a_rule_may_not_say_is_refused_and_nothing_is_saved(
    books: Books, draft: RuleDraft, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        save(books, draft)
    assert BookingRule.objects.count() == 0


def test_versions_and_trials_are_never_changed_and_no_rule_is_on_untried(books: Books) -> None:
    rule_id = save(books)
    tried(books, rule_id)
    changes = (
        lambda: BookingRuleVersion.objects.update(name="x"),
        lambda: RuleTrial.objects.update(differs=0, same=9),
        lambda: BookingRuleVersion.objects.all().delete(),
        lambda: BookingRule.objects.filter(pk=rule_id).update(active_version=1),
    )
    for change in changes:
        with pytest.raises(DatabaseError), database.atomic():
            change()


def test_the_trial_tells_same_other_and_untouched_with_examples(books: Books) -> None:
    for minor in (-10_00, -20_00, -30_00):
        book(books, books.paid(minor, "Parkering Easypark"))
    book(books, books.paid(-40_00, "Parkering Easypark"), "6900")
    book(books, books.paid(-50_00, "Parkering Easypark"), "7140", vat="1")
    books.paid(-60_00, "Parkering Easypark")
    books.paid(-70_00, "Noe annet")
    books.paid(-80_00, "Parkering Easypark", on=date(2025, 4, 30))
    before = (Voucher.objects.count(), Decision.objects.count())

    trial = tried(books, save(books))
    assert (trial.from_date, trial.to_date) == (date(2025, 5, 1), date(2026, 5, 1))
    counts = (trial.looked_at, trial.covered, trial.would_book)
    assert counts == (7, 6, 6)
    assert (trial.same, trial.differs, trial.untouched) == (3, 2, 1)
    [other, with_vat] = trial.examples
    assert (other["would"], other["did"]) == ([["7140", 40_00, ""]], [["6900", 40_00, ""]])
    assert with_vat["did"] == [["2710", 10_00, "1"], ["7140", 40_00, "1"]]
    assert (Voucher.objects.count(), Decision.objects.count()) == before


def test_an_invoice_that_people_settled_is_none_of_the_rules(books: Books) -> None:
    books.invoice("4711", "100.00")
    row = books.paid(100_00, "Parkering Easypark faktura 4711")
    books.reconcile()
    assert state(row) == "booked"
    trial = tried(books, save(books))
    assert (trial.covered, trial.would_book) == (1, 0)


def test_another_rule_that_is_on_counts_in_the_trial(books: Books) -> None:
    rule_that_is_on(books, RuleDraft("Easy", Conditions(text="easypark"), (RuleLine("6900"),)))
    books.paid(-10_00, "Parkering Easypark")
    trial = tried(books, save(books))
    assert (trial.covered, trial.would_book) == (1, 0)


def test_what_was_undone_is_proposed_and_not_booked_again(books: Books) -> None:
    rule_that_is_on(books)
    row = books.paid(-50_00, "Parkering Easypark")
    books.reconcile()
    books.undo(row)
    books.reconcile()
    assert state(row) == "suggested"
    assert "veto.undone_before" in {each["code"] for each in best(row)["reasons"]}
    accept_suggestion(company_id=books.company, transaction_id=row.pk, position=0, **BY)
    assert posted(row)[-1] == ("7140", 50_00, "")
    assert books.holds()


def test_the_banks_charge_and_interest_are_booked_from_the_start(books: Books) -> None:
    charge = books.paid(-37_50, "Gebyr betalingstjenester")
    coded = books.paid(-12_00, "Nota 4")
    Entry.objects.filter(pk=coded.entry_id).update(code="PMNT/MDOP/CHRG")
    interest = books.paid(44_10, "Kreditrenter")
    books.reconcile()
    assert posted(charge) == [("1920", -37_50, ""), ("7770", 37_50, "")]
    assert posted(coded)[1] == ("7770", 12_00, "")
    assert posted(interest)[1] == ("8050", -44_10, "")
    assert best(charge)["rule"] == "standing_rule:bank_charges"

    switch_standing_rule(company_id=books.company, standing="bank_charges", on=False, **BY)
    assert standing_switches(books.company) == {each: each != "bank_charges" for each in STANDING}
    later = books.paid(-37_50, "Gebyr betalingstjenester")
    books.reconcile()
    assert state(later) == "open"
    switch_standing_rule(company_id=books.company, standing="bank_charges", on=True, **BY)
    books.reconcile()
    assert state(later) == "booked"
    with pytest.raises(NotFoundError):
        switch_standing_rule(company_id=books.company, standing="rounding", on=True, **BY)
    assert books.holds()


def test_n_01_after_three_equal_decisions_the_fourth_is_proposed(books: Books) -> None:
    for minor in (-10_00, -20_00):
        book(books, books.paid(minor, "Parkering Easypark 12.03"), vat="1")
    fourth = books.paid(-80_00, "Parkering Easypark 14.03")
    books.reconcile()
    assert state(fourth) == "open"
    assert propose_rules(company_id=books.company) == []

    third = books.paid(-30_00, "Parkering Easypark")
    book(books, third, vat="1")
    books.reconcile()
    assert state(fourth) == "suggested"
    said = best(fourth)
    assert said["reasons"][0] == {
        "code": "habit.decisions", "agrees": True, "facts": {"count": 3, "account": "7140"},
    }  # fmt: skip
    [draft] = propose_rules(company_id=books.company)
    assert (draft.agreeing, draft.disagreeing) == (3, 0)
    assert draft.conditions == Conditions(text="parkering easypark", direction=-1)
    assert draft.lines == (RuleLine("7140", vat_code="1"),)

    accept_suggestion(company_id=books.company, transaction_id=fourth.pk, position=0, **BY)
    assert posted(fourth)[1:] == [("7140", 64_00, "1"), ("2710", 16_00, "1")]
    [draft] = propose_rules(company_id=books.company)
    assert draft.agreeing == 4, "an accepted habit is a decision too"
    books.undo(third)
    [draft] = propose_rules(company_id=books.company)
    assert draft.agreeing == 3, "what was undone is none"

    save(books, RuleDraft(draft.name, draft.conditions, draft.lines))
    assert propose_rules(company_id=books.company) == [], "the rule is there"
    assert books.holds()


def test_disagreeing_decisions_take_a_habit_away(books: Books) -> None:
    for _ in range(3):
        book(books, books.paid(-10_00, "Parkering Easypark"))
    assert len(propose_rules(company_id=books.company)) == 1
    book(books, books.paid(-10_00, "Parkering Easypark"), "6900")
    assert propose_rules(company_id=books.company) == []


def test_a_rule_is_made_from_a_row_where_it_goes_is_said_by_how_it_was_booked(
    books: Books,
) -> None:
    row = books.paid(-10_00, "Parkering Easypark 4711")
    waiting = draft_rule(company_id=books.company, transaction_id=row.pk)
    assert waiting.conditions == Conditions(text="parkering easypark", direction=-1)
    assert waiting.lines == (), "a person says where it goes"
    book(books, row, vat="1")
    draft = draft_rule(company_id=books.company, transaction_id=row.pk)
    assert draft.conditions == Conditions(text="parkering easypark", direction=-1)
    assert draft.lines == (RuleLine("7140", vat_code="1"),)


def test_undoing_keeps_the_vat_code_and_the_books_balance(books: Books) -> None:
    row = books.paid(-125_00, "Parkering")
    book(books, row, vat="1")
    books.undo(row)
    rows = Posting.objects.filter(company_id=books.company, vat_code="1")
    assert sorted(rows.values_list("account", "amount_minor")) == [
        ("2710", -25_00), ("2710", 25_00), ("7140", -100_00), ("7140", 100_00),
    ]  # fmt: skip
    assert books.holds()


def test_another_company_neither_sees_nor_uses_the_rule(books: Books) -> None:
    rule_id = rule_that_is_on(books)
    other = add_company(orgnr="923609016", name="Nabo AS", **BY).pk
    for act in (
        lambda: try_rule(company_id=other, rule_id=rule_id, **BY),
        lambda: switch_rule(company_id=other, rule_id=rule_id, on=False, **BY),
        lambda: save_rule(company_id=other, draft=PARKING, rule_id=rule_id, **BY),
    ):
        with pytest.raises(NotFoundError):
            act()
    with company_scope(other):
        assert list_rules(other) == []


def queries_of(books: Books, rule_id: int) -> int:
    with CaptureQueriesContext(connection) as captured:
        tried(books, rule_id)
    return len(captured)


def test_the_trials_queries_do_not_grow_with_the_rows(books: Books) -> None:
    rule_id = save(books)
    for number in range(3):
        book(books, books.paid(-10_00 - number, "Parkering Easypark"))
    few = queries_of(books, rule_id)
    for number in range(30):
        book(books, books.paid(-50_00 - number, "Parkering Easypark"))
    assert queries_of(books, rule_id) == few


def test_a_trial_left_to_the_worker_is_made_once_and_says_the_same(books: Books) -> None:
    books.paid(-50_00, "Parkering Easypark")
    rule_id = save(books)
    for _ in range(2):
        queue_trial(company_id=books.company, rule_id=rule_id, now=BY["now"])
    tally = Worker({"try_rule": KINDS["try_rule"]}, clock=lambda: BY["now"]).run(once=True)
    assert (tally.done, tally.failed) == (1, 0)
    trial = RuleTrial.objects.get()
    assert (trial.version, trial.would_book, trial.tried_by) == (1, 1, "worker")
    with pytest.raises(NotFoundError):
        queue_trial(company_id=books.company, rule_id=99, now=BY["now"])
