"""Tables of internet banks for tests: read them, and make workbooks without a spreadsheet program."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from avstem.domain.statement import Entry, Notice, StatementHead
from avstem.formats import read_statements

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


@dataclass
class ReadTable:
    head: StatementHead
    entries: list[Entry]

    @property
    def amounts(self) -> list[str]:
        return [each.amount.decimal() for each in self.entries]


def read(data: str | bytes, notices: list[Notice] | None = None) -> list[ReadTable]:
    """What the registry's readers find in it."""
    content = data.encode() if isinstance(data, str) else data
    kept = [] if notices is None else notices
    sources = read_statements(io.BytesIO(content), file="bank.csv", notices=kept)
    return [ReadTable(source.head, list(source.entries)) for source in sources]


def read_one(data: str | bytes, notices: list[Notice] | None = None) -> ReadTable:
    [found] = read(data, notices)
    return found


def cell(value: str, *, kind: str = "inlineStr", style: int = 0) -> str:
    """One cell: a text in it, or a number with a style (1 shows a day)."""
    if kind == "inlineStr":
        return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c t="{kind}" s="{style}"><v>{escape(value)}</v></c>'


def sheet(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells as the sheet's rows."""
    return "".join(f"<row>{''.join(cells)}</row>" for cells in rows)


def workbook(
    rows: str, *, shared: Sequence[str] = (), from_1904: bool = False, dtd: str = ""
) -> bytes:
    """A workbook whose first sheet has these rows."""
    texts = "".join(f"<si><t>{escape(text)}</t></si>" for text in shared)
    parts = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="r"><workbookPr date1904="{int(from_1904)}"/>'
        '<sheets><sheet name="A" r:id="rId1"/><sheet name="B" r:id="rId9"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="p">'
        '<Relationship Id="rId2" Type="x/sharedStrings" Target="/xl/sharedStrings.xml"/>'
        '<Relationship Id="rId3" Type="x/styles" Target="styles.xml"/>'
        '<Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/styles.xml": f'<styleSheet {MAIN}><numFmts><numFmt numFmtId="164" '
        'formatCode="[$-414]dd/mm/yyyy"/><numFmt numFmtId="165" formatCode="0.00 &quot;dyr&quot;"/>'
        '</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>'
        '<xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>',
        "xl/sharedStrings.xml": f"{dtd}<sst {MAIN}>{texts}</sst>",
        "xl/worksheets/sheet1.xml": f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>",
    }
    return archive(parts)


def archive(parts: dict[str, str | bytes]) -> bytes:
    """A ZIP archive of these members."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archived:
        for name, content in parts.items():
            archived.writestr(name, content)
    return packed.getvalue()
