"""The same money told of many times is counted once, and what is not the same stays apart."""

import subprocess
import sys
from pathlib import Path

import pytest

from avstem.domain.kid import make_kid
from tests.cli.files import BBAN, NOT_OURS, ORGNR, Books, Line, customer_invoice

pytestmark = pytest.mark.database

KID = make_kid(1001, 8) or ""
THREE = [Line("100.00", "R1"), Line("200.00", "R2"), Line("-50.00", "R3")]


def test_the_same_file_again_adds_nothing_and_says_how_many_are_there(books: Books) -> None:
    path = books.statement("2026-03-02", "0.00", THREE)
    assert books.take(path)["files"][0]["added"] == 3
    again = books.take(path)["files"][0]
    assert (again["added"], again["already_there"], again["same_file"]) == (0, 3, True)
    assert len(books.matches()) == 3
    books.verify()


def test_the_same_entries_in_other_bytes_add_nothing(books: Books) -> None:
    books.take(books.statement("2026-03-02", "0.00", THREE))
    other = books.statement("2026-03-02", "0.00", THREE, name="again.xml", message="M2")
    again = books.take(other)["files"][0]
    assert (again["added"], again["already_there"], again["same_file"]) == (0, 3, False)
    books.verify()


@pytest.mark.parametrize("references", [("R1", "R2"), ("", "")])
def test_two_alike_payments_on_one_day_stay_two_also_when_told_of_again(
    books: Books, references: tuple[str, str]
) -> None:
    twins = [Line("99.00", reference, text="Butikk") for reference in references]
    books.take(books.statement("2026-03-02", "0.00", twins))
    books.take(books.statement("2026-03-02", "0.00", twins, name="again.xml", message="M2"))
    assert books.amounts() == ["99.00", "99.00"]


def test_statement_ids_and_references_used_again_a_year_later_are_new_money(books: Books) -> None:
    books.take(books.statement("2025-03-03", "0.00", [Line("100.00", "R1")], id="1"))
    books.take(books.statement("2026-03-03", "100.00", [Line("100.00", "R1")], id="1"))
    assert books.amounts() == ["100.00", "100.00"]
    books.verify()


def test_a_pending_payment_is_replaced_by_the_booked_one_and_never_counted_twice(
    books: Books,
) -> None:
    pending = Line("500.00", "P1", status="PDNG")
    books.take(books.statement("2026-03-02", "0.00", [pending], kind="052"))
    assert books.matches() == []
    books.take(books.statement("2026-03-03", "0.00", [Line("500.00", "R1")]))
    assert books.amounts() == ["500.00"]
    books.verify()


def test_a_reference_that_comes_with_another_amount_is_an_alarm_and_what_is_stored_stands(
    books: Books,
) -> None:
    books.take(books.statement("2026-03-02", "0.00", [Line("100.00", "X1", text="Salg")]))
    changed = [Line("-70.00", "X1", text="Kjøp")]
    path = books.statement("2026-03-02", "0.00", changed, name="changed.xml")
    answer = books.run("statement", "import", "--company", "974760673", path)
    assert "another amount under a known reference" in answer.err
    assert [(line["amount"], line["text"]) for line in books.matches()] == [("100.00", "Salg")]


def test_a_daily_and_a_weekly_statement_of_the_same_days_count_the_money_once(
    books: Books,
) -> None:
    monday = [Line("100.00", "R1", day="2026-03-02"), Line("7.00", day="2026-03-02", text="a")]
    tuesday = [Line("200.00", "R2", day="2026-03-03"), Line("7.00", day="2026-03-03", text="a")]
    books.take(books.statement("2026-03-02", "0.00", monday))
    books.take(books.statement("2026-03-03", "107.00", tuesday))
    week = books.statement(
        "2026-03-02", "0.00", [*monday, *tuesday], until="2026-03-06", name="week.xml"
    )
    answer = books.take(week)
    assert answer["files"][0]["already_there"] == 4
    assert books.amounts() == ["100.00", "7.00", "200.00", "7.00"]
    assert answer["reconciled"]["halted_accounts"] == 0
    books.verify()


LUMP = Line("100.00", "L1", text="OCR-innbetaling")
PARTS = Line("100.00", "L1", parts=(("D1", "30.00", ""), ("D2", "70.00", "")))


def test_a_lump_sum_whose_parts_come_later_is_shown_as_its_parts(books: Books) -> None:
    books.take(books.statement("2026-03-02", "0.00", [LUMP]))
    books.take(books.statement("2026-03-02", "0", [PARTS], kind="054"))
    assert sorted(books.amounts()) == ["30.00", "70.00"]
    books.verify()


