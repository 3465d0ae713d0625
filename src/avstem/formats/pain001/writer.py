"""Write pain.001.001.03 and .001.09: credit transfers for Norwegian banks.

The bytes depend on the file and the dialect alone, so that a retry sends the same ones. What the
bank cannot carry is refused; a name that is cut and letters that are written out are noticed.

Source: the message definitions pain.001.001.03 and .001.09; docs/formats/pain001.md.
"""

from textwrap import wrap

from avstem.domain.errors import InvalidValueError
from avstem.domain.payment_areas import EEA
from avstem.domain.payment_order import (
    ChargeBearer,
    DocumentKind,
    DocumentReference,
    PaymentBatch,
    PaymentFile,
    PaymentKind,
    PaymentOrder,
    Urgency,
)
from avstem.domain.payment_party import Account, Bank, Creditor
from avstem.domain.statement import Notice
from avstem.formats.pain001.addresses import render_address
from avstem.formats.pain001.characters import abroad, at_home
from avstem.formats.pain001.dialect import NAMESPACE, USTRD_CHARACTERS_MAX, Dialect
from avstem.formats.pain001.xml_write import agent, amount, control_sum, other_id, tag, within
from avstem.formats.values import notice

#: The most characters of text that reach a payee abroad: one line within SEPA, 4 of 35 beyond.
FOREIGN_TEXT_CHARACTERS_MAX = 140
_REPORT_LINE_CHARACTERS = 35

_CATEGORIES = {PaymentKind.SALARY: "SALA", PaymentKind.PENSION: "PENS", PaymentKind.TAX: "TAXS"}
_DOCUMENT_AMOUNTS = {DocumentKind.INVOICE: "RmtdAmt", DocumentKind.CREDIT_NOTE: "CdtNoteAmt"}


def write_pain001(
    file: PaymentFile, dialect: Dialect, *, notices: list[Notice] | None = None
) -> bytes:
    """The message, encoded as the dialect says; `notices` gets what was altered, with its place.

    Refuses (`InvalidValueError`) letters that no bank takes, texts and addresses that are too
    long, and what this bank's dialect demands and the order does not tell.
    """
    kept = [] if notices is None else notices
    batches = [
        _Scribe(dialect, batch, f"PmtInf[{number}]", kept).batch()
        for number, batch in enumerate(file.batches, start=1)
    ]
    text = (
        f'<?xml version="1.0" encoding="{dialect.encoding}"?>\n'
        f'<Document xmlns="{NAMESPACE}{dialect.version}">\n<CstmrCdtTrfInitn>\n'
        f"{_group_header(file, dialect)}\n{''.join(batches)}</CstmrCdtTrfInitn>\n</Document>\n"
    )
    # ISO-8859-15 lacks eight characters of the repertoire; XML can write them as numbers.
    return text.encode(dialect.encoding, "xmlcharrefreplace")


def _group_header(file: PaymentFile, dialect: Dialect) -> str:
    ids = other_id(dialect.initiator_id, dialect.initiator_scheme)
    ids += other_id(dialect.division_id, "BANK")
    name = at_home(file.initiator_name, "initiator name")[: dialect.name_length]
    return within(
        "GrpHdr",
        tag("MsgId", file.message_id),
        tag("CreDtTm", file.created.isoformat(timespec="seconds")),
        _totals(file.orders),
        within("InitgPty", tag("Nm", name), within("Id", within("OrgId", ids))),
    )


def _totals(orders: tuple[PaymentOrder, ...]) -> str:
    found = control_sum(order.amount for order in orders)
    if found is None:
        raise InvalidValueError("control sum", f"{len(orders)} payments", "at most 18 digits")
    return tag("NbOfTxs", str(len(orders))) + tag("CtrlSum", found)


