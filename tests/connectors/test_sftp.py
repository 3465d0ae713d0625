"""Files over SFTP, against a server of ours and against OpenSSH's."""

import json
import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import asyncssh
import pytest

from avstem.connectors.port import PIECE_BYTES, Sent
from avstem.domain.carrying_errors import (
    CredentialsRejectedError,
    HostKeyMismatchError,
    OutcomeUnknownError,
    PeerUnreachableError,
    RemoteChangedError,
    RemoteDiffersError,
    RemoteFullError,
    RemoteRefusedError,
    TransferCutError,
    UnsafeNameError,
)
from avstem.domain.errors import FileTooLargeError
from avstem.domain.secret import Secret
from tests.connectors.conftest import Peer, plain
from tests.support.openssh import running_openssh
from tests.support.sftp_server import PASSWORD

NAME = "pain001-17.xml"
ANOTHER_KEY = asyncssh.generate_private_key("ssh-ed25519")


def large(pieces: int = 3, tail: int = 17) -> bytes:
    """Bytes of which no two pieces are alike."""
    return b"".join(bytes([number + 1]) * PIECE_BYTES for number in range(pieces)) + b"t" * tail


def test_the_oldest_file_comes_first_and_what_is_no_whole_file_is_left_out(peer: Peer) -> None:
    for name, age_s in (("b.xml", 100), ("a.xml", 300), ("c.xml", 200)):
        (peer.out / name).write_bytes(b"x" * age_s)
        os.utime(peer.out / name, (2_000_000_000 - age_s, 2_000_000_000 - age_s))
    for name in (".hidden", "half.part", "half.filepart", "half.tmp"):
        (peer.out / name).write_bytes(b"half")
    (peer.out / "folder").mkdir()
    (peer.out / "link.xml").symlink_to("/etc/passwd")

    listed = peer.connector().list_files()

    assert [(file.name, file.size) for file in listed] == [
        ("a.xml", 300), ("c.xml", 200), ("b.xml", 100),
    ]  # fmt: skip
    assert listed[0].modified == datetime.fromtimestamp(2_000_000_000 - 300, UTC)


def test_a_file_is_fetched_whole_or_from_the_middle_and_stays_there(peer: Peer) -> None:
    (peer.out / "camt.xml").write_bytes(large())
    whole, rest = BytesIO(), BytesIO()
    connector = peer.connector()

    file = connector.fetch("camt.xml", whole)
    connector.fetch("camt.xml", rest, offset=PIECE_BYTES + 5)

    assert (file.name, file.size) == ("camt.xml", len(large()))
    assert whole.getvalue() == large()
    assert rest.getvalue() == large()[PIECE_BYTES + 5 :]
    assert (peer.out / "camt.xml").exists()


def test_a_sent_file_appears_under_its_name_and_nothing_else_is_left(peer: Peer) -> None:
    assert peer.connector().send(NAME, BytesIO(large())) is Sent.DELIVERED
    assert [path.name for path in peer.tray.iterdir()] == [NAME]
    assert (peer.tray / NAME).read_bytes() == large()


def test_an_empty_file_is_sent_and_fetched_too(peer: Peer) -> None:
    (peer.out / "empty.xml").touch()
    sink = BytesIO()
    connector = peer.connector()
    assert connector.fetch("empty.xml", sink).size == 0
    assert connector.send("empty.xml", b"") is Sent.DELIVERED
    assert (peer.tray / "empty.xml").read_bytes() == b""


def test_the_same_file_twice_is_sent_once(peer: Peer) -> None:
    connector = peer.connector()
    assert connector.send(NAME, b"hundre kroner") is Sent.DELIVERED
    before = (peer.tray / NAME).stat()
    assert connector.send(NAME, b"hundre kroner") is Sent.ALREADY_THERE
    after = (peer.tray / NAME).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


@pytest.mark.parametrize("ours", [b"tusen kr oner", b"tusen"], ids=["same size", "another size"])
def test_other_bytes_under_the_name_are_left_alone(peer: Peer, ours: bytes) -> None:
    (peer.tray / NAME).write_bytes(b"hundre kroner")
    with pytest.raises(RemoteDiffersError) as refused:
        peer.connector().send(NAME, ours)
    assert (refused.value.bytes_there, refused.value.bytes_ours) == (13, len(ours))
    assert (peer.tray / NAME).read_bytes() == b"hundre kroner"
    assert [path.name for path in peer.tray.iterdir()] == [NAME]


