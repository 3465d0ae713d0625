"""Every format that is read. A new one is a module and a line here."""

from avstem.formats.aeb43 import AEB43
from avstem.formats.bgmax import BGMAX
from avstem.formats.camt.reader import CAMT
from avstem.formats.ocr_giro.reader import OCR_GIRO
from avstem.formats.port import OtherFormat, StatementFormat

#: Files that tell of money on an account.
STATEMENT_FORMATS: tuple[StatementFormat, ...] = (CAMT, OCR_GIRO, BGMAX, AEB43)

#: Files that tell of something else, which other commands take.
OTHER_FORMATS: tuple[OtherFormat, ...] = ()
