"""A company with bills, an agreement with a bank's folder, and its people; all names are invented."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from avstem.services.add_account import NewAccount, add_account
from avstem.services.add_company import add_company
from avstem.services.add_user import add_user
from avstem.services.approve_payments import approve_payments
from avstem.services.cancel_payments import CancelledPayments, cancel_payments
from avstem.services.confirm_agreement import confirm_agreement
from avstem.services.connect_agreement import Connection, connect_agreement
from avstem.services.import_invoices import import_invoices
from avstem.services.make_payment_files import MadeFiles, make_payment_files
from avstem.services.note_order_sent import note_order_sent
from avstem.services.order_agreement import Order, order_agreement
from avstem.services.prepare_payments import Prepared, prepare_payments
from avstem.services.send_payment_file import files_to_send, send_payment_file
from avstem.services.set_payment_rules import give_standing_approval
from avstem.services.take_payment_answer import AnswerTaken, take_payment_answer
from avstem.store.models import OpenItem, PaymentEvent, PaymentFile, PaymentOrder
from avstem.store.payable import Choice, Payable, payable_bills

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # a Tuesday, ten o'clock in Oslo
ORGNR, DEBIT = "974760673", "15030001017"
#: Right account numbers of others.
ACCOUNTS = ("86011117947", "12345678903", "15060000007")
KIDS = ("12345674", "000006-")
HEADER = (
    "type;number;party_name;party_orgnr;party_account;invoice_date;due_date;currency;amount;kid"
)


def bill(number: str, amount: str = "1000.00", *, party: str = "Rør AS", account: str = ACCOUNTS[0],
         due: str = "2026-12-01", kid: str = "", kind: str = "supplier_invoice",
         issued: str = "2026-11-02") -> str:  # fmt: skip
    """A line of invoices.csv."""
    return f"{kind};{number};{party};;{account};{issued};{due};NOK;{amount};{kid}"


def credit(number: str, amount: str, **more: Any) -> str:
    """A supplier's credit note."""
    return bill(number, amount, kind="supplier_credit_note", **{"account": "", **more})


