"""Every format that is read. A new one is a module and a line here."""

from avstem.formats.aeb43 import AEB43
from avstem.formats.bai2.reader import BAI2
from avstem.formats.bank_csv.reader import BANK_CSV
from avstem.formats.bgmax import BGMAX
from avstem.formats.camt.reader import CAMT
from avstem.formats.camt029 import CAMT029
from avstem.formats.cfonb120 import CFONB120
from avstem.formats.coda.reader import CODA
from avstem.formats.invoices_csv import INVOICES_CSV
from avstem.formats.mt940.reader import MT940
from avstem.formats.ocr_giro.reader import OCR_GIRO
from avstem.formats.ofx.reader import OFX
from avstem.formats.pain001_read import PAIN001, PAIN008
from avstem.formats.pain002 import PAIN002
from avstem.formats.payment_cases import CAMT027, CAMT028, CAMT055
from avstem.formats.port import OtherFormat, StatementFormat
from avstem.formats.qif import QIF
from avstem.formats.saft.reader import SAFT
from avstem.formats.settlements.stripe import STRIPE
from avstem.formats.settlements.unread import NETS, WORLDLINE
from avstem.formats.settlements.vipps import VIPPS
from avstem.formats.settlements.zettle import ZETTLE
from avstem.formats.ubl.reader import UBL
from avstem.formats.xs2a.reader import XS2A

#: Files that tell of money on an account.
STATEMENT_FORMATS: tuple[StatementFormat, ...] = (
    CAMT,
    OCR_GIRO,
    BGMAX,
    AEB43,
    BAI2,
    CFONB120,
    CODA,
    MT940,
    BANK_CSV,
    OFX,
    QIF,
    XS2A,
)

#: Files that tell of something else, which other commands take.
OTHER_FORMATS: tuple[OtherFormat, ...] = (
    UBL,
    INVOICES_CSV,
    SAFT,
    PAIN002,
    CAMT029,
    PAIN001,
    PAIN008,
    CAMT055,
    CAMT027,
    CAMT028,
    VIPPS,
    STRIPE,
    ZETTLE,
    NETS,
    WORLDLINE,
)
