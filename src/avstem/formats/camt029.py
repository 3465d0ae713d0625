"""Reads camt.029: what became of a request to cancel payments.

Source: ISO 20022 camt.029.001.03 to .001.13; docs/formats/camt029.md.
"""

from dataclasses import replace

from avstem.domain.cancellation_answer import (
    BatchCancellation,
    CancellationResolution,
    CancelledMessage,
    PaymentCancellation,
)
from avstem.domain.statement import Notice
from avstem.formats.payment_head import claim_message
from avstem.formats.payment_node import Layout, MessageStream, Node, PartStream, read_reasons
from avstem.formats.port import FormatName, OtherFormat
from avstem.formats.values import notice

_ROOT = "RsltnOfInvstgtn"
_PLACE = f"Document/{_ROOT}"
claim_camt029 = claim_message("camt.029", r"001\.(?:0[3-9]|1[0-3])", _ROOT)
CAMT029 = OtherFormat("camt.029", "camt.029", claim_camt029, "cancellation")

_LAYOUT = Layout(
    (_ROOT,),
    {
        "CxlDtls": (_ROOT,),
        "OrgnlGrpInfAndSts": ("CxlDtls",),
        "OrgnlPmtInfAndSts": ("CxlDtls",),
        "TxInfAndSts": ("OrgnlPmtInfAndSts", "CxlDtls"),
    },
)
_AMOUNT = ("OrgnlInstdAmt", "OrgnlIntrBkSttlmAmt", "OrgnlTxRef/Amt/InstdAmt")
_DAY = (
    "OrgnlReqdExctnDt/Dt", "OrgnlReqdExctnDt/DtTm", "OrgnlReqdExctnDt", "OrgnlReqdColltnDt",
    "OrgnlIntrBkSttlmDt",
)  # fmt: skip
_MESSAGE_ID = "OrgnlGrpInf/OrgnlMsgId"


def read_camt029(
    stream: MessageStream, *, file: str, name: FormatName, notices: list[Notice]
) -> CancellationResolution:
    """The one resolution in a file. It is whole, or it is refused with its place.

    An unreadable amount or date, an element that stands twice, and a resolution that resolves
    nothing are refused. A notice is kept where the namespace is missing or no case is named.
    """
    reader = _Reader()
    found = None
    for part, node in PartStream(stream, file=file, namespace=name.namespace, layout=_LAYOUT):
        found = reader.take(part, node, name.name)
    assert found is not None, "the message's own element ends last"
    if not name.namespace:
        notice(notices, "xml.no_namespace", "Document", name.name)
    if not found.case_ids:
        notice(notices, "cancellation.no_case", f"{_PLACE}/RslvdCase/Id")
    return found


