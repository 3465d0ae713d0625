"""Check a camt.055 before it leaves: the run-time stand-in for a schema that nobody publishes.

No schema of camt.055.001.01 or .001.08 is at hand, so that what the schema would say is said here:
elements that must stand, their form and their order. It parses the bytes anew and shares no code
with the writer but the set of characters.

Sources: docs/formats/camt055.md (Bits profiles 02 and 04).
"""

from datetime import date, datetime
from decimal import Decimal

from lxml import etree

from avstem.domain.cancellation import REASON_CHARACTERS_MAX, CancellationReason
from avstem.domain.errors import FileTooLargeError
from avstem.domain.money import minor_digits
from avstem.formats.pain001.characters import is_at_home
from avstem.formats.pain001.dialect import PAIN_001_03, PAIN_001_09, Dialect
from avstem.formats.pain001.found import Seen, Violation
from avstem.formats.pain001.rules import OUTGOING_BYTES_MAX
from avstem.formats.pain001.rules_common import (
    amounts_of,
    check_customer,
    check_head,
    check_id,
    check_ids,
    check_totals,
    parse_outgoing,
)
from avstem.formats.pain001.rules_payment import decimal

_VERSIONS = {False: "camt.055.001.01", True: "camt.055.001.08"}
_GROUP, _BATCH = "OrgnlGrpInfAndCxl", "OrgnlPmtInfAndCxl"
_AMOUNT = "OrgnlInstdAmt"
#: What may stand in each element, in the order of the standard; only this much of it is written.
_ORDER = {
    "CstmrPmtCxlReq": ("Assgnmt", "CtrlData", "Undrlyg"),
    "Assgnmt": ("Id", "Assgnr", "Assgne", "CreDtTm"),
    "CtrlData": ("NbOfTxs", "CtrlSum"),
    "Undrlyg": (_GROUP, _BATCH),
    _GROUP: ("OrgnlMsgId", "OrgnlMsgNmId", "NbOfTxs", "CtrlSum", "GrpCxl", "CxlRsnInf"),
    _BATCH: ("OrgnlPmtInfId", "NbOfTxs", "CtrlSum", "PmtInfCxl", "CxlRsnInf", "TxInf"),
    "TxInf": ("OrgnlInstrId", "OrgnlEndToEndId", _AMOUNT, "OrgnlReqdExctnDt", "CxlRsnInf"),
    "CxlRsnInf": ("Rsn", "AddtlInf"),
}
_MANY = frozenset((_BATCH, "TxInf"))


def check_camt055(xml: bytes, dialect: Dialect, *, file: str = "") -> list[Violation]:
    """Every rule that the request breaks, a thousand at most; empty is a file that may leave."""
    if len(xml) > OUTGOING_BYTES_MAX:
        raise FileTooLargeError(len(xml), OUTGOING_BYTES_MAX, file)
    violations: list[Violation] = []
    document = parse_outgoing(xml, violations)
    if document is None:
        return violations
    check_head(document, _VERSIONS[dialect.is_generation_2], dialect)
    messages = list(document.each("CstmrPmtCxlReq"))
    document.note_unless(len(messages) == 1, "message.not_one", "CstmrPmtCxlReq", len(messages))
    for message in messages:
        message.place = ""
        _check_order(message)
        _check_assignment(message, dialect)
        _check_underlying(message, dialect)
    return violations


def _check_order(message: Seen) -> None:
    """Each element where the standard has it: a bank's schema refuses the file for less."""
    for element in message.root.iter():
        name = etree.QName(element).localname
        if name not in _ORDER:
            continue
        inner = [etree.QName(each).localname for each in element]
        known = [_ORDER[name].index(each) for each in inner if each in _ORDER[name]]
        once = [each for each in inner if each not in _MANY]
        holds = len(known) == len(inner) and known == sorted(known) and len(once) == len(set(once))
        message.note_unless(holds, "element.order", name, " ".join(inner))


def _check_assignment(message: Seen, dialect: Dialect) -> None:
    check_id(message, "Assgnmt/Id")
    check_customer(message, "Assgnmt/Assgnr/Pty", dialect)
    bank = "Assgnmt/Assgne/Agt/FinInstnId/" + ("BICFI" if dialect.is_generation_2 else "BIC")
    message.note_unless(bool(message.text(bank)), "bank.missing", bank)
    created = message.text("Assgnmt/CreDtTm")
    message.note_unless(_is_instant(created), "date.unreadable", "Assgnmt/CreDtTm", created)


