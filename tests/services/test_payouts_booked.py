"""A payout of Vipps is booked sale by sale, undone, and left to a person where it does not add up."""

from pathlib import Path

import pytest

from avstem.services.accept_suggestion import accept_suggestion
from tests.support.settlements import VIPPS_HEADER
from tests.support.small_books import BY, SmallBooks

pytestmark = [pytest.mark.django_db, pytest.mark.database]
COLUMNS = "type,number,party_name,invoice_date,currency,amount"
UTB = "Utb. 2000023 Vippsnr 57860"
END = "2000023;13.03.2026;{paid};15030001017;;;"


def report(paid: str, *sales: tuple[str, str, str, str]) -> str:
    """Sales as (order, gross, fee, net) of one payout."""
    rows = [
        f"11.03.2026;Fjord;57860;Vipps;7{place};{order};{gross};{fee};{net};Salg;"
        + END.format(paid=paid)
        for place, (order, gross, fee, net) in enumerate(sales)
    ]
    return "\n".join([VIPPS_HEADER, *rows]) + "\n"


SALES = (("1101", "1000,00", "10,00", "990,00"), ("1102", "500,00", "5,00", "495,00"))


@pytest.fixture
def books(tmp_path: Path) -> SmallBooks:
    found = SmallBooks(tmp_path)
    found.invoices(
        COLUMNS,
        "customer_invoice,1101,Nordlys,2026-03-01,NOK,1000.00",
        "customer_invoice,1102,Kari Hansen,2026-03-01,NOK,500.00",
    )
    return found


def test_a_payout_whose_sales_are_all_invoices_is_booked_with_its_fees_and_undone(
    books: SmallBooks,
) -> None:
    books.settlement(report("1485,00", *SALES))
    paid = books.paid(1_485_00, UTB)
    assert books.reconcile().booked == 1
    assert (books.left("1101"), books.left("1102")) == (0, 0)
    assert books.balances() == {"1920": 1_485_00, "1500": -1_500_00, "7770": 15_00}
    assert books.decision(paid).rule == "payout"
    books.undo(paid)
    assert (books.left("1101"), books.left("1102")) == (1_000_00, 500_00)
    assert books.balances() == {}
    assert books.holds()


def test_what_no_document_explains_is_proposed_on_the_account_for_it(books: SmallBooks) -> None:
    books.settlement(report("1732,50", *SALES, ("9", "250,00", "2,50", "247,50")))
    paid = books.paid(1_732_50, UTB)
    assert (books.reconcile().booked, books.state(paid)) == (0, "suggested")
    accept_suggestion(company_id=books.company, transaction_id=paid.pk, position=0, **BY)
    assert books.balances() == {
        "1920": 1_732_50, "1500": -1_500_00, "7770": 17_50, "1909": -250_00,
    }  # fmt: skip
    assert books.holds()


def test_a_payout_of_a_company_without_its_report_is_as_any_other_payment(
    books: SmallBooks,
) -> None:
    paid = books.paid(1_485_00, UTB)
    books.reconcile()
    assert books.state(paid) == "open"


def test_a_second_payment_that_may_be_the_payout_takes_the_answer_away(books: SmallBooks) -> None:
    books.settlement(report("1485,00", *SALES))
    for _ in range(2):
        books.paid(1_485_00, UTB)
    assert books.reconcile().booked == 0
