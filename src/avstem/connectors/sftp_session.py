"""One signed-in SFTP session: each method asks one question and waits for its answer.

The server's no is a refusal here; an end of the connection (`CUT`) passes through, because only the
caller knows what it means for the file at hand.
"""

import stat
from collections.abc import Awaitable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

import asyncssh

from avstem.connectors.loop import LoopThread
from avstem.connectors.names import is_on_its_way, shown_name
from avstem.connectors.port import FILES_MAX, PIECE_BYTES, RemoteFile
from avstem.connectors.sftp_place import SftpPlace
from avstem.connectors.sftp_sign_in import sign_in, words
from avstem.domain.carrying_errors import RemoteFullError, RemoteRefusedError

T = TypeVar("T")
Attributes = asyncssh.SFTPAttrs
File = asyncssh.SFTPClientFile
READ = asyncssh.FXF_READ
WRITE = asyncssh.FXF_WRITE
_NEW = asyncssh.FXF_WRITE | asyncssh.FXF_CREAT | asyncssh.FXF_EXCL
_NOTHING_THERE = (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath)
_ENDED = (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection)


class SftpSession:
    """The connection and its files. Use it from one thread at a time; close it at the end."""

    def __init__(self, place: SftpPlace) -> None:
        self._answer_s = place.answer_s
        self._thread = LoopThread()
        try:
            # The library's own limits come first; this one is for what they do not cover.
            self._connection = self._thread.run(sign_in(place), within_s=place.connect_s * 3)
        except BaseException:  # Ctrl-C too: the thread would keep the process alive
            self._thread.stop()
            raise
        try:
            self._sftp = self._start(place.host)
        except BaseException:  # Ctrl-C too: the bank counts open connections
            self.close()
            raise

    def _start(self, host: str) -> asyncssh.SFTPClient:
        with _refusals(host, "starting SFTP"):
            try:
                # A name that is not UTF-8 comes back as it was.
                start = self._connection.start_sftp_client(path_errors="surrogateescape")
                return self._ask(_awaited(start))
            except asyncssh.ChannelOpenError as wrong:
                raise RemoteRefusedError(host, "starting SFTP", words(wrong)) from wrong

    def _ask(self, question: Coroutine[Any, Any, T]) -> T:
        return self._thread.run(question, within_s=self._answer_s)

    def close(self) -> None:
        """Leave; a server that does not say goodbye is not waited for."""
        self._thread.call(self._connection.abort)
        self._thread.stop()

    def list_folder(self, folder: str) -> list[RemoteFile]:
        """The plain files of a folder that are not on their way, oldest first."""
        with _refusals(folder, "listing"):
            found = self._ask(self._scan(folder))
        return sorted(found, key=lambda file: (file.modified, file.name))

    async def _scan(self, folder: str) -> list[RemoteFile]:
        found: list[RemoteFile] = []
        async for entry in self._sftp.scandir(folder):
            name = str(entry.filename)
            if not is_on_its_way(name) and is_plain(entry.attrs):
                found.append(remote_file(name, entry.attrs))
            if len(found) > FILES_MAX:
                raise RemoteRefusedError(folder, "listing", f"more than {FILES_MAX} files")
        return found

    def look_at(self, path: str) -> Attributes | None:
        """What lies there, links not followed; None where nothing does."""
        with _refusals(path, "looking it up"):
            try:
                return self._ask(self._sftp.lstat(path))
            except _NOTHING_THERE:
                return None

    def open(self, path: str, how: int) -> File:
        """The plain file of that path; a link or a folder is refused."""
        there = self.look_at(path)
        if there is None or not is_plain(there):
            found = "there is no such file" if there is None else "it is no plain file"
            raise RemoteRefusedError(shown_name(path), "opening", found)
        with _refusals(path, "opening"):
            return self._ask(self._open(path, how))

    async def _open(self, path: str, how: int) -> File:
        return await self._sftp.open(path, how, encoding=None)

    def create(self, path: str) -> File:
        """A new file, where there was none."""
        with _refusals(path, "creating"):
            return self._ask(self._open(path, _NEW))

    def state_of(self, file: File, name: str) -> RemoteFile:
        """Size and time of an open file."""
        with _refusals(name, "looking it up"):
            return remote_file(name, self._ask(file.stat()))

    def read(self, file: File, path: str, offset: int, length: int) -> bytes:
        """Up to one piece from there on; nothing at the end."""
        with _refusals(path, "reading"):
            # Opened without an encoding, a file gives bytes; the library's types say text.
            return cast("bytes", self._ask(file.read(min(length, PIECE_BYTES), offset)))

    def write(self, file: File, path: str, piece: bytes, offset: int) -> None:
        """Write one piece and have all of it answered for."""
        with _write_refusals(path):
            self._ask(file.write(piece, offset))

    def finish(self, file: File, path: str) -> None:
        """Have what was written put on the disk, where the server knows how, and close."""
        with _write_refusals(path):
            # Not every server offers it; the size is looked at before the renaming.
            with suppress(asyncssh.SFTPOpUnsupported):
                self._ask(file.fsync())
            self._ask(file.close())

    @contextmanager
    def reading(self, path: str) -> Iterator[File]:
        """An open file to read from."""
        file = self.open(path, READ)
        try:
            yield file
        finally:
            self._leave(file)

    def give_up(self, file: File, path: str) -> None:
        """Take back a file on its way. Open, a removed file would still fill the bank's disk."""
        self._leave(file)
        self.take_back(path)

    def take_back(self, path: str) -> None:
        """Remove a file on its way; the refusal that led here is the one to tell of."""
        with suppress(RemoteRefusedError):
            self.remove(path)

    def _leave(self, file: File) -> None:
        # Nothing hangs on the answer: what was read is read, what was written is given up.
        with suppress(asyncssh.Error, OSError, TimeoutError):
            self._ask(file.close())

    def rename(self, path: str, to: str) -> None:
        """Give it its name; SFTP's own renaming, which never replaces what is there."""
        with _refusals(to, "renaming"):
            self._ask(self._sftp.rename(path, to))

    def remove(self, path: str) -> None:
        """Remove a file of ours that is on its way; one that is gone is gone."""
        with _refusals(path, "removing"):
            try:
                self._ask(self._sftp.remove(path))
            except _NOTHING_THERE:
                return


async def _awaited(start: Awaitable[T]) -> T:
    return await start


def is_plain(attributes: Attributes) -> bool:
    """Whether it is a file itself: neither a folder nor a link."""
    return attributes.permissions is not None and stat.S_ISREG(attributes.permissions)


def remote_file(name: str, attributes: Attributes) -> RemoteFile:
    """What the server says of a file."""
    modified = datetime.fromtimestamp(attributes.mtime or 0, UTC)
    return RemoteFile(name, attributes.size or 0, modified)


@contextmanager
def _refusals(path: str, action: str) -> Iterator[None]:
    try:
        yield
    except _ENDED:
        raise
    except asyncssh.SFTPError as wrong:
        raise RemoteRefusedError(shown_name(path), action, words(wrong)) from wrong


@contextmanager
def _write_refusals(path: str) -> Iterator[None]:
    """SFTP as it is spoken (version 3) says of a full disk or a spent quota only "failure".

    A file that could be opened for writing and then fails has no other ordinary reason.
    """
    name = shown_name(path)
    try:
        yield
    except _ENDED:
        raise
    except asyncssh.SFTPPermissionDenied as wrong:
        raise RemoteRefusedError(name, "writing", words(wrong)) from wrong
    except asyncssh.SFTPError as wrong:
        raise RemoteFullError(name, words(wrong)) from wrong
