"""A replay tells what the engine would have booked, with the books as they were then."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from avstem.domain.errors import InvalidValueError, NotFoundError
from avstem.matching.replay import Outcome, Sums
from avstem.services.accept_suggestion import accept_suggestion
from avstem.services.add_account import NewAccount, add_account
from avstem.services.add_company import add_company
from avstem.services.book_transaction import BookingLine, book_transaction
from avstem.services.confirm_booking import confirm_booking
from avstem.services.reconcile import reconcile
from avstem.services.replay import NOT_AS_THEN, replay
from avstem.services.set_aside import set_aside
from avstem.store.learnt_then import LearntThen
from avstem.store.models import (
    BankTransaction,
    BookingSample,
    OpenItem,
    PartyAccount,
    Rehearsal,
    Voucher,
)

from .test_any_order import kid_of
from .test_dry_run import all_rows
from .test_undo import BY, Books

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def books(tmp_path: Path) -> Books:
    return Books(tmp_path)


def replayed(books: Books, **more: Any) -> tuple[Sums, Rehearsal]:
    row = replay(company_id=books.company, account_id=more.pop("account", books.account), **BY,
                 **more)  # fmt: skip
    return Sums.from_json(row.found), row


def outcomes(sums: Sums) -> dict[str, int]:
    return dict(sum((Counter(count) for count in sums.by_month.values()), Counter()))


def told(payment: BankTransaction, **said: Any) -> BankTransaction:
    """The bank says more of a payment than can be typed."""
    BankTransaction.objects.filter(pk=payment.pk).update(**said)
    return payment


def by_hand(books: Books, payment: BankTransaction, item: OpenItem | None, minor: int) -> None:
    book_transaction(
        company_id=books.company, transaction_id=payment.pk,
        settlements=[(item.pk, minor)] if item else [],
        lines=[] if item else [BookingLine("7770", -minor)], **BY,
    )  # fmt: skip


def test_what_people_booked_as_the_engine_would_have_is_the_same(books: Books) -> None:
    item = books.invoice("1069", "1000.00", kid_of("1069"))
    by_hand(books, books.paid(1000_00, kid_of("1069")), item, 1000_00)
    sums, row = replayed(books)
    assert outcomes(sums) == {"same": 1}
    assert (sums.would_book, sums.by_person, row.looked_at) == (1, 1, 1)
    assert sums.by_rule == {"named_in_text": Counter(same=1)}
    assert list(sums.by_month) == ["2026-03"]


def test_what_people_booked_otherwise_is_shown_with_both_sides(books: Books) -> None:
    books.invoice("1069", "1000.00", kid_of("1069"))
    payment = books.paid(1000_00, kid_of("1069"))
    by_hand(books, payment, None, 1000_00)
    sums, row = replayed(books)
    assert outcomes(sums) == {"differs": 1}
    [example] = row.found["examples"]
    assert (example["transaction"], example["by_person"]) == (payment.pk, True)
    assert example["would"] == [["1500", -1000_00, "NOK", "1069"]]
    assert example["did"] == [["7770", -1000_00, "NOK", ""]]
    assert row.found["not_as_then"] == list(NOT_AS_THEN)


def test_what_a_person_has_undone_differs_though_nothing_is_booked(books: Books) -> None:
    books.invoice("1069", "1000.00", kid_of("1069"))
    payment = books.paid(1000_00, kid_of("1069"))
    books.reconcile()
    books.undo(payment)
    sums, row = replayed(books)
    assert outcomes(sums) == {"differs": 1}
    assert row.found["examples"][0]["did"] == []


def test_what_nobody_has_booked_is_counted_apart(books: Books) -> None:
    books.invoice("1069", "1000.00", kid_of("1069"))
    books.invoice("1070", "750.00")
    books.paid(1000_00, kid_of("1069"))
    books.paid(750_00, "Overføring")
    books.paid(-33_00, "Ukjent")
    assert outcomes(replayed(books)[0]) == {"untouched": 1, "waits": 1, "left": 1}


def test_a_suggestion_is_right_first_further_down_or_not_at_all(books: Books) -> None:
    for number in ("1070", "1071"):
        books.invoice(number, "750.00")
    first = books.paid(750_00, "Overføring")
    books.reconcile()
    accept_suggestion(company_id=books.company, transaction_id=first.pk, position=0, **BY)
    assert outcomes(replayed(books)[0]) == {"first": 1}
    books.undo(first)
    by_hand(books, first, OpenItem.objects.get(number="1071"), 750_00)
    assert outcomes(replayed(books)[0]) == {"among": 1}
    books.undo(first)
    by_hand(books, first, None, 750_00)
    assert outcomes(replayed(books)[0]) == {"other": 1}


def test_an_invoice_that_came_later_is_not_seen_and_one_paid_since_is(books: Books) -> None:
    """The payment fits one open invoice then; today that is paid, and another one fits."""
    then = books.invoice("1069", "1000.00")
    payment = books.paid(1000_00, "Takk", on=date(2026, 3, 10))
    told(payment, counterparty="NORDLYS BYGG AS")
    by_hand(books, payment, then, 1000_00)
    later = books.folder / "later.csv"
    later.write_text(
        "type,number,party_name,invoice_date,currency,amount,kid\n"
        "customer_invoice,1070,Nordlys Bygg AS,2026-04-01,NOK,1000.00,\n", encoding="utf-8",
    )  # fmt: skip
    from avstem.services.import_invoices import import_invoices

    import_invoices(company_id=books.company, path=later, name=later.name, **BY)
    sums, _ = replayed(books)
    assert outcomes(sums) == {"first": 1}


def test_what_was_learnt_from_the_payments_themselves_is_not_known_before(books: Books) -> None:
    """Three payments from an account nobody knew: the first two teach, the third is certain."""
    for place, number in enumerate(("1001", "1002", "1003")):
        item = books.invoice(number, f"{500 + place}.00")
        payment = books.paid((500 + place) * 100, "Takk", on=date(2026, 3, 10 + 8 * place))
        told(payment, counterparty="Hilde Fredheim", counterparty_account="32012200225")
        by_hand(books, payment, item, (500 + place) * 100)
    assert PartyAccount.objects.get(source="learnt").confirmations == 3
    sums, _ = replayed(books)
    assert sums.by_rule["learnt_account"] == Counter(first=1, same=1)
    assert sums.total(Outcome.SAME, Outcome.DIFFERS) == 1


def test_a_replay_writes_its_own_answer_and_nothing_else(books: Books) -> None:
    books.invoice("1069", "1000.00", kid_of("1069"))
    books.paid(1000_00, kid_of("1069"))
    before = all_rows(books.company)
    replayed(books)
    after = all_rows(books.company)
    changed = {table for table in before if before[table] != after[table]}
    assert changed - {"sqlite_sequence"} == {"store_rehearsal", "store_auditevent"}


def test_only_the_account_asked_for_is_counted_but_both_sides_of_a_transfer_are_seen(
    books: Books,
) -> None:
    second = NewAccount("15030002021", "savings", "1930")
    other = add_account(company_id=books.company, account=second, **BY).pk
    books.paid(-777_00, "til 15030002021")
    books.account, first = other, books.account
    books.paid(777_00, "Fra 15030001017")
    books.reconcile()
    sums, row = replayed(books, account=first)
    assert outcomes(sums) == {"same": 1}
    assert sums.by_rule == {"own_transfer": Counter(same=1)}
    assert row.looked_at == 2, "all accounts' payments are looked at"


def test_months_and_accounts_that_make_no_sense_are_refused(books: Books) -> None:
    for months in (0, 61):
        with pytest.raises(InvalidValueError):
            replayed(books, months=months)
    other = add_company(orgnr="923609016", name="Annen AS", **BY)
    with pytest.raises(NotFoundError):
        replay(company_id=other.pk, account_id=books.account, **BY)
    assert not Rehearsal.objects.exists()


@pytest.mark.parametrize("seed", range(2))
def test_days_that_were_lived_through_are_told_as_they_were(books: Books, seed: int) -> None:
    """Weeks are matched as they come; what waits is set aside. A replay finds each answer again."""
    play = _Weeks(books, Random(seed))
    for week in range(10):
        play.week(date(2026, 1, 5) + timedelta(weeks=week))
    lived = Counter(BankTransaction.objects.values_list("state", flat=True))
    sums, row = replayed(books)
    assert sums.would_book == lived["booked"] > 10
    assert sums.total(Outcome.SAME) == lived["booked"], row.found["examples"]
    waited = sums.total(Outcome.WAITS, Outcome.LEFT)
    assert waited == lived["set_aside"] > 10
    assert PartyAccount.objects.filter(source="learnt", confirmations__gt=0).exists()


class _Weeks:
    """Invoices and payments of a week; the matching; and what waits is set aside."""

    def __init__(self, books: Books, random: Random) -> None:
        self.books, self.random, self.numbers = books, random, list[str]()

    def week(self, monday: date) -> None:
        for _ in range(4):
            number = str(1000 + len(self.numbers))
            minor = self.random.choice((300, 450, 450, 999 + len(self.numbers)))
            kid = kid_of(number) if self.random.random() < 0.5 else ""
            self._invoice(number, f"{minor}.00", kid, monday)
            self.numbers.append(number)
        # One on the Monday, so that the replay's pieces are these weeks.
        for day in (0, *(self.random.randint(1, 6) for _ in range(5))):
            self._payment(monday + timedelta(days=day))
        reconcile(company_id=self.books.company, **BY)
        for row in BankTransaction.objects.filter(state__in=("open", "suggested")):
            set_aside(company_id=self.books.company, transaction_id=row.pk, reason="-", **BY)

    def _invoice(self, number: str, amount: str, kid: str, day: date) -> None:
        from avstem.services.import_invoices import import_invoices

        party = self.random.choice(("Nordlys Bygg AS", "Kari Hansen"))
        file = self.books.folder / f"{number}.csv"
        file.write_text(
            "type,number,party_name,invoice_date,currency,amount,kid\n"
            f"customer_invoice,{number},{party},{day},NOK,{amount},{kid}\n", encoding="utf-8",
        )  # fmt: skip
        import_invoices(company_id=self.books.company, path=file, name=file.name, **BY)

    def _payment(self, day: date) -> None:
        item = OpenItem.objects.get(number=self.random.choice(self.numbers[-8:]))
        minor = self.random.choice((item.amount_minor, item.amount_minor, 123_00))
        said = (f"Faktura {item.number}", item.kid or "Takk", "Takk for sist")
        payment = self.books.paid(minor, self.random.choice(said), on=day)
        if self.random.random() < 0.5:
            account = {"Kari Hansen": "32012200225"}.get(item.party.name, "97501100114")
            told(payment, counterparty_account=account, counterparty=item.party.name)


def test_four_times_the_payments_ask_the_tables_as_often(books: Books) -> None:
    """As long as the days are the same: what is asked follows the pieces, not the payments."""
    asked = []
    for start, count in ((1000, 4), (1004, 12)):
        for number in range(start, start + count):
            books.invoice(str(number), f"{number}.00", kid_of(str(number)))
            day = date(2026, 3, 10) + timedelta(days=number % 4)
            books.paid(number * 100, kid_of(str(number)), on=day)
        books.reconcile()
        with CaptureQueriesContext(connection) as queries:
            sums, _ = replayed(books)
        asked.append(len(queries))
    assert sums.total(Outcome.SAME) == 16
    assert asked[0] == asked[1]


def test_a_booking_that_was_looked_at_has_taught_from_its_day_on(books: Books) -> None:
    """What is not known to be older than a payment is not known before it."""
    books.invoice("1069", "1000.00")
    payment = told(books.paid(1000_00, "Faktura 1069"), counterparty_account="32012200225")
    books.reconcile()
    sample = BookingSample.objects.create(
        company_id=books.company, voucher=Voucher.objects.get(transaction=payment)
    )
    confirm_booking(company_id=books.company, sample_id=sample.pk, **BY)
    assert PartyAccount.objects.get(source="learnt").confirmations == 2
    learnt = LearntThen(books.company, date(2026, 1, 1))
    [[after]] = learnt.accounts(date(2026, 3, 11), ["32012200225"]).values()
    assert after.confirmations == 2
    assert learnt.accounts(date(2026, 3, 10), ["32012200225"]) == {}
    older = LearntThen(books.company, date(2026, 3, 11))
    assert older.accounts(date(2026, 3, 11), ["32012200225"]), "it was known before these days"
