"""Payouts are uploaded as any file, listed, and each shows what it is made of and where it is."""

import re
from pathlib import Path

import pytest

from avstem import wording
from avstem.domain.settlement import LineKind
from tests.cli.conftest import books
from tests.cli.files import Books, Line
from tests.support.bank_tables import cell, sheet, workbook
from tests.support.settlements import ZETTLE, stripe, vipps
from tests.web.acting import Page, look, upload
from tests.web.test_languages import BOKMAAL

__all__ = ["books"]

pytestmark = pytest.mark.database

NEIGHBOUR = "923609016"
UTB = Line("78.25", "R1", text="Utb. 2000023 Vippsnr 57860", day="2026-04-14")


def payout(books: Books, text: str | None = None, name: str = "vipps.csv") -> Path:
    return books.file(name, vipps() if text is None else text)


def links(page: Page, kind: str) -> list[str]:
    """The addresses on the page of that kind, without the company."""
    return sorted(set(re.findall(rf'href="/\d+/({kind}/\d+/)"', page.page)))


def test_a_payout_is_uploaded_beside_its_statement_and_each_shows_the_other(books: Books) -> None:
    statement = books.statement("2026-04-14", "0.00", [UTB, Line("5.00", "R2")])
    page = upload(books.run, statement, payout(books))
    assert [name for name, _ in page.sections()] == ["vipps.csv", "053-2026-04-14.xml"]
    assert page.said("vipps.csv").startswith("Added 1 Already there 0 Lines 2")
    listing, shown, bank = look(books.run, "settlements/", follow=("settlements", "transactions"))
    assert "13.04.2026 Vipps MobilePay 57860-2000023 100,00 1,75 20,00 78,25 NOK ✓ 14.04.2026" in (
        listing.text
    )
    [one], [transaction] = links(listing, "settlements"), links(listing, "transactions")
    assert "found by the payout's name" in shown.text
    assert links(shown, "transactions") == [transaction]
    assert "11.04.2026 Sale Til kaffen F-1 720000231 100,00 1,75 98,25" in shown.text
    assert "12.04.2026 Refund 720000232 −20,00 0,00 −20,00" in shown.text
    assert links(bank, "settlements") == [one]
    assert "Gross 100,00 Fees 1,75 Refunds 20,00 Paid out 78,25" in bank.text


def test_the_bar_is_full_and_its_parts_are_named(books: Books) -> None:
    upload(books.run, payout(books))
    _, page = look(books.run, "settlements/", follow=("settlements",))
    rects = re.findall(r'<rect class="part-(\w+)" x="(\d+)" y="0" width="(\d+)"', page.page)
    assert [name for name, _, _ in rects] == ["net", "fees", "refunds"]
    assert sum(int(width) for _, _, width in rects) == 1000
    assert [int(x) for _, x, _ in rects] == [0, 782, 800]
    assert 'role="img" aria-label="What it is made of" aria-describedby="payout-sums"' in page.page
    assert "style=" not in page.page, "the content security policy lets no style attribute through"


def test_what_is_not_explained_is_shown_on_each_page(books: Books) -> None:
    page = upload(books.run, payout(books, vipps(paid="80,00")))
    assert "A part of the payout 57860-2000023 is not explained" in page.said("vipps.csv")
    listing, english = look(books.run, "settlements/", follow=("settlements",))
    assert "80,00 NOK 1,75 –" in listing.text
    assert "1,75 NOK of the payout is not explained by its lines" in english.text
    assert re.search(r'<td colspan="5">Unexplained</td><td class="amount">1,75</td>', english.page)
    rects = re.findall(r'<rect class="part-(\w+)" x="(\d+)" y="0" width="(\d+)"', english.page)
    assert [(name, int(x), int(width)) for name, x, width in rects] == [
        ("net", 0, 769), ("fees", 769, 17), ("refunds", 786, 196), ("unexplained", 982, 18),
    ]  # fmt: skip
    [bokmaal] = look(books.run, *links(listing, "settlements"), language="nb")
    assert "1,75 NOK av utbetalingen forklares ikke av linjene" in bokmaal.text


def test_two_candidates_are_none_and_the_page_says_so(books: Books) -> None:
    again = Line("78.25", "R3", text="Vippsnr 57860 Utb. 2000023", day="2026-04-14")
    upload(books.run, books.statement("2026-04-14", "0.00", [UTB, again]), payout(books))
    _, page = look(books.run, "settlements/", follow=("settlements",))
    assert "not found yet, or more than one could be it" in page.text
    assert links(page, "transactions") == []


