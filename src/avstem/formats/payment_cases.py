"""Reads camt.055, camt.027 and camt.028: what somebody asks about payments that were sent.

Source: ISO 20022 camt.055.001.01 to .001.12, camt.027.001.01 to .001.10, camt.028.001.01 to
.001.12; docs/formats/payment_messages.md.
"""

from dataclasses import replace
from typing import TypeVar

from avstem.domain.statement import Notice
from avstem.formats.pain001_read import read_stated
from avstem.formats.payment_head import claim_message
from avstem.formats.payment_messages import (
    CaseBatch,
    CaseFile,
    CaseMessage,
    CasePayment,
    Stated,
)
from avstem.formats.payment_node import Layout, MessageStream, Node, PartStream, read_reasons
from avstem.formats.port import FormatName, OtherFormat
from avstem.formats.values import notice

_CANCEL = ("CstmrPmtCxlReq",)
# The standard says ClmNonRct; a German writer says ClmNonRcpt.
_NOT_RECEIVED = ("ClmNonRct", "ClmNonRcpt")
_MORE = ("AddtlPmtInf",)
claim_camt055 = claim_message("camt.055", r"001\.(?:0[1-9]|1[0-2])", *_CANCEL)
claim_camt027 = claim_message("camt.027", r"001\.(?:0[1-9]|10)", *_NOT_RECEIVED)
claim_camt028 = claim_message("camt.028", r"001\.(?:0[1-9]|1[0-2])", *_MORE)
CAMT055 = OtherFormat("camt.055", "camt.055", claim_camt055, "cancellation")
CAMT027 = OtherFormat("camt.027", "camt.027", claim_camt027, "cancellation")
CAMT028 = OtherFormat("camt.028", "camt.028", claim_camt028, "cancellation")

#: What a claim or a question is about: one payment as its sender, a bank or a statement has it.
_KINDS_OF_PAYMENT = ("Initn", "IntrBk", "StmtNtry")
_ROOTS = {"camt.055": _CANCEL, "camt.027": _NOT_RECEIVED, "camt.028": _MORE}
_AMOUNT = ("OrgnlInstdAmt", "OrgnlIntrBkSttlmAmt", "OrgnlTxRef/Amt/InstdAmt")
_DAY = (
    "OrgnlReqdExctnDt/Dt", "OrgnlReqdExctnDt/DtTm", "OrgnlReqdExctnDt", "OrgnlReqdColltnDt",
    "ReqdExctnDt/Dt", "ReqdExctnDt/DtTm", "ReqdExctnDt", "ReqdColltnDt", "OrgnlIntrBkSttlmDt",
)  # fmt: skip
_MESSAGE_ID = "OrgnlGrpInf/OrgnlMsgId"


def read_case(
    stream: MessageStream, *, file: str, name: FormatName, notices: list[Notice]
) -> CaseMessage:
    """The one message in a file. It is whole, or it is refused with its place.

    An unreadable amount, date, count or sum, an element that stands twice, and a message that names
    no file, batch or payment are refused. Whether the counts are right only the sent file tells.
    """
    reader, found = _Reader(), None
    layout = _layout(_ROOTS[name.name[:8]])
    for part, node in PartStream(stream, file=file, namespace=name.namespace, layout=layout):
        found = reader.take(part, node, name.name)
    assert found is not None, "the message's own element ends last"
    if not name.namespace:
        notice(notices, "xml.no_namespace", "Document", name.name)
    return found


def _layout(roots: tuple[str, ...]) -> Layout:
    parts: dict[str, tuple[str, ...]] = {
        "Undrlyg": roots,
        "OrgnlGrpInfAndCxl": ("Undrlyg",),
        "OrgnlPmtInfAndCxl": ("Undrlyg",),
        "TxInf": ("OrgnlPmtInfAndCxl",),
    }
    return Layout(roots, parts | dict.fromkeys(_KINDS_OF_PAYMENT, ("Undrlyg",)))


