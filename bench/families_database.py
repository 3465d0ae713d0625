"""One seed of the families through the real import, matching and booking, by the command line."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from avstem.testbank.families.mix import make_ledger
from avstem.testbank.families.write import write_ledger
from avstem.testbank.names import make_orgnr
from avstem.testbank.score import Score, score_files

_AVSTEM = [sys.executable, "-m", "avstem.cli"]
_ORGNR, _NAME = make_orgnr(449_999), "Storvolum Elektro AS"
#: What no file tells of: payments that we sent ourselves, reports of providers, the till, who is a
#: factor. A return has no documents to compare.
WITHOUT = (
    "own_key", "own_batch", "own_batch_less_rejected", "own_batch_of_another_sum",
    "bill_on_its_way", "bill_returned", "customers_payment_returned", "payout_of_invoices",
    "payout_with_an_unknown_sale", "payout_of_an_order_numbered_alike", "payout_of_sales",
    "payout_of_another_sum", "factor_pays_by_kid", "factor_pays_one_by_kid", "factor_in_advance",
    "factor_names_in_text", "factor_pays_an_amount", "cash_to_the_bank", "cash_of_a_customer",
)  # fmt: skip


def score_in_database(transactions: int, seed: int, database: str | None) -> Score:
    """The score of the allocations; `database` is an empty one's URL, SQLite if not told."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = write_ledger(make_ledger(seed, transactions, WITHOUT), folder)
        url = database or f"sqlite:///{folder / 'bench.sqlite3'}"
        environment = {
            **os.environ, "AVSTEM_HOME": str(folder / "home"), "AVSTEM_DATABASE_URL": url,
        }  # fmt: skip
        matches = folder / "matches.jsonl"

        def step(*words: str | Path) -> None:
            command = [*_AVSTEM, *map(str, words)]
            with matches.open("wb") as answer:
                subprocess.run(command, env=environment, stdout=answer, check=True)

        company = ("--company", _ORGNR)
        step("migrate")
        step("company", "add", "--orgnr", _ORGNR, "--name", _NAME)
        for ledger_account, iban in zip(("1920", "1925"), files.ibans, strict=True):
            step("account", "add", *company, "--iban", iban, "--kind", "operating",
                 "--ledger-account", ledger_account)  # fmt: skip
        step("invoices", "import", *company, files.invoices)
        step("statement", "import", *company, "--no-reconcile", files.paid)
        step("reconcile", *company)
        for statement in files.statements:
            step("statement", "import", *company, "--no-reconcile", statement)
        step("reconcile", *company)
        step("verify")
        step("export", "matches", *company)
        return score_files(files.truth, matches)