@pytest.mark.parametrize("theirs", [b"hundre kroner", b"tusen kr oner"], ids=["same", "other"])
def test_a_file_that_appears_while_ours_is_on_its_way_is_not_replaced(
    peer: Peer, theirs: bytes
) -> None:
    class Overtaken(BytesIO):
        """Read once to be measured; when it is read again to be sent, somebody is first."""

        seen = 0

        def seek(self, *where: int) -> int:
            self.seen += 1
            if self.seen == 2:
                (peer.tray / NAME).write_bytes(theirs)
            return super().seek(*where)

    ours = Overtaken(b"hundre kroner")
    connector = peer.connector()
    if theirs == ours.getvalue():
        assert connector.send(NAME, ours) is Sent.ALREADY_THERE
    else:
        with pytest.raises(RemoteDiffersError):
            connector.send(NAME, ours)
    assert ours.seen >= 2
    assert (peer.tray / NAME).read_bytes() == theirs
    assert [path.name for path in peer.tray.iterdir()] == [NAME]


def test_what_lies_under_a_name_is_described_with_its_fingerprint(peer: Peer) -> None:
    connector = peer.connector()
    assert connector.describe(NAME) is None
    connector.send(NAME, b"abc")
    there = connector.describe(NAME)
    assert there is not None
    assert (there.name, there.size) == (NAME, 3)
    assert there.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize("as_print", [False, True], ids=["line", "fingerprint"])
def test_a_host_that_shows_another_key_is_told_nothing(peer: Peer, as_print: bool) -> None:
    line = ANOTHER_KEY.export_public_key().decode()
    pin = ANOTHER_KEY.get_fingerprint() if as_print else line
    with pytest.raises(HostKeyMismatchError) as refused:
        peer.connector(host_keys=(pin,)).list_files()
    assert refused.value.found == peer.bank.host_key.get_fingerprint()
    assert refused.value.expected == (ANOTHER_KEY.get_fingerprint(),)


def test_a_host_with_several_keys_is_asked_for_the_pinned_one(openssh: Peer) -> None:
    line = openssh.bank.second_key.export_public_key().decode()
    assert openssh.connector(host_keys=(line,)).list_files() == []


def test_a_host_without_any_key_of_the_pinned_kind_is_not_the_one(peer: Peer) -> None:
    rsa = asyncssh.generate_private_key("ssh-rsa", key_size=2048).export_public_key().decode()
    with pytest.raises(HostKeyMismatchError):
        peer.connector(host_keys=(rsa,)).list_files()


def test_one_of_two_pinned_keys_is_enough_while_the_bank_changes_them(peer: Peer) -> None:
    pins = (ANOTHER_KEY.export_public_key().decode(), peer.bank.host_key.get_fingerprint())
    assert peer.connector(host_keys=pins).list_files() == []


def test_a_wrong_key_and_a_wrong_user_are_rejected(peer: Peer) -> None:
    key = Secret(ANOTHER_KEY.export_private_key().decode())
    with pytest.raises(CredentialsRejectedError):
        peer.connector(private_key=key).list_files()
    with pytest.raises(CredentialsRejectedError):
        peer.connector(user="nobody-we-know").list_files()


def test_a_text_that_is_no_key_is_said_without_showing_it(inside: Peer) -> None:
    with pytest.raises(CredentialsRejectedError) as refused:
        inside.connector(private_key=Secret("-----BEGIN hemmelig")).list_files()
    assert "hemmelig" not in repr(refused.value)


def test_a_key_with_a_passphrase_and_a_password_let_us_in(inside: Peer) -> None:
    locked = inside.bank.client_key.export_private_key(passphrase="ord", rounds=50).decode()
    key = {"private_key": Secret(locked), "passphrase": Secret("ord")}
    assert inside.connector(**key).list_files() == []
    assert inside.connector(private_key=None, password=Secret(PASSWORD)).list_files() == []
    with pytest.raises(CredentialsRejectedError):
        inside.connector(private_key=None, password=Secret("feil")).list_files()
    with pytest.raises(CredentialsRejectedError):
        inside.connector(private_key=Secret(locked), passphrase=Secret("feil")).list_files()


def test_a_bank_that_does_not_answer_is_named(inside: Peer) -> None:
    with pytest.raises(PeerUnreachableError) as refused:
        inside.connector(port=1).list_files()
    assert (refused.value.host, refused.value.port) == ("127.0.0.1", 1)


def test_a_cut_download_goes_on_where_it_was(peer: Peer) -> None:
    (peer.out / "camt.xml").write_bytes(large())
    sink, connector = BytesIO(), peer.connector()
    connector.list_files()
    peer.line.cut_down = PIECE_BYTES + 200_000

    with pytest.raises(TransferCutError) as cut:
        connector.fetch("camt.xml", sink)
    done = cut.value.bytes_done
    assert 0 < done < len(large())
    assert done == len(sink.getvalue())
    passed = peer.line.passed_down

    assert connector.fetch("camt.xml", sink, offset=done).size == len(large())
    assert sink.getvalue() == large()
    assert peer.line.passed_down - passed < len(large()), "only the rest came again"


