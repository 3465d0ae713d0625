"""Files in secure envelopes, posted over HTTPS: every request is signed, every answer is checked.

Answers are believed by their signature; TLS is there so that nobody reads along. A file is held in
memory as text, so the bound is lower than for SFTP.
"""

import http.client
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO
from urllib.parse import urlsplit

from avstem.connectors import envelope
from avstem.connectors.contents import look_through
from avstem.connectors.envelope import Answer, Signer
from avstem.connectors.names import safe_name
from avstem.connectors.port import Data, Delivered, RemoteFile, Sent
from avstem.domain.carrying_errors import (
    CredentialsRejectedError,
    EnvelopeRefusedError,
    EnvelopeUntrustedError,
    HostKeyMismatchError,
    OutcomeUnknownError,
    PeerUnreachableError,
    RemoteChangedError,
    RemoteRefusedError,
    TransferCutError,
)
from avstem.domain.errors import FileTooLargeError, RefusalError

#: An answer holds a file as base64, and what is around it.
_AROUND = 1024**2


@dataclass(frozen=True)
class EnvelopePlace:
    """A bank's service for envelopes, and who we are there.

    `bank_certificates` (PEM) are the ones that sign its answers; two while the bank changes them.
    `authorities` (PEM) are who may vouch for the host; None is the system's. Times in seconds.
    """

    url: str
    signer: Signer
    bank_certificates: tuple[str, ...]
    send_type: str
    fetch_types: tuple[str, ...]
    authorities: str | None = None
    connect_s: float = 20
    answer_s: float = 120
    file_bytes_max: int = 64 * 1024**2

    def __post_init__(self) -> None:
        assert self.url.startswith("https://"), "an envelope is signed, not closed"
        assert self.bank_certificates, "an answer that anybody may sign is nobody's"


def _now() -> datetime:
    return datetime.now(UTC)


class EnvelopeConnector:
    """One customer at one bank's service; each question is a connection of its own."""

    def __init__(self, place: EnvelopePlace, *, clock: Callable[[], datetime] = _now) -> None:
        self._place, self._clock = place, clock

    def list_files(self) -> list[RemoteFile]:
        """What waits at the bank, by its own references; it does not say how large."""
        found = []
        for file_type in self._place.fetch_types:
            request = envelope.list_request(
                self._place.signer, file_type=file_type, at=self._clock()
            )
            for each in self._ask(request, file_type).files:
                found.append(RemoteFile(each.reference, None, each.timestamp))
        return sorted(found, key=lambda file: (file.modified, file.name))

    def fetch(self, name: str, sink: BinaryIO, *, offset: int = 0) -> RemoteFile:
        """Write the file with the bank's reference `name`; it comes whole, and is cut here."""
        request = envelope.fetch_request(
            self._place.signer, reference=safe_name(name), at=self._clock()
        )
        answer = self._ask(request, name)
        given = [each for each in answer.files if each.reference == name]
        if len(given) != len(answer.files):
            raise EnvelopeUntrustedError("an answer about another file", name)
        data = envelope.unpack(answer, name=name, bytes_max=self._place.file_bytes_max)
        if offset > len(data):
            raise RemoteChangedError(name, f"{len(data)} bytes", f"{offset} bytes or more")
        sink.write(memoryview(data)[offset:])
        return RemoteFile(name, len(data), given[0].timestamp if given else self._clock())

    def send(self, name: str, data: Data) -> Sent:
        """Post one file. Only a signed answer says that it is there; without one it is unknown."""
        place = self._place
        ours = look_through(data, name=safe_name(name), bytes_max=place.file_bytes_max)
        ours.stream.seek(0)
        request = envelope.upload_request(
            place.signer,
            file_type=place.send_type,
            name=name,
            sha256=ours.sha256,
            data=ours.stream.read(),
            at=self._clock(),
        )
        answer = self._post_upload(request, name)
        return Sent.ALREADY_THERE if answer.code in envelope.HAD_BEFORE else Sent.DELIVERED

    def describe(self, name: str) -> Delivered | None:
        """None: such a service tells of what it has received by status files alone."""
        safe_name(name)
        return None

    def close(self) -> None:
        """Nothing is held open between calls."""

    def _ask(self, request: bytes, name: str) -> Answer:
        """A question that changes nothing: without an answer it is simply asked again."""
        connection = self._connected()
        try:
            return self._read(_exchange(connection, self._path(), request, self._bytes_max()), name)
        except (OSError, http.client.HTTPException) as wrong:
            raise TransferCutError(name, 0, _words(wrong)) from wrong
        finally:
            connection.close()

    def _post_upload(self, request: bytes, name: str) -> Answer:
        """From the first byte on, anything but a signed answer leaves it unknown."""
        connection = self._connected()
        try:
            return self._read(_exchange(connection, self._path(), request, self._bytes_max()), name)
        except (EnvelopeRefusedError, CredentialsRejectedError, RemoteRefusedError):
            raise  # the bank's own no
        except (RefusalError, OSError, http.client.HTTPException) as wrong:
            raise OutcomeUnknownError(name, _words(wrong)) from wrong
        finally:
            connection.close()

    def _connected(self) -> http.client.HTTPSConnection:
        """A connection to the host that its certificate names; nothing is sent yet."""
        parts = urlsplit(self._place.url)
        host, port = str(parts.hostname), parts.port or 443
        trust = ssl.create_default_context(cadata=self._place.authorities)
        trust.minimum_version = ssl.TLSVersion.TLSv1_2
        connection = http.client.HTTPSConnection(
            host, port, timeout=self._place.connect_s, context=trust
        )
        try:
            connection.connect()
        except ssl.SSLCertVerificationError as wrong:
            expected = (f"a certificate for {host}",)
            raise HostKeyMismatchError(host, wrong.verify_message, expected) from wrong
        except OSError as wrong:
            raise PeerUnreachableError(host, port, _words(wrong)) from wrong
        connection.sock.settimeout(self._place.answer_s)
        return connection

    def _read(self, response: "_Response", name: str) -> Answer:
        signer = self._place.signer
        if response.status in (401, 403):
            host = str(urlsplit(self._place.url).hostname)
            raise CredentialsRejectedError(host, signer.customer_id, f"HTTP {response.status}")
        if 300 <= response.status < 500:
            raise RemoteRefusedError(name, "posting", f"HTTP {response.status}")
        if response.status != http.client.OK:
            raise TransferCutError(name, 0, f"HTTP {response.status}")
        if len(response.body) > self._bytes_max():
            raise FileTooLargeError(len(response.body), self._bytes_max(), name)
        return envelope.read_answer(
            response.body,
            customer_id=signer.customer_id,
            certificates=self._place.bank_certificates,
            now=self._clock(),
        )

    def _path(self) -> str:
        return urlsplit(self._place.url).path or "/"

    def _bytes_max(self) -> int:
        return self._place.file_bytes_max * 4 // 3 + _AROUND


@dataclass(frozen=True)
class _Response:
    status: int
    body: bytes


def _exchange(
    connection: http.client.HTTPSConnection, path: str, request: bytes, bytes_max: int
) -> _Response:
    connection.request("POST", path, request, {"Content-Type": "application/xml; charset=UTF-8"})
    response = connection.getresponse()
    body = response.read(bytes_max + 1)
    if response.length and len(body) <= bytes_max:
        raise http.client.IncompleteRead(body)
    return _Response(response.status, body)


def _words(wrong: BaseException) -> str:
    return " ".join(str(wrong).split())[:120] or type(wrong).__name__
