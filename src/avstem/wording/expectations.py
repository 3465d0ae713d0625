"""What was wanted instead of a refused value, in the reader's language, with what is put into it.

The words come from the refusals themselves, already filled in: `at most 140 characters`. They are
said in the language as they stand, with numbers, days and currencies taken out (`at most {}
characters`), by a pattern of `PATTERNS`, or as states in a row (`sent or accepted`).
"""

import re
from collections.abc import Callable

from avstem.wording.file_phrases import COUNTS, FOUND, NUMBERS, PLACES, VERBATIM, WANTED, WORDS

#: A longer text is nothing of ours; it stands as it is.
CHARACTERS_MAX = 300

#: What is filled into such a text: a number, a day, a currency.
_FILLING = re.compile(r"\d(?:[\d.,-]*\d)?|\b[A-Z]{3}\b")

#: Texts with something other than numbers in them; `{}` is what the refusal filled in.
_OWN = (
    "--bank with one of {}",
    "a BIC, or a number after one of {}",
    "{} digits after {}, all right",
    "a column of {}",
    "a {} of the file",
    "column of {}",
    "a sum of {}",
    "a whole copy ({})",
    "no statement reaches beyond {}",
    "one of {}",
    "one that makes {} into {}",
    "used by {}",
    "{} is not installed (postgresql-client)",
    "{}, as its opening balance and its lines come to",
)


def _telling(pattern: str) -> tuple[bool, int, str]:
    """One that begins and ends with what was filled in fits nearly everything."""
    loose = pattern.startswith("{}") and pattern.endswith("{}") and pattern not in WANTED
    return (not loose, len(pattern.replace("{}", "")), pattern)


#: The most telling first, so that `{}: {}` takes only what no other pattern knows.
PATTERNS = tuple(sorted({*_OWN, *WANTED, *VERBATIM}, key=_telling, reverse=True))
#: How several states are joined.
_JOINTS = (" or ", " / ", ", ")

Translate = Callable[[str], str]


def expectation_text(text: str, translate: Translate) -> str:
    """A text of ours in the reader's language; one that nobody has translated stands as it is.

    What is filled into a pattern is shorter than the text, and is said in the same way.
    """
    if not text or len(text) > CHARACTERS_MAX:
        return text
    for way in (_numbered, _by_pattern, _joined):
        said = way(text, translate)
        if said != text:
            return said
    return text


def found_text(text: str, translate: Translate) -> str:
    """What stands in a file, where it is told in words of ours; `""` where it is the file's own."""
    if text in WORDS:
        return translate(text)
    if form_of(text) in NUMBERS:
        return _numbered(text, translate)
    for pattern in FOUND:
        found = fillings(pattern, text)
        if found is not None:
            return translate(pattern).format(*(_counted(each, translate) for each in found))
    return ""


def _counted(text: str, translate: Translate) -> str:
    return _numbered(text, translate) if form_of(text) in COUNTS else text


def place_text(text: str, translate: Translate) -> str:
    """Where in a file something is; a path of elements stands as it is."""
    for pattern in PLACES:
        found = fillings(pattern, text) if "{}" in pattern else [] if text == pattern else None
        if found is not None:
            return translate(pattern).format(*(word_text(each, translate) for each in found))
    return text


def word_text(text: str, translate: Translate) -> str:
    """A text that may be the reader's own: said only where it stands whole in the catalogue."""
    return _numbered(text, translate) if 0 < len(text) <= CHARACTERS_MAX else text


def form_of(text: str) -> str:
    """The text with `{}` in the place of each number, day and currency."""
    return _FILLING.sub("{}", text)


def fillings(pattern: str, text: str) -> list[str] | None:
    """What stands in the places of the pattern, from the left; `None` where it does not fit.

    One pass over the text: each piece of the pattern is looked for behind the one before it.
    """
    first, *between, last = pattern.split("{}")
    if not (text.startswith(first) and text.endswith(last)):
        return None
    found, place, end = [], len(first), len(text) - len(last)
    for piece in between:
        at = text.find(piece, place + 1, end)
        if at < 0:
            return None
        found.append(text[place:at])
        place = at + len(piece)
    return [*found, text[place:end]] if place < end else None


def _numbered(text: str, translate: Translate) -> str:
    said, form = translate(text), form_of(text)
    if said != text or form == text:
        return said
    said = translate(form)
    return text if said == form else said.format(*_FILLING.findall(text))


def _by_pattern(text: str, translate: Translate) -> str:
    for pattern in PATTERNS:
        found = fillings(pattern, text)
        if found is None:
            continue
        if pattern not in VERBATIM:
            found = [expectation_text(each, translate) for each in found]
        said = translate(pattern).format(*found)
        if said != text:
            return said
    return text


def _joined(text: str, translate: Translate) -> str:
    for joint in _JOINTS:
        parts = text.split(joint)
        said = [_numbered(part, translate) for part in parts]
        if len(parts) > 1 and all(map(str.__ne__, parts, said)):
            joint = f" {translate('or')} " if joint == " or " else joint
            return joint.join(said)
    return text
