"""A line between two programs that breaks after so many bytes in one direction."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Thread


@dataclass
class Line:
    """The proxy: `cut_up` and `cut_down` are how many bytes may still pass; None is no limit."""

    port: int
    cut_up: int | None = None
    cut_down: int | None = None
    passed_up: int = 0
    passed_down: int = 0
    cuts: int = 0
    sockets: list[socket.socket] = field(default_factory=list)


@contextmanager
def line_to(port: int) -> Iterator[Line]:
    """A port on loopback that leads to another."""
    listener = socket.create_server(("127.0.0.1", 0))
    line = Line(listener.getsockname()[1])
    Thread(target=_accept, args=(listener, port, line), daemon=True).start()
    try:
        yield line
    finally:
        # Shutting down wakes the thread that waits; closing alone would not.
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for each in line.sockets:
            _end(each)


def _accept(listener: socket.socket, port: int, line: Line) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        server = socket.create_connection(("127.0.0.1", port))
        line.sockets += [client, server]
        Thread(target=_carry, args=(client, server, line, "up"), daemon=True).start()
        Thread(target=_carry, args=(server, client, line, "down"), daemon=True).start()


def _carry(source: socket.socket, target: socket.socket, line: Line, way: str) -> None:
    with suppress(OSError):
        while piece := source.recv(65536):
            limit = getattr(line, f"cut_{way}")
            target.sendall(piece if limit is None else piece[:limit])
            setattr(line, f"passed_{way}", getattr(line, f"passed_{way}") + len(piece))
            if limit is not None:
                setattr(line, f"cut_{way}", limit - len(piece))
                if len(piece) >= limit:
                    line.cuts += 1
                    setattr(line, f"cut_{way}", None)  # the next connection is whole
                    break
    _end(source)
    _end(target)


def _end(each: socket.socket) -> None:
    with suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        each.close()
