"""Files in folders of this machine."""

import errno
import hashlib
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest

from avstem.connectors.folder import FolderConnector, Folders
from avstem.connectors.names import part_name
from avstem.connectors.port import Sent
from avstem.domain.carrying_errors import (
    RemoteChangedError,
    RemoteDiffersError,
    RemoteFullError,
    RemoteRefusedError,
    UnsafeNameError,
)
from avstem.domain.errors import FileTooLargeError

NAME = "pain001-17.xml"


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """Two empty folders."""
    made = Folders(tmp_path / "in", tmp_path / "out")
    made.incoming.mkdir()
    made.outgoing.mkdir()
    return made


def test_the_oldest_file_comes_first_and_what_is_no_whole_file_is_left_out(
    folders: Folders,
) -> None:
    for name, at in (("b.xml", 300), ("a.xml", 100), ("c.xml", 200)):
        (folders.incoming / name).write_bytes(b"x" * at)
        os.utime(folders.incoming / name, (at, at))
    (folders.incoming / ".hidden").touch()
    (folders.incoming / "half.part").touch()
    (folders.incoming / "folder").mkdir()
    (folders.incoming / "link.xml").symlink_to("/etc/passwd")
    os.mkfifo(folders.incoming / "pipe.xml")

    listed = FolderConnector(folders).list_files()
    assert [(file.name, file.size) for file in listed] == [
        ("a.xml", 100), ("c.xml", 200), ("b.xml", 300),
    ]  # fmt: skip


def test_a_file_is_fetched_whole_or_from_the_middle(folders: Folders) -> None:
    (folders.incoming / "camt.xml").write_bytes(b"0123456789")
    whole, rest = BytesIO(), BytesIO()
    connector = FolderConnector(folders)
    assert connector.fetch("camt.xml", whole).size == 10
    connector.fetch("camt.xml", rest, offset=7)
    assert (whole.getvalue(), rest.getvalue()) == (b"0123456789", b"789")
    with pytest.raises(RemoteChangedError):
        connector.fetch("camt.xml", rest, offset=11)


def test_a_file_that_is_still_written_is_not_taken(folders: Folders) -> None:
    file = folders.incoming / "camt.xml"
    file.write_bytes(b"half")

    class Growing(BytesIO):
        def write(self, piece: object) -> int:
            file.write_bytes(b"half and half")
            return 4

    with pytest.raises(RemoteChangedError):
        FolderConnector(folders).fetch("camt.xml", Growing())


def test_the_same_file_twice_is_written_once_and_another_is_left_alone(folders: Folders) -> None:
    connector = FolderConnector(folders)
    assert connector.send(NAME, BytesIO(b"hundre")) is Sent.DELIVERED
    inode = (folders.outgoing / NAME).stat().st_ino
    assert connector.send(NAME, b"hundre") is Sent.ALREADY_THERE
    with pytest.raises(RemoteDiffersError):
        connector.send(NAME, b"tusen ")
    assert (folders.outgoing / NAME).stat().st_ino == inode
    assert (folders.outgoing / NAME).read_bytes() == b"hundre"
    assert os.listdir(folders.outgoing) == [NAME]
    there = connector.describe(NAME)
    assert there is not None
    assert there.size == 6
    assert connector.describe("other.xml") is None


