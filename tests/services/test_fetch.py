"""The round over real SFTP: fetched, taken in, matched; broken files aside, nothing twice."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from avstem.domain.carrying_errors import PeerUnreachableError
from avstem.domain.money import Money
from avstem.domain.secret import Secret
from avstem.services import fetch_statements as service
from avstem.services.add_account import NewAccount, add_account
from avstem.services.add_company import add_company
from avstem.services.confirm_agreement import confirm_agreement
from avstem.services.connect_agreement import Connection, connect_agreement
from avstem.services.order_agreement import Order, order_agreement
from avstem.store.models import BankTransaction, FetchedFile, Statement
from avstem.testbank.backoffice.dialects import ways_of
from avstem.testbank.bank import Bank
from avstem.testbank.misbehaviour import Kind
from avstem.testbank.server import serving
from avstem.worker.handlers import go_one_round
from avstem.worker.round import Round, go_round
from tests.support.practice_bank import START, USER, paid_in

pytestmark = [pytest.mark.django_db, pytest.mark.database]


class Books:
    """A company with an agreement that is active at a practice bank behaving as DNB."""

    def __init__(self, bank: Bank, sign_in: Any, activation: date) -> None:
        self.bank = bank
        self.at = datetime.combine(START.date(), time(9), UTC)
        company = add_company(orgnr="974760673", name="Prøve AS", actor="kari", now=self.at)
        self.by: dict[str, Any] = {"company_id": company.pk, "actor": "kari", "now": self.at}
        ways = bank.customers()[0].ways
        [self.iban] = bank.accounts(USER)
        account = add_account(account=NewAccount(self.iban, "operating", "1920"), **self.by)
        agreement = order_agreement(
            order=Order("dnb", (account.pk,), activation_date=activation), **self.by
        )
        on = {**self.by, "agreement_id": agreement.pk}
        place = {
            "host": sign_in.host, "port": sign_in.port, "user": sign_in.user,
            "host_keys": [sign_in.host_key], "fetch_folder": ways.folder_out,
            "send_folder": ways.folder_in,
        }  # fmt: skip
        secret = {"sftp_password": Secret(sign_in.password)}
        connect_agreement(connection=Connection("sftp", place, secret), **on)
        confirm_agreement(**on)

    def round(self, **more: Any) -> Round:
        return go_round(**self.by, **more)

    def states(self) -> dict[str, int]:
        found = [each.state for each in FetchedFile.objects.all()]
        return {state: found.count(state) for state in sorted(set(found))}

    def counts(self) -> tuple[int, int]:
        return Statement.objects.count(), BankTransaction.objects.count()


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, settings: Any) -> None:
    settings.CREDENTIAL_KEYS = ""
    settings.CREDENTIAL_KEYS_FILE = tmp_path / "credentials.key"


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[tuple[Bank, Any]]:
    with Bank(tmp_path / "bank", start=START) as bank:
        bank.add_customer(USER, "Prøve AS", ways_of("dnb"))
        iban = bank.open_account(USER, Money(100_000_00, "NOK"))
        bank.activate(iban)
        bank.pay_in(iban, [paid_in(125_00)])
        with serving(bank) as server:
            yield bank, server.sign_in(USER)


def test_what_the_bank_lays_out_is_in_the_books_once(bank: tuple[Bank, Any]) -> None:
    books = Books(*bank, START.date())
    books.bank.advance_to(date(2026, 11, 25))
    [fetched] = books.round().fetched
    assert fetched.imported
    assert (fetched.set_aside, fetched.failed, fetched.waiting) == ([], [], [])
    money = BankTransaction.objects.get()
    assert (money.amount_minor, money.state != "new") == (125_00, True)
    before = books.counts()
    [second] = books.round().fetched
    assert (second.listed, second.imported) == (fetched.listed, [])
    assert books.counts() == before


def test_a_broken_file_is_set_aside_and_the_others_go_on(bank: tuple[Bank, Any]) -> None:
    books = Books(*bank, START.date())
    books.bank.misbehave(Kind.TRUNCATED, USER, "camt053")
    books.bank.advance_to(date(2026, 11, 26))
    [fetched] = books.round().fetched
    [(name, refusal)] = fetched.set_aside
    assert name.startswith("camt053")
    row = FetchedFile.objects.get(state="set_aside")
    assert (row.remote_name, row.reason_code) == (name, refusal.code)
    assert any(each.startswith("camt053") for each in fetched.imported)
    [second] = books.round().fetched
    assert second.set_aside == []
    [third] = books.round(again=True).fetched
    assert [each for each, _ in third.set_aside] == [name]


def test_nothing_before_the_activation_is_taken(bank: tuple[Bank, Any]) -> None:
    books = Books(*bank, date(2026, 11, 25))
    books.bank.advance_to(date(2026, 11, 26))
    [fetched] = books.round().fetched
    assert {each.code for _, each in fetched.set_aside} == {"agreement.not_covered"}
    assert not BankTransaction.objects.exists()
    assert {each.to_date for each in Statement.objects.filter(kind="statement")} == {
        date(2026, 11, 25)
    }


def test_killed_between_the_import_and_its_mark(
    bank: tuple[Bank, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    books = Books(*bank, START.date())
    books.bank.advance_to(date(2026, 11, 25))

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(service.fetched, "mark_imported", die)
        with pytest.raises(KeyboardInterrupt):
            books.round()
    assert books.states() == {"new": 1}
    assert BankTransaction.objects.count() == 1
    books.round()
    assert set(books.states()) == {"imported"}
    assert BankTransaction.objects.count() == 1
    assert FetchedFile.objects.count() == len({each.sha256 for each in FetchedFile.objects.all()})


def test_a_bank_that_is_not_reached_is_told_and_the_rest_is_done(
    bank: tuple[Bank, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    books = Books(*bank, START.date())

    def refuse(**_: Any) -> None:
        raise PeerUnreachableError("127.0.0.1", 1, "refused")

    monkeypatch.setattr("avstem.worker.round.fetch_statements", refuse)
    done = books.round()
    assert [(slug, each.code) for slug, each in done.unreached] == [("dnb", "connection.refused")]
    with pytest.raises(PeerUnreachableError):
        go_one_round(books.by["company_id"], {}, books.at)
