"""What a file is, from its content alone: the first 64 KB decide.

Source: ISO 20022 message names are the last part of the document's namespace.
"""

import re
from dataclasses import dataclass

HEAD_BYTES = 64 * 1024

_NAMESPACE = re.compile(
    rb"""<(?:(?P<used>[\w.-]+):)?Document\b[^>]*?xmlns(?::(?P<bound>[\w.-]+))?\s*=\s*["']
    urn:iso:std:iso:20022:tech:xsd:(?P<name>[a-z]{4}\.\d{3}\.\d{3}\.\d{2}(?:\.[\w.]+)?)["']""",
    re.VERBOSE,
)
_CAMT = re.compile(r"camt\.05[234]\.001\.(?:0[2-9]|1[0-4])\Z")
_MAGIC = (
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"{1:", "a SWIFT MT message"),
    (b"NY0000", "an OCR giro file"),
    (b"OFXHEADER", "an OFX file"),
)


@dataclass(frozen=True, slots=True)
class FormatName:
    """A known format: its public name and, for XML, the namespace of its elements.

    The namespace is empty where a bank declares it for a prefix and then uses no prefix.
    """

    name: str
    namespace: str


def detect(head: bytes) -> FormatName | None:
    """The format of a file that begins so, or None where no reader claims it."""
    found = _NAMESPACE.search(_as_ascii(head))
    if found is None:
        return None
    name = found["name"].decode("ascii")
    if not _CAMT.match(name):
        return None
    in_namespace = found["used"] == found["bound"]
    return FormatName(name, f"urn:iso:std:iso:20022:tech:xsd:{name}" if in_namespace else "")


def describe(head: bytes) -> str:
    """What an unknown file seems to be, in a few words for the refusal."""
    if not head.strip():
        return "an empty file"
    if (name := _message_name(head)) is not None:
        return f"the message {name}"
    for magic, words in _MAGIC:
        if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(magic):
            return words
    text = _as_text(head)
    if re.search(r"<html|<!doctype html", text[:2000], re.IGNORECASE):
        return "a web page"
    if text.lstrip().startswith("<"):
        root = re.search(r"<([A-Za-z_][\w.:-]*)", text)
        return f"XML with the root element {root[1][:40]}" if root else "XML"
    return f"text that begins “{' '.join(text.split())[:30]}”"


def _message_name(head: bytes) -> str | None:
    found = _NAMESPACE.search(_as_ascii(head))
    return found["name"].decode("ascii") if found else None


def _as_ascii(head: bytes) -> bytes:
    """UTF-16 as its ASCII bytes; anything else as it is."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) // 2 * 2].decode("utf-16", "replace").encode("ascii", "replace")
    return head


def _as_text(head: bytes) -> str:
    return _as_ascii(head).decode("utf-8", "replace").lstrip("\ufeff")
