"""The practice bank over SFTP, met with the program's own connector."""

import asyncio
import io
import os
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event

import asyncssh
import pytest

from avstem.connectors.port import Sent
from avstem.connectors.sftp import SftpConnector
from avstem.connectors.sftp_place import SftpPlace
from avstem.domain.carrying_errors import RemoteDiffersError, TransferCutError
from avstem.domain.errors import RefusalError
from avstem.domain.secret import Secret
from avstem.testbank.account_truth import true_payments
from avstem.testbank.bank import Bank, Ways
from avstem.testbank.misbehaviour import Kind
from avstem.testbank.server import BankServer, SignIn, serving
from tests.support.payments import file_of
from tests.support.practice_bank import (
    IBAN,
    START,
    TODAY,
    USER,
    codes,
    files,
    open_bank,
    paid_in,
    pay,
    written,
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[BankServer]:
    """A bank at its own port."""
    with open_bank(tmp_path / "bank") as bank, serving(bank) as found:
        yield found


def connect(sign_in: SignIn, **more: object) -> SftpConnector:
    """The program's connector with a password, or with what is said."""
    values: dict[str, object] = {"password": Secret(sign_in.password)} | more
    return SftpConnector(
        SftpPlace(sign_in.host, sign_in.user, (sign_in.host_key,), "out", "in",
                  port=sign_in.port, taken_folder="taken", **values)
    )  # fmt: skip


def payment_file(*numbers: int, id: str = "M-1") -> bytes:
    return written(file_of(*map(pay, numbers), message_id=id), Ways())


def fetch_all(connector: SftpConnector) -> dict[str, bytes]:
    found = {}
    for each in connector.list_files():
        sink = io.BytesIO()
        connector.fetch(each.name, sink)
        found[each.name] = sink.getvalue()
    return found


def by_key(sign_in: SignIn) -> dict[str, object]:
    return {"password": None, "private_key": Secret(sign_in.key_file.read_text())}


@pytest.mark.parametrize("way", ["password", "key"])
def test_what_is_sent_is_paid_and_what_is_owed_is_fetched(server: BankServer, way: str) -> None:
    bank, sign_in = server.bank, server.sign_in(USER)
    connector = connect(sign_in, **(by_key(sign_in) if way == "key" else {}))
    assert connector.send("betaling.xml", payment_file(1)) is Sent.DELIVERED
    bank.advance_to(TODAY + timedelta(days=1))
    fetched = fetch_all(connector)
    connector.close()
    assert fetched == {path.name: path.read_bytes() for path in files(bank)}
    assert {name.split(".")[0] for name in fetched} == {"pain002", "camt052", "camt053", "camt054d"}
    assert [each.state for each in true_payments(bank, USER)] == ["executed"]


def test_files_are_listed_in_the_order_of_the_banks_own_time(server: BankServer) -> None:
    server.bank.pay_in(IBAN, [paid_in(1_00, kid="12345674")])
    server.bank.advance_to(TODAY + timedelta(days=3))
    listed = connect(server.sign_in(USER)).list_files()
    assert [each.modified for each in listed] == sorted(each.modified for each in listed)
    assert listed[0].name.startswith("camt054c")
    assert str(listed[0].modified) == "2026-11-24 07:15:00+00:00"


def test_sent_again_after_an_unknown_outcome_it_is_still_one_file(server: BankServer) -> None:
    connector = connect(server.sign_in(USER))
    content = payment_file(1)
    connector.send("betaling.xml", content)
    there = connector.describe("betaling.xml")
    assert there is not None
    assert there.size == len(content)
    assert connector.send("betaling.xml", content) is Sent.ALREADY_THERE
    with pytest.raises(RemoteDiffersError):
        connector.send("betaling.xml", content + b" ")
    server.bank.advance_to(TODAY)
    assert codes(server.bank) == set()
    assert server.bank.ledger.value("SELECT count(*) FROM received") == 1


def test_an_upload_that_breaks_off_is_not_taken_and_can_go_on(server: BankServer) -> None:
    bank, connector = server.bank, connect(server.sign_in(USER))
    bank.misbehave(Kind.CUT, USER, "up", bytes=500)
    with pytest.raises(TransferCutError):
        connector.send("betaling.xml", payment_file(1))
    bank.advance_to(START + timedelta(hours=1))
    assert bank.ledger.value("SELECT count(*) FROM received") == 0
    (misdeed,) = bank.misdeeds()
    assert (misdeed.kind, misdeed.facts) == (Kind.CUT, {"direction": "up", "bytes": 500})
    assert connector.send("betaling.xml", payment_file(1)) is Sent.DELIVERED
    bank.advance_to(TODAY)
    assert [each.state for each in true_payments(bank, USER)] == ["executed"]


def test_a_download_that_breaks_off_goes_on_where_it_was(server: BankServer) -> None:
    bank, connector = server.bank, connect(server.sign_in(USER))
    whole = b"linje\r\n" * 500_000
    (bank.homes / USER / "out" / "stor.xml").write_bytes(whole)
    bank.misbehave(Kind.CUT, USER, "down", bytes=2_500_000)
    sink = io.BytesIO()
    with pytest.raises(TransferCutError):
        connector.fetch("stor.xml", sink)
    got = len(sink.getvalue())
    assert 0 < got <= 2_500_000
    connector.fetch("stor.xml", sink, offset=got)
    assert sink.getvalue() == whole
    (misdeed,) = bank.misdeeds()
    assert (misdeed.file, misdeed.facts) == ("stor.xml", {"direction": "down", "bytes": 2_500_000})


def test_a_cut_that_could_not_come_is_still_owed_and_not_written_down(server: BankServer) -> None:
    bank, connector = server.bank, connect(server.sign_in(USER))
    bank.misbehave(Kind.CUT, USER, "up", bytes=10**6)
    connector.send("betaling.xml", payment_file(1))
    assert bank.misdeeds() == []
    assert bank.ledger.value("SELECT count(*) FROM wish") == 1


def test_who_has_no_key_and_no_password_stays_outside(server: BankServer) -> None:
    sign_in = server.sign_in(USER)
    other = asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()
    for wrong in (
        {"password": Secret("gjettet")},
        {"password": None, "private_key": Secret(other)},
    ):
        with pytest.raises(RefusalError):
            connect(sign_in, **wrong).list_files()


def test_a_customer_sees_its_own_home_alone(server: BankServer) -> None:
    server.bank.add_customer("annen", "Annen AS")
    (server.bank.homes / "annen" / "out" / "hemmelig.xml").write_bytes(b"x")
    sign_in = server.sign_in(USER)
    for folder in ("../annen/out", "/../annen/out", "../../keys"):
        place = SftpPlace(sign_in.host, USER, (sign_in.host_key,), folder, "in",
                          port=sign_in.port, password=Secret(sign_in.password))  # fmt: skip
        with pytest.raises(RefusalError):
            SftpConnector(place).list_files()
    os.symlink(server.bank.homes / "annen" / "out", server.bank.homes / USER / "out" / "lenke")
    place = SftpPlace(sign_in.host, USER, (sign_in.host_key,), "out/lenke", "in",
                      port=sign_in.port, password=Secret(sign_in.password))  # fmt: skip
    with pytest.raises(RefusalError):
        SftpConnector(place).list_files()


@pytest.mark.parametrize("folder", ["out", "taken", "."])
def test_files_are_sent_to_the_one_folder_alone(server: BankServer, folder: str) -> None:
    sign_in = server.sign_in(USER)
    place = SftpPlace(sign_in.host, USER, (sign_in.host_key,), "out", folder,
                      port=sign_in.port, password=Secret(sign_in.password))  # fmt: skip
    with pytest.raises(RefusalError):
        SftpConnector(place).send("betaling.xml", payment_file(1))
    assert not list(server.bank.homes.rglob("*betaling*"))


def test_the_host_key_and_the_sign_in_stay_when_the_bank_opens_again(tmp_path: Path) -> None:
    found = []
    for _ in range(2):
        with open_bank(tmp_path) as bank, serving(bank) as server:
            found.append(server.sign_in(USER))
    assert (found[0].host_key, found[0].password) == (found[1].host_key, found[1].password)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()}
    assert modes == {0o600}


