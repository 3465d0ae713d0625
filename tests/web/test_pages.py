"""The pages without a browser: who may do what, and a constant number of queries."""

from tests.support.command import Avstem

# Run in a process of its own, on the database of the test: Django is set up once a process.
_QUERIES = """
from avstem.config.startup import start
start()
from datetime import UTC, datetime
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_test_environment
setup_test_environment()
from avstem.services.add_user import add_user
from avstem.store.models import BankAccount, BankTransaction, Company, Entry, User
from avstem.store.tenancy import company_scope

now = datetime(2026, 11, 24, tzinfo=UTC)
company = Company.objects.get(orgnr="974760673")
add_user(company_id=company.pk, email="a@example.no", role="owner", actor="test", now=now)
browser = Client(headers={"host": "localhost"})
browser.force_login(User.objects.get(), backend="django.contrib.auth.backends.ModelBackend")
account = None
counts = []
for many in (3, 10_000):
    with company_scope(company.pk):
        account = BankAccount.objects.get(company=company)
        entry = Entry.objects.create(company=company, account=account, position=0, status="booked",
            booking_date=now.date(), amount_minor=100 * many, fingerprint="")
        BankTransaction.objects.bulk_create([BankTransaction(company=company, account=account,
            entry=entry, position=n, booking_date=now.date(), amount_minor=100, currency="NOK",
            text=f"Innbetaling {n}") for n in range(many)], 1000)
    for tab in ("tab=waiting", "month=2026-11", "tab=waiting&q=1,00", "tab=all&q=1,00"):
        with CaptureQueriesContext(connection) as seen:
            answer = browser.get(f"/{company.orgnr}/accounts/{account.pk}/?{tab}")
        assert answer.status_code == 200, answer.status_code
        assert answer.content.count(b"data-row") == min(many + (3 if many > 3 else 0), 50)
        counts.append(len(seen))
assert counts[:4] == counts[4:], counts
assert max(counts) <= 25, counts
shown = []
page = f"/{company.orgnr}/accounts/{account.pk}/?tab=waiting"
while page and len(shown) < 300:
    answer = browser.get(page)
    shown += [row.pk for row, _ in answer.context["rows"]]
    later = answer.context["links"]["earlier"]
    page = f"/{company.orgnr}/accounts/{account.pk}/{later}" if later else ""
assert len(shown) == len(set(shown)) == 300 and shown == sorted(shown, reverse=True)
print("counts", counts)
"""


def test_ten_thousand_transactions_take_no_more_queries_than_three_and_pages_meet_no_row_twice(
    avstem: Avstem,
) -> None:
    avstem("company", "add", "--orgnr", "974760673", "--name", "Nabo AS")
    avstem(
        "account", "add", "--company", "974760673", "--iban", "NO9386011117947",
        "--kind", "operating", "--ledger-account", "1920",
    )  # fmt: skip
    assert "counts" in avstem.script(_QUERIES)