def test_another_amount_under_the_payouts_name_is_shown_with_the_difference(books: Books) -> None:
    less = Line("70.00", "R1", text="Utb. 2000023 Vippsnr 57860", day="2026-04-14")
    upload(books.run, books.statement("2026-04-14", "0.00", [less]), payout(books))
    listing, page = look(books.run, "settlements/", follow=("settlements",))
    assert "another amount" in listing.text
    assert "differs by −8,25" in page.text


def test_the_same_payout_is_there_and_another_content_is_refused(books: Books) -> None:
    upload(books.run, payout(books))
    same = upload(books.run, payout(books, vipps(text="Et annet ord"), "again.csv"))
    assert same.said("again.csv").startswith("Added 0 Already there 1")
    other = upload(books.run, payout(books, vipps(gross="110,00"), "other.csv"), language="nb")
    assert "er lagret fra før med annet innhold" in other.said("other.csv")
    [listing] = look(books.run, "settlements/")
    assert "100,00 1,75 20,00 78,25" in listing.text
    books.verify()


def test_a_report_without_a_currency_is_taken_in_the_companys_and_says_so(books: Books) -> None:
    page = upload(books.run, payout(books, ZETTLE, "zettle.csv"))
    assert page.said("zettle.csv").startswith("Added 1")
    assert "taken to be in NOK" in page.said("zettle.csv")


def test_zettles_workbook_is_known_by_its_header(books: Books) -> None:
    path = books.folder / "zettle.xlsx"
    rows = [[cell(each) for each in line.split(";")] for line in ZETTLE.splitlines()]
    path.write_bytes(workbook(sheet([[cell("Fjordbutikken")], *rows])))
    assert upload(books.run, path).said("zettle.xlsx").startswith("Added 1")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Worldline settlement report;2026\na;b\n1;2\n", "Worldline"),
        ("100;71;1\n110;71;2\n200;71;3\n", "Nets"),
    ],
)
def test_a_report_whose_layout_is_not_known_is_answered_by_its_name(
    books: Books, text: str, name: str
) -> None:
    english = upload(books.run, payout(books, text, "x.csv")).said("x.csv")
    assert name in english
    assert "Book the payout from the bank statement" in english
    bokmaal = upload(books.run, payout(books, text, "x.csv"), language="nb").said("x.csv")
    assert "Før utbetalingen fra kontoutskriften" in bokmaal


def test_another_company_sees_none_of_it(books: Books) -> None:
    books.run("company", "add", "--orgnr", NEIGHBOUR, "--name", "Nabo AS")
    upload(books.run, payout(books))
    [listing] = look(books.run, "settlements/")
    [one] = links(listing, "settlements")
    inside, outside, empty = (
        look(books.run, one, company=NEIGHBOUR, member_of=NEIGHBOUR)[0],
        look(books.run, one, member_of=NEIGHBOUR)[0],
        look(books.run, "settlements/", company=NEIGHBOUR, member_of=NEIGHBOUR)[0],
    )
    assert (inside.status, outside.status, empty.status) == (404, 404, 200)
    assert "No payouts yet" in empty.text


def test_many_lines_and_payouts_come_a_page_at_a_time(books: Books) -> None:
    days = [
        (f"po_{n:04}aaaa", f"2026-{n // 28 + 1:02}-{n % 28 + 1:02}", "500.00") for n in range(60)
    ]
    upload(books.run, payout(books, stripe(*days), "stripe.csv"))
    upload(books.run, payout(books, stripe(("po_manyaaaa", "2026-08-01", "900.00"), sales=230), "many.csv"))  # fmt: skip
    [first] = look(books.run, "settlements/")
    older = re.search(r'href="(\?after=[^"]+)" rel="next"', first.page)
    assert older is not None
    [second] = look(books.run, "settlements/" + older[1].replace("&amp;", "&"))
    assert len(links(first, "settlements")) == 50
    assert len(links(second, "settlements")) == 11
    many = re.search(r"settlements/\d+/(?=\">Stripe</a> <span class=\"hint\">po_many)", first.page)
    assert many is not None
    [page] = look(books.run, many[0])
    assert page.page.count("<tr><td>") == 200
    assert "231 lines" in page.text


def test_every_word_of_a_payout_is_there_in_bokmaal() -> None:
    assert set(wording.LINE_KINDS) == {each.value for each in LineKind}
    for text in wording.LINE_KINDS.values():
        assert BOKMAAL.gettext(text) != text, text
