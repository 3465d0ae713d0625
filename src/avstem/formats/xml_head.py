"""Which XML message a file holds, from its first bytes.

Source: ISO 20022 message names are the last part of the document's namespace.
"""

import re

from avstem.formats.port import FormatName

_NAMESPACE = re.compile(
    rb"""<(?:(?P<used>[\w.-]+):)?Document\b[^<>]*?xmlns(?::(?P<bound>[\w.-]+))?\s*=\s*["']
    urn:iso:std:iso:20022:tech:xsd:(?P<name>[a-z]{4}\.\d{3}\.\d{3}\.\d{2}(?:\.[\w.]+)?)["']""",
    re.VERBOSE,
)
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)(?=[\s/>])")


def iso20022_message(head: bytes) -> FormatName | None:
    """The ISO 20022 message of a file that begins so, or None where it is none."""
    text = as_ascii(head).lstrip(b"\xef\xbb\xbf \r\n\t")
    # A stored ZIP holds the message as it is, but is no XML.
    found = _NAMESPACE.search(text) if text.startswith(b"<") else None
    if found is None:
        return None
    name = found["name"].decode("ascii")
    in_namespace = found["used"] == found["bound"]
    return FormatName(name, f"urn:iso:std:iso:20022:tech:xsd:{name}" if in_namespace else "")


def root_name(head: bytes) -> str | None:
    """The local name of the first element, or None where the file is no XML."""
    text = as_ascii(head).lstrip(b"\xef\xbb\xbf \r\n\t")
    if not text.startswith(b"<"):
        return None
    found = _ROOT.search(text)
    return found[1].decode("ascii", "replace") if found else None


def as_ascii(head: bytes) -> bytes:
    """UTF-16 as its ASCII bytes; anything else as it is."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) // 2 * 2].decode("utf-16", "replace").encode("ascii", "replace")
    return head
