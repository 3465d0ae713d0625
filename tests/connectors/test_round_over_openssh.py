"""The round, and the sending of payments, against OpenSSH's own server in bad weather."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from avstem.domain.carrying_errors import RemoteFullError
from avstem.domain.secret import Secret
from avstem.services.connect_agreement import Connection, connect_agreement
from avstem.store.models import BankTransaction, FetchedFile, PaymentFile, PaymentOrder
from avstem.testbank.backoffice.dialects import ways_of
from avstem.testbank.bank import Bank
from tests.connectors.conftest import Peer
from tests.support.bank_life import Client, account_at, bill
from tests.support.practice_bank import START, USER, nok, paid_in

pytestmark = [pytest.mark.django_db, pytest.mark.database]

ANOTHER_KEY = asyncssh.generate_private_key("ssh-ed25519")


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, settings: Any) -> None:
    settings.CREDENTIAL_KEYS = ""
    settings.CREDENTIAL_KEYS_FILE = tmp_path / "credentials.key"


class Firm:
    """A company whose bank's files lie at OpenSSH's server; the practice bank only makes them."""

    def __init__(self, peer: Peer, bank: Bank, folder: Path) -> None:
        self.peer, self.bank = peer, bank
        bank.add_customer(USER, "Prøve AS", ways_of("dnb"))
        iban = bank.open_account(USER, nok(100_000_00), iban=account_at("dnb", 1))
        bank.activate(iban, ("statements",))
        bank.pay_in(iban, [paid_in(125_00)])
        self.client = Client(bank, "974760673", folder)
        account = self.client.add_account(iban, "1920", nok(100_000_00))
        self.client.order("dnb", [account])
        self.connect()
        self.client.confirm("dnb")

    def connect(self, **differs: Any) -> None:
        place = self.peer.place()
        assert place.private_key
        told = {
            "host": place.host, "port": place.port, "user": place.user,
            "host_keys": list(place.host_keys), "fetch_folder": place.fetch_folder,
            "send_folder": place.send_folder, **differs,
        }  # fmt: skip
        secrets = {"sftp_private_key": Secret(place.private_key.reveal())}
        connection = Connection("sftp", told, secrets, sender_id="12345", division_id="001")
        connect_agreement(
            agreement_id=self.client.agreements["dnb"], connection=connection, **self.client.by
        )

    def let_a_night_pass(self) -> None:
        """The statement of the day lies at the server."""
        self.bank.advance_to(datetime(2026, 11, 25, 7, 0))
        for path in (self.bank.homes / USER / "in").iterdir():
            shutil.copy2(path, self.peer.out / path.name)

    def amounts(self) -> list[int]:
        return list(BankTransaction.objects.values_list("amount_minor", flat=True))


@pytest.fixture
def firm(openssh: Peer, tmp_path: Path) -> Iterator[Firm]:
    with Bank(tmp_path / "bank", start=START) as bank:
        yield Firm(openssh, bank, tmp_path)


def test_a_server_with_another_key_gets_no_question_and_gives_no_file(firm: Firm) -> None:
    firm.let_a_night_pass()
    firm.connect(host_keys=[ANOTHER_KEY.export_public_key().decode().strip()])
    done = firm.client.round()
    assert [(bank, each.code) for bank, each in done.unreached] == [("dnb", "connection.host_key")]
    assert not FetchedFile.objects.exists()
    firm.connect()
    firm.client.round()
    assert firm.amounts() == [125_00]


def test_a_line_that_breaks_in_the_middle_of_a_file_brings_it_once(firm: Firm) -> None:
    firm.let_a_night_pass()
    firm.client.round()
    passed = firm.peer.line.passed_down
    # A second statement comes, and the line breaks when nearly as much has passed as before.
    firm.bank.pay_in(firm.bank.accounts(USER)[0], [paid_in(300_00)])
    firm.bank.advance_to(datetime(2026, 11, 26, 7, 0))
    firm.let_a_night_pass()
    firm.peer.line.cut_down = passed - 500
    first = firm.client.round()
    cut = [*first.unreached, *(each for one in first.fetched for each in one.failed)]
    firm.peer.line.cut_down = None
    firm.client.round()
    assert firm.peer.line.cuts == 1
    assert cut or first.fetched[0].imported, "either told, or gone on from there"
    assert sorted(firm.amounts()) == [125_00, 300_00]
    assert set(FetchedFile.objects.values_list("state", flat=True)) == {"imported"}


def test_a_full_disk_at_the_bank_keeps_the_payment_here_until_there_is_room(
    firm: Firm, small_disk: Path
) -> None:
    firm.connect(send_folder=str(small_disk))
    today = firm.client.now.date()
    later = today + timedelta(days=7)
    firm.client.take_invoices(
        [bill(9, "400.00", account=account_at("nordea", 9), issued=today, due=later)]
    )
    firm.client.approve_all()
    filler = small_disk / "filler"
    _fill(filler)
    with pytest.raises(RemoteFullError):
        firm.client.send_payments()
    file = PaymentFile.objects.get()
    assert (file.state, file.last_error_code) == ("made", "transfer.full")
    assert [path.name for path in small_disk.iterdir()] == ["filler"]

    filler.unlink()
    firm.client.send_payments()
    assert PaymentFile.objects.get().state == "sent"
    assert PaymentOrder.objects.get().state == "sent"
    [sent] = small_disk.iterdir()
    assert sent.read_bytes() == bytes(file.content)


def _fill(path: Path) -> None:
    """Until nothing more goes on the disk."""
    with path.open("wb", buffering=0) as stream:
        try:
            while stream.write(b"x" * 512):
                pass
        except OSError:
            return
