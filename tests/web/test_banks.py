"""The banks' pages: searched on the server, for members of the company alone, in two languages."""

import html
import json
import re
from dataclasses import dataclass

import pytest

from avstem.banks.directory import all_banks
from tests.cli.conftest import books
from tests.cli.files import ORGNR, Books

__all__ = ["books"]

pytestmark = pytest.mark.database

_SCRIPT = """
import json, sys
asked = json.load(sys.stdin)
from avstem.config.startup import start
start()
from datetime import UTC, datetime
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_test_environment
setup_test_environment()
from avstem.services.add_user import add_user
from avstem.store.models import Company, User

company = Company.objects.get(orgnr=asked["company"])
if asked["member"]:
    add_user(company_id=company.pk, email="a@example.no", role="reader", actor="test",
             now=datetime(2026, 11, 24, tzinfo=UTC))
else:
    User.objects.create(email="a@example.no")
found = []
for path, language in asked["pages"]:
    browser = Client(headers={"host": "localhost", "accept-language": language})
    if asked["signed_in"]:
        browser.force_login(User.objects.get(email="a@example.no"),
                            backend="django.contrib.auth.backends.ModelBackend")
    with CaptureQueriesContext(connection) as seen:
        answer = browser.get(f"/{company.orgnr}/banks/{path}")
    found.append({"status": answer.status_code, "page": answer.content.decode(),
                  "queries": len(seen)})
print(json.dumps(found))
"""


@dataclass(frozen=True)
class Page:
    """What a page answered."""

    status: int
    page: str
    queries: int

    @property
    def text(self) -> str:
        """The page in words."""
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", self.page)).split())

    @property
    def banks(self) -> list[str]:
        """The banks' names in the rows, in order."""
        found = re.findall(r'class="row-link" href="[^"]*"><strong>(.*?)</strong>', self.page)
        return [html.unescape(each) for each in found]


def get(
    books: Books, *pages: tuple[str, str], member: bool = True, signed_in: bool = True
) -> list[Page]:
    """The pages under `banks/`, each in its language."""
    asked = {"company": ORGNR, "pages": pages, "member": member, "signed_in": signed_in}
    out = books.run.script(_SCRIPT, json.dumps(asked))
    return [Page(**each) for each in json.loads(out)]


def test_every_bank_is_listed_and_the_companys_own_stands_first(books: Books) -> None:
    (page,) = get(books, ("", "en"))
    assert page.status == 200
    # The company's account begins with 1503: DNB's.
    assert page.banks[0] == "DNB"
    assert page.banks[1:] == [each.name for each in all_banks()]
    assert "formerly Sparebanken Vest, Etne Sparebank" in page.text
    assert "Where you have accounts" in page.text
    assert "Fee a month" in page.text


def test_the_search_is_the_servers_and_knows_old_names_alliances_and_plain_letters(
    books: Books,
) -> None:
    old, plain, alliance, none, odd = get(
        books, ("?q=sparebanken+vest", "en"), ("?q=more", "en"), ("?q=dss", "en"),
        ("?q=fiskebanken", "en"), ("?q=%3Cscript%3E", "en"),
    )  # fmt: skip
    assert old.banks == ["Sparebanken Norge"]
    assert plain.banks == ["Sparebanken Møre"]
    assert len(alliance.banks) == 7
    assert none.banks == []
    assert "No bank is called “fiskebanken”, or was." in none.text
    assert "<script>" not in odd.page.partition("<main")[2]


def test_the_pages_take_a_few_queries_whatever_they_show(books: Books) -> None:
    everything, one, detail = get(books, ("", "en"), ("?q=dnb", "en"), ("dnb/", "en"))
    assert everything.queries == one.queries == detail.queries <= 10


def test_a_banks_page_says_how_to_order_step_by_step_in_bokmaal(books: Books) -> None:
    nordea, dnb = get(books, ("nordea/", "nb"), ("dnb/", "nb"))
    assert "Med en underskrevet avtale for flere enn tre konti" in nordea.text
    assert "«Bankavstemming: Ja». Uten det kommer ingen kontoutskrifter." in nordea.text
    steps = re.findall(r"<li>(.*?)</li>", nordea.page.partition("<ol>")[2])
    assert steps[0] == "Fyll ut det digitale skjemaet på Nordeas nettsted."
    assert "Personlig oppmøte i en filial" in dnb.text
    assert "150,00 NOK i måneden" in dnb.text
    assert "Kontiene dine her" in dnb.text
    assert "Kontiene dine her" not in nordea.text


def test_a_bank_whose_way_is_not_known_says_so(books: Books) -> None:
    (page,) = get(books, ("skudenes-og-aakra-sparebank/", "en"))
    assert "How this bank wants it ordered is not known here." in page.text
    assert "Ask your adviser" in page.text


def test_every_bank_has_a_page_and_nobody_else_has_one(books: Books) -> None:
    pages = get(books, *((f"{each.slug}/", "nb") for each in all_banks()), ("fiskebanken/", "nb"))
    assert [page.status for page in pages] == [200] * len(all_banks()) + [404]


def test_only_members_of_the_company_see_the_pages(books: Books) -> None:
    assert [page.status for page in get(books, ("", "en"), ("dnb/", "en"), member=False)] == [
        404
    ] * 2


def test_whoever_is_not_signed_in_is_sent_to_sign_in(books: Books) -> None:
    pages = get(books, ("", "en"), ("dnb/", "en"), signed_in=False)
    assert [page.status for page in pages] == [302] * 2