def _check_underlying(message: Seen, dialect: Dialect) -> None:
    """The whole file, or batches of it; the message's own totals are those of what it names."""
    groups, batches = (
        list(message.each(f"Undrlyg/{_GROUP}")),
        list(message.each(f"Undrlyg/{_BATCH}")),
    )
    message.note_unless(len(groups) == 1, "file.not_one", f"Undrlyg/{_GROUP}", len(groups))
    for group in groups:
        _check_group(message, group, batches)
    if batches:
        count = sum(int(decimal(each.text("NbOfTxs")) or 0) for each in batches)
        found = message.text("CtrlData/NbOfTxs")
        message.note_unless(found == str(count), "control.count", "CtrlData/NbOfTxs", found)
        summed = sum((decimal(each.text("CtrlSum")) or Decimal(0)) for each in batches)
        found = message.text("CtrlData/CtrlSum")
        message.note_unless(decimal(found) == summed, "control.sum", "CtrlData/CtrlSum", found)
    check_ids("OrgnlPmtInfId", batches)
    payments = [payment for batch in batches for payment in batch.each("TxInf")]
    for path in ("OrgnlInstrId", "OrgnlEndToEndId"):
        check_ids(path, payments)
    for batch in batches:
        _check_batch(batch)
    for payment in payments:
        _check_payment(payment, dialect)


def _check_group(message: Seen, group: Seen, batches: list[Seen]) -> None:
    check_id(group, "OrgnlMsgId")
    name = group.text("OrgnlMsgNmId")
    known = name in (PAIN_001_03, PAIN_001_09)
    group.note_unless(known, "message_name.unknown", "OrgnlMsgNmId", name)
    whole = _flag(group, "GrpCxl")
    # A file that is cancelled whole names no part of it, or the bank may take it twice.
    group.note_unless(whole != bool(batches), "file.whole_or_in_parts", "GrpCxl", len(batches))
    _check_reason(group, is_due=whole)
    if whole:
        for name, code in (("NbOfTxs", "group.count"), ("CtrlSum", "group.sum")):
            found = group.text(name)
            holds = bool(decimal(found)) and found == message.text(f"CtrlData/{name}")
            group.note_unless(holds, code, name, found)


def _check_batch(batch: Seen) -> None:
    payments = list(batch.each("TxInf"))
    whole = _flag(batch, "PmtInfCxl")
    batch.note_unless(
        whole != bool(payments), "batch.whole_or_in_parts", "PmtInfCxl", len(payments)
    )
    _check_reason(batch, is_due=whole)
    if payments:
        check_totals(batch, "", amounts_of(payments, _AMOUNT), "batch")
    else:
        for name, code in (("NbOfTxs", "batch.count"), ("CtrlSum", "batch.sum")):
            found = batch.text(name)
            batch.note_unless(bool(decimal(found)), code, name, found)


def _check_payment(payment: Seen, dialect: Dialect) -> None:
    text, currency = payment.text(_AMOUNT), payment.attribute(_AMOUNT, "Ccy")
    payment.note_unless(bool(decimal(text)), "amount.not_positive", _AMOUNT, text)
    decimals = len(text.partition(".")[2])
    payment.note_unless(decimals <= minor_digits(currency), "amount.decimals", _AMOUNT, text)
    path = "OrgnlReqdExctnDt/Dt" if dialect.is_generation_2 else "OrgnlReqdExctnDt"
    day = payment.text(path)
    payment.note_unless(_is_day(day), "date.unreadable", path, day)
    _check_reason(payment, is_due=True)


def _check_reason(level: Seen, *, is_due: bool) -> None:
    """A reason stands where something is cancelled, and there alone."""
    path = "CxlRsnInf/Rsn/Cd"
    code = level.text(path)
    level.note_unless(level.has("CxlRsnInf") == is_due, "reason.misplaced", "CxlRsnInf", code)
    if not level.has("CxlRsnInf"):
        return
    is_new = "camt.055.001.08" in level.root.tag
    known = {each.value for each in CancellationReason}
    known -= set() if is_new else {CancellationReason.TECHNICAL.value}
    level.note_unless(code in known, "reason.unknown", path, code)
    words = level.text("CxlRsnInf/AddtlInf")
    level.note_unless(
        len(words) <= REASON_CHARACTERS_MAX, "reason.too_long", "CxlRsnInf/AddtlInf", len(words)
    )
    fits = all(map(is_at_home, words))
    level.note_unless(fits, "characters.at_home", "CxlRsnInf/AddtlInf", words)


def _flag(level: Seen, path: str) -> bool:
    text = level.text(path)
    level.note_unless(text in ("true", "false"), "flag.unreadable", path, text)
    return text == "true"


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _is_instant(text: str) -> bool:
    try:
        return len(text) >= 19 and bool(datetime.fromisoformat(text))
    except ValueError:
        return False
