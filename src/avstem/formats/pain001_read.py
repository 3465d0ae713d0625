"""Reads pain.001 and pain.008 that others wrote: what is instructed, and what the file says of it.

Source: ISO 20022 pain.001.001.03 to .001.13, pain.008.001.02 to .001.11, and the Swiss variants;
docs/formats/payment_messages.md.
"""

from dataclasses import dataclass, replace

from avstem.domain.errors import UnreadableFileError
from avstem.domain.statement import Notice, Reference
from avstem.formats.payment_head import claim_message
from avstem.formats.payment_messages import Instruction, OrderBatch, OrderMessage, Stated
from avstem.formats.payment_node import Layout, MessageStream, Node, PartStream
from avstem.formats.port import FormatName, OtherFormat
from avstem.formats.values import notice

_TRANSFER, _DEBIT = "CstmrCdtTrfInitn", "CstmrDrctDbtInitn"
claim_pain001 = claim_message("pain.001", r"001\.(?:0[3-9]|1[0-3])|001\.03\.ch\.02", _TRANSFER)
claim_pain008 = claim_message("pain.008", r"001\.(?:0[2-9]|1[01])|001\.02\.ch\.0[1-3]", _DEBIT)
PAIN001 = OtherFormat("pain.001", "pain.001", claim_pain001, "payment_order")
PAIN008 = OtherFormat("pain.008", "pain.008", claim_pain008, "payment_order")


@dataclass(frozen=True, slots=True)
class _Side:
    """Where the two messages differ: they mirror each other."""

    root: str
    payment: str
    holder: str
    counterparty: str
    amounts: tuple[str, ...]
    days: tuple[str, ...]


_PAIN001 = _Side(
    _TRANSFER, "CdtTrfTxInf", "Dbtr", "Cdtr", ("Amt/InstdAmt", "Amt/EqvtAmt/Amt"),
    ("ReqdExctnDt/Dt", "ReqdExctnDt/DtTm", "ReqdExctnDt"),
)  # fmt: skip
_PAIN008 = _Side(_DEBIT, "DrctDbtTxInf", "Cdtr", "Dbtr", ("InstdAmt",), ("ReqdColltnDt",))
_BIC = ("FinInstnId/BICFI", "FinInstnId/BIC")
_ACCOUNT = ("Id/IBAN", "Id/Othr/Id")
_DOCUMENT_KINDS = {"CINV": "invoice", "CREN": "credit_note"}
_DOCUMENT_AMOUNTS = ("RfrdDocAmt/RmtdAmt", "RfrdDocAmt/DuePyblAmt", "RfrdDocAmt/CdtNoteAmt")


def read_pain001(
    stream: MessageStream, *, file: str, name: FormatName, notices: list[Notice]
) -> OrderMessage:
    """The one message in a file, pain.001 or pain.008. It is whole, or refused with its place.

    An unreadable amount, count or sum, an element that stands twice, and a message without payments
    are refused. A day that does not exist is only noticed: it is the bank's to refuse, and the file
    is not ours.
    """
    side = _PAIN008 if name.name.startswith("pain.008") else _PAIN001
    reader = _Reader(name.name, side, notices)
    for part, node in PartStream(stream, file=file, namespace=name.namespace, layout=_layout(side)):
        reader.take(part, node)
    if not name.namespace:
        notice(notices, "xml.no_namespace", "Document", name.name)
    return reader.whole(file)


def _layout(side: _Side) -> Layout:
    parts = {"GrpHdr": (side.root,), "PmtInf": (side.root,), side.payment: ("PmtInf",)}
    return Layout((side.root,), parts, frozenset({"GrpHdr"}))


