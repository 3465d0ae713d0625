"""A company with an operating account, its documents and payments, as few as a test needs."""

from collections import defaultdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from avstem.domain.identifiers import account_key
from avstem.services.add_account import NewAccount, add_account
from avstem.services.add_company import add_company
from avstem.services.add_transaction import add_transaction
from avstem.services.import_invoices import InvoiceImport, import_invoices
from avstem.services.import_settlement import import_settlement
from avstem.services.reconcile import ReconcileResult, reconcile
from avstem.services.undo_booking import undo_booking
from avstem.services.verify import verify
from avstem.store.models import BankTransaction, Decision, OpenItem, Posting, Voucher

BY: dict[str, Any] = {"actor": "kari@example.no", "now": datetime(2026, 5, 1, 8, 0, tzinfo=UTC)}
PAID = date(2026, 3, 10)
NORDLYS = "97501100114"


class SmallBooks:
    """The company `Prøve AS`; amounts are whole minor units, signed as the bank has them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.company = add_company(orgnr="974760673", name="Prøve AS", **BY).pk
        self.account = self.add_account("15030001017", "1920")

    def add_account(self, number: str, ledger_account: str, kind: str = "operating") -> int:
        """One more account of the company's."""
        new = NewAccount(number, kind, ledger_account)
        return add_account(company_id=self.company, account=new, **BY).pk

    def invoices(self, columns: str, *rows: str) -> InvoiceImport:
        """Take in documents as `invoices.csv` has them."""
        file = self.folder / "invoices.csv"
        file.write_text("\n".join((columns, *rows)) + "\n", encoding="utf-8")
        answer = import_invoices(company_id=self.company, path=file, name=file.name, **BY)
        assert not answer.refused, answer.refused
        return answer

    def settlement(self, text: str, name: str = "report.csv") -> None:
        """Take in a report of a payment provider."""
        file = self.folder / name
        file.write_text(text, encoding="utf-8")
        import_settlement(company_id=self.company, path=file, name=name, source="test", **BY)

    def paid(
        self, minor: int, text: str = "", *, kid: str = "", account: str = "", name: str = "",
        on: date = PAID, own_account: int = 0,
    ) -> BankTransaction:  # fmt: skip
        """A payment, as the bank tells of it."""
        row = add_transaction(
            company_id=self.company, account_id=own_account or self.account, booking_date=on,
            amount_minor=minor, text=text or "Betaling", **BY,
        )  # fmt: skip
        row.references = [["kid", kid, None]] if kid else []
        row.counterparty_account = account_key(account) if account else ""
        row.counterparty = name
        row.save()
        return row

    def reconcile(self) -> ReconcileResult:
        """One run of matching."""
        return reconcile(company_id=self.company, **BY)

    def undo(self, transaction: BankTransaction) -> Voucher:
        """Undo the booking of a transaction."""
        return undo_booking(company_id=self.company, transaction_id=transaction.pk, **BY)

    def state(self, transaction: BankTransaction) -> str:
        """The state that the transaction has by now."""
        return BankTransaction.objects.get(pk=transaction.pk).state

    def decision(self, transaction: BankTransaction) -> Decision:
        """The newest decision."""
        found = Decision.objects.filter(transaction=transaction).order_by("-pk").first()
        assert found is not None
        return found

    def left(self, number: str) -> int:
        """What is left of a document."""
        return OpenItem.objects.get(company_id=self.company, number=number).remaining_minor

    def balances(self) -> dict[str, int]:
        """What stands on each ledger account, without those at nought."""
        sums: dict[str, int] = defaultdict(int)
        rows = Posting.objects.filter(company_id=self.company)
        for account, minor in rows.values_list("account", "amount_minor"):
            sums[account] += minor
        return {account: minor for account, minor in sums.items() if minor}

    def holds(self) -> bool:
        """Whether all that can be checked of the books is as it should be."""
        return not any(result.faults for result in verify())
