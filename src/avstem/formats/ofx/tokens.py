"""OFX as its elements: the same for SGML, which leaves end tags out, and for XML.

A leaf has its text behind its start tag. An aggregate has none, and is closed; where one is closed
while others inside it are open, those were leaves without text.

Source: OFX 1.6 section 2.3 (SGML) and OFX 2.2 section 2 (XML).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from avstem.domain.errors import UnreadableFileError

DEPTH_MAX = 64
#: Leaves that matter: without text they are empty, never the beginning of something.
LEAVES = frozenset(
    "ACCTID BALAMT BANKID BRANCHID CHECKNUM CODE CURDEF CURRATE CURSYM DTASOF DTAVAIL DTEND "
    "DTPOSTED DTSTART DTUSER FITID MEMO MESSAGE NAME PAYEEID REFNUM SEVERITY SIC SRVRTID TRNAMT "
    "TRNTYPE".split()
)
_TAG = re.compile(r"<(/?)([A-Za-z0-9._:-]{1,40})[ \t]*(/?)>([^<]*)")
_BESIDE = re.compile(r"<\?[^<>]{0,2000}\?>|<!--.*?-->", re.DOTALL)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,6}|#x[0-9a-fA-F]{1,5});?")


@dataclass(frozen=True, slots=True)
class Token:
    """A start (`+`), an end (`-`) or a leaf (`=`) with its text; `path` are the open aggregates."""

    kind: str
    name: str
    text: str
    place: int
    path: tuple[str, ...]


class Tokens:
    """The elements of a file's text, in order; refuses what is no OFX, with its line."""

    def __init__(self, text: str, file: str) -> None:
        self._text, self._file = text, file
        self._open: list[str] = []

    def refuse(self, place: int, found: str, expected: str) -> UnreadableFileError:
        """The refusal of what stands at that place of the text."""
        line = self._text.count("\n", 0, place) + 1
        return UnreadableFileError(f"line {line}", found[:60] or "nothing", expected, self._file)

    def read(self) -> Iterator[Token]:
        """From `<OFX>` to its end; a file that is cut off is refused."""
        place = self._text.find("<OFX>")
        while place < len(self._text):
            found = _TAG.match(self._text, place)
            if found is not None:
                yield from self._tag(found)
                place = found.end()
            elif (beside := _BESIDE.match(self._text, place)) is not None:
                place = self._past(beside)
            else:
                raise self.refuse(place, self._text[place : place + 40], "an element of OFX")
            if not self._open:
                return
        raise self.refuse(len(self._text), "the end of the file", f"</{self._open[-1]}>")

    def _past(self, beside: re.Match[str]) -> int:
        """Comments and instructions; text may not follow them either."""
        end = self._text.find("<", beside.end())
        end = len(self._text) if end == -1 else end
        if stray := self._text[beside.end() : end].strip():
            raise self.refuse(beside.end(), stray, "the next element")
        return end

    def _tag(self, found: re.Match[str]) -> Iterator[Token]:
        closing, name, empty, text = found[1], found[2].upper(), found[3], found[4].strip()
        place = found.start()
        if closing:
            if text:
                raise self.refuse(place, text, f"nothing behind </{name}>")
            yield from self._close(name, place)
        elif text or empty or name in LEAVES:
            yield Token("=", name, _plain(text), place, tuple(self._open))
        else:
            if len(self._open) == DEPTH_MAX:
                raise self.refuse(place, f"more than {DEPTH_MAX} levels", "fewer")
            yield Token("+", name, "", place, tuple(self._open))
            self._open.append(name)

    def _close(self, name: str, place: int) -> Iterator[Token]:
        if name not in self._open:
            if name in LEAVES or not self._is_aggregate(name):
                return
            raise self.refuse(place, f"</{name}>", f"</{self._open[-1]}>")
        while self._open:
            closed = self._open.pop()
            if closed == name:
                yield Token("-", name, "", place, tuple(self._open))
                return
            if self._is_aggregate(closed):
                raise self.refuse(place, f"</{name}>", f"</{closed}>")

    def _is_aggregate(self, name: str) -> bool:
        """Whether the open element is one of those that hold others."""
        return name in AGGREGATES


#: Aggregates whose ends must be there.
AGGREGATES = frozenset(
    "OFX STMTRS CCSTMTRS INVSTMTRS STMTTRNRS CCSTMTTRNRS INVSTMTTRNRS BANKTRANLIST INVTRANLIST "
    "STMTTRN INVBANKTRAN BANKACCTFROM CCACCTFROM INVACCTFROM LEDGERBAL AVAILBAL PAYEE BANKACCTTO "
    "CCACCTTO CURRENCY ORIGCURRENCY BANKMSGSRSV1 CREDITCARDMSGSRSV1 INVSTMTMSGSRSV1".split()
)


def _plain(text: str) -> str:
    """Escapes as the letters they stand for; several blanks as one."""
    return " ".join(_ENTITY.sub(lambda found: unescape(found[0]), text).split())
