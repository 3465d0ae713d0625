"""Check a pain.001 before it leaves: the rules of ours that the schema cannot say.

It takes the bytes and parses them anew, so that a mistake of the writer's is a violation here and
not a payment. It shares no code with the writer but the sets of countries and characters.

Sources: docs/formats/pain001.md.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree

from avstem.domain.calendar import is_bank_day
from avstem.domain.errors import FileTooLargeError
from avstem.domain.identifiers import is_iban, is_norwegian_account
from avstem.formats.pain001.dialect import NAMESPACE, Dialect
from avstem.formats.pain001.found import Seen, Violation
from avstem.formats.pain001.rules_payment import BatchHead, check_payment, decimal

#: The largest outgoing file: 50 000 payments with room for their words.
OUTGOING_BYTES_MAX = 256 * 1024**2


def check_pain001(
    xml: bytes, dialect: Dialect, *, nok_rates: Mapping[str, Decimal], file: str = ""
) -> list[Violation]:
    """Every rule that the file breaks, a thousand at most; an empty list is a file that may leave.

    `nok_rates` gives kroner for one unit of a foreign currency, so that a payment abroad above
    NOK 100 000 is known; without its rate a payment without a report is a violation.
    """
    if len(xml) > OUTGOING_BYTES_MAX:
        raise FileTooLargeError(len(xml), OUTGOING_BYTES_MAX, file)
    violations: list[Violation] = []
    document = _parse(xml, violations)
    if document is not None:
        _check_document(document, dialect, nok_rates)
    return violations


def _parse(xml: bytes, violations: list[Violation]) -> Seen | None:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root: Any = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as wrong:
        violations.append(Violation("xml.unreadable", "", str(wrong)[:60]))
        return None
    seen = Seen(root, "", violations)
    info = root.getroottree().docinfo
    if info.doctype:
        seen.note("xml.document_type", found=info.doctype)
        return None
    return seen


def _check_document(document: Seen, dialect: Dialect, nok_rates: Mapping[str, Decimal]) -> None:
    root = document.root
    document.note_unless(
        root.tag == f"{{{NAMESPACE}{dialect.version}}}Document", "version.not_agreed", "", root.tag
    )
    encoding = (root.getroottree().docinfo.encoding or "").upper()
    document.note_unless(encoding == dialect.encoding, "encoding.not_agreed", "", encoding)
    messages = list(document.each("CstmrCdtTrfInitn"))
    document.note_unless(len(messages) == 1, "message.not_one", "CstmrCdtTrfInitn", len(messages))
    for message in messages:
        # Paths are told from the message on: all of them begin alike.
        message.place = ""
        _check_message(message, dialect, nok_rates)


def _check_message(message: Seen, dialect: Dialect, nok_rates: Mapping[str, Decimal]) -> None:
    head = "GrpHdr"
    created = _day(message.text(f"{head}/CreDtTm")[:10])
    batches = list(message.each("PmtInf"))
    payments = [payment for batch in batches for payment in batch.each("CdtTrfTxInf")]
    _check_totals(message, f"{head}/", payments, "group")
    _check_initiator(message, dialect)
    _check_ids(message, batches, payments)
    for batch in batches:
        _check_batch(batch, created, dialect)
        of_all = BatchHead.of(batch)
        for payment in batch.each("CdtTrfTxInf"):
            check_payment(of_all, payment, dialect, nok_rates)


def _check_totals(level: Seen, before: str, payments: list[Seen], scope: str) -> None:
    """The count and the sum that stand there are those of the payments below."""
    count = level.text(f"{before}NbOfTxs")
    level.note_unless(count == str(len(payments)), f"{scope}.count", f"{before}NbOfTxs", count)
    stated = level.text(f"{before}CtrlSum")
    summed = sum((decimal(each.text("Amt/InstdAmt")) or Decimal(0)) for each in payments)
    level.note_unless(decimal(stated) == summed, f"{scope}.sum", f"{before}CtrlSum", stated)


def _check_initiator(message: Seen, dialect: Dialect) -> None:
    place = "GrpHdr/InitgPty"
    message.note_unless(
        bool(message.text(f"{place}/Nm").strip()), "initiator.name_missing", f"{place}/Nm"
    )
    ids = message.texts(f"{place}/Id/OrgId/Othr/Id")
    schemes = message.texts(f"{place}/Id/OrgId/Othr/SchmeNm/Cd")
    wanted = [(dialect.initiator_id, dialect.initiator_scheme), (dialect.division_id, "BANK")]
    expected = [each for each in wanted if each[0]]
    found = list(zip(ids, schemes, strict=False))
    holds = found == expected and len(ids) == len(schemes)
    message.note_unless(holds, "initiator.not_agreed", f"{place}/Id", ids)


def _check_ids(message: Seen, batches: list[Seen], payments: list[Seen]) -> None:
    """Each id is of letters every bank takes, and stands once in the file."""
    _check_id(message, "GrpHdr/MsgId")
    for path, owners in (
        ("PmtInfId", batches), ("PmtId/InstrId", payments), ("PmtId/EndToEndId", payments),
    ):  # fmt: skip
        used: set[str] = set()
        for owner in owners:
            _check_id(owner, path)
            text = owner.text(path)
            owner.note_unless(text not in used, "id.repeated", path, text)
            used.add(text)


def _check_id(owner: Seen, path: str) -> None:
    text = owner.text(path)
    if not text or text == "NOTPROVIDED":
        owner.note("id.missing", path, text)
        return
    owner.note_unless(len(text) <= 35, "id.too_long", path, text)
    bare = text.strip(" /") == text and "//" not in text
    owner.note_unless(bare and text.isascii() and not set(text) & _NOT_IN_IDS, "id.characters",
                      path, text)  # fmt: skip


# The printable ASCII characters that SWIFT's set lacks, and what does not print.
_NOT_IN_IDS = frozenset('!"#$%&*;<=>@[\\]^_`{|}~\x7f') | frozenset(map(chr, range(32)))


def _check_batch(batch: Seen, created: date | None, dialect: Dialect) -> None:
    payments = list(batch.each("CdtTrfTxInf"))
    _check_totals(batch, "", payments, "batch")
    _check_execution_day(batch, created, dialect)
    _check_debtor(batch, dialect)
    level = batch.text("PmtTpInf/SvcLvl/Cd")
    batch.note_unless(
        level in dialect.service_levels, "service_level.not_agreed", "PmtTpInf/SvcLvl/Cd", level
    )
    currencies = {payment.attribute("Amt/InstdAmt", "Ccy") for payment in payments}
    batch.note_unless(len(currencies) <= 1, "batch.mixed_currencies", "", sorted(currencies))
    booking = batch.text("BtchBookg")
    if BatchHead.of(batch).is_confidential:
        batch.note_unless(booking == "true", "salary.not_one_sum", "BtchBookg", booking)
    else:
        agreed = dialect.batch_booking
        expected = "" if agreed is None else str(agreed).lower()
        batch.note_unless(booking == expected, "batch_booking.not_agreed", "BtchBookg", booking)


def _check_execution_day(batch: Seen, created: date | None, dialect: Dialect) -> None:
    path = "ReqdExctnDt/Dt" if dialect.is_generation_2 else "ReqdExctnDt"
    text = batch.text(path)
    day = _day(text)
    if day is None:
        batch.note("date.unreadable", path, text)
        return
    batch.note_unless(is_bank_day(day), "date.not_a_bank_day", path, text)
    batch.note_unless(created is not None and day >= created, "date.in_the_past", path, text)


def _check_debtor(batch: Seen, dialect: Dialect) -> None:
    batch.note_unless(bool(batch.text("Dbtr/Nm").strip()), "debtor.name_missing", "Dbtr/Nm")
    iban, bban = batch.text("DbtrAcct/Id/IBAN"), batch.text("DbtrAcct/Id/Othr/Id")
    sound = is_norwegian_account(bban) if bban else iban.startswith("NO") and is_iban(iban)
    batch.note_unless(sound, "debtor.account", "DbtrAcct/Id", bban or iban)
    within_sepa = batch.text("PmtTpInf/SvcLvl/Cd") == dialect.service_level_sepa
    wanted = "IBAN" if within_sepa else dialect.account_form
    found = "IBAN" if iban else batch.text("DbtrAcct/Id/Othr/SchmeNm/Cd")
    batch.note_unless(found == wanted, "account.form_not_agreed", "DbtrAcct/Id", found)
    bic = "DbtrAgt/FinInstnId/" + ("BICFI" if dialect.is_generation_2 else "BIC")
    batch.note_unless(bool(batch.text(bic)), "debtor.bank_missing", bic)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