class _Scribe:
    """Writes one batch: its dialect, its characters, and where it is in the file."""

    def __init__(
        self, dialect: Dialect, batch: PaymentBatch, place: str, notices: list[Notice]
    ) -> None:
        self._dialect, self._batch, self._place, self._notices = dialect, batch, place, notices
        self._first = batch.orders[0]
        self._kind = self._first.kind
        self._convert = at_home if self._kind.is_domestic else abroad

    def batch(self) -> str:
        """`PmtInf` with its payments, a line each."""
        first, debtor = self._first, self._first.debtor
        day = (
            tag("Dt", first.execution_date.isoformat())
            if self._is_new
            else str(first.execution_date)
        )
        head = (
            tag("PmtInfId", self._batch.id)
            + tag("PmtMtd", "TRF")
            + self._batch_booking()
            + _totals(self._batch.orders)
            + self._payment_type()
            + f"<ReqdExctnDt>{day}</ReqdExctnDt>"
            + within("Dbtr", self._name(debtor.name, "Dbtr"), within("PstlAdr", tag("Ctry", "NO")))
            + within("DbtrAcct", self._account(debtor.account), tag("Ccy", debtor.currency))
            + agent("DbtrAgt", debtor.bic, is_generation_2=self._is_new)
            + tag("ChrgBr", self._charge_bearer(first))
        )
        payments = (
            self._payment(order, f"CdtTrfTxInf[{number}]/")
            for number, order in enumerate(self._batch.orders, start=1)
        )
        return f"<PmtInf>{head}\n{''.join(payments)}</PmtInf>\n"

    @property
    def _is_new(self) -> bool:
        return self._dialect.is_generation_2

    def _batch_booking(self) -> str:
        """Salary and pension as one sum, whatever the bank's default: nobody sees the parts."""
        choice = True if self._kind.is_confidential else self._dialect.batch_booking
        return "" if choice is None else tag("BtchBookg", str(choice).lower())

    def _payment_type(self) -> str:
        """On the batch alone: the standard takes it on one level only."""
        priority = "NORM" if self._first.urgency is Urgency.NORMAL else "HIGH"
        return within(
            "PmtTpInf",
            tag("InstrPrty", priority),
            within("SvcLvl", tag("Cd", self._service_level())),
            within("CtgyPurp", tag("Cd", _CATEGORIES.get(self._kind, ""))),
        )

    def _service_level(self) -> str:
        if self._kind is PaymentKind.SEPA:
            return self._dialect.service_level_sepa
        return {
            Urgency.NORMAL: self._dialect.service_level_normal,
            Urgency.URGENT: self._dialect.service_level_urgent,
            Urgency.SAME_DAY: self._dialect.service_level_same_day,
        }[self._first.urgency]

    def _charge_bearer(self, order: PaymentOrder) -> str:
        """As ordered, else as usual; within the EEA each side pays its own bank."""
        usual = {PaymentKind.SEPA: "SLEV", PaymentKind.CROSS_BORDER: "SHAR"}
        bearer = order.charge_bearer or usual.get(self._kind, self._dialect.domestic_charge_bearer)
        return str(bearer)

    def _payment(self, order: PaymentOrder, place: str) -> str:
        self._refuse_charges(order)
        creditor = order.creditor
        ids = tag("InstrId", order.instruction_id) + tag("EndToEndId", order.end_to_end_id)
        return (
            "<CdtTrfTxInf>"
            + within("PmtId", ids)
            + within("Amt", amount("InstdAmt", order.amount))
            + self._creditor_agent(order)
            + within("Cdtr", self._name(creditor.name, f"{place}Cdtr"), self._address(creditor))
            + within("CdtrAcct", self._account(creditor.account))
            + self._regulatory(order)
            + within("RmtInf", self._remittance(order, place))
            + "</CdtTrfTxInf>\n"
        )

    def _refuse_charges(self, order: PaymentOrder) -> None:
        """A batch holds payments to many countries, so that each is looked at."""
        if self._kind is not PaymentKind.CROSS_BORDER or not self._dialect.shared_charges_in_eea:
            return
        bearer = order.charge_bearer
        if order.creditor.bank_country in EEA and bearer not in (None, ChargeBearer.SHARED):
            found = f"{order.end_to_end_id}: {bearer}"
            raise InvalidValueError("charge bearer", found[:60], "SHAR within the EEA")

    def _name(self, name: str, place: str) -> str:
        """A name, cut where the bank would cut it: the account decides who is paid."""
        found = self._convert(name, "name")
        where = f"{self._place}/{place}/Nm"
        if found != " ".join(name.split()):
            notice(self._notices, "payment.characters_replaced", where, name)
        if len(found) > self._dialect.name_length:
            notice(self._notices, "payment.name_shortened", where, name)
        return tag("Nm", found[: self._dialect.name_length].strip())

    def _account(self, account: Account) -> str:
        """An account at home as the bank wants it; within SEPA and abroad by IBAN if it has one."""
        wants_bban = self._dialect.account_form == "BBAN" and self._kind is not PaymentKind.SEPA
        by_bban = account.is_norwegian and wants_bban
        if account.iban is None or by_bban:
            return within("Id", other_id(account.number, "BBAN"))
        return within("Id", tag("IBAN", account.iban))

    def _creditor_agent(self, order: PaymentOrder) -> str:
        bank = order.creditor.bank
        if self._kind.is_domestic:
            if not self._dialect.domestic_creditor_agent:
                return ""
            if bank is None or not bank.bic:
                raise InvalidValueError("creditor bank", order.end_to_end_id, "a BIC")
        return "" if bank is None else self._bank(bank)

    def _bank(self, bank: Bank) -> str:
        if bank.bic:
            return agent("CdtrAgt", bank.bic, is_generation_2=self._is_new)
        system = within("ClrSysId", tag("Cd", bank.clearing_system))
        member = within("ClrSysMmbId", system, tag("MmbId", bank.clearing_number))
        country = within("PstlAdr", tag("Ctry", bank.country))
        return within("CdtrAgt", within("FinInstnId", member, country))

    def _address(self, creditor: Creditor) -> str:
        if creditor.address is not None:
            return render_address(creditor.address, self._convert)
        return within("PstlAdr", tag("Ctry", "NO")) if self._kind.is_domestic else ""

    def _regulatory(self, order: PaymentOrder) -> str:
        report = order.regulatory
        if report is None:
            return ""
        text = self._convert(report.text, "purpose text")
        lines = [tag("Inf", line) for line in wrap(text, _REPORT_LINE_CHARACTERS)]
        details = within("Dtls", tag("Cd", report.code), amount("Amt", order.amount), *lines)
        return within("RgltryRptg", tag("DbtCdtRptgInd", "DEBT"), details)

    def _remittance(self, order: PaymentOrder, place: str) -> str:
        if order.kid:
            return _creditor_reference(order.kid)
        if order.documents:
            return "".join(map(self._document, order.documents))
        return self._unstructured(order, place) if order.text.strip() else ""

    def _unstructured(self, order: PaymentOrder, place: str) -> str:
        """The words for the payee, in lines of the standard's length; too many are refused."""
        text = self._convert(order.text, "text")
        at_home_longest = self._dialect.remittance_length
        longest = at_home_longest if self._kind.is_domestic else FOREIGN_TEXT_CHARACTERS_MAX
        if len(text) > longest:
            found = f"{order.end_to_end_id}: {len(text)} characters"
            raise InvalidValueError("text", found, f"at most {longest} characters")
        if text != " ".join(order.text.split()):
            where = f"{self._place}/{place}RmtInf"
            notice(self._notices, "payment.characters_replaced", where, order.text)
        lines = wrap(text, USTRD_CHARACTERS_MAX, break_on_hyphens=False)
        return "".join(tag("Ustrd", line) for line in lines)

    def _document(self, document: DocumentReference) -> str:
        number = self._convert(document.number, "document number")
        issued = document.issued.isoformat() if document.issued else ""
        about = _coded(document.kind) + tag("Nb", number) + tag("RltdDt", issued)
        paid = amount(_DOCUMENT_AMOUNTS[document.kind], document.amount)
        return within("Strd", within("RfrdDocInf", about), within("RfrdDocAmt", paid))


def _creditor_reference(reference: str) -> str:
    """A KID, or an RF reference, which ISO issues."""
    issuer = tag("Issr", "ISO") if reference.startswith("RF") else ""
    kind = within("Tp", within("CdOrPrtry", tag("Cd", "SCOR")), issuer)
    return within("Strd", within("CdtrRefInf", kind, tag("Ref", reference)))


def _coded(code: str) -> str:
    return within("Tp", within("CdOrPrtry", tag("Cd", code)))