class _Reader:
    """What was read so far; inner parts end first, and wait for the ids of the outer ones."""

    def __init__(self) -> None:
        self._in_batch: list[CasePayment] = []
        self._file: CaseFile | None = None
        self._files: list[CaseFile] = []
        self._batches: list[CaseBatch] = []
        self._payments: list[CasePayment] = []
        self._named_before = (0, 0)
        self._case_ids: dict[str, None] = {}

    def take(self, part: str, node: Node, format: str) -> CaseMessage | None:
        """Read one part as it ends; the message's own element ends last and gives the whole."""
        cases = dict.fromkeys(node.texts("Case/Id"))
        # The message's own case comes first, though its element ends last.
        is_whole = part in _ROOTS[format[:8]]
        self._case_ids = cases | self._case_ids if is_whole else self._case_ids | cases
        match part:
            case "TxInf":
                self._in_batch.append(_payment(node))
            case "OrgnlPmtInfAndCxl":
                self._end_batch(_batch(node))
            case "OrgnlGrpInfAndCxl":
                self._take_file(node)
            case "Undrlyg":
                self._end_underlying()
            case "Initn" | "IntrBk" | "StmtNtry":
                self._payments.append(_payment(node))
            case _:
                return self._whole(node, format)
        return None

    def _take_file(self, node: Node) -> None:
        if self._file is not None:
            raise node.refuse("OrgnlMsgId", "a second file", "one in each Undrlyg")
        self._file = _file(node)

    def _end_batch(self, batch: CaseBatch) -> None:
        id, message_id = batch.payment_information_id, batch.original_message_id
        self._payments += [
            replace(each, payment_information_id=id, original_message_id=message_id)
            for each in self._in_batch
        ]
        self._in_batch = []
        self._batches.append(batch)

    def _end_underlying(self) -> None:
        """What does not name its file is of the one that this part is about."""
        if self._file is not None:
            own = self._file.original_message_id
            batches, payments = self._named_before
            self._batches[batches:] = [_of_file(each, own) for each in self._batches[batches:]]
            self._payments[payments:] = [_of_file(each, own) for each in self._payments[payments:]]
            self._files.append(self._file)
        self._file = None
        self._named_before = len(self._batches), len(self._payments)

    def _whole(self, root: Node, format: str) -> CaseMessage:
        if not (self._files or self._batches or self._payments):
            raise root.refuse("Undrlyg", "nothing", "a file, a batch or a payment")
        control = root.child("CtrlData")
        return CaseMessage(
            format=format,
            message_id=root.text_or_none("Assgnmt/Id"),
            created=root.instant_or_none("Assgnmt/CreDtTm"),
            case_ids=tuple(self._case_ids),
            stated=Stated(None, None) if control is None else read_stated(control),
            files=tuple(self._files),
            batches=tuple(self._batches),
            payments=tuple(self._payments),
        )


Part = TypeVar("Part", CaseBatch, CasePayment)


def _of_file(part: Part, own: str | None) -> Part:
    return replace(part, original_message_id=part.original_message_id or own)


def _file(node: Node) -> CaseFile:
    return CaseFile(
        original_message_id=node.text_or_none("OrgnlMsgId"),
        original_message_name=node.text_or_none("OrgnlMsgNmId"),
        stated=read_stated(node),
        is_whole=node.flag("GrpCxl"),
        reasons=read_reasons(node, "CxlRsnInf"),
    )


def _batch(node: Node) -> CaseBatch:
    return CaseBatch(
        payment_information_id=node.text_or_none("OrgnlPmtInfId"),
        original_message_id=node.text_or_none(_MESSAGE_ID),
        stated=read_stated(node),
        is_whole=node.flag("PmtInfCxl"),
        reasons=read_reasons(node, "CxlRsnInf"),
    )


def _payment(node: Node) -> CasePayment:
    return CasePayment(
        instruction_id=node.text_or_none("OrgnlInstrId"),
        end_to_end_id=node.text_or_none("OrgnlEndToEndId"),
        payment_information_id=node.text_or_none("OrgnlPmtInfId"),
        original_message_id=node.text_or_none(_MESSAGE_ID),
        amount=node.amount_or_none(*_AMOUNT),
        execution_date=node.day_or_none(*_DAY),
        reasons=read_reasons(node, "CxlRsnInf"),
    )
