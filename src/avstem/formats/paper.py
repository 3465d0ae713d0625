"""A paper to print or send as PDF: a letter or a filled-in order, A4.

The words are the caller's. The same paper gives the same bytes, whenever it is made: there is no
time and no chance in them. The typeface is in the file and has the letters of Western Europe; one
that it lacks is drawn as its plain letter (`ź` as `z`, Sámi `ŋ` as `n`), or else as an empty box.
"""

import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    Flowable,
    KeepTogether,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

#: What one paper may hold: a company's accounts at one bank, not a ledger.
ROWS_MAX = 2_000

# Letters that Unicode does not take apart.
_PLAIN_LETTERS = {"đ": "d", "Đ": "D", "ŋ": "n", "Ŋ": "N", "ŧ": "t", "Ŧ": "T", "ł": "l", "Ł": "L"}
_INK, _SOFT, _LINE = HexColor("#1b2421"), HexColor("#5a6864"), HexColor("#c9d1cd")
# The frame has 6 points of its own on each side.
_WIDTH = A4[0] - 50 * mm - 12


@dataclass(frozen=True, slots=True)
class Heading:
    """What the next parts are about."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and what stands for them, a line each."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; the head is repeated on each page."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Boxes:
    """Boxes with what they stand for; ticked, or left to be ticked by a pen."""

    rows: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Signatures:
    """Lines to sign on: the words under each line, for each who signs (one at least)."""

    under: tuple[str, ...]
    count: int = 2


Part = Heading | Text | Facts | Grid | Boxes | Signatures


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper. `language` is `nb`, `nn` or `en`; `day` is written as it is to be read."""

    language: str
    title: str
    sender: tuple[str, ...]
    receiver: tuple[str, ...]
    day: str
    page: str
    parts: tuple[Part, ...]


def render_pdf(paper: Paper) -> bytes:
    """The paper as PDF. `paper.page` stands before the page's number at the foot."""
    _register_typeface()
    target = io.BytesIO()
    document = SimpleDocTemplate(
        target,
        pagesize=A4,
        leftMargin=25 * mm,
        rightMargin=25 * mm,
        topMargin=18 * mm,
        bottomMargin=20 * mm,
        title=paper.title,
        author=" ".join(paper.sender),
        lang=paper.language,
        invariant=1,
    )

    def foot(canvas: Canvas, _document: object) -> None:
        canvas.setFont("Vera", 8)
        canvas.setFillColor(_SOFT)
        canvas.drawString(25 * mm + 6, 12 * mm, _drawable(paper.title))
        canvas.drawRightString(
            A4[0] - 25 * mm - 6, 12 * mm, f"{paper.page} {canvas.getPageNumber()}"
        )

    document.build([*_head(paper), *_body(paper)], onFirstPage=foot, onLaterPages=foot)
    return target.getvalue()


@cache
def _register_typeface() -> None:
    for name, file in (("Vera", "Vera.ttf"), ("VeraBd", "VeraBd.ttf")):
        pdfmetrics.registerFont(TTFont(name, file))
    pdfmetrics.registerFontFamily("Vera", normal="Vera", bold="VeraBd", italic="Vera")


def _style(
    size: float, *, bold: bool = False, after: float = 0, soft: bool = False
) -> ParagraphStyle:
    return ParagraphStyle(
        f"{size}{bold}{soft}{after}",
        fontName="VeraBd" if bold else "Vera",
        fontSize=size,
        leading=size * 1.4,
        spaceAfter=after,
        textColor=_SOFT if soft else _INK,
    )


_PLAIN, _BOLD, _SMALL = _style(9.5), _style(9.5, bold=True), _style(8, soft=True)


def _said(text: str, style: ParagraphStyle = _PLAIN) -> Paragraph:
    return Paragraph(escape(_drawable(text)), style)


def _drawable(text: str) -> str:
    """The text with plain letters for those that the typeface lacks."""
    glyphs = pdfmetrics.getFont("Vera").face.charToGlyph
    return "".join(each if ord(each) in glyphs else _plain(each) for each in text)


def _plain(letter: str) -> str:
    return _PLAIN_LETTERS.get(letter) or unicodedata.normalize("NFKD", letter)[0]


