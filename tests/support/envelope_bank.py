"""A bank's HTTPS service for secure envelopes, inside the test; it can be told to misbehave."""

import base64
import gzip
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from lxml import etree

from avstem.connectors.envelope import NS
from avstem.connectors.xml_signature import read_xml, sign, verified
from avstem.domain.secret import Secret

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Identity:
    """A key and its own certificate, as PEM."""

    key: str
    certificate: str

    def secret(self) -> Secret:
        """The key as an agreement keeps it."""
        return Secret(self.key)


def identity(name: str, *, days: int = 3_650, bits: int = 2048) -> Identity:
    """Someone new; valid around the tests' own day and today."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    loopback = x509.IPAddress(ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=365))
        .not_valid_after(NOW + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([loopback]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Identity(pem.decode(), certificate.public_bytes(Encoding.PEM).decode())


@dataclass
class EnvelopeBank:
    """What it holds, whom it knows, and what it does wrong."""

    signer: Identity
    customer: Identity
    waiting: dict[str, bytes] = field(default_factory=dict)
    received: dict[str, bytes] = field(default_factory=dict)
    port: int = 0
    #: The code of the next answers; their signed text changed by the fault, bytes in and out.
    code: str = "00"
    spoil: Callable[[bytes], bytes] | None = None
    signs_as: Identity | None = None
    status: int = 200
    drops: bool = False
    customer_id: str = "1122334455"

    def answer(self, body: bytes) -> bytes:
        """The signed answer to one request, whose own signature must be the customer's."""
        request = verified(read_xml(body), certificates=(self.customer.certificate,), now=NOW)
        command = request.findtext(f"{{{NS}}}Command")
        root = etree.Element(f"{{{NS}}}ApplicationResponse", nsmap={None: NS})
        said: dict[str, str] = {
            "CustomerId": self.customer_id,
            "Timestamp": "2026-05-04T10:00:00Z",
            "ResponseCode": self.code,
            "ResponseText": "OK." if self.code == "00" else "Not OK.",
        }
        for name, text in said.items():
            _sub(root, name).text = text
        getattr(self, f"_{command}")(request, root)
        by = self.signs_as or self.signer
        signed = sign(root, private_key=by.secret(), certificate=by.certificate)
        return self.spoil(signed) if self.spoil else signed

    def _UploadFile(self, request: Any, root: Any) -> None:  # noqa: N802  # the command's name
        serial = request.findtext(f"{{{NS}}}ExecutionSerial")
        if serial in self.received:
            root.find(f"{{{NS}}}ResponseCode").text = "32"
        elif self.code == "00":
            packed = base64.b64decode(request.findtext(f"{{{NS}}}Content"))
            self.received[serial] = gzip.decompress(packed)

    def _DownloadFileList(self, request: Any, root: Any) -> None:  # noqa: N802  # so too
        for name in self.waiting:
            self._describe(root, name)

    def _DownloadFile(self, request: Any, root: Any) -> None:  # noqa: N802  # so too
        name = request.findtext(f".//{{{NS}}}FileReference")
        self._describe(root, name)
        _sub(root, "Compressed").text = "true"
        _sub(root, "CompressionMethod").text = "GZIP"
        _sub(root, "Content").text = base64.b64encode(gzip.compress(self.waiting[name])).decode()

    def _describe(self, root: Any, name: str) -> None:
        described = _sub(_sub(root, "FileDescriptors"), "FileDescriptor")
        _sub(described, "FileReference").text = name
        _sub(described, "FileTimestamp").text = "2026-05-04T08:30:00+02:00"


def _sub(parent: Any, name: str) -> Any:
    return etree.SubElement(parent, f"{{{NS}}}{name}")


@contextmanager
def running(bank: EnvelopeBank, tls: Identity, folder: Path) -> Iterator[None]:
    """The service on a port of its own until the block ends."""

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = bank.answer(body) if bank.status == 200 else b""
            if bank.drops:
                bank.drops = False
                self.connection.close()
                return
            self.send_response(bank.status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is printed."""

    (folder / "tls.pem").write_text(tls.key + tls.certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "tls.pem")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    server.handle_error = lambda request, address: None
    server.socket = context.wrap_socket(server.socket, server_side=True)
    bank.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
