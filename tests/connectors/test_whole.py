"""A listed file is fetched to its end, however often the line is cut."""

import os
from io import BytesIO

import pytest

from avstem.connectors.port import PIECE_BYTES
from avstem.connectors.whole import FRUITLESS_MAX, fetch_whole
from avstem.domain.carrying_errors import RemoteChangedError, TransferCutError
from tests.connectors.conftest import Peer


class Cutting(BytesIO):
    """A sink that has the line cut after each piece it gets."""

    def __init__(self, peer: Peer) -> None:
        super().__init__()
        self._peer, self.cuts = peer, 0

    def write(self, piece: object) -> int:
        self.cuts += 1
        self._peer.line.cut_down = 200_000
        return super().write(piece)


def test_a_line_that_is_cut_after_each_piece_brings_the_whole_file(peer: Peer) -> None:
    data = os.urandom(3 * PIECE_BYTES + 5)
    (peer.out / "camt.xml").write_bytes(data)
    connector, sink = peer.connector(), Cutting(peer)
    [listed] = connector.list_files()
    assert fetch_whole(connector, listed, sink) == listed
    assert sink.getvalue() == data
    assert sink.cuts == 4


def test_a_line_that_brings_nothing_is_given_up(inside: Peer) -> None:
    (inside.out / "camt.xml").write_bytes(b"x" * PIECE_BYTES)
    connector, tries = inside.connector(), []
    [listed] = connector.list_files()

    class Dead:
        def fetch(self, name: str, sink: object, *, offset: int = 0) -> object:
            tries.append(offset)
            raise TransferCutError(name, offset, "cut")

    with pytest.raises(TransferCutError):
        fetch_whole(Dead(), listed, BytesIO())
    assert tries == [0] * FRUITLESS_MAX


def test_a_file_that_was_replaced_since_it_was_listed_is_not_taken(inside: Peer) -> None:
    file = inside.out / "camt.xml"
    file.write_bytes(b"first")
    os.utime(file, (1_000_000_000, 1_000_000_000))
    connector = inside.connector()
    [listed] = connector.list_files()
    file.write_bytes(b"other")
    with pytest.raises(RemoteChangedError):
        fetch_whole(connector, listed, BytesIO())
