"""Days that no statement tells of, typed by hand: where they are the difference, the chain is whole."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from avstem.domain.money import Money
from avstem.domain.statement import StatementHead, StatementKind, StatementSource
from avstem.formats.camt_write import write_camt
from avstem.services.add_account import NewAccount, add_account
from avstem.services.add_company import add_company
from avstem.services.add_transaction import add_transaction
from avstem.services.import_statement import import_statement
from avstem.store.chains import breaks_by_account
from avstem.store.models import BankAccount

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
IBAN = "NO6115030001017"


class Books:
    """One account that begins on 20 November with 1000 kroner."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        company = add_company(orgnr="974760673", name="Prøve AS", actor="kari", now=NOW)
        self.by: dict[str, Any] = {"company_id": company.pk, "actor": "kari", "now": NOW}
        wanted = NewAccount(
            IBAN, "operating", "1920", from_date=date(2026, 11, 20), opening_balance="1000.00"
        )
        self.account: BankAccount = add_account(account=wanted, **self.by)

    def state(self, day: int, kroner: int) -> None:
        """A statement without movement: the balance all day."""
        on, money = date(2026, 11, day), Money(kroner * 100, "NOK")
        head = StatementHead(
            "",
            StatementKind.STATEMENT,
            f"S{day}",
            str(day),
            IBAN,
            "NOK",
            on,
            on,
            money,
            money,
            True,
        )
        path = self.folder / f"{day}.xml"
        with path.open("wb") as stream:
            write_camt(
                stream, [StatementSource(head, iter(()))], format="camt.053.001.02",
                message_id=f"M{day}", created=f"{on}T23:30:00+01:00",
            )  # fmt: skip
        import_statement(path=path, name=path.name, source="test", **self.by)

    def type_in(self, day: int, kroner: int) -> None:
        add_transaction(
            account_id=self.account.pk, booking_date=date(2026, 11, day),
            amount_minor=kroner * 100, text="Kontingent", **self.by,
        )  # fmt: skip

    def breaks(self) -> list[str]:
        found = breaks_by_account(self.account.company_id).get(self.account.pk, [])
        return [each.kind.value for each in found]


@pytest.fixture
def books(tmp_path: Path) -> Books:
    return Books(tmp_path)


def test_the_days_before_the_first_statement_are_typed(books: Books) -> None:
    books.state(24, 1300)
    assert books.breaks() == ["takeover"]
    books.type_in(20, 200)
    assert books.breaks() == ["takeover"], "a hundred are still missing"
    books.type_in(23, 100)
    assert books.breaks() == []


def test_a_missing_day_between_statements_is_typed(books: Books) -> None:
    books.state(20, 1000)
    books.state(24, 1300)
    assert books.breaks() == ["gap"]
    books.type_in(23, 300)
    assert books.breaks() == []


@pytest.mark.parametrize("day", [20, 24])
def test_money_of_a_day_that_has_a_statement_fills_no_gap(books: Books, day: int) -> None:
    """The statement of that day has proved that there was nothing."""
    books.state(20, 1000)
    books.state(24, 1300)
    books.type_in(day, 300)
    assert books.breaks() == ["gap"]
