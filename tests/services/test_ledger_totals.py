"""What is posted on an account is the same sum, however much of it was added up before."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, transaction
from django.db.models import Sum

from avstem.domain.money import Money
from avstem.domain.voucher import PostingLine
from avstem.store import ledger_totals
from avstem.store.checks.ledger import totals_agree_with_postings
from avstem.store.locks import lock_company
from avstem.store.models import BankAccount, Company, Posting
from avstem.store.models.ledger import LedgerTotal
from avstem.store.posting import NewVoucher, post_vouchers
from avstem.store.queries.accounts import standings
from avstem.store.tenancy import company_scope

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NOW = datetime(2026, 11, 30, tzinfo=UTC)


@pytest.fixture
def company() -> Iterator[Company]:
    """With one account, and within its walls."""
    made = Company.objects.create(orgnr="974760673", name="Fjordlys Elektro AS", currency="NOK")
    with company_scope(made.pk):
        BankAccount.objects.create(
            company=made, iban="NO9386011117947", kind="operating", currency="NOK",
            ledger_account="1920",
        )  # fmt: skip
        yield made


def post(company: Company, minors: list[int], currency: str = "NOK") -> None:
    """A voucher for each amount, of the bank against charges."""

    def line(account: str, minor: int) -> PostingLine:
        value = None if currency == "NOK" else minor * 11
        return PostingLine(account, Money(minor, currency), value_minor=value)

    new = [
        NewVoucher(date(2026, 11, 30), "x", (line("1920", minor), line("7770", -minor)))
        for minor in minors
    ]
    with transaction.atomic():
        lock_company(company.pk)
        post_vouchers(company_id=company.pk, vouchers=new, actor="test", now=NOW)


def posted(company: Company) -> int:
    rows = Posting.objects.filter(company=company, account="1920", currency="NOK")
    return int(rows.aggregate(sum=Sum("amount_minor", default=0))["sum"])


def test_a_total_is_kept_and_what_came_since_is_added(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_totals, "VOUCHERS_BETWEEN", 3)
    for minors in ([100, 20], [3, -40], [7], [1000, 2000, 3000, 4000]):
        post(company, minors)
        [found] = standings(company.pk)
        assert found.ledger_minor == posted(company)
    assert LedgerTotal.objects.count() == 2, "as 3 was passed, and as 6 and 9 were"
    post(company, [5], currency="EUR")
    [found] = standings(company.pk)
    assert found.ledger_minor == posted(company), "euro is no krone"
    assert found.posted_value_minor == posted(company) + 55
    post(company, [6, 7], currency="EUR")
    assert {each.currency for each in LedgerTotal.objects.all()} == {"NOK", "EUR"}
    [found] = standings(company.pk)
    assert found.posted_value_minor == posted(company) + 18 * 11
    assert list(totals_agree_with_postings(company.pk)) == []


def test_a_wrong_total_is_found_and_none_is_changed(company: Company) -> None:
    post(company, [100, 20])
    LedgerTotal.objects.create(
        company=company, account="1920", currency="NOK", moved_minor=121, value_minor=120,
        unvalued=0, last_posting=Posting.objects.latest("pk").pk,
    )  # fmt: skip
    [fault] = totals_agree_with_postings(company.pk)
    assert "the total of account 1920" in fault.subject
    with pytest.raises(DatabaseError, match=r"ledgertotal\.immutable"), transaction.atomic():
        LedgerTotal.objects.update(moved_minor=120)
