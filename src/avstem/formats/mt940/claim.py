"""Which files are MT940 or MT942: by the envelope where there is one, else by the fields.

Source: SWIFT FIN category 9, MT940 and MT942; docs/formats/mt940.md.
"""

import re

from avstem.formats.port import FormatName

STATEMENT, REPORT = "mt940", "mt942"

# Block 2 names the message; some banks fill it up with zeros (`O94000000000…`).
_ENVELOPE = re.compile(rb"\{2:[IO]([0-9]{3})")
_START = re.compile(rb"^:20:", re.MULTILINE)
_OURS = re.compile(rb"^:(?:25P?|28C?|60[FM]|61|34F):", re.MULTILINE)
# Of other messages: a payment's amount (MT103, 900, 910) or a report without entries (MT941).
_OTHERS = re.compile(rb"^:(?:32[A-K]|23B):", re.MULTILINE)
# A file that lost its beginning is still known by its first line, and then refused with its line.
_REST = re.compile(rb"\s*:(?:25P?|28C?|60[FM]|61|62[FM]|86):")
_KIND = re.compile(rb"^:(60[FM]|34F|13D?):", re.MULTILINE)


def claim_mt940(head: bytes) -> FormatName | None:
    """MT940 or MT942, with or without envelope; no other SWIFT message."""
    text = head.removeprefix(b"\xef\xbb\xbf").translate(None, b"\x01\x03\x1a")
    text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    envelope = _ENVELOPE.search(text, 0, 1024)
    if envelope is not None:
        name = f"mt{envelope[1].decode('ascii')}"
        return FormatName(name) if name in (STATEMENT, REPORT) else None
    is_whole = _START.search(text) and _OURS.search(text) and not _OTHERS.search(text)
    if not is_whole and not _REST.match(text):
        return None
    first = _KIND.search(text)
    return FormatName(REPORT if first is not None and first[1][:2] != b"60" else STATEMENT)
