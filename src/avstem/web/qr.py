"""A QR code as the path of a drawing: one unit a module, with the quiet zone around it.

Source: ISO/IEC 18004, by the encoder of reportlab.
"""

from dataclasses import dataclass

from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

QUIET = 4


@dataclass(frozen=True)
class QrDrawing:
    """`path` in a square of `size` units."""

    path: str
    size: int


def qr_of(text: str) -> QrDrawing:
    """The dark modules, row by row."""
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    count = code.getModuleCount()
    cells = [
        f"M{column + QUIET},{row + QUIET}h1v1h-1z"
        for row in range(count)
        for column in range(count)
        if code.isDark(row, column)
    ]
    return QrDrawing("".join(cells), count + 2 * QUIET)