def test_a_cut_upload_delivers_nothing_and_goes_on_where_it_was(peer: Peer) -> None:
    connector = peer.connector()
    connector.list_files()
    peer.line.cut_up = 3 * PIECE_BYTES + 200_000

    with pytest.raises(TransferCutError):
        connector.send(NAME, large(5))
    assert not (peer.tray / NAME).exists()
    passed = peer.line.passed_up

    assert connector.send(NAME, large(5)) is Sent.DELIVERED
    assert (peer.tray / NAME).read_bytes() == large(5)
    assert [path.name for path in peer.tray.iterdir()] == [NAME]
    assert peer.line.passed_up - passed < 4 * PIECE_BYTES, "only the rest went again"


def test_a_start_that_was_spoilt_at_the_bank_is_not_built_on(peer: Peer) -> None:
    connector = peer.connector()
    peer.line.cut_up = 3 * PIECE_BYTES
    with pytest.raises(TransferCutError):
        connector.send(NAME, large(4))
    [part] = peer.tray.iterdir()
    with part.open("r+b") as file:
        file.write(b"spoilt")

    assert connector.send(NAME, large(4)) is Sent.DELIVERED
    assert (peer.tray / NAME).read_bytes() == large(4)


def test_a_file_that_was_replaced_between_two_parts_is_not_patched_together(peer: Peer) -> None:
    (peer.out / "camt.xml").write_bytes(b"short")
    with pytest.raises(RemoteChangedError):
        peer.connector().fetch("camt.xml", BytesIO(), offset=6)


def test_a_file_that_the_bank_is_still_writing_is_not_taken(inside: Peer) -> None:
    file = inside.out / "camt.xml"
    file.write_bytes(b"the first half")
    os.utime(file, (1_000_000_000, 1_000_000_000))

    class Growing(BytesIO):
        def write(self, piece: object) -> int:
            file.write_bytes(b"the first half and the second")
            return super().write(piece)

    with pytest.raises(RemoteChangedError):
        inside.connector().fetch("camt.xml", Growing())


def test_a_full_disk_leaves_nothing_behind(inside: Peer) -> None:
    inside.bank.full_at = 2 * PIECE_BYTES
    with pytest.raises(RemoteFullError):
        inside.connector().send(NAME, large())
    assert list(inside.tray.iterdir()) == []
    inside.bank.full_at = None
    assert inside.connector().send(NAME, large()) is Sent.DELIVERED


def test_openssh_on_a_full_disk_leaves_nothing_behind(openssh: Peer, small_disk: Path) -> None:
    folder = {"send_folder": str(small_disk)}
    with pytest.raises(RemoteFullError):
        openssh.connector(**folder).send(NAME, large())
    assert list(small_disk.iterdir()) == []
    assert openssh.connector(**folder).send(NAME, b"small") is Sent.DELIVERED


def test_openssh_with_a_spent_quota_leaves_nothing_behind(
    tmp_path_factory: pytest.TempPathFactory, openssh: Peer
) -> None:
    root = tmp_path_factory.mktemp("quota")
    with running_openssh(root, file_bytes_max=2 * PIECE_BYTES) as bank:
        place = {"port": bank.port, "host_keys": (bank.pin(),), "send_folder": str(bank.tray)}
        key = Secret(bank.client_key.export_private_key().decode())
        connector = openssh.connector(**place, private_key=key)
        with pytest.raises(RemoteFullError):
            connector.send(NAME, large())
        assert list(bank.tray.iterdir()) == []
        assert connector.send(NAME, b"small") is Sent.DELIVERED


def test_openssh_refuses_to_write_where_we_may_not(openssh: Peer) -> None:
    with pytest.raises(RemoteRefusedError) as refused:
        openssh.connector(send_folder="/proc").send(NAME, b"abc")
    assert refused.value.action == "creating"


def test_a_refused_renaming_delivers_nothing_and_leaves_nothing(inside: Peer) -> None:
    inside.bank.refuses_rename = True
    with pytest.raises(RemoteRefusedError) as refused:
        inside.connector().send(NAME, b"abc")
    assert refused.value.action == "renaming"
    assert list(inside.tray.iterdir()) == []


def test_a_lost_answer_to_the_renaming_is_unknown_until_it_is_asked_about(inside: Peer) -> None:
    inside.bank.loses_rename_answer = True
    connector = inside.connector()
    with pytest.raises(OutcomeUnknownError):
        connector.send(NAME, b"abc")
    there = connector.describe(NAME)
    assert there is not None
    assert there.size == 3
    assert connector.send(NAME, b"abc") is Sent.ALREADY_THERE
    assert len(inside.bank.renames) == 1


