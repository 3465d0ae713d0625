"""Files over SFTP: from and to the folders that an agreement names.

A file that is sent is written under a name of its own, read by nobody, and renamed when it is
whole. That name is made of the file's fingerprint: a sending that was cut goes on where it was.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from avstem.connectors.contents import Contents, look_through
from avstem.connectors.names import part_name, safe_name
from avstem.connectors.port import PIECE_BYTES, Data, Delivered, RemoteFile, Sent
from avstem.connectors.sftp_place import SftpPlace
from avstem.connectors.sftp_session import WRITE, SftpSession, is_plain
from avstem.connectors.sftp_sign_in import CUT, words
from avstem.domain.carrying_errors import (
    OutcomeUnknownError,
    RemoteChangedError,
    RemoteDiffersError,
    RemoteFullError,
    RemoteRefusedError,
    TransferCutError,
)
from avstem.domain.errors import FileTooLargeError, RefusalError


class SftpConnector:
    """One user at one bank's server. Signs in at the first question, and again after a cut."""

    def __init__(self, place: SftpPlace) -> None:
        self._place = place
        self._session: SftpSession | None = None

    def list_files(self) -> list[RemoteFile]:
        """Plain files of the bank's folder, oldest first."""
        folder = self._place.fetch_folder
        with self._cut_is_refused(folder):
            return self._signed_in().list_folder(folder)

    def fetch(self, name: str, sink: BinaryIO, *, offset: int = 0) -> RemoteFile:
        """Write the file from `offset` on; one that changes meanwhile is refused."""
        path = _path(self._place.fetch_folder, name)
        download = _Download(name, sink, offset)
        with self._cut_is_refused(name, download):
            session = self._signed_in()
            return download.run(session, path, bytes_max=self._place.file_bytes_max)

    def send(self, name: str, data: Data) -> Sent:
        """Upload under a name of its own, then rename; the same file twice is sent once."""
        place = self._place
        ours = look_through(data, name=safe_name(name), bytes_max=place.file_bytes_max)
        with self._cut_is_refused(name):
            session = self._signed_in()
            if self._is_there(session, name, ours):
                return Sent.ALREADY_THERE
            part = f"{place.send_folder}/{part_name(name, ours.sha256)}"
            _upload(session, part, name, ours)
            return self._appear(session, part, name, ours)

    def describe(self, name: str) -> Delivered | None:
        """What lies where we send to, or where the bank puts what it has taken."""
        with self._cut_is_refused(name):
            session = self._signed_in()
            for folder in self._places_sent_to():
                there = _described(session, _path(folder, name), self._place.file_bytes_max)
                if there:
                    return there
        return None

    def close(self) -> None:
        """Leave the server."""
        session, self._session = self._session, None
        if session:
            session.close()

    def _signed_in(self) -> SftpSession:
        if self._session is None:
            self._session = SftpSession(self._place)
        return self._session

    @contextmanager
    def _cut_is_refused(self, file: str, download: "_Download | None" = None) -> Iterator[None]:
        """The end of a connection as a refusal; the next question signs in anew."""
        try:
            yield
        except CUT as wrong:
            self.close()
            if download and download.sink_failed:
                raise  # our own disk, not the bank's line
            done = download.done if download else 0
            raise TransferCutError(file, done, words(wrong)) from wrong

    def _places_sent_to(self) -> list[str]:
        return [folder for folder in (self._place.send_folder, self._place.taken_folder) if folder]

    def _is_there(self, session: SftpSession, name: str, ours: Contents) -> bool:
        """Whether exactly our bytes are there; others, or unreadable ones, are refused."""
        for folder in self._places_sent_to():
            there = _described(session, _path(folder, name), ours.size)
            if there is None:
                continue
            if there.size != ours.size or there.sha256 not in (None, ours.sha256):
                raise RemoteDiffersError(name, there.size, ours.size)
            if there.sha256 is None:
                raise OutcomeUnknownError(
                    name, f"a file of {there.size} bytes is there that may not be read"
                )
            return True
        return False

    def _appear(self, session: SftpSession, part: str, name: str, ours: Contents) -> Sent:
        try:
            session.rename(part, _path(self._place.send_folder, name))
        except CUT as wrong:
            self.close()
            raise OutcomeUnknownError(name, words(wrong)) from wrong
        except RemoteRefusedError:
            # Somebody may have been first; with our own bytes that is as good.
            try:
                if self._is_there(session, name, ours):
                    return Sent.ALREADY_THERE
            finally:
                session.take_back(part)
            raise
        return Sent.DELIVERED


