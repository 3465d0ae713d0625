"""Write camt.055.001.01 and .001.08: the request to cancel payments that were sent.

A whole file is named by its message id alone, a whole batch by its batch id, a single payment by
its own ids, amount and day. The bytes depend on the request and the dialect alone.

Source: the message definitions camt.055.001.01 and .001.08; docs/formats/camt055.md.
"""

from avstem.domain.cancellation import (
    REASON_CHARACTERS_MAX,
    CancellationReason,
    CancellationRequest,
    CancelledBatch,
    CancelledPayment,
)
from avstem.domain.errors import InvalidValueError
from avstem.formats.pain001.characters import at_home
from avstem.formats.pain001.dialect import NAMESPACE, Dialect
from avstem.formats.pain001.xml_write import agent, amount, control_sum, other_id, tag, within

_VERSIONS = {False: "camt.055.001.01", True: "camt.055.001.08"}


def write_camt055(request: CancellationRequest, dialect: Dialect) -> bytes:
    """The message of the dialect's generation (.01 beside pain.001.001.03, .08 beside .09).

    A reason text that is longer than 105 characters is refused, and so is a reason that the first
    version has no code for.
    """
    version = _VERSIONS[dialect.is_generation_2]
    text = (
        f'<?xml version="1.0" encoding="{dialect.encoding}"?>\n'
        f'<Document xmlns="{NAMESPACE}{version}">\n<CstmrPmtCxlReq>\n'
        f"{_assignment(request, dialect)}\n"
        f"{within('CtrlData', _totals(request.payments))}\n"
        f"<Undrlyg>{_underlying(request, dialect)}</Undrlyg>\n"
        "</CstmrPmtCxlReq>\n</Document>\n"
    )
    return text.encode(dialect.encoding, "xmlcharrefreplace")


def _assignment(request: CancellationRequest, dialect: Dialect) -> str:
    """Who asks whom, with the customer's ids as in the file that was sent."""
    ids = other_id(dialect.initiator_id, dialect.initiator_scheme)
    ids += other_id(dialect.division_id, "BANK")
    name = at_home(request.initiator_name, "initiator name")[: dialect.name_length]
    party = within("Pty", tag("Nm", name), within("Id", within("OrgId", ids)))
    bank = agent("Agt", request.bank_bic, is_generation_2=dialect.is_generation_2)
    return within(
        "Assgnmt",
        tag("Id", request.id),
        within("Assgnr", party),
        within("Assgne", bank),
        tag("CreDtTm", request.created.isoformat(timespec="seconds")),
    )


def _totals(payments: tuple[CancelledPayment, ...]) -> str:
    found = control_sum(payment.amount for payment in payments)
    if found is None:
        raise InvalidValueError("control sum", f"{len(payments)} payments", "at most 18 digits")
    return tag("NbOfTxs", str(len(payments))) + tag("CtrlSum", found)


def _underlying(request: CancellationRequest, dialect: Dialect) -> str:
    reason = _reason(request, dialect)
    whole = request.is_whole
    group = within(
        "OrgnlGrpInfAndCxl",
        tag("OrgnlMsgId", request.message_id),
        tag("OrgnlMsgNmId", request.message_name),
        _totals(request.payments) if whole else "",
        tag("GrpCxl", str(whole).lower()),
        reason if whole else "",
    )
    if whole:
        return group
    return group + "".join(_batch(batch, reason, dialect) for batch in request.batches)


def _batch(batch: CancelledBatch, reason: str, dialect: Dialect) -> str:
    whole = batch.is_whole
    payments = "" if whole else "".join(_payment(each, reason, dialect) for each in batch.payments)
    return "\n" + within(
        "OrgnlPmtInfAndCxl",
        tag("OrgnlPmtInfId", batch.id),
        _totals(batch.payments),
        tag("PmtInfCxl", str(whole).lower()),
        reason if whole else "",
        payments,
    )


def _payment(payment: CancelledPayment, reason: str, dialect: Dialect) -> str:
    day = payment.execution_date.isoformat()
    return "\n" + within(
        "TxInf",
        tag("OrgnlInstrId", payment.instruction_id),
        tag("OrgnlEndToEndId", payment.end_to_end_id),
        amount("OrgnlInstdAmt", payment.amount),
        within("OrgnlReqdExctnDt", tag("Dt", day) if dialect.is_generation_2 else day),
        reason,
    )


def _reason(request: CancellationRequest, dialect: Dialect) -> str:
    code = request.reason
    if code is CancellationReason.TECHNICAL and not dialect.is_generation_2:
        raise InvalidValueError("reason", code, "a code that camt.055.001.01 has")
    text = at_home(request.text, "reason text")
    if len(text) > REASON_CHARACTERS_MAX:
        expected = f"at most {REASON_CHARACTERS_MAX} characters"
        raise InvalidValueError("reason text", text[:60], expected)
    return within("CxlRsnInf", within("Rsn", tag("Cd", code)), tag("AddtlInf", text))
