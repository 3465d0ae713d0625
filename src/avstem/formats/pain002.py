"""Reads pain.002: what the bank says about payments that were sent.

Codes stand as the bank wrote them, ids as they were sent. What a report does not say is None; who
inherits what is `domain.payment_status`.

Source: ISO 20022 pain.002.001.03 to .001.15, and the Swiss .001.03.ch.02; docs/formats/pain002.md.
"""

from dataclasses import replace

from avstem.domain.errors import UnreadableFileError
from avstem.domain.payment_status import (
    BatchStatus,
    PaymentStatusReport,
    StatusCount,
    TransactionStatus,
)
from avstem.domain.statement import Notice
from avstem.formats.payment_head import claim_message
from avstem.formats.payment_node import Layout, MessageStream, Node, PartStream, read_reasons
from avstem.formats.port import FormatName, OtherFormat
from avstem.formats.values import notice

_ROOT = "CstmrPmtStsRpt"
_PLACE = f"Document/{_ROOT}"
claim_pain002 = claim_message("pain.002", r"001\.(?:0[3-9]|1[0-5])|001\.03\.ch\.02", _ROOT)
PAIN002 = OtherFormat("pain.002", "pain.002", claim_pain002, "payment_status")

_LAYOUT = Layout(
    (_ROOT,),
    {
        "GrpHdr": (_ROOT,),
        "OrgnlGrpInfAndSts": (_ROOT,),
        "OrgnlPmtInfAndSts": (_ROOT,),
        "TxInfAndSts": ("OrgnlPmtInfAndSts",),
    },
    frozenset({"GrpHdr", "OrgnlGrpInfAndSts"}),
)
_CREDITOR_NAME = ("OrgnlTxRef/Cdtr/Nm", "OrgnlTxRef/Cdtr/Pty/Nm")
_CREDITOR_ACCOUNT = ("OrgnlTxRef/CdtrAcct/Id/IBAN", "OrgnlTxRef/CdtrAcct/Id/Othr/Id")
_AMOUNT = ("OrgnlTxRef/Amt/InstdAmt", "OrgnlTxRef/Amt/EqvtAmt/Amt", "OrgnlTxRef/IntrBkSttlmAmt")
_DAY = (
    "OrgnlTxRef/ReqdExctnDt/Dt",
    "OrgnlTxRef/ReqdExctnDt/DtTm",
    "OrgnlTxRef/ReqdExctnDt",
    "OrgnlTxRef/ReqdColltnDt",
)


def read_pain002(
    stream: MessageStream, *, file: str, name: FormatName, notices: list[Notice]
) -> PaymentStatusReport:
    """The one report in a file. It is whole, or it is refused with its place.

    An unreadable amount or date, an element that stands twice, and a report without a single status
    are refused. A notice is kept where the namespace is missing or no original message is named.
    """
    report = _Reader(name.name)
    for part, node in PartStream(stream, file=file, namespace=name.namespace, layout=_LAYOUT):
        report.take(part, node)
    whole = report.whole(file)
    if not name.namespace:
        notice(notices, "xml.no_namespace", "Document", name.name)
    if whole.original_message_id is None:
        notice(notices, "status.no_original_message", f"{_PLACE}/OrgnlGrpInfAndSts/OrgnlMsgId")
    return whole


class _Reader:
    """What was read so far; a payment waits for the id of its batch, which ends after it."""

    def __init__(self, format: str) -> None:
        self._report = PaymentStatusReport(format, None, None, None, None, None)
        self._waiting: list[TransactionStatus] = []
        self._transactions: list[TransactionStatus] = []
        self._batches: list[BatchStatus] = []

    def take(self, part: str, node: Node) -> None:
        """Read one part as it ends."""
        match part:
            case "GrpHdr":
                created = node.instant_or_none("CreDtTm")
                message_id = node.text_or_none("MsgId")
                self._report = replace(self._report, message_id=message_id, created=created)
            case "OrgnlGrpInfAndSts":
                self._report = _with_group(self._report, node)
            case "OrgnlPmtInfAndSts":
                self._end_batch(_batch(node))
            case "TxInfAndSts":
                self._waiting.append(_transaction(node))

    def whole(self, file: str) -> PaymentStatusReport:
        """The report, if it says anything at all."""
        stated = [self._report.group_status]
        stated += [each.status for each in self._batches]
        stated += [each.status for each in self._transactions]
        if not any(stated):
            raise UnreadableFileError(_PLACE, "no status", "one at least", file)
        return replace(
            self._report, batches=tuple(self._batches), transactions=tuple(self._transactions)
        )

    def _end_batch(self, batch: BatchStatus) -> None:
        id = batch.payment_information_id
        self._transactions += [replace(each, payment_information_id=id) for each in self._waiting]
        self._waiting = []
        self._batches.append(batch)


def _with_group(report: PaymentStatusReport, node: Node) -> PaymentStatusReport:
    return replace(
        report,
        original_message_id=node.text_or_none("OrgnlMsgId"),
        original_message_name=node.text_or_none("OrgnlMsgNmId"),
        group_status=node.text_or_none("GrpSts"),
        group_reasons=read_reasons(node, "StsRsnInf"),
        group_counts=_counts(node),
    )


def _batch(node: Node) -> BatchStatus:
    return BatchStatus(
        payment_information_id=node.text_or_none("OrgnlPmtInfId"),
        status=node.text_or_none("PmtInfSts"),
        reasons=read_reasons(node, "StsRsnInf"),
        counts=_counts(node),
    )


def _transaction(node: Node) -> TransactionStatus:
    return TransactionStatus(
        instruction_id=node.text_or_none("OrgnlInstrId"),
        end_to_end_id=node.text_or_none("OrgnlEndToEndId"),
        payment_information_id=None,
        status=node.text_or_none("TxSts"),
        reasons=read_reasons(node, "StsRsnInf"),
        amount=node.amount_or_none(*_AMOUNT),
        execution_date=node.day_or_none(*_DAY),
        status_id=node.text_or_none("StsId"),
        uetr=node.text_or_none("OrgnlUETR"),
        bank_reference=node.text_or_none("AcctSvcrRef"),
        clearing_reference=node.text_or_none("ClrSysRef"),
        creditor_name=node.text_or_none(*_CREDITOR_NAME),
        creditor_account=node.text_or_none(*_CREDITOR_ACCOUNT),
    )


def _counts(node: Node) -> tuple[StatusCount, ...]:
    return tuple(
        StatusCount(
            each.text("DtldSts"), each.count("DtldNbOfTxs"), each.sum_or_none("DtldCtrlSum")
        )
        for each in node.each("NbOfTxsPerSts")
    )
