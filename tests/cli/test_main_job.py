"""The main job by the command line: invoices and bank files in, matched and booked, exported."""

import pytest

from avstem.domain.kid import make_kid
from tests.cli.files import BBAN, ORGNR, Books, Line, customer_invoice

pytestmark = pytest.mark.database

KID = make_kid(1001, 8) or ""
OTHER_KID = make_kid(1002, 8) or ""
KEYS = {
    "account", "bank_reference", "end_to_end_id", "date", "amount", "currency", "counterparty",
    "text", "status", "rule", "confidence", "reasons", "explanation", "voucher", "allocations",
    "suggestions",
}  # fmt: skip


def settled(number: str, amount: str, kind: str = "customer_invoice") -> dict[str, str | None]:
    return {
        "type": kind,
        "number": number,
        "amount": amount,
        "party_orgnr": None,
        "party_name": "Nordlys Bygg AS",
    }


def test_a_payment_with_the_invoices_kid_is_booked_and_exported_as_the_contract_says(
    books: Books,
) -> None:
    books.invoices(customer_invoice("1001", "1250.00", KID))
    books.take(
        books.statement(
            "2026-03-02", "0.00", [Line("1250.00", "R1", kid=KID, name="Nordlys Bygg AS")]
        )
    )
    [line] = books.matches()
    assert set(line) == KEYS
    assert line["account"].endswith(BBAN)
    assert line["account"].startswith("NO")
    assert (line["bank_reference"], line["end_to_end_id"]) == ("R1", None)
    assert (line["date"], line["amount"], line["currency"]) == ("2026-03-02", "1250.00", "NOK")
    assert (line["counterparty"], line["status"]) == ("Nordlys Bygg AS", "booked")
    assert line["rule"]
    assert 0 < line["confidence"] <= 1
    assert line["reasons"]
    assert all(isinstance(reason, str) for reason in line["reasons"])
    assert line["voucher"] == "2026-1"
    assert line["allocations"] == [settled("1001", "1250.00")]
    assert line["suggestions"] == []
    books.verify()


def test_the_voucher_debits_the_bank_and_credits_the_customer(books: Books) -> None:
    books.invoices(customer_invoice("1001", "1250.00", KID))
    books.take(books.statement("2026-03-02", "0.00", [Line("1250.00", "R1", kid=KID)]))
    [voucher] = books.vouchers()
    assert (voucher["number"], voucher["date"]) == ("2026-1", "2026-03-02")
    assert voucher["text"]
    assert "reverses" not in voucher
    bank, customer = sorted(voucher["postings"], key=lambda each: each["account"], reverse=True)
    assert bank == {"account": "1920", "amount": "1250.00", "currency": "NOK"}
    assert customer["account"] == "1500"
    assert (customer["amount"], customer["currency"]) == ("-1250.00", "NOK")
    assert (customer["party"], customer["invoice"]) == ("Nordlys Bygg AS", "1001")


def test_a_part_payment_settles_its_part_and_the_rest_settles_the_remainder(books: Books) -> None:
    books.invoices(customer_invoice("1001", "1000.00", KID))
    books.take(books.statement("2026-03-02", "0.00", [Line("400.00", "R1", kid=KID)]))
    books.take(books.statement("2026-03-03", "400.00", [Line("600.00", "R2", kid=KID)]))
    first, second = books.matches()
    assert first["allocations"] == [settled("1001", "400.00")]
    assert second["allocations"] == [settled("1001", "600.00")]
    assert [first["status"], second["status"]] == ["booked", "booked"]
    books.verify()


def test_an_overpayment_settles_the_invoice_and_the_rest_stands_on_the_customer(
    books: Books,
) -> None:
    books.invoices(customer_invoice("1001", "1000.00", KID))
    books.take(books.statement("2026-03-02", "0.00", [Line("1100.00", "R1", kid=KID)]))
    [line] = books.matches()
    assert line["status"] == "booked"
    assert line["allocations"] == [settled("1001", "1000.00")]
    rest = [each for each in books.vouchers()[0]["postings"] if each["amount"] == "-100.00"]
    assert [each["party"] for each in rest] == ["Nordlys Bygg AS"]
    assert "invoice" not in rest[0]
    books.verify()