def test_a_file_that_may_not_be_read_back_is_not_called_the_same(inside: Peer) -> None:
    inside.bank.write_only = True
    connector = inside.connector()
    assert connector.send(NAME, b"abc") is Sent.DELIVERED
    there = connector.describe(NAME)
    assert there is not None
    assert (there.size, there.sha256) == (3, None)
    with pytest.raises(OutcomeUnknownError):
        connector.send(NAME, b"abc")
    with pytest.raises(RemoteDiffersError):
        connector.send(NAME, b"abcd")


def test_a_file_that_the_bank_has_taken_is_found_where_it_was_put(inside: Peer) -> None:
    connector = inside.connector(taken_folder="/taken")
    connector.send(NAME, b"abc")
    shutil.move(inside.tray / NAME, inside.tray.parent / "taken" / NAME)
    assert connector.describe(NAME) is not None
    assert connector.send(NAME, b"abc") is Sent.ALREADY_THERE
    assert list(inside.tray.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["../camt.xml", "/etc/passwd", "a/b", "", "..", "a\nb", ".x", "x.part"]
)
def test_a_name_that_leads_elsewhere_is_not_used(inside: Peer, name: str) -> None:
    connector = inside.connector()
    for use in (
        lambda: connector.fetch(name, BytesIO()),
        lambda: connector.send(name, b""),
        lambda: connector.describe(name),
    ):
        with pytest.raises(UnsafeNameError):
            use()


def test_a_link_is_not_followed(peer: Peer, tmp_path: Path) -> None:
    (peer.out / "link.xml").symlink_to("/etc/passwd")
    with pytest.raises(RemoteRefusedError):
        peer.connector().fetch("link.xml", BytesIO())


def test_a_file_above_the_bound_is_not_moved(peer: Peer) -> None:
    (peer.out / "camt.xml").write_bytes(b"x" * 11)
    connector = peer.connector(file_bytes_max=10)
    sink = BytesIO()
    with pytest.raises(FileTooLargeError):
        connector.fetch("camt.xml", sink)
    with pytest.raises(FileTooLargeError):
        connector.send(NAME, b"x" * 11)
    assert sink.getvalue() == b""
    assert list(peer.tray.iterdir()) == []


def test_what_is_not_there_is_refused(peer: Peer) -> None:
    with pytest.raises(RemoteRefusedError):
        peer.connector().fetch("camt.xml", BytesIO())
    with pytest.raises(RemoteRefusedError):
        peer.connector(fetch_folder="/no/such").list_files()


def test_a_host_without_sftp_is_said_to_have_none(
    tmp_path_factory: pytest.TempPathFactory, openssh: Peer
) -> None:
    root = tmp_path_factory.mktemp("no-sftp")
    with running_openssh(root, subsystem="none") as bank:
        key = Secret(bank.client_key.export_private_key().decode())
        place = {"port": bank.port, "host_keys": (bank.pin(),), "private_key": key}
        with pytest.raises(RemoteRefusedError) as refused:
            openssh.connector(**place).list_files()
    assert refused.value.action == "starting SFTP"


SENDER = """
import json, sys
from avstem.connectors.sftp import SftpConnector
from avstem.connectors.sftp_place import SftpPlace
from avstem.domain.secret import Secret
place = json.loads(sys.stdin.readline())
place["private_key"] = Secret(place["private_key"])
with open(sys.argv[1], "rb") as file:
    SftpConnector(SftpPlace(**place)).send("pain001-17.xml", file)
"""


def test_a_sender_that_is_killed_has_delivered_nothing_or_all(
    openssh: Peer, tmp_path: Path
) -> None:
    data = large(30)
    (tmp_path / "ours.xml").write_bytes(data)
    place = plain(openssh)
    for after in (1, 3, 10, 20):
        sender = subprocess.Popen(
            [sys.executable, "-c", SENDER, tmp_path / "ours.xml"], stdin=subprocess.PIPE
        )
        assert sender.stdin is not None
        sender.stdin.write(json.dumps(place).encode() + b"\n")
        sender.stdin.close()
        passed = openssh.line.passed_up
        while sender.poll() is None and openssh.line.passed_up - passed < after * PIECE_BYTES:
            time.sleep(0.01)
        sender.kill()
        sender.wait(20)
        if (openssh.tray / NAME).exists():
            assert (openssh.tray / NAME).read_bytes() == data

    connector = openssh.connector()
    assert connector.send(NAME, data) in (Sent.DELIVERED, Sent.ALREADY_THERE)
    assert (openssh.tray / NAME).read_bytes() == data
    assert [path.name for path in openssh.tray.iterdir()] == [NAME]


def test_our_own_full_disk_is_not_blamed_on_the_line(inside: Peer) -> None:
    (inside.out / "camt.xml").write_bytes(b"abc")

    class Full(BytesIO):
        def write(self, piece: object) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        inside.connector().fetch("camt.xml", Full())
