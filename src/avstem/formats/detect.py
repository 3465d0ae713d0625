"""What a file is, from its content alone: the first 64 KB decide."""

import re

from avstem.formats.port import HEAD_BYTES, FormatName, OtherFormat, StatementFormat
from avstem.formats.registry import OTHER_FORMATS, STATEMENT_FORMATS
from avstem.formats.xml_head import as_ascii, iso20022_message

__all__ = ["HEAD_BYTES", "claims", "describe", "detect", "statement_format"]

Found = tuple[StatementFormat | OtherFormat, FormatName]

_MAGIC = (
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"{1:", "a SWIFT MT message"),
    (b"NY0000", "a Nets file"),
    (b"OFXHEADER", "an OFX file"),
)


def claims(head: bytes) -> list[Found]:
    """Every format that claims a file that begins so; more than one is a mistake of ours."""
    formats: tuple[StatementFormat | OtherFormat, ...] = (*STATEMENT_FORMATS, *OTHER_FORMATS)
    return [(each, name) for each in formats if (name := each.claim(head)) is not None]


def detect(head: bytes) -> Found | None:
    """The format of a file that begins so, or None where no reader claims it."""
    found = claims(head)
    return found[0] if found else None


def statement_format(head: bytes) -> tuple[StatementFormat, FormatName] | None:
    """As `detect`, where the file tells of money on an account."""
    for each in STATEMENT_FORMATS:
        if (name := each.claim(head)) is not None:
            return each, name
    return None


def describe(head: bytes) -> str:
    """What a file seems to be that was not asked for, in a few words for the refusal.

    One that another command takes is called by its label; of a message the version counts too.
    """
    if not head.strip():
        return "an empty file"
    if (known := _known(head)) is not None:
        return known
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


def _known(head: bytes) -> str | None:
    """The message, or the label of the family that claims it."""
    if (message := iso20022_message(head)) is not None:
        return f"the message {message.name}"
    return next((each.label for each in OTHER_FORMATS if each.claim(head) is not None), None)


def _as_text(head: bytes) -> str:
    return as_ascii(head).decode("utf-8", "replace").lstrip("\ufeff")