class _Reader:
    """What was read so far; payments wait for their batch, which ends after them."""

    def __init__(self, format: str, side: _Side, notices: list[Notice]) -> None:
        self._message = OrderMessage(format, None, None, None, (), Stated(None, None))
        self._side, self._notices = side, notices
        self._waiting: list[Instruction] = []
        self._batches: list[OrderBatch] = []

    def take(self, part: str, node: Node) -> None:
        """Read one part as it ends."""
        if part == "GrpHdr":
            self._message = replace(
                self._message,
                message_id=node.text_or_none("MsgId"),
                created=node.instant_or_none("CreDtTm"),
                initiator=node.text_or_none("InitgPty/Nm"),
                initiator_ids=node.texts("InitgPty/Id/OrgId/Othr/Id"),
                stated=read_stated(node),
            )
        elif part == "PmtInf":
            self._end_batch(_batch(node, self._side), node)
        elif part == self._side.payment:
            self._waiting.append(_instruction(node, self._side))

    def whole(self, file: str) -> OrderMessage:
        """The message, if it instructs anything; what is wrong about its own counts is noticed."""
        whole = replace(self._message, batches=tuple(self._batches))
        if not whole.amounts:
            place = f"Document/{self._side.root}"
            raise UnreadableFileError(place, "no payment", "one at least", file)
        place = f"Document/{self._side.root}/GrpHdr"
        notice_stated(self._notices, whole.stated, whole, place)
        return whole

    def _end_batch(self, batch: OrderBatch, node: Node) -> None:
        whole = replace(batch, instructions=tuple(self._waiting))
        self._waiting = []
        self._batches.append(whole)
        notice_stated(self._notices, whole.stated, whole, node.place)
        if whole.execution_date is None:
            stated = whole.execution_date_stated or ""
            place = f"{node.place}/{self._side.days[-1]}"
            notice(self._notices, "payment.no_execution_date", place, stated)


def read_stated(node: Node) -> Stated:
    """What a header, a batch or a case says of the payments under it."""
    return Stated(node.count_or_none("NbOfTxs"), node.sum_or_none("CtrlSum"))


def notice_stated(
    notices: list[Notice], stated: Stated, holds: OrderMessage | OrderBatch, place: str
) -> None:
    """Keep a notice of a count or a sum that is not right."""
    if stated.count_holds(holds.amounts) is False:
        notice(notices, "payment.count_differs", f"{place}/NbOfTxs", str(stated.count))
    if stated.sum_holds(holds.amounts) is False:
        notice(notices, "payment.sum_differs", f"{place}/CtrlSum", str(stated.sum))


def _batch(node: Node, side: _Side) -> OrderBatch:
    day, day_stated = node.day_or_stated(*side.days)
    account = f"{side.holder}Acct"
    return OrderBatch(
        id=node.text_or_none("PmtInfId"),
        method=node.text_or_none("PmtMtd"),
        stated=read_stated(node),
        execution_date=day,
        execution_date_stated=day_stated,
        holder=node.text_or_none(f"{side.holder}/Nm"),
        account=node.text_or_none(*(f"{account}/{each}" for each in _ACCOUNT)),
        account_currency=node.text_or_none(f"{account}/Ccy"),
        bic=node.text_or_none(*(f"{side.holder}Agt/{each}" for each in _BIC)),
        is_batch_booking=node.flag("BtchBookg") if node.text_or_none("BtchBookg") else None,
        service_levels=node.texts("PmtTpInf/SvcLvl/Cd"),
        category_purpose=node.text_or_none("PmtTpInf/CtgyPurp/Cd", "PmtTpInf/CtgyPurp/Prtry"),
        charge_bearer=node.text_or_none("ChrgBr"),
    )


def _instruction(node: Node, side: _Side) -> Instruction:
    account, agent = f"{side.counterparty}Acct", f"{side.counterparty}Agt"
    return Instruction(
        instruction_id=node.text_or_none("PmtId/InstrId"),
        end_to_end_id=node.text_or_none("PmtId/EndToEndId"),
        amount=node.amount(*side.amounts),
        transfer_currency=node.text_or_none("Amt/EqvtAmt/CcyOfTrf"),
        counterparty=node.text_or_none(f"{side.counterparty}/Nm"),
        counterparty_account=node.text_or_none(*(f"{account}/{each}" for each in _ACCOUNT)),
        counterparty_bic=node.text_or_none(*(f"{agent}/{each}" for each in _BIC)),
        references=_references(node),
        remittance=node.texts("RmtInf/Ustrd"),
        uetr=node.text_or_none("PmtId/UETR"),
    )


def _references(node: Node) -> tuple[Reference, ...]:
    return tuple(each for part in node.each("RmtInf/Strd") for each in _references_in(part))


def _references_in(structured: Node) -> list[Reference]:
    """The references of one `Strd`; its amount belongs to none of them where they are several."""
    found = [Reference("kid", each) for each in structured.texts("CdtrRefInf/Ref")]
    for document in structured.each("RfrdDocInf"):
        kind = _DOCUMENT_KINDS.get(document.text_or_none("Tp/CdOrPrtry/Cd") or "")
        number = document.text_or_none("Nb")
        if kind is not None and number is not None:
            found.append(Reference(kind, number))
    if len(found) != 1:
        return found
    is_credit = found[0].kind == "credit_note"
    paths = reversed(_DOCUMENT_AMOUNTS) if is_credit else _DOCUMENT_AMOUNTS
    return [replace(found[0], amount=structured.amount_or_none(*paths))]