def test_an_invoice_paid_twice_is_settled_once_and_the_second_payment_is_the_customers_credit(
    books: Books,
) -> None:
    books.invoices(customer_invoice("1001", "1000.00", KID))
    twice = [Line("1000.00", "R1", kid=KID), Line("1000.00", "R2", kid=KID)]
    books.take(books.statement("2026-03-02", "0.00", twice))
    allocations = [line["allocations"] for line in books.matches()]
    assert sorted(map(len, allocations)) == [0, 1]
    settled_amounts = [each["amount"] for found in allocations for each in found]
    assert settled_amounts == ["1000.00"]
    books.verify()


def test_a_credit_note_named_with_its_invoice_is_counted_against_it_with_a_negative_amount(
    books: Books,
) -> None:
    books.invoices(
        customer_invoice("10501", "1000.00"),
        customer_invoice("10502", "200.00").replace("customer_invoice", "customer_credit_note"),
    )
    text = "Faktura 10501 minus kreditnota 10502"
    books.take(
        books.statement(
            "2026-03-02", "0.00", [Line("800.00", "R1", text=text, name="Nordlys Bygg AS")]
        )
    )
    [line] = books.matches()
    assert line["status"] in ("booked", "suggested")
    found = line["allocations"] or line["suggestions"][0]["allocations"]
    by_number = {each["number"]: (each["type"], each["amount"]) for each in found}
    assert by_number == {
        "10501": ("customer_invoice", "1000.00"),
        "10502": ("customer_credit_note", "-200.00"),
    }
    books.verify()


def test_money_out_with_the_suppliers_kid_settles_the_suppliers_invoice(books: Books) -> None:
    books.invoices(f"supplier_invoice,77,Fjord Kraft AS,,,2026-02-01,NOK,500.00,{KID},")
    books.take(books.statement("2026-03-02", "900.00", [Line("-500.00", "R1", kid=KID)]))
    [line] = books.matches()
    assert (line["amount"], line["status"]) == ("-500.00", "booked")
    [allocation] = line["allocations"]
    assert (allocation["type"], allocation["amount"]) == ("supplier_invoice", "500.00")
    postings = {each["account"]: each["amount"] for each in books.vouchers()[0]["postings"]}
    assert postings == {"1920": "-500.00", "2400": "500.00"}
    books.verify()


def test_reconciling_again_adds_nothing(books: Books) -> None:
    books.invoices(customer_invoice("1001", "1000.00", KID))
    lines = [Line("1000.00", "R1", kid=KID), Line("33.00", "R2", text="Uten navn")]
    books.take(books.statement("2026-03-02", "0.00", lines))
    before = books.matches(), books.vouchers()
    assert books.reconcile()["booked"] == 0
    assert (books.matches(), books.vouchers()) == before


def test_an_invoice_that_comes_after_the_payment_is_settled_by_the_next_run(books: Books) -> None:
    books.take(books.statement("2026-03-02", "0.00", [Line("1000.00", "R1", kid=KID)]))
    assert [line["status"] for line in books.matches()] == ["open"]
    books.invoices(customer_invoice("1001", "1000.00", KID))
    assert books.reconcile()["booked"] == 1
    assert books.matches()[0]["allocations"] == [settled("1001", "1000.00")]


def typed(books: Books, text: str) -> None:
    books.run(
        "transaction", "add", "--company", ORGNR, "--account", BBAN, "--date", "2026-03-02",
        "--amount", "1000.00", "--text", text,
    )  # fmt: skip


@pytest.mark.parametrize("is_booked", [False, True])
def test_a_payment_typed_by_hand_is_joined_by_the_banks_line_and_booked_once(
    books: Books, is_booked: bool
) -> None:
    books.invoices(customer_invoice("1001", "1000.00", KID))
    typed(books, f"Innbetaling KID {KID}")
    if is_booked:
        books.reconcile()
    books.take(books.statement("2026-03-03", "0.00", [Line("1000.00", "R1", kid=KID)]))
    [line] = books.matches()
    assert (line["amount"], line["status"]) == ("1000.00", "booked")
    assert line["allocations"] == [settled("1001", "1000.00")]
    assert len(books.vouchers()) == 1
    books.verify()
