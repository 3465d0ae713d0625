"""OpenSSH's own server on loopback, as an independent word on how SFTP is spoken."""

import getpass
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncssh

_PATHS = "/usr/sbin:/usr/local/sbin:" + os.environ.get("PATH", "")


@dataclass(frozen=True)
class Missing:
    """Why it cannot run; where it was promised (CI), a test fails by that."""

    reason: str
    promised: bool


@dataclass
class OpenSsh:
    """The running server."""

    root: Path
    host_key: asyncssh.SSHKey
    second_key: asyncssh.SSHKey
    client_key: asyncssh.SSHKey
    port: int
    user: str

    @property
    def out(self) -> Path:
        """Where files to fetch lie."""
        return self.root / "out"

    @property
    def tray(self) -> Path:
        """Where sent files go."""
        return self.root / "in"

    def pin(self) -> str:
        """The host key as a line."""
        return self.host_key.export_public_key().decode().strip()


def why_not() -> Missing | None:
    """The reason why there is no server here, if so (`scripts/with-services` installs it)."""
    if shutil.which("sshd", path=_PATHS):
        return None
    return Missing(
        "OpenSSH's server is not here: apt-get install openssh-server", "CI" in os.environ
    )


@contextmanager
def running_openssh(
    root: Path, *, file_bytes_max: int | None = None, subsystem: str = "sftp"
) -> Iterator[OpenSsh]:
    """A server for the user who runs the tests; it writes no file larger than asked."""
    generate = asyncssh.generate_private_key
    keys = generate("ssh-ed25519"), generate("ecdsa-sha2-nistp384"), generate("ssh-ed25519")
    bank = OpenSsh(root, *keys, _free_port(), getpass.getuser())
    for folder in (bank.out, bank.tray):
        folder.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        [*_limited(file_bytes_max), str(shutil.which("sshd", path=_PATHS)), "-D", "-e",
         "-f", _configuration(bank, subsystem)],
        stderr=(root / "sshd.log").open("wb"),
        # Python ignores the signal of a file that grows too large, and so must the server: the
        # write then fails instead.
        restore_signals=False,
    )  # fmt: skip
    try:
        _wait_for(bank, process)
        yield bank
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def _limited(file_bytes_max: int | None) -> list[str]:
    return ["prlimit", f"--fsize={file_bytes_max}"] if file_bytes_max else []


def _configuration(bank: OpenSsh, subsystem: str) -> Path:
    allowed, file = bank.root / "allowed", bank.root / "sshd_config"
    allowed.write_bytes(bank.client_key.export_public_key())
    for name, key in (("host_key", bank.host_key), ("second_key", bank.second_key)):
        (bank.root / name).touch(mode=0o600)
        (bank.root / name).write_bytes(key.export_private_key())
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    file.write_text(
        f"ListenAddress 127.0.0.1\nPort {bank.port}\nHostKey {bank.root}/host_key\n"
        f"HostKey {bank.root}/second_key\n"
        f"AuthorizedKeysFile {allowed}\nStrictModes no\nUsePAM no\nPermitRootLogin yes\n"
        f"PasswordAuthentication no\nKbdInteractiveAuthentication no\nPidFile none\n"
        f"Subsystem {subsystem} internal-sftp\nMaxStartups 100\nLogLevel ERROR\n"
    )
    return file


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(bank: OpenSsh, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 15
    while time.monotonic() < until:
        assert process.poll() is None, (bank.root / "sshd.log").read_text()
        try:
            socket.create_connection(("127.0.0.1", bank.port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("OpenSSH's server did not start")
