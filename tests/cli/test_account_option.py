"""Files that name no account: `--account` says whose money it is; a file that names another wins."""

from pathlib import Path

import pytest

from tests.cli.files import BBAN, NOT_OURS, ORGNR, Books, Line

pytestmark = pytest.mark.database

SAVINGS = "97501100114"
DNB = (
    '"Dato";"Forklaring";"Rentedato";"Ut fra konto";"Inn på konto"\n'
    '"{day}";"Innbetaling";"{day}";"";"1.250,00"\n'
    '"{day}";"Gebyr";"{day}";"35,00";""\n'
)


def table(books: Books, name: str = "dnb.csv", day: str = "02.03.2026") -> Path:
    """Rows as DNB's internet bank gives them: no account is named."""
    return books.file(name, DNB.format(day=day))


def savings(books: Books) -> None:
    books.run(
        "account", "add", "--company", ORGNR, "--iban", SAVINGS, "--kind", "savings",
        "--ledger-account", "1940",
    )  # fmt: skip


def accounts(books: Books) -> set[str]:
    return {str(line["account"]) for line in books.matches()}


def take(books: Books, *words: object, code: int = 0) -> dict[str, object]:
    answer = books.run("statement", "import", "--company", ORGNR, "--json", *words, code=code)
    said: dict[str, object] = answer.json
    return said


def reason(answer: dict[str, object]) -> str:
    (refused,) = answer["refused_files"]
    return str(refused["reason"])


def test_a_table_that_names_no_account_is_refused_and_says_what_to_give(books: Books) -> None:
    said = reason(take(books, table(books), code=3))
    assert "dnb.csv" in said
    assert "--account IBAN" in said
    assert books.matches() == []
    books.verify()


@pytest.mark.parametrize("written", [BBAN, "1503.00.01017", "NO61 1503 0001 017"])
def test_with_the_account_it_is_taken_however_the_number_is_written(
    books: Books, written: str
) -> None:
    savings(books)
    take(books, table(books), "--account", written)
    assert books.amounts() == ["1250.00", "-35.00"]
    assert accounts(books) == {"NO6115030001017"}
    books.verify()


def test_an_account_the_company_does_not_have_is_refused_before_any_file(books: Books) -> None:
    answer = books.run(
        "statement", "import", "--company", ORGNR, table(books), "--account", NOT_OURS, code=3
    )
    assert NOT_OURS in answer.err
    assert books.matches() == []


def test_a_file_that_names_another_account_is_refused_and_the_tables_are_taken(
    books: Books,
) -> None:
    savings(books)
    named = books.statement("2026-03-02", "0.00", [Line("100.00", "R1")])
    answer = take(books, named, table(books), "--account", SAVINGS, code=1)
    assert BBAN in reason(answer)
    assert accounts(books) == {"NO1097501100114"}
    books.verify()


def test_a_file_that_names_the_very_account_is_taken(books: Books) -> None:
    named = books.statement("2026-03-02", "0.00", [Line("100.00", "R1")])
    take(books, named, "--account", BBAN)
    assert books.amounts() == ["100.00"]


def test_the_same_table_again_adds_nothing_but_not_silently_to_another_account(
    books: Books,
) -> None:
    savings(books)
    path = table(books)
    take(books, path, "--account", BBAN)
    (again,) = take(books, path, "--account", BBAN)["files"]
    assert (again["added"], again["same_file"]) == (0, True)
    assert "NO6115030001017" in reason(take(books, path, "--account", SAVINGS, code=3))
    assert accounts(books) == {"NO6115030001017"}


def test_tables_are_taken_in_the_order_of_their_days(books: Books) -> None:
    later, earlier = table(books, "a.csv", "03.03.2026"), table(books, "b.csv", "02.03.2026")
    answer = take(books, later, earlier, "--account", BBAN)
    assert [each["file"] for each in answer["files"]] == ["b.csv", "a.csv"]


QIF = "!Type:Bank\nD27/02/2026\nT1,250.00\nPNordlys Bygg AS\n^\nD02/03/2026\nT-35.50\nPGebyr\n^\n"


def test_records_of_several_accounts_never_come_on_the_one_that_is_given(books: Books) -> None:
    both = "".join(f"!Account\nN{name}\nTBank\n^\n{QIF}" for name in ("Drift", "Sparing"))
    path = books.file("both.qif", both)
    assert "each by itself" in reason(take(books, path, code=3))
    assert "Drift" in reason(take(books, path, "--account", BBAN, code=3))
    assert books.matches() == []


def test_a_file_without_a_currency_is_in_that_of_the_account(books: Books) -> None:
    path = books.file("bank.qif", QIF)
    assert "--account IBAN" in reason(take(books, path, code=3))
    take(books, path, "--account", BBAN)
    assert books.amounts() == ["1250.00", "-35.50"]
    assert {line["currency"] for line in books.matches()} == {"NOK"}
    (again,) = take(books, path, "--account", BBAN)["files"]
    assert again["added"] == 0
    books.verify()


def test_decimals_that_the_accounts_currency_has_not_refuse_the_file(books: Books) -> None:
    books.run(
        "account", "add", "--company", ORGNR, "--iban", SAVINGS, "--kind", "currency",
        "--ledger-account", "1940", "--currency", "JPY",
    )  # fmt: skip
    said = reason(take(books, books.file("bank.qif", QIF), "--account", SAVINGS, code=3))
    assert "JPY" in said
    assert books.matches() == []
