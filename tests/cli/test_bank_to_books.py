"""What the practice bank tells becomes exactly what is true, and what it does wrong is noticed."""

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from avstem.domain.kid import make_kid
from avstem.testbank.account_truth import true_transactions
from avstem.testbank.bank import Bank, Ways
from avstem.testbank.counterparties import ExpectedInvoice, payments_of
from avstem.testbank.misbehaviour import Kind
from tests.cli.files import ORGNR
from tests.support.command import Answer, Avstem
from tests.support.practice_bank import (
    IBAN,
    START,
    TODAY,
    USER,
    files,
    nok,
    open_bank,
    paid_in,
    pay,
    send,
)

pytestmark = pytest.mark.database


@pytest.fixture
def books(avstem: Avstem) -> Avstem:
    """The command with a company whose account is at the practice bank."""
    avstem("company", "add", "--orgnr", ORGNR, "--name", "Fjellvik AS")
    avstem("account", "add", "--company", ORGNR, "--iban", IBAN, "--kind", "operating",
           "--ledger-account", "1920")  # fmt: skip
    return avstem


def take(avstem: Avstem, bank: Bank, taken: set[Path]) -> Answer:
    """Import what came since the last time, by when it came."""
    told = [path for path in files(bank) if not path.name.startswith(("pain", "camt029"))]
    new = sorted(set(told) - taken, key=lambda path: path.stat().st_mtime)
    taken |= set(new)
    return avstem("statement", "import", "--company", ORGNR, *new, code=None)


def in_books(avstem: Avstem) -> Counter[tuple[str, str]]:
    lines = avstem("export", "matches", "--company", ORGNR).out.splitlines()
    found = [json.loads(line) for line in lines]
    return Counter((each["bank_reference"], each["amount"]) for each in found)


def truth(bank: Bank) -> Counter[tuple[str, str]]:
    found = true_transactions(bank, IBAN)
    return Counter((each.reference, each.amount.decimal()) for each in found)


@pytest.mark.parametrize(
    "ways",
    [
        Ways(),
        Ways(generation=2, details_in_statements=True),
        Ways(is_batch_booking=True, names_accounts_by_iban=False),
    ],
    ids=["sums", "details", "batches"],
)
def test_the_books_have_every_true_transaction_once(
    books: Avstem, tmp_path: Path, ways: Ways
) -> None:
    invoices = [
        ExpectedInvoice(str(1000 + n), nok(100_00 + n), TODAY + timedelta(days=5), f"Kunde {n}",
                        None, make_kid(1000 + n, 8))
        for n in range(60)
    ]  # fmt: skip
    with open_bank(tmp_path / "bank", ways) as bank:
        bank.pay_in(IBAN, [each for _, each in payments_of(invoices, seed=1)])
        bank.close_payee("15030001017", is_known=False)
        send(bank, pay(1), pay(2, 2_000_00))
        bank.advance_to(TODAY + timedelta(days=30))
        assert take(books, bank, set()).code == 0
        told = truth(bank)
        assert in_books(books) == told
        assert len(told) > 60
    books("verify")


@pytest.mark.parametrize(
    ("kind", "message", "code", "says"),
    [
        (Kind.LATE, "camt053", 0, ""),
        (Kind.TWICE, "camt053", 0, ""),
        (Kind.TWICE, "camt054c", 0, ""),
        (Kind.OUT_OF_ORDER, "camt053", 0, ""),
        (Kind.TRUNCATED, "camt053", 1, "expected whole XML"),
        (Kind.WRONG_BALANCE, "", 0, "opening balance + entries is not the closing balance"),
        (Kind.RENUMBERED, "", 0, "2 entries came with another amount under a known reference"),
        (Kind.CHANGED_AFTER, "", 0, "1 entries came with another amount under a known reference"),
    ],
)
def test_a_misdeed_neither_loses_nor_doubles_money_and_is_told(
    books: Avstem, tmp_path: Path, kind: Kind, message: str, code: int, says: str
) -> None:
    taken: set[Path] = set()
    with open_bank(tmp_path / "bank") as bank:
        bank.pay_in(IBAN, [
            paid_in(100_00, text="A"), paid_in(200_00, text="B"),
            paid_in(300_00, text="C", at=START + timedelta(days=1)),
            paid_in(400_00, text="D", at=START + timedelta(days=2)),
        ])  # fmt: skip
        bank.misbehave(kind, USER, message)
        bank.advance_to(START + timedelta(days=1, hours=12))
        first = take(books, bank, taken)
        bank.advance_to(START + timedelta(days=4))
        take(books, bank, taken)
        (misdeed,) = bank.misdeeds()
        assert (first.code, says in first.err) == (code, True)
        assert bool(first.err.strip()) == bool(says)
        if says:
            assert misdeed.file in first.err
        assert in_books(books) == truth(bank)
