"""Files in folders of this machine: for banks whose own program, or a person, carries them on.

Everything is done relative to the folder's open handle, and links are not followed: a name cannot
lead out of its folder. A file appears by a hard link made after its bytes are on the disk, which
never replaces one that is there.
"""

import contextlib
import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from avstem.connectors.contents import Contents, look_through, pieces
from avstem.connectors.names import is_on_its_way, part_name, safe_name
from avstem.connectors.port import (
    FILE_BYTES_MAX,
    FILES_MAX,
    PIECE_BYTES,
    Data,
    Delivered,
    RemoteFile,
    Sent,
)
from avstem.domain.carrying_errors import (
    RemoteChangedError,
    RemoteDiffersError,
    RemoteFullError,
    RemoteRefusedError,
    UnsafeNameError,
)
from avstem.domain.errors import FileTooLargeError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS)


@dataclass(frozen=True)
class Folders:
    """Where files are fetched from and sent to; the folders are there, and are no links."""

    incoming: Path
    outgoing: Path
    file_bytes_max: int = FILE_BYTES_MAX


class FolderConnector:
    """Carries files from and to folders of this machine."""

    def __init__(self, folders: Folders) -> None:
        self._folders = folders

    def list_files(self) -> list[RemoteFile]:
        """Plain files of the incoming folder, oldest first."""
        found = []
        with _opened(self._folders.incoming) as folder, os.scandir(folder) as entries:
            for entry in entries:
                if not is_on_its_way(entry.name) and entry.is_file(follow_symlinks=False):
                    found.append(_remote_file(entry.name, entry.stat(follow_symlinks=False)))
                if len(found) > FILES_MAX:
                    raise RemoteRefusedError(
                        str(self._folders.incoming), "listing", f"more than {FILES_MAX} files"
                    )
        return sorted(found, key=lambda file: (file.modified, file.name))

    def fetch(self, name: str, sink: BinaryIO, *, offset: int = 0) -> RemoteFile:
        """Copy the file from `offset` on; one that changes meanwhile is refused."""
        with _opened(self._folders.incoming) as folder, _reading(folder, name) as stream:
            before = os.fstat(stream.fileno())
            if before.st_size > self._folders.file_bytes_max:
                raise FileTooLargeError(before.st_size, self._folders.file_bytes_max, name)
            if offset > before.st_size:
                raise _changed(name, before.st_size, f"{offset} bytes or more")
            stream.seek(offset)
            done = offset + _copy(stream, sink, before.st_size - offset)
            after = os.fstat(stream.fileno())
        at_rest = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
        if not at_rest or done != before.st_size:
            raise _changed(name, after.st_size, f"{before.st_size} bytes at rest")
        return _remote_file(name, after)

    def send(self, name: str, data: Data) -> Sent:
        """Write, flush to the disk, then let the file appear under its name."""
        contents = look_through(data, name=safe_name(name), bytes_max=self._folders.file_bytes_max)
        with _opened(self._folders.outgoing) as folder:
            part = part_name(name, contents.sha256)
            with _refusals(name, "writing"), _part_of_our_own(folder, part) as target:
                if _is_there(folder, name, contents):
                    return Sent.ALREADY_THERE
                _write(target, contents)
                return _appear(folder, part, name, contents)

    def describe(self, name: str) -> Delivered | None:
        """Size and fingerprint of what lies in the outgoing folder."""
        with _opened(self._folders.outgoing) as folder:
            return _described(folder, safe_name(name))

    def close(self) -> None:
        """Nothing is held open between calls."""


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    with _refusals(str(path), "open"):
        folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        yield folder
    finally:
        os.close(folder)


