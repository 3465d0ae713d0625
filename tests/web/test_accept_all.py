"""*Bekreft alle*: what was seen is what is booked, and one that no longer fits hinders no other."""

import re

import pytest

from tests.cli.conftest import books
from tests.cli.files import ORGNR, Books, Line
from tests.web.acting import Page, Step, act

__all__ = ["books"]

pytestmark = pytest.mark.database


def two_suggestions(books: Books) -> None:
    """Two customers who paid without a reference: each is suggested, none is certain."""
    books.invoices(
        "customer_invoice,7,Kari Ås,,,2026-11-01,NOK,500.00,,",
        "customer_invoice,8,Ola Nes,,,2026-11-01,NOK,812.50,,",
    )
    lines = [Line("500.00", "R1", name="Kari Ås"), Line("812.50", "R2", name="Ola Nes")]
    books.take(books.statement("2026-11-24", "1000.00", lines))
    assert [each["status"] for each in books.matches()] == ["suggested", "suggested"]


def seen(page: Page) -> list[str]:
    return re.findall(r'name="seen" value="(\d+:\d+)"', page.page)


def test_what_is_seen_is_booked_line_by_line(books: Books) -> None:
    two_suggestions(books)
    preview, ticked = act(
        books.run, Step("accounts/1/accept-all/"), Step("accounts/1/accept-all/?tick=all")
    )
    assert "500,00" in preview.text
    assert ticked.page.count(" checked>") == 2
    assert re.search(r"1920 500,00 .*1500 −500,00", preview.text), "the postings are shown"
    assert len(seen(preview)) == 2
    assert books.vouchers() == [], "a look books nothing"
    [done] = act(books.run, Step("accounts/1/accept-all/", {"seen": seen(preview)}))
    assert "Vouchers posted: 2 (2026-1 to 2026-2)." in done.text
    assert [each["status"] for each in books.matches()] == ["booked", "booked"]
    posted = {line["account"]: line["amount"] for line in books.vouchers()[0]["postings"]}
    assert posted == {"1920": "500.00", "1500": "-500.00"}
    books.run("verify")


def test_so_many_at_a_time_it_is_told_how_many_are_left_and_the_next_follow(books: Books) -> None:
    two_suggestions(books)
    page = "accounts/1/accept-all/"
    one = {"set_first": "avstem.web.views.accept_all.ACCEPTED_MAX=1"}
    [first] = act(books.run, Step(page), **one)
    assert "Suggestions 1 to 1 of 2." in first.text
    assert "Left after these: 1." in first.text
    [further] = re.findall(r'<a href="(\?after=[^"]*)">Go on without booking', first.page)
    [second] = act(books.run, Step(page + further), **one)
    assert "Suggestions 2 to 2 of 2. To the first ones" in second.text
    assert "Left after these" not in second.text
    [after] = re.findall(r'name="after" value="([^"]+)"', first.page)
    booked = {"seen": seen(first), "after": after}
    [following] = act(books.run, Step(page, booked), **one)
    assert "Vouchers posted: 1" in following.text
    assert seen(following) == seen(second)
    assert seen(first) != seen(second)


def test_another_suggestion_than_the_one_seen_is_not_booked_and_hinders_no_other(
    books: Books,
) -> None:
    two_suggestions(books)
    [preview] = act(books.run, Step("accounts/1/accept-all/"))
    first, second = seen(preview)
    stale = f"{first.partition(':')[0]}:{int(first.partition(':')[2]) + 1000}"
    [done] = act(books.run, Step("accounts/1/accept-all/", {"seen": [stale, second]}))
    assert "Another suggestion stands on the transaction now than the one you saw." in done.text
    assert "Vouchers posted: 1" in done.text
    assert sorted(each["status"] for each in books.matches()) == ["booked", "suggested"]
    books.run("verify")


def test_twice_sent_it_is_booked_once_and_a_reader_books_nothing(books: Books) -> None:
    two_suggestions(books)
    [preview] = act(books.run, Step("accounts/1/accept-all/"))
    step = Step("accounts/1/accept-all/", {"seen": seen(preview)})
    [refused] = act(books.run, step, role="reader")
    assert refused.status == 403
    act(books.run, step, step)
    assert len(books.vouchers()) == 2
    [nothing] = act(books.run, Step("accounts/1/accept-all/", {}))
    assert "Nothing was ticked" in nothing.text
    books.run("verify")


def test_another_companys_suggestions_are_not_found(books: Books) -> None:
    two_suggestions(books)
    books.run("company", "add", "--orgnr", "923609016", "--name", "Nabo AS")
    [page] = act(books.run, Step("accounts/1/accept-all/"), company="923609016",
                 member_of="923609016")  # fmt: skip
    assert page.status == 404
    [gone] = act(books.run, Step("accounts/1/accept-all/", {"seen": ["1:1"]}), company=ORGNR,
                 member_of="923609016")  # fmt: skip
    assert gone.status == 404
    assert books.vouchers() == []


def test_an_invoice_that_another_payment_has_settled_is_offered_no_more(books: Books) -> None:
    books.invoices("customer_invoice,7,Kari Ås,,,2026-11-01,NOK,500.00,,")
    lines = [Line("500.00", "R1", name="Kari Ås"), Line("500.00", "R2", name="Kari Ås")]
    books.take(books.statement("2026-11-24", "1000.00", lines))
    assert [each["status"] for each in books.matches()] == ["suggested", "suggested"]
    [preview] = act(books.run, Step("accounts/1/accept-all/"))
    first, second = seen(preview)
    _, row, after, none = act(
        books.run,
        Step("accounts/1/accept-all/", {"seen": [first]}),
        Step(f"transactions/{second.partition(':')[0]}/"),
        Step("accounts/1/accept-all/"),
        Step("accounts/1/accept-all/", {"seen": [second]}),
    )
    assert "The invoice has been settled by another payment meanwhile." in row.text
    assert "data-accept" not in row.page
    assert " disabled" in after.page, "it cannot be ticked"
    assert "0.00" in after.text, "and says why"
    assert "Vouchers posted" not in none.text
    assert len(books.vouchers()) == 1
    books.run("verify")
