"""The practice bank over SFTP: one closed home for each customer, and a host key that stays.

What is renamed in the folder for uploads, or closed there under its own name, is taken at once and
lies in the archive before the answer goes out. A connection can be made to break in the middle of
a transfer (`Kind.CUT`). The server looks at no clock: files appear when the bank's own time has
come.

Source: docs/testbank.md; ADR 51 (asyncssh).
"""

import asyncio
import hmac
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from threading import Event, Thread
from typing import Any

import asyncssh

from avstem.testbank.backoffice.outbox import get_customer
from avstem.testbank.bank import Bank

_WRITES = asyncssh.FXF_WRITE | asyncssh.FXF_APPEND | asyncssh.FXF_CREAT | asyncssh.FXF_TRUNC
_START_S = 20


@dataclass(frozen=True)
class SignIn:
    """How a customer reaches its home: a key or a password, at a server with this host key."""

    host: str
    port: int
    user: str
    password: str
    key_file: Path
    host_key: str


class Keys:
    """The keys and passwords of a bank, made once, readable by their owner alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def host_key(self) -> asyncssh.SSHKey:
        """The key that says who the server is."""
        return self._key("host_key")

    def client_key(self, user: str) -> asyncssh.SSHKey:
        """A customer's key."""
        return self._key(self.key_name(user))

    def key_file(self, user: str) -> Path:
        """Where the customer's key is."""
        self.client_key(user)
        return self._folder / self.key_name(user)

    @staticmethod
    def key_name(user: str) -> str:
        """The name of a customer's key file."""
        return f"customer-{user}"

    def password(self, user: str) -> str:
        """A customer's password."""
        path = self._folder / f"customer-{user}.password"
        if not path.exists():
            _write_private(path, secrets.token_urlsafe(12).encode())
        return path.read_text("ascii")

    def _key(self, name: str) -> asyncssh.SSHKey:
        path = self._folder / name
        if not path.exists():
            _write_private(path, asyncssh.generate_private_key("ssh-ed25519").export_private_key())
        return asyncssh.read_private_key(path)


def _write_private(path: Path, content: bytes) -> None:
    """The first one stands, should two processes make it at once."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    beside.touch(mode=0o600)
    beside.write_bytes(content)
    try:
        os.link(beside, path)
    except FileExistsError:
        pass
    finally:
        beside.unlink()


class BankServer:
    """A running server; made by `serving`."""

    def __init__(self, bank: Bank, host: str, port: int) -> None:
        self.bank, self.host, self.port = bank, host, port
        self.keys = Keys(bank.folder / "keys")
        self.connections: set[asyncssh.SSHServerConnection] = set()

    def sign_in(self, user: str) -> SignIn:
        """How that customer gets in."""
        get_customer(self.bank.ledger, user)
        host_key = self.keys.host_key().export_public_key().decode().strip()
        return SignIn(
            self.host, self.port, user, self.keys.password(user), self.keys.key_file(user),
            " ".join(host_key.split()[:2]),
        )  # fmt: skip

    async def listen(self) -> asyncssh.SSHAcceptor:
        """Open the port; 0 is one that is free."""
        acceptor = await asyncssh.create_server(
            partial(_Door, self), self.host, self.port, server_host_keys=[self.keys.host_key()],
            sftp_factory=partial(_Home, self), allow_scp=False,
        )  # fmt: skip
        self.port = acceptor.get_port()
        return acceptor


@contextmanager
def serving(bank: Bank, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[BankServer]:
    """The bank reachable over SFTP while the block runs, in a thread of its own."""
    server, is_open, loop = BankServer(bank, host, port), Event(), asyncio.new_event_loop()
    failed: list[BaseException] = []

    def run() -> None:
        asyncio.set_event_loop(loop)
        try:
            acceptor = loop.run_until_complete(server.listen())
        except BaseException as wrong:  # told to the caller, whose thread it should have been
            failed.append(wrong)
            return
        finally:
            is_open.set()
        loop.run_forever()
        acceptor.close()
        for each in tuple(server.connections):
            each.abort()
        loop.run_until_complete(_settle())

    thread = Thread(target=run, name="testbank", daemon=True)
    thread.start()
    assert is_open.wait(_START_S), "the practice bank does not open"
    if failed:
        loop.close()
        raise failed[0]
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_START_S)
        loop.close()


async def _settle() -> None:
    """Let what was broken off come to its end."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for each in others:
        each.cancel()
    await asyncio.gather(*others, return_exceptions=True)


class _Door(asyncssh.SSHServer):
    """Who may come in: a customer with its password or its key."""

    def __init__(self, server: BankServer) -> None:
        self._server = server

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._server.connections.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._server.connections.discard(self._connection)

    def begin_auth(self, username: str) -> bool:
        del username
        return True

    def password_auth_supported(self) -> bool:
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        if not self._is_customer(username):
            return False
        right = self._server.keys.password(username)
        return hmac.compare_digest(right.encode(), password.encode())

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        if not self._is_customer(username):
            return False
        right = self._server.keys.client_key(username)
        return right.convert_to_public() == key

    def _is_customer(self, username: str) -> bool:
        return any(each.user == username for each in self._server.bank.customers())


@dataclass
class _Open:
    """An open file; it breaks after so many bytes, if somebody asked for that."""

    file: Any
    name: str
    direction: str
    cut_at: int | None