class _Download:
    """How far one fetching has come; a cut is told apart from a sink that fails."""

    def __init__(self, name: str, sink: BinaryIO, offset: int) -> None:
        self._name, self._sink, self.done = name, sink, offset
        self.sink_failed = False

    def run(self, session: SftpSession, path: str, *, bytes_max: int) -> RemoteFile:
        with session.reading(path) as file:
            before = session.state_of(file, self._name)
            size = before.size or 0
            if size > bytes_max:
                raise FileTooLargeError(size, bytes_max, self._name)
            if self.done > size:
                raise self._changed(size, f"{self.done} bytes or more")
            while left := size - self.done:
                piece = session.read(file, path, self.done, left)
                if not piece:
                    break
                self._keep(piece)
            after = session.state_of(file, self._name)
        if after != before or self.done != size:
            raise self._changed(after.size or 0, f"{size} bytes at rest")
        return after

    def _changed(self, bytes_found: int, expected: str) -> RemoteChangedError:
        return RemoteChangedError(self._name, f"{bytes_found} bytes", expected)

    def _keep(self, piece: bytes) -> None:
        try:
            self._sink.write(piece)
        except OSError:
            self.sink_failed = True
            raise
        self.done += len(piece)


def _path(folder: str, name: str) -> str:
    return f"{folder.rstrip('/')}/{safe_name(name)}"


def _described(session: SftpSession, path: str, read_max: int) -> Delivered | None:
    """Size and fingerprint; what is longer than `read_max` is not read."""
    there = session.look_at(path)
    if there is None:
        return None
    size = there.size or 0
    readable = is_plain(there) and size <= read_max
    sha256 = _fingerprint(session, path, size) if readable else None
    return Delivered(path.rpartition("/")[2], size, sha256)


def _fingerprint(session: SftpSession, path: str, length: int) -> str | None:
    """SHA-256 of the first `length` bytes; None where we may not read, or there are fewer."""
    digest, done = hashlib.sha256(), 0
    try:
        with session.reading(path) as file:
            while done < length and (piece := session.read(file, path, done, length - done)):
                digest.update(piece)
                done += len(piece)
    except RemoteRefusedError:  # many banks' in-trays may be written and listed, not read
        return None
    return digest.hexdigest() if done == length else None


def _upload(session: SftpSession, part: str, name: str, ours: Contents) -> None:
    """Write what is missing of the file on its way."""
    start = _start(session, part, ours)
    file = session.open(part, WRITE) if start else session.create(part)
    try:
        for offset in range(start, ours.size, PIECE_BYTES):
            session.write(file, part, ours.piece(offset), offset)
        session.finish(file, part)
        _prove(session, part, name, ours)
    except RefusalError:
        session.give_up(file, part)
        raise


def _prove(session: SftpSession, part: str, name: str, ours: Contents) -> None:
    there = session.look_at(part)
    if there is None or there.size != ours.size:
        found = "nothing" if there is None else f"{there.size} of {ours.size} bytes"
        raise RemoteFullError(name, found)


def _start(session: SftpSession, part: str, ours: Contents) -> int:
    """From where to write. What an earlier try left is built on, if it is the start of ours.

    A piece is answered for as a whole before the next goes out, so only the last can have holes.
    The ones before are read back: the bank's machine may have fallen over meanwhile.
    """
    there = session.look_at(part)
    if there is None:
        return 0
    held = max((there.size or 0) - 1, 0) // PIECE_BYTES * PIECE_BYTES
    fits = is_plain(there) and 0 < held <= ours.size and (there.size or 0) <= ours.size
    if fits and _fingerprint(session, part, held) == _of_start(ours, held):
        return held
    session.remove(part)
    return 0


def _of_start(ours: Contents, length: int) -> str:
    digest = hashlib.sha256()
    for offset in range(0, length, PIECE_BYTES):
        digest.update(ours.piece(offset))
    return digest.hexdigest()
