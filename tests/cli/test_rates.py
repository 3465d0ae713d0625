"""Foreign currency by the command line: rates in, euro booked, exported by the schema."""

import pytest

from avstem.domain.kid import make_kid
from avstem.formats.schemas import validate
from tests.cli.files import ORGNR, Books, Line
from tests.cli.test_export_saft import SCHEMA

pytestmark = pytest.mark.database

KID = make_kid(1001, 8) or ""
EUR = "15030001025"
INVOICES = "type,number,party_name,invoice_date,currency,amount,kid,amount_company_currency,rate\n"
RATES = "FREQ;BASE_CUR;QUOTE_CUR;TENOR;UNIT_MULT;TIME_PERIOD;OBS_VALUE\n"


@pytest.fixture
def euro(books: Books) -> Books:
    books.run(
        "account", "add", "--company", ORGNR, "--iban", EUR, "--kind", "currency",
        "--ledger-account", "1960", "--currency", "EUR",
    )  # fmt: skip
    rates = books.file("rates.csv", RATES + "B;EUR;NOK;SP;0;2026-03-09;11.70\n")
    answer = books.run("rates", "import", rates, "--json").json
    assert answer["files"][0]["added"] == 1
    return books


def invoices(books: Books, *rows: str, code: int = 0) -> list[str]:
    path = books.file("i.csv", INVOICES + "\n".join(rows) + "\n")
    answer = books.run("invoices", "import", "--company", ORGNR, path, "--json", code=code).json
    return [each["reason"] for each in answer["files"][0]["refused"]]


def test_i_01_from_files_to_a_voucher_in_both_currencies_and_a_valid_saft_file(euro: Books) -> None:
    invoices(euro, f"customer_invoice,1001,Nordlys AS,2026-02-02,EUR,100.00,{KID},1150.00,")
    lines = [Line("100.00", "R1", kid=KID)]
    euro.take(euro.statement("2026-03-10", "0.00", lines, account=EUR, currency="EUR"))
    [voucher] = euro.vouchers()
    told = {
        each["account"]: (each["amount"], each.get("amount_company_currency"))
        for each in voucher["postings"]
    }
    assert told == {
        "1960": ("100.00", "1170.00"), "1500": ("-100.00", "-1150.00"), "8060": ("-20.00", None),
    }  # fmt: skip
    euro.verify()
    path = euro.folder / "saft.xml"
    euro.run("export", "saft", "--company", ORGNR, path)
    if SCHEMA.exists():
        assert validate(path.read_bytes(), SCHEMA.read_bytes()) == []


def test_what_an_invoice_was_booked_at_is_said_once(euro: Books) -> None:
    first = "customer_invoice,1001,Nordlys AS,2026-02-02,EUR,100.00,,,11.50"
    assert invoices(euro, first) == []
    assert invoices(euro, first.replace("11.50", "")) == []
    assert invoices(euro, first.replace(",11.50", "1150.00,")) == []
    [reason] = invoices(euro, first.replace("11.50", "11.60"), code=3)
    assert "amount_company_currency" in reason
    wrong = (
        "customer_invoice,2,A,2026-02-02,EUR,100.00,,1200.00,11.50",
        "customer_invoice,3,A,2026-02-02,NOK,100.00,,,11.50",
        "customer_invoice,4,A,2026-02-02,EUR,100.00,,,-1",
    )
    assert len(invoices(euro, *wrong, code=3)) == 3


def test_a_rate_with_another_price_is_named_and_the_known_one_stands(euro: Books) -> None:
    other = euro.file("other.csv", RATES + "B;EUR;NOK;SP;0;2026-03-09;11.71\n")
    answer = euro.run("rates", "import", other, code=1)
    assert "11.7 NOK" in answer.err
    assert euro.run("rates", "import", euro.folder / "no.csv", code=3).err.count("\n") == 1