@contextmanager
def _refusals(file: str, action: str) -> Iterator[None]:
    """The system's errors as refusals."""
    try:
        yield
    except OSError as wrong:
        found = os.strerror(wrong.errno) if wrong.errno else str(wrong)
        if wrong.errno in _FULL:
            raise RemoteFullError(file, found) from wrong
        if wrong.errno == errno.ELOOP:
            raise UnsafeNameError(file, "it is a link") from wrong
        raise RemoteRefusedError(file, action, found) from wrong


@contextmanager
def _reading(folder: int, name: str) -> Iterator[BinaryIO]:
    """The plain file of that name; a pipe is not waited for, a link not followed."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    with _refusals(name, "opening"):
        handle = os.open(safe_name(name), flags, dir_fd=folder)
    with open(handle, "rb") as stream:  # noqa: PTH123  # a handle, not a path
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise UnsafeNameError(name, "it is no plain file")
        yield stream


def _changed(name: str, bytes_found: int, expected: str) -> RemoteChangedError:
    return RemoteChangedError(name, f"{bytes_found} bytes", expected)


def _copy(stream: BinaryIO, sink: BinaryIO, length: int) -> int:
    done = 0
    while done < length and (piece := stream.read(min(PIECE_BYTES, length - done))):
        sink.write(piece)
        done += len(piece)
    return done


def _remote_file(name: str, facts: os.stat_result) -> RemoteFile:
    return RemoteFile(name, facts.st_size, datetime.fromtimestamp(facts.st_mtime, UTC))


def _described(folder: int, name: str) -> Delivered | None:
    if not _exists(folder, name):
        return None
    with _reading(folder, name) as stream:
        there = look_through(stream, name=name, bytes_max=FILE_BYTES_MAX)
    return Delivered(name, there.size, there.sha256)


def _exists(folder: int, name: str) -> bool:
    with _refusals(name, "looking it up"):
        try:
            os.stat(name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            return False
    return True


def _is_there(folder: int, name: str, ours: Contents) -> bool:
    """Whether the same bytes lie there already; other bytes are refused."""
    there = _described(folder, name)
    if there and there.sha256 != ours.sha256:
        raise RemoteDiffersError(name, there.size, ours.size)
    return there is not None


@contextmanager
def _part_of_our_own(folder: int, part: str) -> Iterator[BinaryIO]:
    """The file on its way, locked: a second sender of the same bytes waits for the first.

    One that a killed sender left is used again, unless it has appeared under its name as well.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    while True:
        handle = os.open(part, flags, 0o640, dir_fd=folder)
        with open(handle, "wb") as target:  # noqa: PTH123  # a handle, not a path
            fcntl.flock(handle, fcntl.LOCK_EX)
            if not _is_still(folder, part, handle):
                continue
            try:
                yield target
            finally:
                _forget(folder, part)
            return


def _is_still(folder: int, part: str, handle: int) -> bool:
    """Whether the locked file is the one of that name, and of no other name."""
    ours = os.fstat(handle)
    if ours.st_nlink > 1:
        _forget(folder, part)
        return False
    try:
        return os.path.samestat(ours, os.stat(part, dir_fd=folder, follow_symlinks=False))
    except FileNotFoundError:
        return False


def _write(target: BinaryIO, contents: Contents) -> None:
    target.truncate(0)
    contents.stream.seek(0)
    for piece in pieces(contents.stream):
        target.write(piece)
    target.flush()
    os.fsync(target.fileno())


def _appear(folder: int, part: str, name: str, contents: Contents) -> Sent:
    try:
        os.link(part, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except FileExistsError:  # somebody was first
        _is_there(folder, name, contents)
        return Sent.ALREADY_THERE
    except OSError as wrong:
        if wrong.errno not in _NO_LINKS:
            raise
        # A disk without hard links: the look and the renaming are two steps there.
        if _is_there(folder, name, contents):
            return Sent.ALREADY_THERE
        os.rename(part, name, src_dir_fd=folder, dst_dir_fd=folder)
    os.fsync(folder)
    return Sent.DELIVERED


def _forget(folder: int, part: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(part, dir_fd=folder)
