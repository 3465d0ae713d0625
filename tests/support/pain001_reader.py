"""A small reader of pain.001 for tests. It shares nothing with the writer but the standard."""

from dataclasses import dataclass
from typing import Any

from lxml import etree


@dataclass(frozen=True)
class Paid:
    """One payment with what its batch says of it, every value as the text that stands there."""

    batch: str
    day: str
    debtor: tuple[str, str, str]
    service: str
    category: str
    one_sum: str
    charges: str
    ids: tuple[str, str]
    amount: tuple[str, str]
    creditor: str
    account: tuple[str, str]
    bank: str
    address: dict[str, list[str]]
    reference: tuple[str, str]
    text: list[str]
    documents: list[tuple[str, ...]]
    report: tuple[str, str]


def read_pain001(xml: bytes) -> list[Paid]:
    root = etree.fromstring(xml)
    return [
        _paid(batch, payment)
        for batch in root.iterfind(".//{*}PmtInf")
        for payment in batch.iterfind("{*}CdtTrfTxInf")
    ]


def at(node: Any, path: str) -> str:
    """The text at the path, or nothing; `A|B` takes either."""
    for each in path.split("|"):
        found = node.find("/".join(f"{{*}}{part}" for part in each.split("/")))
        if found is not None:
            return found.text or ""
    return ""


def account(node: Any) -> tuple[str, str]:
    iban = at(node, "Id/IBAN")
    return ("IBAN", iban) if iban else (at(node, "Id/Othr/SchmeNm/Cd"), at(node, "Id/Othr/Id"))


def _paid(batch: Any, payment: Any) -> Paid:
    money = payment.find("{*}Amt/{*}InstdAmt")
    return Paid(
        batch=at(batch, "PmtInfId"),
        day=at(batch, "ReqdExctnDt/Dt|ReqdExctnDt"),
        debtor=(
            at(batch, "Dbtr/Nm"), account(batch.find("{*}DbtrAcct"))[1],
            at(batch, "DbtrAgt/FinInstnId/BIC|DbtrAgt/FinInstnId/BICFI"),
        ),
        service=at(batch, "PmtTpInf/SvcLvl/Cd"),
        category=at(batch, "PmtTpInf/CtgyPurp/Cd"),
        one_sum=at(batch, "BtchBookg"),
        charges=at(batch, "ChrgBr"),
        ids=(at(payment, "PmtId/InstrId"), at(payment, "PmtId/EndToEndId")),
        amount=(money.text, money.get("Ccy")),
        creditor=at(payment, "Cdtr/Nm"),
        account=account(payment.find("{*}CdtrAcct")),
        bank=at(payment, "CdtrAgt/FinInstnId/BIC|CdtrAgt/FinInstnId/BICFI"
                         "|CdtrAgt/FinInstnId/ClrSysMmbId/MmbId"),
        address=_address(payment),
        reference=(
            at(payment, "RmtInf/Strd/CdtrRefInf/Ref"), at(payment, "RmtInf/Strd/CdtrRefInf/Tp/Issr")
        ),
        text=[each.text for each in payment.iterfind("{*}RmtInf/{*}Ustrd")],
        documents=[_document(each) for each in payment.iterfind("{*}RmtInf/{*}Strd")
                   if at(each, "RfrdDocInf/Nb")],
        report=(
            at(payment, "RgltryRptg/Dtls/Cd"),
            " ".join(each.text for each in payment.iterfind("{*}RgltryRptg/{*}Dtls/{*}Inf")),
        ),
    )  # fmt: skip


def _address(payment: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in payment.iterfind("{*}Cdtr/{*}PstlAdr/*"):
        found.setdefault(etree.QName(part).localname, []).append(part.text)
    return found


def _document(strd: Any) -> tuple[str, ...]:
    return (
        at(strd, "RfrdDocInf/Tp/CdOrPrtry/Cd"), at(strd, "RfrdDocInf/Nb"),
        at(strd, "RfrdDocInf/RltdDt"), at(strd, "RfrdDocAmt/RmtdAmt|RfrdDocAmt/CdtNoteAmt"),
    )  # fmt: skip