class _Reader:
    """What was read so far; inner parts end first, and wait for the ids of the outer ones."""

    def __init__(self) -> None:
        self._in_batch: list[PaymentCancellation] = []
        self._in_details: list[PaymentCancellation] = []
        self._batches_in_details: list[BatchCancellation] = []
        self._group: CancelledMessage | None = None
        self._messages: list[CancelledMessage] = []
        self._batches: list[BatchCancellation] = []
        self._payments: list[PaymentCancellation] = []
        self._case_ids: dict[str, None] = {}

    def take(self, part: str, node: Node, format: str) -> CancellationResolution | None:
        """Read one part as it ends; the message's own element ends last and gives the whole."""
        cases = dict.fromkeys((*node.texts("RslvdCase/Id"), *node.texts("Case/Id")))
        # The message's own case comes first, though its element ends last.
        is_whole = part in _LAYOUT.roots
        self._case_ids = cases | self._case_ids if is_whole else self._case_ids | cases
        match part:
            case "TxInfAndSts":
                self._take_payment(node)
            case "OrgnlPmtInfAndSts":
                self._end_batch(_batch(node))
            case "OrgnlGrpInfAndSts":
                self._take_group(node)
            case "CxlDtls":
                self._end_details()
            case _:
                return self._whole(node, format)
        return None

    def _take_payment(self, node: Node) -> None:
        """Under a batch it waits for the batch, else for the details it stands in."""
        waiting = self._in_details if node.parent_name == "CxlDtls" else self._in_batch
        waiting.append(_payment(node))

    def _take_group(self, node: Node) -> None:
        if self._group is not None:
            raise node.refuse("OrgnlMsgId", "a second file", "one in each CxlDtls")
        self._group = _group(node)

    def _end_batch(self, batch: BatchCancellation) -> None:
        id, message_id = batch.payment_information_id, batch.original_message_id
        self._in_details += [
            replace(
                each,
                payment_information_id=id,
                original_message_id=each.original_message_id or message_id,
            )
            for each in self._in_batch
        ]
        self._in_batch = []
        self._batches_in_details.append(batch)

    def _end_details(self) -> None:
        """What does not name its file is of the one that these details are about."""
        own = None if self._group is None else self._group.original_message_id
        self._messages += [] if self._group is None else [self._group]
        self._batches += [
            replace(each, original_message_id=each.original_message_id or own)
            for each in self._batches_in_details
        ]
        self._payments += [
            replace(each, original_message_id=each.original_message_id or own)
            for each in self._in_details
        ]
        self._group, self._batches_in_details, self._in_details = None, [], []

    def _whole(self, root: Node, format: str) -> CancellationResolution:
        found = CancellationResolution(
            format=format,
            message_id=root.text_or_none("Assgnmt/Id"),
            created=root.instant_or_none("Assgnmt/CreDtTm"),
            case_ids=tuple(self._case_ids),
            confirmation=root.text_or_none("Sts/Conf"),
            refused_changes=_refused_changes(root),
            duplicate_of=root.text_or_none("Sts/DplctOf/Id"),
            is_withdrawn=root.flag("Sts/AssgnmtCxlConf"),
            messages=tuple(self._messages),
            batches=tuple(self._batches),
            payments=tuple(self._payments),
        )
        if not found.says_something:
            raise root.refuse("Sts", "no status", "one at least")
        return found


def _group(node: Node) -> CancelledMessage:
    return CancelledMessage(
        original_message_id=node.text_or_none("OrgnlMsgId"),
        original_message_name=node.text_or_none("OrgnlMsgNmId"),
        status=node.text_or_none("GrpCxlSts"),
        reasons=read_reasons(node, "CxlStsRsnInf"),
        cancellation_id=node.text_or_none("OrgnlGrpCxlId"),
    )


def _batch(node: Node) -> BatchCancellation:
    return BatchCancellation(
        payment_information_id=node.text_or_none("OrgnlPmtInfId"),
        original_message_id=node.text_or_none(_MESSAGE_ID),
        status=node.text_or_none("PmtInfCxlSts"),
        reasons=read_reasons(node, "CxlStsRsnInf"),
        cancellation_id=node.text_or_none("OrgnlPmtInfCxlId"),
    )


def _payment(node: Node) -> PaymentCancellation:
    return PaymentCancellation(
        instruction_id=node.text_or_none("OrgnlInstrId"),
        end_to_end_id=node.text_or_none("OrgnlEndToEndId"),
        payment_information_id=None,
        original_message_id=node.text_or_none(_MESSAGE_ID),
        status=node.text_or_none("TxCxlSts"),
        reasons=read_reasons(node, "CxlStsRsnInf"),
        amount=node.amount_or_none(*_AMOUNT),
        execution_date=node.day_or_none(*_DAY),
        status_id=node.text_or_none("CxlStsId"),
        transaction_id=node.text_or_none("OrgnlTxId"),
        case_id=node.text_or_none("RslvdCase/Id"),
    )


def _refused_changes(root: Node) -> tuple[str, ...]:
    """Codes of changes the bank would not make: bare in the old versions, ISO or own in the new."""
    return tuple(
        each.text_or_none("Cd", "Prtry") or each.text(".") for each in root.each("Sts/RjctdMod")
    )