def test_a_port_that_is_taken_is_told_at_once(server: BankServer, tmp_path: Path) -> None:
    with (
        Bank(tmp_path / "other", start=START) as bank,
        pytest.raises(OSError, match="use"),
        serving(bank, port=server.port),
    ):
        pass


def test_files_that_come_while_time_passes_are_each_taken_once(server: BankServer) -> None:
    bank, sign_in = server.bank, server.sign_in(USER)

    def send_some(first: int) -> list[Sent]:
        connector = connect(sign_in)
        sent = [
            connector.send(f"fil-{n}.xml", payment_file(n, id=f"M-{n}"))
            for n in range(first, first + 6)
        ]
        connector.close()
        return sent

    with ThreadPoolExecutor(3) as pool:
        sending = [pool.submit(send_some, first) for first in (10, 20, 30)]
        moment = START
        while not all(each.done() for each in sending):
            moment += timedelta(seconds=20)
            bank.advance_to(moment)
        sent = [each for one in sending for each in one.result()]
    bank.advance_to(moment + timedelta(days=2))
    assert sent == [Sent.DELIVERED] * 18
    assert bank.ledger.value("SELECT count(*) FROM received") == 18
    states = {each.end_to_end_id: each.state for each in true_payments(bank, USER)}
    assert (len(states), set(states.values())) == (18, {"executed"})


