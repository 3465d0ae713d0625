"""Records and learnt facts through the tables: booked, accepted, passed over, undone, looked at."""

import importlib
from decimal import Decimal
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avstem.domain.errors import NotFoundError, OverAllocationError, StateError
from avstem.domain.identifiers import account_key
from avstem.matching.record import Record
from avstem.services.accept_suggestion import accept_suggestion
from avstem.services.book_transaction import BookingLine, book_transaction
from avstem.services.confirm_booking import confirm_booking
from avstem.services.correct_fact import give_fact, switch_fact
from avstem.store import answer_records
from avstem.store.answer_records import records_of, recounted
from avstem.store.models import (
    AnswerRecord,
    AuditEvent,
    BankTransaction,
    BookingSample,
    Decision,
    NameAlias,
    Party,
    PartyAccount,
)

from .test_undo import BY, HEADER, Books

pytestmark = [pytest.mark.django_db, pytest.mark.database]
PAYER = account_key("15030001025")


@pytest.fixture
def books(tmp_path: Path) -> Books:
    return Books(tmp_path)


def paid(books: Books, minor: int, text: str = "", **fields: object) -> BankTransaction:
    row = books.paid(minor, text or "Betaling")
    BankTransaction.objects.filter(pk=row.pk).update(**fields)
    row.refresh_from_db()
    return row


def accept(books: Books, row: BankTransaction, position: int = 0) -> None:
    accept_suggestion(company_id=books.company, transaction_id=row.pk, position=position, **BY)


def state(row: BankTransaction) -> str:
    row.refresh_from_db()
    return str(row.state)


def reasons(row: BankTransaction) -> set[str]:
    newest = Decision.objects.filter(transaction=row).latest("pk")
    return {each["code"] for said in newest.content["suggestions"][:1] for each in said["reasons"]}


def test_two_undone_put_the_rule_back_and_tell_and_what_it_would_book_is_proposed(
    books: Books,
) -> None:
    for number in range(1001, 1004):
        books.invoice(str(number), f"{number}.00")
    rows = [paid(books, number * 100, f"Faktura {number}") for number in (1001, 1002)]
    books.reconcile()
    assert records_of(books.company)["named_in_text"].right == 2
    books.undo(rows[0])
    assert not AuditEvent.objects.filter(action="rule.put_back").exists()
    books.undo(rows[1])
    told = AuditEvent.objects.get(action="rule.put_back")
    assert told.facts == {"rule": "named_in_text", "right": 0, "of": 2}

    third = paid(books, 1003_00, "Faktura 1003")
    books.reconcile()
    assert state(third) == "suggested"
    assert {"text.exact", "veto.rule_on_probation", "record.so_far"} <= reasons(third)
    accept(books, third)
    record = records_of(books.company)["named_in_text"]
    assert (record.accepted, record.undone) == (1, 2)
    assert books.holds()


def test_an_unchanged_answer_is_not_written_anew_because_the_record_grew(books: Books) -> None:
    books.invoice("1070", "750.00")
    waits = paid(books, 750_00, "Overføring")
    books.reconcile()
    books.invoice("1001", "90.00", "00010017")
    paid(books, 90_00, "Faktura 1001")
    books.reconcile()
    assert Decision.objects.filter(transaction=waits).count() == 1


def test_every_booking_says_what_became_of_those_like_it(books: Books) -> None:
    for number in (1001, 1002):
        books.invoice(str(number), f"{number}.00")
        row = paid(books, number * 100, f"Faktura {number}")
        books.reconcile()
        assert ("record.first" if number == 1001 else "record.so_far") in reasons(row)


def test_what_a_person_passes_over_counts_until_that_booking_is_undone(books: Books) -> None:
    books.invoice("1070", "750.00")
    row = paid(books, 750_00, "Overføring")
    books.reconcile()
    book_transaction(
        company_id=books.company, transaction_id=row.pk, settlements=[],
        lines=[BookingLine("7770", -750_00)], **BY,
    )  # fmt: skip
    assert records_of(books.company)["amount"].passed_over == 1
    books.undo(row)
    assert records_of(books.company)["amount"].count == 0
    assert books.holds()


