"""Payment lists for the tests; all names are invented."""

from pathlib import Path
from typing import Any

from avstem.domain.open_item import ItemKind
from avstem.services.import_payment_list import ListTaken, import_payment_list
from tests.payments.books import ACCOUNTS

HEADER = "name;account;amount;date;reference;text;kid;ledger_account"
OFFICE = "lonn@example.no"
KARI, OLA = ("Kari Ansatt", ACCOUNTS[0]), ("Ola Ansatt", ACCOUNTS[1])
AUTHORITY, KID = ("Skatteetaten", "12345678903"), "12345674"


def row(who: tuple[str, str] = KARI, amount: str = "31000.00", *, day: str = "2026-11-25",
        reference: str = "", text: str = "", kid: str = "", debt: str = "") -> str:  # fmt: skip
    """A line of a payment list."""
    return f"{who[0]};{who[1]};{amount};{day};{reference};{text};{kid};{debt}"


def take(
    books: Any, *rows: str, kind: ItemKind = ItemKind.SALARY, actor: str = OFFICE
) -> ListTaken:
    """Taken in by somebody who approves nothing."""
    books.serial += 1
    path = Path(books.folder) / f"list{books.serial}.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n", "utf-8")
    by = {**books.by, "actor": actor}
    return import_payment_list(path=path, name=path.name, kind=kind, **by)
