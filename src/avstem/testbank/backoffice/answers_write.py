"""Write pain.002 and camt.029: the reverse of what `formats.pain002` and `formats.camt029` read.

pain.002.001.03 and .001.10, camt.029.001.03 and .001.09. The bytes depend on the values alone.

Source: the message definitions; docs/formats/pain002.md, docs/formats/camt029.md.
"""

from collections.abc import Iterable
from itertools import groupby

from avstem.domain.cancellation_answer import CancellationResolution, PaymentCancellation
from avstem.domain.payment_status import PaymentStatusReport, StatusReason, TransactionStatus
from avstem.formats.pain001.xml_write import agent, amount, tag, within

_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
_GENERATION_2 = ("pain.002.001.10", "camt.029.001.09")


def write_pain002(report: PaymentStatusReport, *, bic: str) -> bytes:
    """The report in the version `report.format`.

    A file that could not be read has no id of its own; the standard wants one, so that the id is
    `NOTPROVIDED`, as banks write it.
    """
    is_new = report.format in _GENERATION_2
    by_batch: dict[str | None, list[TransactionStatus]] = {}
    for each in report.transactions:
        by_batch.setdefault(each.payment_information_id, []).append(each)
    head = within(
        "GrpHdr",
        tag("MsgId", report.message_id or ""),
        tag("CreDtTm", report.created or ""),
        agent("DbtrAgt", bic, is_generation_2=is_new),
    )
    group = within(
        "OrgnlGrpInfAndSts",
        tag("OrgnlMsgId", report.original_message_id or "NOTPROVIDED"),
        tag("OrgnlMsgNmId", report.original_message_name or "pain.001"),
        tag("GrpSts", report.group_status or ""),
        _reasons("StsRsnInf", report.group_reasons),
    )
    batches = "".join(
        "\n" + within(
            "OrgnlPmtInfAndSts",
            tag("OrgnlPmtInfId", batch.payment_information_id or "NOTPROVIDED"),
            tag("PmtInfSts", batch.status or ""),
            _reasons("StsRsnInf", batch.reasons),
            *(
                _transaction(each, is_new)
                for each in by_batch.get(batch.payment_information_id, [])
            ),
        )
        for batch in report.batches
    )  # fmt: skip
    return _document(report.format, "CstmrPmtStsRpt", f"{head}\n{group}{batches}")


def _transaction(status: TransactionStatus, is_new: bool) -> str:
    day = "" if status.execution_date is None else status.execution_date.isoformat()
    if is_new:
        day = tag("Dt", day)
    money = status.amount
    return "\n" + within(
        "TxInfAndSts",
        tag("StsId", status.status_id or ""),
        tag("OrgnlInstrId", status.instruction_id or ""),
        tag("OrgnlEndToEndId", status.end_to_end_id or ""),
        tag("TxSts", status.status or ""),
        _reasons("StsRsnInf", status.reasons),
        tag("AcctSvcrRef", status.bank_reference or ""),
        within(
            "OrgnlTxRef",
            within("Amt", "" if money is None else amount("InstdAmt", money)),
            f"<ReqdExctnDt>{day}</ReqdExctnDt>" if day else "",
        ),
    )


def write_camt029(answer: CancellationResolution, *, bic: str, customer: str) -> bytes:
    """The answer in the version `answer.format`: each payment by itself under its batch."""
    is_new = answer.format in _GENERATION_2
    assigner = agent("Agt", bic, is_generation_2=is_new)
    assignment = within(
        "Assgnmt",
        tag("Id", answer.message_id or ""),
        within("Assgnr", assigner),
        within("Assgne", within("Pty", tag("Nm", customer))),
        tag("CreDtTm", answer.created or ""),
    )
    case = tag("Id", answer.case_ids[0] if answer.case_ids else "NOTPROVIDED")
    case += within("Cretr", within("Pty", tag("Nm", customer)))
    resolved = within("RslvdCase", case)
    status = within("Sts", tag("Conf", answer.confirmation or ""))
    details = "".join(
        "\n" + within("CxlDtls", _group(message_id, answer), *_batches(each, is_new))
        for message_id, each in _by_message(answer.payments)
    )
    body = f"{assignment}\n{resolved}{status}{details}"
    return _document(answer.format, "RsltnOfInvstgtn", body)


def _by_message(
    payments: Iterable[PaymentCancellation],
) -> Iterable[tuple[str | None, list[PaymentCancellation]]]:
    grouped = groupby(payments, lambda each: each.original_message_id)
    return ((message_id, list(each)) for message_id, each in grouped)


def _group(message_id: str | None, answer: CancellationResolution) -> str:
    """The file that was sent, with its status where one stands for all of it."""
    found = next((each for each in answer.messages if each.original_message_id == message_id), None)
    name = found.original_message_name if found is not None else None
    return within(
        "OrgnlGrpInfAndSts",
        tag("OrgnlMsgId", message_id or "NOTPROVIDED"),
        tag("OrgnlMsgNmId", name or "pain.001"),
        tag("GrpCxlSts", (found.status if found is not None else None) or ""),
    )


def _batches(payments: Iterable[PaymentCancellation], is_new: bool) -> list[str]:
    grouped = groupby(payments, lambda each: each.payment_information_id)
    return [
        "\n" + within(
            "OrgnlPmtInfAndSts",
            tag("OrgnlPmtInfId", batch or "NOTPROVIDED"),
            *(_cancelled(each, is_new) for each in within_batch),
        )
        for batch, within_batch in grouped
    ]  # fmt: skip


def _cancelled(payment: PaymentCancellation, is_new: bool) -> str:
    day = "" if payment.execution_date is None else payment.execution_date.isoformat()
    money = payment.amount
    return "\n" + within(
        "TxInfAndSts",
        tag("OrgnlInstrId", payment.instruction_id or ""),
        tag("OrgnlEndToEndId", payment.end_to_end_id or ""),
        tag("TxCxlSts", payment.status or ""),
        _reasons("CxlStsRsnInf", payment.reasons),
        "" if money is None else amount("OrgnlInstdAmt", money),
        within("OrgnlReqdExctnDt", tag("Dt", day) if is_new else day) if day else "",
    )


def _reasons(name: str, reasons: Iterable[StatusReason]) -> str:
    return "".join(
        within(
            name,
            within("Rsn", tag("Cd", each.code or "") or tag("Prtry", each.proprietary or "")),
            *(tag("AddtlInf", text[:105]) for text in each.texts),
        )
        for each in reasons
    )


def _document(format: str, root: str, body: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="{_NAMESPACE}{format}">\n<{root}>\n{body}\n</{root}>\n</Document>\n'
    ).encode()
