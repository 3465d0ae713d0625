"""The secure envelope of Nordic banks: a signed request with a file in it, and its answer.

`ApplicationRequest` and `ApplicationResponse` of the banks' web services: the file is compressed
(gzip), written as base64 into `Content`, and the whole is signed (`xml_signature`). What the file
is stands in `FileType`, in the bank's own code (`NDCAPXMLI`: payments).

Source: Security and Message Specification for Financial Messages Using Web Services, 1.05 (Danske
Bank, Nordea, OP); the response codes are its chapter on ResponseCode.
"""

import base64
import binascii
import gzip
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from avstem.connectors.xml_signature import Element, read_xml, sign, verified
from avstem.domain.carrying_errors import EnvelopeRefusedError, EnvelopeUntrustedError
from avstem.domain.errors import FileTooLargeError
from avstem.domain.secret import Secret

NS = "http://bxd.fi/xmldata/"
DONE = "00"
#: The bank has had this very message before.
HAD_BEFORE = ("31", "32")


@dataclass(frozen=True)
class Signer:
    """Who we are to the bank. Key and certificate are PEM, the key without a passphrase."""

    customer_id: str
    target_id: str
    software_id: str
    environment: str
    private_key: Secret
    certificate: str


@dataclass(frozen=True)
class FileDescriptor:
    """A file that waits at the bank, by the bank's own reference."""

    reference: str
    timestamp: datetime


@dataclass(frozen=True)
class Answer:
    """What the bank said, verified. `content` is as it stands: see `unpack`."""

    code: str
    text: str
    files: tuple[FileDescriptor, ...]
    content: str
    is_compressed: bool


def upload_request(
    signer: Signer, *, file_type: str, name: str, sha256: str, data: bytes, at: datetime
) -> bytes:
    """Send one file. Its fingerprint is the request's serial, so that a repeat is seen as one."""
    content = base64.b64encode(gzip.compress(data, mtime=0)).decode("ascii")
    return _request(
        signer,
        at,
        Command="UploadFile",
        UserFilename=name,
        ExecutionSerial=sha256[:32],
        Compression="true",
        CompressionMethod="GZIP",
        FileType=file_type,
        Content=content,
    )


def list_request(signer: Signer, *, file_type: str, at: datetime) -> bytes:
    """Ask which files wait; also those that were fetched before."""
    return _request(signer, at, Command="DownloadFileList", Status="ALL", FileType=file_type)


def fetch_request(signer: Signer, *, reference: str, at: datetime) -> bytes:
    """Ask for one file by the bank's reference."""
    return _request(signer, at, Command="DownloadFile", FileReference=reference)


#: The schema's order of elements.
_ORDER = (
    "CustomerId", "Command", "Timestamp", "Status", "Environment", "FileReference", "UserFilename",
    "TargetId", "ExecutionSerial", "Compression", "CompressionMethod", "SoftwareId", "FileType",
    "Content",
)  # fmt: skip


def _request(signer: Signer, at: datetime, **said: str) -> bytes:
    values = {
        **said,
        "CustomerId": signer.customer_id,
        "Timestamp": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Environment": signer.environment,
        "TargetId": signer.target_id,
        "SoftwareId": signer.software_id,
    }
    root = etree.Element(f"{{{NS}}}ApplicationRequest", nsmap={None: NS})  # type: ignore[dict-item]  # None is the default prefix
    for name in _ORDER:
        if name in values:
            parent = _sub(root, "FileReferences") if name == "FileReference" else root
            _sub(parent, name).text = values[name]
    return sign(root, private_key=signer.private_key, certificate=signer.certificate)


def read_answer(
    data: bytes, *, customer_id: str, certificates: Sequence[str], now: datetime
) -> Answer:
    """What the bank said, if it is the bank that said it, and to us; a no is a refusal."""
    message = verified(read_xml(data), certificates=certificates, now=now)
    if message.tag != f"{{{NS}}}ApplicationResponse":
        raise EnvelopeUntrustedError(str(message.tag)[:80], "ApplicationResponse")
    if _text(message, "CustomerId") != customer_id:
        raise EnvelopeUntrustedError("an answer to somebody else", f"to {customer_id}")
    answer = Answer(
        code=_text(message, "ResponseCode"),
        text=_text(message, "ResponseText"),
        files=tuple(map(_descriptor, message.iterfind(f".//{{{NS}}}FileDescriptor"))),
        content=_text(message, "Content"),
        is_compressed=_text(message, "Compressed") in ("true", "1"),
    )
    if answer.code not in (DONE, *HAD_BEFORE):
        raise EnvelopeRefusedError(answer.code, answer.text[:200])
    return answer


def unpack(answer: Answer, *, name: str, bytes_max: int) -> bytes:
    """The file in an answer. It is bounded as it unfolds: a little may hold a lot."""
    try:
        packed = base64.b64decode("".join(answer.content.split()), validate=True)
        if not answer.is_compressed:
            return _bounded(packed, name, bytes_max)
        unfolding = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        data = _bounded(unfolding.decompress(packed, bytes_max + 1), name, bytes_max)
    except (binascii.Error, zlib.error) as wrong:
        raise EnvelopeUntrustedError(
            f"contents that cannot be unpacked: {wrong}", "gzip"
        ) from wrong
    if not unfolding.eof or unfolding.unused_data:
        raise EnvelopeUntrustedError("contents that are cut or have more behind", "one whole file")
    return data


def _bounded(data: bytes, name: str, bytes_max: int) -> bytes:
    if len(data) > bytes_max:
        raise FileTooLargeError(len(data), bytes_max, name)
    return data


def _descriptor(element: Element) -> FileDescriptor:
    said = _text(element, "FileTimestamp")
    try:
        timestamp = datetime.fromisoformat(said)
    except ValueError as wrong:
        raise EnvelopeUntrustedError(f"FileTimestamp {said[:40]}", "date and time") from wrong
    if timestamp.tzinfo is None:
        timestamp = timestamp.replace(tzinfo=UTC)
    return FileDescriptor(_text(element, "FileReference"), timestamp)


def _sub(parent: Element, name: str) -> Element:
    return etree.SubElement(parent, f"{{{NS}}}{name}")


def _text(element: Element, name: str) -> str:
    return str(element.findtext(f"{{{NS}}}{name}") or "")
