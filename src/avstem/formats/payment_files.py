"""Every message about payments, recognised by its content and read as what it is."""

from typing import BinaryIO

from avstem.domain.errors import UnknownFormatError
from avstem.domain.payment_status import PaymentStatusReport
from avstem.domain.statement import Notice
from avstem.formats.detect import describe
from avstem.formats.pain002 import PAIN002, claim_pain002, read_pain002
from avstem.formats.payment_node import MESSAGE_BYTES_MAX
from avstem.formats.port import HEAD_BYTES
from avstem.formats.xml_reader import BoundedStream

PaymentMessage = PaymentStatusReport

_READERS = ((PAIN002.label, claim_pain002, read_pain002),)


def read_payment_message(
    stream: BinaryIO, *, file: str, notices: list[Notice] | None = None
) -> PaymentMessage:
    """The message in a file, whole, or refused with its place.

    What is odd but usable is added to `notices`. Files of more than 100 MB are refused.
    """
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    for _, claim, read in _READERS:
        if (name := claim(head)) is not None:
            bounded = BoundedStream(stream, file=file, bytes_max=MESSAGE_BYTES_MAX)
            kept = [] if notices is None else notices
            return read(bounded, file=file, name=name, notices=kept)
    expected = ", ".join(label for label, _, _ in _READERS)
    raise UnknownFormatError(describe(head), expected, file)