def _head(paper: Paper) -> list[Flowable]:
    sender = [_said(line, _BOLD if n == 0 else _PLAIN) for n, line in enumerate(paper.sender)]
    receiver = [_said(line, _BOLD if n == 0 else _PLAIN) for n, line in enumerate(paper.receiver)]
    head = _table([[receiver, sender]], (0.55, 0.45))
    return [
        head, Spacer(0, 6 * mm), _said(paper.day), Spacer(0, 4 * mm),
        _said(paper.title, _style(15, bold=True, after=4 * mm)),
    ]  # fmt: skip


def _body(paper: Paper) -> list[Flowable]:
    """The parts; a heading stays with what it is about, and a table without rows is left out."""
    drawn: list[Flowable] = []
    heading: list[Flowable] = []
    for part in paper.parts:
        if isinstance(part, Heading):
            heading = [Spacer(0, 2 * mm), _said(part.text, _style(11, bold=True, after=1.5 * mm))]
            continue
        if isinstance(part, Facts | Grid | Boxes) and not part.rows:
            heading = []
            continue
        first, *rest = _draw(part)
        drawn += [KeepTogether([*heading, first]), *rest] if heading else [first, *rest]
        drawn.append(Spacer(0, 1.5 * mm))
        heading = []
    return drawn


def _draw(part: Part) -> list[Flowable]:
    match part:
        case Text(text):
            return [_said(text)]
        case Facts(rows):
            return [_table([[_said(a, _SMALL), _said(b)] for a, b in rows], (0.32, 0.68))]
        case Boxes(rows):
            return [_table([[_Box(ticked), _said(text)] for text, ticked in rows], (0.05, 0.95))]
        case Grid(head, rows):
            return [_grid(head, rows)]
        case Signatures(under, count):
            return [_signatures(under) for _ in range(count)]
        case Heading():
            raise AssertionError("a heading is drawn with what it is about")


def _table(rows: Sequence[Sequence[object]], widths: tuple[float, ...]) -> Table:
    table = Table(rows, colWidths=[_WIDTH * each for each in widths])
    table.setStyle(
        TableStyle([
            ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 1.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
        ])
    )  # fmt: skip
    return table


def _grid(head: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> Table:
    assert len(rows) <= ROWS_MAX, "a paper, not a ledger"
    said = [[_said(each, _SMALL) for each in head]]
    said += [[_said(each) for each in row] for row in rows]
    table = Table(said, colWidths=[_WIDTH / len(head)] * len(head), repeatRows=1)
    table.setStyle(
        TableStyle([
            ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -1), 0.5, _LINE),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ])
    )  # fmt: skip
    return table


def _signatures(under: tuple[str, ...]) -> KeepTogether:
    """A line for each word, with a gap after it."""
    share, gap = _WIDTH / len(under), 5 * mm
    words: list[object] = []
    for each in under:
        words += [_said(each, _SMALL), ""]
    table = Table(
        [[""] * len(words), words],
        colWidths=[share - gap, gap] * len(under),
        rowHeights=[8 * mm, None],
        hAlign="LEFT",
    )
    lines = [("LINEBELOW", (2 * n, 0), (2 * n, 0), 0.7, _INK) for n in range(len(under))]
    table.setStyle(TableStyle([*lines, ("LEFTPADDING", (0, 0), (-1, -1), 0)]))
    return KeepTogether([table])


class _Box(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A box of 3.2 mm, ticked or not."""

    def __init__(self, ticked: bool) -> None:
        super().__init__()
        self.ticked, self.width, self.height = ticked, 3.2 * mm, 3.2 * mm

    def draw(self) -> None:
        """On the canvas that reportlab puts here."""
        side = 3.2 * mm
        self.canv.setStrokeColor(_INK)
        self.canv.rect(0, 0, side, side, stroke=1, fill=0)
        if self.ticked:
            self.canv.lines(
                [(0.6 * mm, 1.7 * mm, 1.3 * mm, 0.8 * mm), (1.3 * mm, 0.8 * mm, 2.7 * mm, 2.6 * mm)]
            )