def test_what_is_written_under_its_own_name_is_taken_when_it_is_closed_and_not_before(
    server: BankServer,
) -> None:
    bank, sign_in, content = server.bank, server.sign_in(USER), payment_file(1)

    async def put() -> None:
        async with (
            asyncssh.connect(sign_in.host, sign_in.port, username=USER, known_hosts=None,
                             client_keys=[str(sign_in.key_file)]) as connection,
            connection.start_sftp_client() as sftp,
        ):  # fmt: skip
            async with sftp.open("in/betaling.xml", "wb") as file:
                await file.write(content[:400])
                await asyncio.to_thread(bank.advance_to, START + timedelta(minutes=1))
                assert bank.ledger.value("SELECT count(*) FROM received") == 0
                await file.write(content[400:])
            with pytest.raises(asyncssh.SFTPError):
                await sftp.open("in/betaling.xml", "wb")

    asyncio.run(put())
    bank.advance_to(TODAY)
    assert [each.state for each in true_payments(bank, USER)] == ["executed"]
    assert bank.ledger.value("SELECT content FROM received") == content


def test_what_is_broken_off_under_its_own_name_is_not_taken(server: BankServer) -> None:
    bank, sign_in = server.bank, server.sign_in(USER)

    async def put() -> None:
        connection = await asyncssh.connect(
            sign_in.host, sign_in.port, username=USER, known_hosts=None, password=sign_in.password
        )
        sftp = await connection.start_sftp_client()
        file = await sftp.open("in/betaling.xml", "wb")
        await file.write(payment_file(1)[:400])
        connection.abort()

    asyncio.run(put())
    for _ in range(500):
        if not server.connections:
            break
        Event().wait(0.01)
    assert not server.connections, "the server has seen it"
    bank.advance_to(TODAY)
    assert bank.ledger.value("SELECT count(*) FROM received") == 0
    assert connect(sign_in).send("betaling-2.xml", payment_file(1)) is Sent.DELIVERED