class _Home(asyncssh.SFTPServer):
    """A customer's home: upload to the one folder, fetch from the others, and nothing else."""

    def __init__(self, server: BankServer, channel: asyncssh.SSHServerChannel[bytes]) -> None:
        user = channel.get_connection().get_extra_info("username")
        super().__init__(channel, chroot=os.fsencode(server.bank.homes / user))
        self._bank, self._channel = server.bank, channel
        self._customer = get_customer(server.bank.ledger, user)

    def map_path(self, path: bytes) -> bytes:
        """Inside the home, links or not."""
        found = super().map_path(path)
        home = os.path.realpath(super().map_path(b"/"))
        real = os.path.realpath(found)
        if real != home and not real.startswith(home + b"/"):
            raise asyncssh.SFTPPermissionDenied("outside the home")
        return found

    async def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        """Open a file; writing is for the upload folder alone."""
        direction = "up" if pflags & _WRITES else "down"
        name = _name_of(path)
        if direction == "up":
            self._require_upload(path)
            self._require_new(name)
            self._bank.writing.add((self._customer.user, name))
        file: Any = super().open(path, pflags, attrs)
        size = os.fstat(file.fileno()).st_size
        cut = await asyncio.to_thread(self._bank.take_cut, self._customer.user, direction, size)
        return _Open(file, name, direction, cut)

    def read(self, file_obj: object, offset: int, size: int) -> bytes:
        """Read on, up to where it breaks."""
        assert isinstance(file_obj, _Open)
        if file_obj.cut_at is not None:
            size = min(size, file_obj.cut_at - offset)
            if size <= 0:
                self._cut(file_obj)
        file_obj.file.seek(offset)
        found: bytes = file_obj.file.read(size)
        return found

    def write(self, file_obj: object, offset: int, data: bytes) -> int:
        """Write on, up to where it breaks."""
        assert isinstance(file_obj, _Open)
        whole = len(data)
        if file_obj.cut_at is not None:
            data = data[: max(file_obj.cut_at - offset, 0)]
        file_obj.file.seek(offset)
        file_obj.file.write(data)
        if len(data) < whole:
            self._cut(file_obj)
        return whole

    def _cut(self, opened: _Open) -> None:
        """Break the connection; it is written down first."""
        assert opened.cut_at is not None, "only what is asked for breaks"
        opened.file.flush()
        self._bank.confess_cut(self._customer.user, opened.name, opened.direction, opened.cut_at)
        opened.cut_at = None
        self._channel.get_connection().abort()
        raise asyncssh.SFTPConnectionLost("cut")

    async def close(self, file_obj: object) -> None:
        """Close; a cut that was asked for and did not come is still owed."""
        if not isinstance(file_obj, _Open):
            return
        file_obj.file.close()
        if file_obj.direction == "up" and not self._channel.is_closing():
            await self._finish(file_obj.name)
        if file_obj.cut_at is not None:
            cut, file_obj.cut_at = file_obj.cut_at, None
            await asyncio.to_thread(
                self._bank.owe_cut, self._customer.user, file_obj.direction, cut
            )

    async def _finish(self, name: str) -> None:
        """Take what was written under its own name; what was broken off is not finished."""
        self._bank.writing.discard((self._customer.user, name))
        await asyncio.to_thread(self._bank.collect, self._customer.user, name)

    def fstat(self, file_obj: object) -> os.stat_result:
        """What an open file is."""
        assert isinstance(file_obj, _Open)
        file_obj.file.flush()
        return os.fstat(file_obj.file.fileno())

    def fsetstat(self, file_obj: object, attrs: asyncssh.SFTPAttrs) -> None:
        """Times and rights are the bank's own."""
        del file_obj, attrs

    def setstat(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        """Times and rights are the bank's own."""
        del path, attrs

    def fsync(self, file_obj: object) -> None:
        """Put what was written on the disk."""
        assert isinstance(file_obj, _Open)
        file_obj.file.flush()
        os.fsync(file_obj.file.fileno())

    async def rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Give an upload its name: with that the bank has it."""
        self._require_upload(oldpath)
        self._require_upload(newpath)
        self._require_new(_name_of(newpath))
        found: Any = super().rename(oldpath, newpath)
        assert found is None, "the library's own renaming is done at once"
        self._bank.writing.discard((self._customer.user, _name_of(oldpath)))
        await self._finish(_name_of(newpath))

    async def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        """As `rename`: nothing is replaced here."""
        await self.rename(oldpath, newpath)

    def remove(self, path: bytes) -> None:
        """A customer may clear away what it has fetched, and its own unfinished uploads."""
        if self._folder_of(path) == self._customer.ways.folder_taken:
            raise asyncssh.SFTPPermissionDenied("the archive is the bank's")
        super().remove(path)

    def mkdir(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        """Folders are the bank's own."""
        del attrs
        self._refuse(path)

    def rmdir(self, path: bytes) -> None:
        """Folders are the bank's own."""
        self._refuse(path)

    def symlink(self, oldpath: bytes, newpath: bytes) -> None:
        """There are no links."""
        del oldpath
        self._refuse(newpath)

    def link(self, oldpath: bytes, newpath: bytes) -> None:
        """There are no links."""
        del oldpath
        self._refuse(newpath)

    def _require_upload(self, path: bytes) -> None:
        if self._folder_of(path) != self._customer.ways.folder_in:
            self._refuse(path)

    def _require_new(self, name: str) -> None:
        if self._bank.has_taken(self._customer.user, name):
            raise asyncssh.SFTPFailure("a file of that name was sent already")

    def _folder_of(self, path: bytes) -> str:
        """The folder of a path as the customer sees it, without the outer slash."""
        pure = PurePosixPath("/", os.path.normpath(os.fsdecode(path)).lstrip("/"))
        return str(pure.parent).lstrip("/")

    def _refuse(self, path: bytes) -> None:
        del path
        raise asyncssh.SFTPPermissionDenied("this is not allowed here")


def _name_of(path: bytes) -> str:
    return PurePosixPath(os.fsdecode(path)).name