@dataclass
class Payer:
    """One click a method."""

    folder: Path
    at: datetime = NOW
    person: str = "kari@example.no"
    company: int = 0
    serial: int = field(default=0)

    @classmethod
    def open(
        cls, folder: Path, *, bank: str = "dnb", channel: str = "folder", orgnr: str = ORGNR
    ) -> "Payer":
        """With an active agreement for payments."""
        payer = cls(folder)
        payer.company = add_company(orgnr=orgnr, name="Prøve AS", actor="test", now=NOW).pk
        account = add_account(account=NewAccount(DEBIT, "operating", "1920"), **payer.by)
        payer.add_person("kari@example.no", "owner")
        agreement = order_agreement(order=Order(bank, (account.pk,)), **payer.by)
        for name in ("in", "out"):
            (folder / name).mkdir(exist_ok=True)
        place = {"incoming": str(folder / "in"), "outgoing": str(folder / "out")}
        connect_agreement(
            agreement_id=agreement.pk,
            connection=Connection(channel, place if channel == "folder" else {}, sender_id="12345"),
            **payer.by,
        )
        note_order_sent(agreement_id=agreement.pk, **payer.by)
        confirm_agreement(agreement_id=agreement.pk, **payer.by)
        return payer

    @property
    def by(self) -> dict[str, Any]:
        return {"company_id": self.company, "actor": self.person, "now": self.at}

    def add_person(self, email: str, role: str) -> None:
        add_user(email=email, company_id=self.company, role=role, actor="test", now=self.at)

    def bills(self, *lines: str) -> None:
        self.serial += 1
        path = self.folder / f"bills{self.serial}.csv"
        path.write_text("\n".join([HEADER, *lines]) + "\n", "utf-8")
        # By somebody who approves nothing: who takes in a new account does not approve it.
        by = {**self.by, "actor": "faktura@example.no"}
        answer = import_invoices(path=path, name=path.name, **by)
        assert not answer.refused, [str(each.refusal) for each in answer.refused]

    def item(self, number: str) -> OpenItem:
        return OpenItem.objects.get(company_id=self.company, number=number)

    def payable(self) -> list[Payable]:
        return payable_bills(self.company, now=self.at)

    def stand_for(self, kroner: int = 10_000) -> None:
        give_standing_approval(limit_minor=kroner * 100, **self.by)

    def prepare(self, *choices: Choice) -> Prepared:
        return prepare_payments(choices=choices or None, **self.by)

    def order(self, number: str) -> PaymentOrder:
        rows = PaymentOrder.objects.filter(company_id=self.company, item__number=number)
        return rows.order_by("-pk")[0]

    def orders(self) -> list[PaymentOrder]:
        return list(PaymentOrder.objects.filter(company_id=self.company).order_by("pk"))

    def states(self) -> list[str]:
        return [each.state for each in self.orders()]

    def approve(self, *orders: PaymentOrder, person: str = "", reason: str = "") -> None:
        chosen = orders or tuple(o for o in self.orders() if o.state == "awaiting_approval")
        approve_payments(
            company_id=self.company, order_ids=[each.pk for each in chosen], reason=reason,
            seen={each.pk: each.order_hash for each in chosen}, person=person or self.person, now=self.at,
        )  # fmt: skip

    def make(self) -> MadeFiles:
        return make_payment_files(**self.by)

    def send(self) -> None:
        for file_id in files_to_send(self.company):
            send_payment_file(file_id=file_id, **self.by)

    def pay(self) -> None:
        """All the way out of the house."""
        self.prepare()
        self.approve()
        self.make()
        self.send()

    def cancel(self, *orders: PaymentOrder) -> CancelledPayments:
        return cancel_payments(order_ids=[each.pk for each in orders], reason="Feil", **self.by)

    def answer(self, xml: str) -> AnswerTaken:
        self.serial += 1
        path = self.folder / f"answer{self.serial}.xml"
        path.write_text(xml, "utf-8")
        return take_payment_answer(path=path, name=path.name, source="test", **self.by)

    def delivered(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (self.folder / "out").iterdir()}

    def timeline(self, number: str) -> list[str]:
        rows = PaymentEvent.objects.filter(order=self.order(number)).order_by("pk")
        return [each.kind for each in rows]

    def file(self) -> PaymentFile:
        return PaymentFile.objects.filter(kind="pain.001").latest("pk")


def report(message_id: str, *, group: str = "", batches: dict[str, str] | None = None,
           lines: list[tuple[str, str, str, str]] | None = None, reason: str = "",
           id: str = "STAT-1") -> str:  # fmt: skip
    """A pain.002: `lines` are (batch, end-to-end id, status, reason); codes may be left out."""
    stated = {**{batch: "" for batch, *_ in lines or []}, **(batches or {})}
    parts = []
    for batch, status in stated.items():
        own = [
            f"<TxInfAndSts><OrgnlInstrId>{e2e}</OrgnlInstrId><OrgnlEndToEndId>{e2e}</OrgnlEndToEndId>"
            + (f"<TxSts>{code}</TxSts>" if code else "") + _reason(why) + "</TxInfAndSts>"
            for b, e2e, code, why in lines or [] if b == batch
        ]  # fmt: skip
        parts.append(
            f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{batch}</OrgnlPmtInfId>"
            + (f"<PmtInfSts>{status}</PmtInfSts>" if status else "")
            + "".join(own) + "</OrgnlPmtInfAndSts>"
        )  # fmt: skip
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt>'
        f"<GrpHdr><MsgId>{id}</MsgId><CreDtTm>2026-11-24T10:00:00</CreDtTm></GrpHdr>"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{message_id}</OrgnlMsgId>"
        "<OrgnlMsgNmId>pain.001.001.03</OrgnlMsgNmId>"
        + (f"<GrpSts>{group}</GrpSts>" if group else "") + _reason(reason)
        + "</OrgnlGrpInfAndSts>" + "".join(parts) + "</CstmrPmtStsRpt></Document>"
    )  # fmt: skip


def _reason(code: str) -> str:
    if not code:
        return ""
    return f"<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn><AddtlInf>Bankens ord</AddtlInf></StsRsnInf>"


def day(text: str) -> date:
    return date.fromisoformat(text)