def test_undone_while_a_run_is_under_way_counts_at_once(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    from avstem.store import foresight as service

    for number in range(1001, 1004):
        books.invoice(str(number), f"{number}.00")
    rows = [paid(books, number * 100, f"Faktura {number}") for number in (1001, 1002)]
    books.reconcile()
    third, decide = paid(books, 1003_00, "Faktura 1003"), service.decide

    def and_a_person_undoes(*args: object) -> object:
        found = decide(*args)
        for row in rows:
            books.undo(row)
        return found

    monkeypatch.setattr(service, "decide", and_a_person_undoes)
    books.reconcile()
    assert state(third) == "open"


def kid_paid(books: Books, number: str, amount: str, kid: str, **fields: object) -> BankTransaction:
    books.invoice(number, amount, kid)
    row = paid(
        books, int(Decimal(amount) * 100), kid=kid, references=[["kid", kid, None]],
        counterparty_account=PAYER, counterparty="Mor Olsen", **fields,
    )  # fmt: skip
    books.reconcile()
    assert state(row) == "booked"
    return row


def from_payer(books: Books, number: str, amount: str) -> BankTransaction:
    books.invoice(number, amount)
    row = paid(
        books, int(Decimal(amount) * 100), counterparty_account=PAYER, counterparty="Mor Olsen"
    )
    books.reconcile()
    return row


def test_n_02_a_learnt_account_is_proposed_and_after_a_person_has_confirmed_it_books(
    books: Books,
) -> None:
    kid_paid(books, "1001", "100.00", "00010017")
    kid_paid(books, "1002", "110.00", "00010025")
    fact = PartyAccount.objects.get(account_key=PAYER)
    assert (fact.source, fact.confirmations) == ("learnt", 1), "the program says it once only"
    assert NameAlias.objects.get().name == "Mor Olsen"

    second = from_payer(books, "1003", "120.00")
    assert state(second) == "suggested"
    assert {"learnt.account", "veto.learnt_once"} <= reasons(second)
    accept(books, second)
    third = from_payer(books, "1004", "130.00")
    assert state(third) == "booked"
    books.undo(third)
    fact.refresh_from_db()
    assert fact.confirmations == 1
    assert books.holds()


def test_a_fact_switched_off_says_nothing_and_is_not_learnt_again(books: Books) -> None:
    kid_paid(books, "1001", "100.00", "00010017")
    fact = PartyAccount.objects.get(account_key=PAYER)
    switch_fact(company_id=books.company, kind="account", fact_id=fact.pk, on=False, **BY)
    kid_paid(books, "1002", "110.00", "00010025")
    waits = from_payer(books, "1003", "120.00")
    assert "learnt.account" not in reasons(waits)
    accept(books, waits)
    fact.refresh_from_db()
    assert (fact.switched_off, fact.confirmations) == (True, 1)
    assert AuditEvent.objects.filter(action="fact.switched_off").count() == 1


def test_a_fact_can_be_given_to_another_party_and_none_is_made_up(
    books: Books, tmp_path: Path
) -> None:
    from avstem.services.import_invoices import import_invoices

    kid_paid(books, "1001", "100.00", "00010017")
    file = tmp_path / "other.csv"
    file.write_text(HEADER + "customer_invoice,2001,Kari Hansen,2026-03-01,NOK,5.00,\n", "utf-8")
    import_invoices(company_id=books.company, path=file, name=file.name, **BY)
    fact = PartyAccount.objects.get(account_key=PAYER)
    ask = {"company_id": books.company, "kind": "account", "fact_id": fact.pk, **BY}
    with pytest.raises(NotFoundError):
        give_fact(party="Ingen AS", **ask)
    give_fact(party="kari hansen", **ask)
    rows = PartyAccount.objects.filter(account_key=PAYER).order_by("pk")
    assert [(row.party.name, row.switched_off) for row in rows] == [
        ("Nordlys Bygg AS", True), ("Kari Hansen", False),
    ]  # fmt: skip


def test_what_the_register_says_later_takes_the_place_of_what_was_learnt(
    books: Books, tmp_path: Path
) -> None:
    from avstem.services.import_invoices import import_invoices

    kid_paid(books, "1001", "100.00", "00010017")
    head = HEADER.strip() + ",party_account\n"
    file = tmp_path / "told.csv"
    row = f"customer_invoice,2001,Nordlys Bygg AS,2026-03-01,NOK,5.00,,{PAYER}\n"
    file.write_text(head + row, "utf-8")
    import_invoices(company_id=books.company, path=file, name=file.name, **BY)
    assert PartyAccount.objects.get(account_key=PAYER).source == "invoice"


def test_money_out_and_the_companys_own_accounts_teach_nothing(books: Books) -> None:
    books.invoice("1001", "100.00", "00010017")
    row = paid(
        books, 100_00, kid="00010017", references=[["kid", "00010017", None]],
        counterparty_account="NO1615030001017",
    )  # fmt: skip
    from avstem.store.models import BankAccount

    own = BankAccount.objects.get().iban
    BankTransaction.objects.filter(pk=row.pk).update(counterparty_account=own)
    books.reconcile()
    assert not PartyAccount.objects.exists()


def test_a_booking_to_look_at_is_confirmed_once_and_teaches(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_records, "is_sample", lambda *_: True)
    kid_paid(books, "1001", "100.00", "00010017")
    undone = kid_paid(books, "1002", "110.00", "00010025")
    first = BookingSample.objects.earliest("pk")
    confirm_booking(company_id=books.company, sample_id=first.pk, **BY)
    assert PartyAccount.objects.get(account_key=PAYER).confirmations == 2
    with pytest.raises(StateError):
        confirm_booking(company_id=books.company, sample_id=first.pk, **BY)
    books.undo(undone)
    assert list(BookingSample.objects.order_by("pk").values_list("state", flat=True)) == [
        "right", "undone",
    ]  # fmt: skip


def test_a_record_that_was_tampered_with_is_found(books: Books) -> None:
    books.invoice("1001", "100.00")
    paid(books, 100_00, "Faktura 1001")
    books.reconcile()
    assert books.holds()
    AnswerRecord.objects.update(booked=7)
    assert not books.holds()


def test_the_migration_counts_what_companies_have_booked_before(books: Books) -> None:
    books.invoice("1001", "100.00")
    books.invoice("1002", "200.00")
    undone = paid(books, 100_00, "Faktura 1001")
    paid(books, 200_00, "Faktura 1002")
    books.reconcile()
    books.undo(undone)
    kept = records_of(books.company)
    AnswerRecord.objects.all().delete()
    module = importlib.import_module("avstem.store.migrations.0011_records_and_learning")
    module.count_what_was_booked(apps, None)
    assert records_of(books.company) == kept
    assert kept["named_in_text"].wrong == 1


ROUNDS = 25 if connection.vendor == "sqlite" else 6
STEPS = st.lists(
    st.tuples(st.sampled_from(["run", "accept", "accept_second", "by_hand", "undo"]),
              st.integers(0, 5)),
    min_size=1, max_size=10,
)  # fmt: skip


@settings(
    max_examples=ROUNDS,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_the_counts_are_those_of_the_vouchers_whatever_people_do(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    from django.db import transaction

    with transaction.atomic():
        books = Books(tmp_path_factory.mktemp("books"))
        rows = [
            paid(books, minor, text)
            for minor, text in (
                (100_00, "Faktura 1001"), (200_00, "Faktura 1002"), (300_00, "ukjent"),
                (300_00, "ukjent"), (400_00, "ukjent"), (500_00, "Faktura 1005"),
            )
        ]  # fmt: skip
        for number, minor in enumerate((100, 200, 300, 300, 400, 500), 1001):
            books.invoice(str(number), f"{minor}.00")
        books.reconcile()
        for what, place in steps:
            _step(books, rows[place], what)
            assert records_of(books.company) == {
                **dict.fromkeys(records_of(books.company), Record()),
                **recounted(books.company),
            }
        assert books.holds()
        assert Party.objects.filter(company_id=books.company).exists()
        transaction.set_rollback(True)


def _step(books: Books, row: BankTransaction, what: str) -> None:
    found = state(row)
    if what == "run":
        books.reconcile()
    elif what == "undo" and found == "booked":
        books.undo(row)
    elif what == "by_hand" and found in ("open", "suggested"):
        book_transaction(
            company_id=books.company, transaction_id=row.pk, settlements=[],
            lines=[BookingLine("7770", -row.amount_minor)], **BY,
        )  # fmt: skip
    elif what.startswith("accept") and found == "suggested":
        newest = Decision.objects.filter(transaction=row).latest("pk")
        position = 1 if what == "accept_second" else 0
        if position < len(newest.content["suggestions"]):
            try:
                accept(books, row, position)
            except OverAllocationError:
                assert state(row) == "suggested", "refused where the item was settled meanwhile"
