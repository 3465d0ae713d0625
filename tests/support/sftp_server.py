"""A bank's SFTP server inside the test, which can be told to misbehave."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any

import asyncssh

USER, PASSWORD = "kunde", "hemmelig"


@dataclass
class Bank:
    """The server: its folders on disk, how to reach it, and what it does wrong."""

    root: Path
    host_key: asyncssh.SSHKey
    client_key: asyncssh.SSHKey
    port: int = 0
    #: The disk is full when a file reaches this size.
    full_at: int | None = None
    #: Nothing may be renamed; or it is renamed, but the answer never comes.
    refuses_rename: bool = False
    loses_rename_answer: bool = False
    #: The in-tray may be written and listed, not read.
    write_only: bool = False
    #: Called with the path when a file is opened for reading.
    on_read: Any = None
    renames: list[tuple[str, str]] = field(default_factory=list)
    bytes_written: int = 0
    connections: list[asyncssh.SSHServerConnection] = field(default_factory=list)

    @property
    def out(self) -> Path:
        """Where the bank puts what is to be fetched."""
        return self.root / "out"

    @property
    def tray(self) -> Path:
        """Where the bank takes what is sent."""
        return self.root / "in"

    def pin(self) -> str:
        """The host key as a line."""
        return self.host_key.export_public_key().decode().strip()


class _Login(asyncssh.SSHServer):
    def __init__(self, bank: Bank) -> None:
        self._bank = bank

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._bank.connections.append(conn)

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == USER and key == self._bank.client_key.convert_to_public()


class _Files(asyncssh.SFTPServer):
    """The folders; each fault is one flag of the bank."""

    def __init__(self, channel: asyncssh.SSHServerChannel[bytes], bank: Bank) -> None:
        super().__init__(channel, chroot=os.fsencode(bank.root))
        self._bank, self._channel = bank, channel

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        if pflags & asyncssh.FXF_READ:
            if self._bank.write_only and path.startswith(b"/in/"):
                raise asyncssh.SFTPPermissionDenied("not yours to read")
            if self._bank.on_read:
                self._bank.on_read(path)
        return super().open(path, pflags, attrs)

    def write(self, file_obj: object, offset: int, data: bytes) -> Any:
        full_at = self._bank.full_at
        if full_at is not None and offset + len(data) > full_at:
            raise asyncssh.SFTPFailure("Failure")
        self._bank.bytes_written += len(data)
        return super().write(file_obj, offset, data)

    def rename(self, oldpath: bytes, newpath: bytes) -> Any:
        if self._bank.refuses_rename:
            raise asyncssh.SFTPPermissionDenied("Permission denied")
        super().rename(oldpath, newpath)
        self._bank.renames.append((oldpath.decode(), newpath.decode()))
        if self._bank.loses_rename_answer:
            self._bank.loses_rename_answer = False
            connection = self._channel.get_connection()
            asyncio.get_running_loop().call_soon(connection.abort)
            return _never()
        return None


async def _never() -> None:
    await asyncio.sleep(60)


@contextmanager
def running_bank(root: Path, *, host_key: asyncssh.SSHKey | None = None) -> Iterator[Bank]:
    """A server on a port of its own, in a thread, until the block ends."""
    for folder in ("in", "out", "taken"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    generate = asyncssh.generate_private_key
    bank = Bank(root, host_key or generate("ssh-ed25519"), generate("ssh-ed25519"))
    ready, stop = Event(), Event()
    thread = Thread(target=lambda: asyncio.run(_serve(bank, ready, stop)), daemon=True)
    thread.start()
    assert ready.wait(20), "the test's SFTP server did not start"
    try:
        yield bank
    finally:
        stop.set()
        thread.join(20)


async def _serve(bank: Bank, ready: Event, stop: Event) -> None:
    # Cut lines are what the tests are about; the loop need not tell of each.
    asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
    server = await asyncssh.listen(
        "127.0.0.1", 0,
        server_factory=lambda: _Login(bank),
        server_host_keys=[bank.host_key],
        sftp_factory=lambda channel: _Files(channel, bank),
        allow_scp=False,
    )  # fmt: skip
    bank.port = server.get_port()
    ready.set()
    while not stop.is_set():
        await asyncio.sleep(0.02)
    for connection in bank.connections:
        connection.abort()
    server.close()
    await server.wait_closed()