def test_a_lump_sum_that_comes_after_its_parts_adds_nothing(books: Books) -> None:
    books.take(books.statement("2026-03-02", "0", [PARTS], kind="054"))
    books.take(books.statement("2026-03-02", "0.00", [LUMP]))
    assert sorted(books.amounts()) == ["30.00", "70.00"]
    books.verify()


def test_files_given_in_any_order_are_taken_in_the_order_of_their_days(books: Books) -> None:
    books.invoices(customer_invoice("1001", "1000.00", KID))
    second = books.statement("2026-03-03", "1000.00", [Line("1000.00", "R2", kid=KID)], name="a")
    first = books.statement("2026-03-02", "0.00", [Line("1000.00", "R1", kid=KID)], name="b")
    answer = books.take(second, first)
    assert [each["file"] for each in answer["files"]] == ["b", "a"]
    assert answer["reconciled"]["halted_accounts"] == 0
    assert [len(line["allocations"]) for line in books.matches()] == [1, 0]
    books.verify()


def test_a_statement_of_an_account_that_is_not_ours_is_refused(books: Books) -> None:
    path = books.statement("2026-03-02", "0.00", THREE, account=NOT_OURS)
    answer = books.take(path, code=3)
    assert NOT_OURS in answer["refused_files"][0]["reason"]
    assert books.matches() == []


def test_a_statement_in_another_currency_than_the_accounts_is_refused(books: Books) -> None:
    path = books.statement("2026-03-02", "0.00", THREE, currency="EUR")
    assert "EUR" in books.take(path, code=3)["refused_files"][0]["reason"]
    assert books.matches() == []


def test_one_bad_file_of_several_is_named_and_the_others_are_kept(books: Books) -> None:
    good = books.statement("2026-03-02", "0.00", THREE)
    bad: Path = books.file("bad.xml", "<Document>")
    answer = books.take(bad, good, code=1)
    assert [each["file"] for each in answer["files"]] == [good.name]
    assert len(answer["refused_files"]) == 1
    assert "bad.xml" in answer["refused_files"][0]["file"]
    assert len(books.matches()) == 3


def test_a_single_bad_file_leaves_nothing_behind(books: Books) -> None:
    whole = books.statement("2026-03-02", "0.00", THREE).read_text(encoding="utf-8")
    cut = books.file("cut.xml", whole[: whole.rindex("<Ntry>") + 30])
    books.take(cut, code=3)
    assert books.matches() == []
    books.verify()


@pytest.mark.parametrize("reference", ["R9", ""])
@pytest.mark.parametrize("kinds", [("053", "053"), ("054", "053"), ("053", "054")])
@pytest.mark.parametrize("is_booked", [False, True])
def test_money_typed_on_another_day_than_the_banks_is_counted_once_however_often_it_is_told(
    books: Books, reference: str, kinds: tuple[str, str], is_booked: bool
) -> None:
    said = [
        "transaction", "add", "--company", ORGNR, "--account", BBAN, "--date", "2026-03-02",
        "--amount", "-450.00", "--text", "Kaffe",
    ]  # fmt: skip
    books.run(*said)
    if is_booked:
        book_to_account(books)
    line = Line("-450.00", reference, text="KAFFEHUSET")
    first, again = (
        books.statement("2026-03-03", "0.00", [line], kind=kind, name=f"{place}.xml", message=place)
        for place, kind in zip(("A", "B"), kinds, strict=True)
    )
    assert books.take(first)["files"][0]["added"] == 0
    assert books.take(again)["files"][0]["added"] == 0
    assert len(books.matches()) == 1
    # The same amount on the day after is other money.
    books.take(books.statement("2026-03-04", "-450.00", [Line("-450.00", "", text="KAFFEHUSET")]))
    assert len(books.matches()) == 2
    books.verify()


def book_to_account(books: Books) -> None:
    """A person books the only transaction to an account, in a process of its own."""
    script = (
        "from avstem.config.startup import start; start()\n"
        "from datetime import UTC, datetime\n"
        "from avstem.services.book_transaction import BookingLine, book_transaction\n"
        "from avstem.store.models import BankTransaction\n"
        "row = BankTransaction.objects.get()\n"
        "book_transaction(company_id=row.company_id, transaction_id=row.pk, settlements=[],\n"
        "    lines=[BookingLine('1909', 45000)], actor='kari', now=datetime(2026, 5, 1, tzinfo=UTC))"
    )
    environment = books.run.environment()
    subprocess.run([sys.executable, "-c", script], env=environment, check=True)
