"""Every message about payments, recognised by its content and read as what it is."""

from typing import BinaryIO, Protocol

from avstem.domain.cancellation_answer import CancellationResolution
from avstem.domain.errors import UnknownFormatError
from avstem.domain.payment_status import PaymentStatusReport
from avstem.domain.statement import Notice
from avstem.formats.camt029 import CAMT029, read_camt029
from avstem.formats.detect import describe
from avstem.formats.pain001_read import PAIN001, PAIN008, read_pain001
from avstem.formats.pain002 import PAIN002, read_pain002
from avstem.formats.payment_cases import CAMT027, CAMT028, CAMT055, read_case
from avstem.formats.payment_messages import CaseMessage, OrderMessage
from avstem.formats.payment_node import MessageStream
from avstem.formats.port import HEAD_BYTES, FormatName, OtherFormat

PaymentMessage = PaymentStatusReport | CancellationResolution | OrderMessage | CaseMessage


class Read(Protocol):
    """Reads the one message of a file."""

    def __call__(
        self, stream: MessageStream, *, file: str, name: FormatName, notices: list[Notice]
    ) -> PaymentMessage: ...


#: Each format with its reader.
READERS: tuple[tuple[OtherFormat, Read], ...] = (
    (PAIN002, read_pain002),
    (CAMT029, read_camt029),
    (PAIN001, read_pain001),
    (PAIN008, read_pain001),
    (CAMT055, read_case),
    (CAMT027, read_case),
    (CAMT028, read_case),
)


def read_payment_message(
    stream: BinaryIO, *, file: str, notices: list[Notice] | None = None
) -> PaymentMessage:
    """The message in a file, whole, or refused with its place.

    What is odd but usable is added to `notices`. Files of more than 100 MB are refused.
    """
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    for format, read in READERS:
        if (name := format.claim(head)) is not None:
            bounded = MessageStream(stream, file=file)
            kept = [] if notices is None else notices
            return read(bounded, file=file, name=name, notices=kept)
    expected = ", ".join(format.label for format, _ in READERS)
    raise UnknownFormatError(describe(head), expected, file)
