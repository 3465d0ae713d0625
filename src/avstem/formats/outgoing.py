"""The only way for a file to the bank to come into being: written, checked, read back.

Whoever sends asks here; a house test refuses another user of the writers. Each file is parsed anew
and held against

- the published schema (pain.001; of camt.055 none is at hand, its rules say what it would),
- our rules (`pain001.rules`, `camt055_rules`),
- what was asked for, as our reader of other people's files finds it in the bytes.

A fault is a refusal that names its place; no byte of the file is given out then.

Sources: docs/formats/pain001.md; docs/formats/camt055.md.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from io import BytesIO

from avstem.domain.cancellation import CancellationRequest, CancelledBatch, CancelledPayment
from avstem.domain.errors import OutgoingFaultError
from avstem.domain.payment_order import DocumentKind, PaymentBatch, PaymentFile, PaymentOrder
from avstem.domain.payment_party import Account
from avstem.domain.statement import Notice
from avstem.formats.camt055 import write_camt055
from avstem.formats.camt055_rules import check_camt055
from avstem.formats.pain001.dialect import Dialect
from avstem.formats.pain001.found import Violation
from avstem.formats.pain001.rules import check_pain001
from avstem.formats.pain001.writer import write_pain001
from avstem.formats.pain001_read import read_pain001
from avstem.formats.payment_cases import read_case
from avstem.formats.payment_messages import (
    CaseBatch,
    CaseMessage,
    CasePayment,
    Instruction,
    OrderBatch,
    OrderMessage,
)
from avstem.formats.payment_node import MessageStream
from avstem.formats.port import HEAD_BYTES, FormatName
from avstem.formats.schemas import published_schema, validate
from avstem.formats.xml_head import iso20022_message

_KINDS = {DocumentKind.INVOICE: "invoice", DocumentKind.CREDIT_NOTE: "credit_note"}


def checked_payment_file(
    file: PaymentFile,
    dialect: Dialect,
    *,
    nok_rates: Mapping[str, Decimal],
    notices: list[Notice] | None = None,
) -> bytes:
    """The pain.001 that may leave, in the bank's dialect; the same bytes however often it is asked.

    `nok_rates` gives kroner for one unit of a currency: it decides which payments need a report.
    `notices` gets what was altered for the bank. Refuses what the writer does, and
    (`OutgoingFaultError`) a file that breaks a rule or is not what was ordered.
    """
    xml = write_pain001(file, dialect, notices=notices)
    refuse_payment_faults(xml, file, dialect, nok_rates=nok_rates)
    return xml


def refuse_payment_faults(
    xml: bytes, file: PaymentFile, dialect: Dialect, *, nok_rates: Mapping[str, Decimal]
) -> None:
    """Refuse bytes that are not a faultless pain.001 of exactly this file."""
    faults = [
        *check_pain001(xml, dialect, nok_rates=nok_rates, file=file.message_id),
        *_schema_faults(xml, dialect.version),
    ]
    # What no reader could take is refused before it is read.
    _refuse(faults, file.message_id)
    stream, name = _opened(xml, file.message_id)
    found = read_pain001(stream, file=file.message_id, name=name, notices=[])
    _refuse(list(_order_differences(file, found)), file.message_id)


def checked_cancellation(request: CancellationRequest, dialect: Dialect) -> bytes:
    """The camt.055 that may leave; refused (`OutgoingFaultError`) where it breaks a rule."""
    xml = write_camt055(request, dialect)
    refuse_cancellation_faults(xml, request, dialect)
    return xml


def refuse_cancellation_faults(xml: bytes, request: CancellationRequest, dialect: Dialect) -> None:
    """Refuse bytes that are not a faultless camt.055 of exactly this request."""
    _refuse(check_camt055(xml, dialect, file=request.id), request.id)
    stream, name = _opened(xml, request.id)
    found = read_case(stream, file=request.id, name=name, notices=[])
    _refuse(list(_cancellation_differences(request, found)), request.id)


def _schema_faults(xml: bytes, version: str) -> list[Violation]:
    said = (line.partition(": ") for line in validate(xml, published_schema(version)))
    return [Violation("schema", place, what) for place, _, what in said]


def _refuse(faults: list[Violation], file: str) -> None:
    if faults:
        first = faults[0]
        raise OutgoingFaultError(
            first.place or "Document", first.code, first.found[:200], len(faults), file
        )


def _opened(xml: bytes, file: str) -> tuple[MessageStream, FormatName]:
    name = iso20022_message(xml[:HEAD_BYTES])
    assert name is not None, "the rules have seen the version"
    return MessageStream(BytesIO(xml), file=file), name


def _order_differences(file: PaymentFile, found: OrderMessage) -> Iterator[Violation]:
    """Where the bytes do not say what was ordered: each payment once, and none beside them."""
    yield from _unless(found.message_id == _read(file.message_id), "GrpHdr/MsgId", found.message_id)
    yield from _unless(len(found.batches) == len(file.batches), "PmtInf", len(found.batches))
    pairs = zip(file.batches, found.batches, strict=False)
    for number, (ordered, batch) in enumerate(pairs, start=1):
        yield from _batch_differences(ordered, batch, f"PmtInf[{number}]")


def _batch_differences(ordered: PaymentBatch, batch: OrderBatch, place: str) -> Iterator[Violation]:
    first = ordered.orders[0]
    yield from _unless(batch.id == _read(ordered.id), f"{place}/PmtInfId", batch.id)
    day = batch.execution_date == first.execution_date
    yield from _unless(day, f"{place}/ReqdExctnDt", batch.execution_date)
    ours = _is_account(batch.account, first.debtor.account)
    yield from _unless(ours, f"{place}/DbtrAcct", batch.account)
    count = len(batch.instructions)
    yield from _unless(count == len(ordered.orders), f"{place}/CdtTrfTxInf", count)
    pairs = zip(ordered.orders, batch.instructions, strict=False)
    for number, (order, paid) in enumerate(pairs, start=1):
        yield from _payment_differences(order, paid, f"{place}/CdtTrfTxInf[{number}]")


def _payment_differences(order: PaymentOrder, paid: Instruction, place: str) -> Iterator[Violation]:
    """Who is paid, how much, under which ids and references; names and words may be altered."""
    ids = (paid.instruction_id, paid.end_to_end_id)
    wanted = (_read(order.instruction_id), _read(order.end_to_end_id))
    yield from _unless(ids == wanted, f"{place}/PmtId", ids)
    same = paid.amount == order.amount and paid.transfer_currency is None
    yield from _unless(same, f"{place}/Amt/InstdAmt", paid.amount)
    theirs = _is_account(paid.counterparty_account, order.creditor.account)
    yield from _unless(theirs, f"{place}/CdtrAcct", paid.counterparty_account)
    settles = [(each.kind, each.amount) for each in paid.references]
    expected = [(_KINDS[each.kind], each.amount) for each in order.documents]
    kid = [each.value for each in paid.references if each.kind == "kid"]
    holds = kid == [order.kid] if order.kid else settles == expected
    yield from _unless(holds, f"{place}/RmtInf", kid or settles)


def _cancellation_differences(
    request: CancellationRequest, found: CaseMessage
) -> Iterator[Violation]:
    """Where the bytes would cancel something else than was asked for."""
    yield from _unless(found.message_id == _read(request.id), "Assgnmt/Id", found.message_id)
    count = len(request.payments)
    holds = found.stated.count == count and found.stated.sum_holds(
        tuple(each.amount for each in request.payments)
    )
    yield from _unless(bool(holds), "CtrlData", found.stated)
    files = [(each.original_message_id, each.original_message_name, each.is_whole)
             for each in found.files]  # fmt: skip
    wanted = [(_read(request.message_id), request.message_name, request.is_whole)]
    yield from _unless(files == wanted, "Undrlyg/OrgnlGrpInfAndCxl", files)
    asked = () if request.is_whole else request.batches
    batches = [_batch_facts(each) for each in found.batches]
    yield from _unless(
        batches == [_asked_batch(each) for each in asked], "Undrlyg/OrgnlPmtInfAndCxl", batches
    )
    single = [each for batch in asked if not batch.is_whole for each in batch.payments]
    payments = [_payment_facts(each) for each in found.payments]
    holds = payments == [_asked_payment(each) for each in single]
    yield from _unless(holds, "Undrlyg/OrgnlPmtInfAndCxl/TxInf", payments)


def _batch_facts(batch: CaseBatch) -> tuple[object, ...]:
    return batch.payment_information_id, batch.is_whole, batch.stated.count


def _asked_batch(batch: CancelledBatch) -> tuple[object, ...]:
    return _read(batch.id), batch.is_whole, len(batch.payments)


def _payment_facts(payment: CasePayment) -> tuple[object, ...]:
    ids = payment.instruction_id, payment.end_to_end_id
    return *ids, payment.amount, payment.execution_date


def _asked_payment(payment: CancelledPayment) -> tuple[object, ...]:
    ids = _read(payment.instruction_id), _read(payment.end_to_end_id)
    return *ids, payment.amount, payment.execution_date


def _is_account(found: str | None, account: Account) -> bool:
    return found in (account.number, account.iban)


def _read(text: str) -> str:
    """As a reader gives it: spaces are single."""
    return " ".join(text.split())


def _unless(holds: bool, place: str, found: object) -> Iterator[Violation]:
    if not holds:
        yield Violation("content.differs", place, str(found)[:60])
