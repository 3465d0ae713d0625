"""Which characters a bank takes: the ISO-8859-1 repertoire at home, the SWIFT set abroad.

At home æ, ø and å stay. Abroad letters are written out (`æ` as `ae`, `ø` as `oe`, `å` as `aa`),
marks become their nearest; what has no likeness is refused, never dropped.

Sources: SWIFT character set X; EPC217-08 (conversion table); docs/formats/pain001.md.

>>> at_home("Ærlig talt – “Blåbær”", "name")
'Ærlig talt - "Blåbær"'
>>> abroad("Ærlig talt & Blåbær", "name")
'AErlig talt + Blaabaer'
"""

import unicodedata
from collections.abc import Callable

from avstem.domain.errors import InvalidValueError

SWIFT = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/-?:().,'+ ")

# Letters that do not fall apart into a letter and its accent.
_LETTERS = {
    "æ": "ae", "Æ": "AE", "ø": "oe", "Ø": "OE", "å": "aa", "Å": "AA", "ä": "ae", "Ä": "AE",
    "ö": "oe", "Ö": "OE", "ü": "ue", "Ü": "UE", "ß": "ss", "ð": "d", "Ð": "D", "þ": "th",
    "Þ": "TH", "đ": "d", "Đ": "D", "ł": "l", "Ł": "L", "ŋ": "n", "Ŋ": "N", "ŧ": "t", "Ŧ": "T",
    "œ": "oe", "Œ": "OE", "ı": "i", "ħ": "h", "Ħ": "H",
}  # fmt: skip
# Marks that have no place in ISO-8859-1; office programs put them into names and texts.
_MARKS = {
    "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "‐": "-",
    "‑": "-", "−": "-", "…": "...", "•": "-", "€": "EUR", "™": "TM", "\N{SOFT HYPHEN}": "",
    "\N{ZERO WIDTH SPACE}": "", "\N{BYTE ORDER MARK}": "",
}  # fmt: skip
_SWIFT_MARKS = {
    "&": "+", "@": "(at)", "_": "-", ";": ",", '"': "'", "`": "'", "´": "'", "!": ".", "*": ".",
    "#": ".", "%": ".", "=": "-", "<": "(", ">": ")", "[": "(", "]": ")", "{": "(", "}": ")",
    "|": "/", "\\": "/", "~": "-", "^": ".", "$": "USD", "£": "GBP", "§": ".", "«": "'",
    "»": "'", "°": ".", "·": ".", "½": "1/2", "¼": "1/4", "¾": "3/4",
}  # fmt: skip


def is_at_home(char: str) -> bool:
    """A printable character of ISO-8859-1, without its odd space and hyphen."""
    return " " <= char <= "~" or ("\u00a1" <= char <= "\u00ff" and char != "\N{SOFT HYPHEN}")


def at_home(text: str, kind: str) -> str:
    """The text as a Norwegian bank takes it, with single spaces; `kind` is named in a refusal."""
    return _convert(text, kind, is_at_home, _home_likeness, "letters of Western Europe")


def abroad(text: str, kind: str) -> str:
    """The text as any bank takes it; no slash at either end, and none doubled."""
    found = _convert(text, kind, SWIFT.__contains__, _swift_likeness, "letters of the SWIFT set")
    while "//" in found:
        found = found.replace("//", "/")
    found = found.strip("/ ")
    if not found and text.strip():
        raise InvalidValueError(kind, text[:60], "letters of the SWIFT set")
    return found


def _convert(
    text: str,
    kind: str,
    is_allowed: Callable[[str], bool],
    likeness: Callable[[str], str],
    expected: str,
) -> str:
    # Composed first, so that a letter and its loose accent are the one letter that is allowed.
    composed = " ".join(unicodedata.normalize("NFC", text).split())
    found = "".join(char if is_allowed(char) else likeness(char) for char in composed)
    if not all(map(is_allowed, found)):
        raise InvalidValueError(kind, text[:60], expected)
    return " ".join(found.split())


def _home_likeness(char: str) -> str:
    """What stands for it at home, or the character itself, which is then refused."""
    if char in _MARKS:
        return _MARKS[char]
    return _LETTERS.get(char) or _without_accent(char)


def _swift_likeness(char: str) -> str:
    """What stands for it abroad, or the character itself, which is then refused."""
    if char in _SWIFT_MARKS:
        return _SWIFT_MARKS[char]
    found = _home_likeness(char)
    return "".join(_SWIFT_MARKS.get(each, each) for each in found)


def _without_accent(char: str) -> str:
    """Its base letters, where it falls apart into those and accents; else the character."""
    parts = unicodedata.normalize("NFKD", char)
    base = "".join(part for part in parts if not unicodedata.combining(part))
    return base if base and base.isascii() and base.isalnum() else char
