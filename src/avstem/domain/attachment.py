"""Receipts and pictures: what they may be, by their own bytes and not by their names.

What people send may be made to harm: nothing that a browser would run (HTML, SVG) is taken, and
what a file is called counts for nothing. Sources: the formats' own signatures (JPEG ITU-T T.81,
PNG ISO 15948, WebP, HEIF ISO 23008-12, PDF ISO 32000).
"""

import re

from avstem.domain.errors import FileTooLargeError, UnknownFormatError

BYTES_MAX = 10 << 20
NAME_CHARACTERS_MAX = 140
#: A browser may show these in place; the others it only saves.
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
_SIGNATURES = (
    ("image/jpeg", 0, b"\xff\xd8\xff"),
    ("image/png", 0, b"\x89PNG\r\n\x1a\n"),
    ("image/webp", 8, b"WEBPVP8"),
    ("image/heic", 4, b"ftypheic"),
    ("image/heic", 4, b"ftypheix"),
    ("image/heic", 4, b"ftypmif1"),
    ("application/pdf", 0, b"%PDF-"),
)
_ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "application/pdf": ".pdf",
}
_STRANGE = re.compile(r"[^\w .,()+-]+")


def media_type_of(content: bytes, name: str = "") -> str:
    """What the bytes are; anything but a picture or a PDF of at most 10 MiB is refused.

    >>> media_type_of(b"%PDF-1.7 and so on")
    'application/pdf'
    >>> media_type_of(b"<svg onload='alert(1)'>", "kvittering.png")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    avstem.domain.errors.UnknownFormatError: file.unknown_format(found=b'<svg onload=', ...
    """
    if len(content) > BYTES_MAX:
        raise FileTooLargeError(len(content), BYTES_MAX, clean_name(name))
    for media_type, place, signature in _SIGNATURES:
        if content[place : place + len(signature)] == signature:
            return media_type
    found = repr(content[:12])
    raise UnknownFormatError(found, "JPEG, PNG, WebP, HEIC, PDF", clean_name(name))


def clean_name(name: str) -> str:
    r"""The last part of the name, of letters, digits and plain signs.

    >>> clean_name("../../etc/kvit<b>tering.jpg"), clean_name("a\r\nSet-Cookie: x.pdf")
    ('kvit b tering.jpg', 'a Set-Cookie x.pdf')
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = " ".join(_STRANGE.sub(" ", last).split())
    return plain[-NAME_CHARACTERS_MAX:].strip(" .")


def stored_name(name: str, media_type: str) -> str:
    """What it is called here: its own name with the ending of what it is.

    >>> stored_name("kvittering.html", "image/png"), stored_name("", "application/pdf")
    ('kvittering.png', 'vedlegg.pdf')
    """
    ending = _ENDINGS[media_type]
    stem = clean_name(name).rpartition(".")[0] or clean_name(name) or "vedlegg"
    return stem[: NAME_CHARACTERS_MAX - len(ending)] + ending
