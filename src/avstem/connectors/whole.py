"""Fetching a listed file to its end, over as many connections as it takes."""

from typing import BinaryIO

from avstem.connectors.port import Connector, RemoteFile
from avstem.domain.carrying_errors import RemoteChangedError, TransferCutError

#: Cuts in a row that brought nothing before it is left for another time.
FRUITLESS_MAX = 3


def fetch_whole(connector: Connector, listed: RemoteFile, sink: BinaryIO) -> RemoteFile:
    """Write all of the listed file to `sink`, going on after each cut where it was.

    What was replaced since it was listed is refused (RemoteChangedError): its parts would not
    belong together. A cut passes through when going on brings nothing any more.
    """
    done = fruitless = 0
    while True:
        try:
            fetched = connector.fetch(listed.name, sink, offset=done)
        except TransferCutError as cut:
            fruitless = 0 if cut.bytes_done > done else fruitless + 1
            done = cut.bytes_done
            if fruitless == FRUITLESS_MAX:
                raise
        else:
            return _as_listed(fetched, listed)


def _as_listed(fetched: RemoteFile, listed: RemoteFile) -> RemoteFile:
    same_size = listed.size in (None, fetched.size)
    if not same_size or fetched.modified != listed.modified:
        raise RemoteChangedError(
            listed.name,
            f"{fetched.size} bytes of {fetched.modified:%Y-%m-%d %H:%M:%S}",
            f"{listed.size} bytes of {listed.modified:%Y-%m-%d %H:%M:%S}",
        )
    return fetched