def test_a_disk_without_hard_links_carries_files_too(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_paths: object, **_options: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    connector = FolderConnector(folders)
    assert connector.send(NAME, b"hundre") is Sent.DELIVERED
    assert connector.send(NAME, b"hundre") is Sent.ALREADY_THERE
    with pytest.raises(RemoteDiffersError):
        connector.send(NAME, b"tusen ")
    assert (folders.outgoing / NAME).read_bytes() == b"hundre"
    assert os.listdir(folders.outgoing) == [NAME]


@pytest.mark.parametrize("at", ["os.fsync", "os.link", "os.unlink"])
def test_what_a_killed_sender_left_is_in_nobody_s_way(folders: Folders, at: str) -> None:
    code = (
        "import os, sys; from pathlib import Path;"
        "from avstem.connectors.folder import FolderConnector, Folders;"
        f"{at} = lambda *_, **__: os.kill(os.getpid(), 9);"
        "FolderConnector(Folders(Path(sys.argv[1]), Path(sys.argv[2])))"
        f".send({NAME!r}, b'hundre')"
    )
    killed = subprocess.run(
        [sys.executable, "-c", code, folders.incoming, folders.outgoing], check=False
    )
    assert killed.returncode == -9
    appeared = (folders.outgoing / NAME).exists()
    assert appeared == (at == "os.unlink"), "killed between appearing and tidying up"
    assert len(os.listdir(folders.outgoing)) == 1 + appeared

    again = FolderConnector(folders).send(NAME, b"hundre")
    assert again is (Sent.ALREADY_THERE if appeared else Sent.DELIVERED)
    assert (folders.outgoing / NAME).read_bytes() == b"hundre"
    assert os.listdir(folders.outgoing) == [NAME]


def test_a_file_that_was_taken_away_half_tidied_is_not_written_over(folders: Folders) -> None:
    """Killed after it appeared, and the bank's program has moved the file since."""
    connector = FolderConnector(folders)
    connector.send(NAME, b"hundre")
    part = folders.outgoing / part_name(NAME, hashlib.sha256(b"hundre").hexdigest())
    os.link(folders.outgoing / NAME, part)
    taken = folders.incoming / "taken.xml"
    (folders.outgoing / NAME).rename(taken)
    inode = taken.stat().st_ino

    assert connector.send(NAME, b"hundre") is Sent.DELIVERED
    assert (taken.stat().st_ino, taken.read_bytes()) == (inode, b"hundre")
    assert (folders.outgoing / NAME).stat().st_ino != inode
    assert os.listdir(folders.outgoing) == [NAME]


def test_two_senders_at_once_write_one_file(folders: Folders) -> None:
    code = (
        "import sys; from pathlib import Path;"
        "from avstem.connectors.folder import FolderConnector, Folders;"
        "f = Folders(Path(sys.argv[1]), Path(sys.argv[2]));"
        f"print(FolderConnector(f).send({NAME!r}, b'x' * 3_000_000).value)"
    )
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code, folders.incoming, folders.outgoing],
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = sorted(process.communicate(timeout=60)[0].strip() for process in both)
    assert said == ["already_there", "delivered"]
    assert os.listdir(folders.outgoing) == [NAME]


@pytest.mark.parametrize("name", ["../camt.xml", "/etc/passwd", "a/b", "", "..", "a\nb", ".x"])
def test_a_name_that_leads_elsewhere_is_not_used(folders: Folders, name: str) -> None:
    connector = FolderConnector(folders)
    for use in (
        lambda: connector.fetch(name, BytesIO()),
        lambda: connector.send(name, b""),
        lambda: connector.describe(name),
    ):
        with pytest.raises(UnsafeNameError):
            use()


def test_links_and_pipes_are_refused_both_ways(folders: Folders, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    (folders.incoming / "link.xml").symlink_to(secret)
    os.mkfifo(folders.incoming / "pipe.xml")
    (folders.outgoing / NAME).symlink_to(secret)
    connector, sink = FolderConnector(folders), BytesIO()
    for name in ("link.xml", "pipe.xml"):
        with pytest.raises(UnsafeNameError):
            connector.fetch(name, sink)
    with pytest.raises(UnsafeNameError):
        connector.send(NAME, b"other")
    assert (sink.getvalue(), secret.read_bytes()) == (b"", b"secret")


def test_a_folder_that_is_a_link_or_is_missing_is_refused(folders: Folders, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folders.incoming)
    with pytest.raises((RemoteRefusedError, UnsafeNameError)):
        FolderConnector(Folders(tmp_path / "link", folders.outgoing)).list_files()
    with pytest.raises(RemoteRefusedError):
        FolderConnector(Folders(tmp_path / "none", folders.outgoing)).list_files()


def test_a_file_above_the_bound_is_not_moved(folders: Folders) -> None:
    (folders.incoming / "camt.xml").write_bytes(b"x" * 11)
    connector = FolderConnector(Folders(folders.incoming, folders.outgoing, file_bytes_max=10))
    with pytest.raises(FileTooLargeError):
        connector.fetch("camt.xml", BytesIO())
    with pytest.raises(FileTooLargeError):
        connector.send(NAME, b"x" * 11)
    assert os.listdir(folders.outgoing) == []


def test_a_full_disk_leaves_nothing_behind(folders: Folders, small_disk: Path) -> None:
    connector = FolderConnector(Folders(folders.incoming, small_disk))
    with pytest.raises(RemoteFullError):
        connector.send(NAME, b"x" * 2_000_000)
    assert os.listdir(small_disk) == []
    assert connector.send(NAME, b"x" * 500_000) is Sent.DELIVERED
