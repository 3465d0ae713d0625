"""A bank to connect to: in the test's own process, or OpenSSH's server on loopback."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pytest

from avstem.connectors.sftp import SftpConnector
from avstem.connectors.sftp_place import SftpPlace
from avstem.domain.secret import Secret
from tests.support.cutting_proxy import Line, line_to
from tests.support.openssh import running_openssh, why_not
from tests.support.sftp_server import USER, running_bank


@dataclass
class Peer:
    """A server of either kind: its folders, a line to it that can be cut, and a way in."""

    out: Path
    tray: Path
    line: Line
    place: Callable[..., SftpPlace]
    bank: Any

    def connector(self, **differs: Any) -> SftpConnector:
        """A connector, closed with the test."""
        made = SftpConnector(self.place(**differs))
        self.made.append(made)
        return made

    def __post_init__(self) -> None:
        self.made: list[SftpConnector] = []


def plain(peer: Peer) -> dict[str, Any]:
    """The place as JSON for a process of its own; the key with it."""
    place = peer.place()
    said = {each.name: getattr(place, each.name) for each in fields(place)}
    assert place.private_key
    given = {name: value for name, value in said.items() if value is not None}
    return {**given, "private_key": place.private_key.reveal()}


def _peer(bank: Any, line: Line, user: str, root: str) -> Peer:
    def place(**differs: Any) -> SftpPlace:
        key = bank.client_key.export_private_key().decode()
        agreed = {
            "host": "127.0.0.1",
            "port": line.port,
            "user": user,
            "host_keys": (bank.pin(),),
            "private_key": Secret(key),
            "fetch_folder": f"{root}/out",
            "send_folder": f"{root}/in",
            "connect_s": 10,
            "answer_s": 10,
        }
        return SftpPlace(**{**agreed, **differs})

    return Peer(bank.out, bank.tray, line, place, bank)


@pytest.fixture
def inside(tmp_path: Path) -> Iterator[Peer]:
    """The server in the test's own process, which can be told to misbehave."""
    with running_bank(tmp_path / "bank") as bank, line_to(bank.port) as line:
        peer = _peer(bank, line, USER, "")
        yield peer
        for each in peer.made:
            each.close()


@pytest.fixture
def openssh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    """OpenSSH's own server on loopback."""
    missing = why_not()
    if missing:
        (pytest.fail if missing.promised else pytest.skip)(missing.reason)
    root = tmp_path_factory.mktemp("sshd")
    with running_openssh(root) as bank, line_to(bank.port) as line:
        peer = _peer(bank, line, bank.user, str(bank.root))
        yield peer
        for each in peer.made:
            each.close()


@pytest.fixture(params=["inside", "openssh"])
def peer(request: pytest.FixtureRequest) -> Peer:
    """Both, one after the other."""
    found: Peer = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    mounted = tmp_path / "small"
    mounted.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "none", mounted], check=False, capture_output=True
    )
    if made.returncode:
        pytest.skip("a small file system needs the right to mount one")
    yield mounted
    subprocess.run(["umount", "--lazy", mounted], check=True)
