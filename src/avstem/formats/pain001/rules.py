"""Check a pain.001 before it leaves: the rules of ours that the schema cannot say.

It takes the bytes and parses them anew, so that a mistake of the writer's is a violation here and
not a payment. It shares no code with the writer but the sets of countries and characters.

Sources: docs/formats/pain001.md.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from avstem.domain.calendar import is_bank_day
from avstem.domain.errors import FileTooLargeError
from avstem.domain.identifiers import is_iban, is_norwegian_account
from avstem.formats.pain001.dialect import Dialect
from avstem.formats.pain001.found import Seen, Violation
from avstem.formats.pain001.rules_common import (
    amounts_of,
    check_customer,
    check_head,
    check_id,
    check_ids,
    check_totals,
    parse_outgoing,
)
from avstem.formats.pain001.rules_payment import BatchHead, check_payment

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
    document = parse_outgoing(xml, violations)
    if document is not None:
        _check_document(document, dialect, nok_rates)
    return violations


def _check_document(document: Seen, dialect: Dialect, nok_rates: Mapping[str, Decimal]) -> None:
    check_head(document, dialect.version, dialect)
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
    check_totals(message, f"{head}/", amounts_of(payments), "group")
    check_customer(message, "GrpHdr/InitgPty", dialect)
    check_id(message, "GrpHdr/MsgId")
    for path, owners in (
        ("PmtInfId", batches), ("PmtId/InstrId", payments), ("PmtId/EndToEndId", payments),
    ):  # fmt: skip
        check_ids(path, owners)
    for batch in batches:
        _check_batch(batch, created, dialect)
        of_all = BatchHead.of(batch)
        for payment in batch.each("CdtTrfTxInf"):
            check_payment(of_all, payment, dialect, nok_rates)


def _check_batch(batch: Seen, created: date | None, dialect: Dialect) -> None:
    payments = list(batch.each("CdtTrfTxInf"))
    check_totals(batch, "", amounts_of(payments), "batch")
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
