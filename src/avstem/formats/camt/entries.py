"""From the stylesheet's flat records to entries and transactions."""

from collections.abc import Iterator

from avstem.domain.money import Money, total
from avstem.domain.statement import Entry, EntryStatus, Notice, Reference, Transaction
from avstem.formats.camt.stylesheet import (
    FIELD,
    ITEM,
    PART,
    DetailFields,
    EntryFields,
)
from avstem.formats.camt.values import (
    read_amount,
    read_day_or_none,
    read_signed,
)
from avstem.formats.values import Refuse, notice

_STATUS = {
    "BOOK": EntryStatus.BOOKED,
    "PDNG": EntryStatus.PENDING,
    "FUTR": EntryStatus.PENDING,
    "INFO": EntryStatus.INFORMATION,
}
_NO_ID = frozenset({"NOTPROVIDED", "NOT PROVIDED", "NONREF"})
_DOCUMENT_KINDS = {"CINV": "invoice", "CREN": "credit_note"}


def entry_fields(record: str) -> EntryFields:
    """The fields of an `E` record."""
    return EntryFields._make(record.split(FIELD))


def detail_fields(record: str) -> DetailFields:
    """The fields of a `D` record."""
    return DetailFields._make(record.split(FIELD))


def read_entry(
    values: EntryFields,
    details: list[DetailFields],
    refuse: Refuse,
    notices: list[Notice],
) -> Entry:
    """One `Ntry`; a batch keeps its transactions inside it."""
    unsigned = read_amount(values.amount, values.currency, "Amt", refuse)
    amount = read_signed(unsigned, values.sign, "CdtDbtInd", refuse)
    reversal = values.reversal in ("true", "1")
    said = values.charges
    charges = _charges(said, amount.currency, refuse) if said else None
    parts = _transactions(values, details, amount, reversal, refuse)
    if details and not _add_up(parts, amount):
        place = refuse("", "", "").place.rstrip("/")
        notice(notices, "entry.details_differ", place, amount.decimal())
    return Entry(
        amount=amount,
        status=_status(values.status, refuse),
        booking_date=read_day_or_none(values.booking_date, "BookgDt", refuse),
        value_date=read_day_or_none(values.value_date, "ValDt", refuse),
        reference=values.reference or values.entry_number or None,
        entry_number=values.entry_number or None,
        reversal=reversal,
        code=_code(values),
        text=values.text or _single_text(details),
        transactions=tuple(parts) or (_whole(values, amount, charges, refuse),),
        charges=charges,
        batch_count=int(values.batch_count) if values.batch_count.isdecimal() else None,
        has_details=bool(details),
        details_count=len(details),
    )


def _status(text: str, refuse: Refuse) -> EntryStatus:
    """A missing status is a booked entry: a statement has no other."""
    if not text:
        return EntryStatus.BOOKED
    if text not in _STATUS:
        raise refuse("Sts", text, ", ".join(_STATUS))
    return _STATUS[text]


def _code(values: EntryFields) -> str | None:
    domain = [values.domain, values.family, values.subfamily]
    return "/".join(filter(None, domain)) or values.own_code or None


def _single_text(details: list[DetailFields]) -> str | None:
    return (details[0].additional or None) if len(details) == 1 else None


def _whole(
    values: EntryFields, amount: Money, charges: Money | None, refuse: Refuse
) -> Transaction:
    """The one transaction of an entry without details, or with such as do not add up to it."""
    return Transaction(
        amount=amount,
        message_id=_id(values.batch_message_id),
        payment_information_id=_id(values.batch_payment_information_id),
        original_amount=_instructed(values.instructed, refuse) if values.instructed else None,
        exchange_rate=values.rate or None,
        charges=charges,
        is_return=values.subfamily == "RRTN",
    )


def _transactions(
    values: EntryFields, details: list[DetailFields], amount: Money, reversal: bool, refuse: Refuse
) -> list[Transaction]:
    """The details as transactions; none where one of them has no amount."""
    amounts = _part_amounts(details, amount, refuse)
    return [
        _transaction(values, detail, part, reversal, refuse)
        for detail, part in zip(details, amounts, strict=bool(amounts))
    ]


def _part_amounts(details: list[DetailFields], entry: Money, refuse: Refuse) -> list[Money]:
    """What each part is said to be; the only part of an entry is the entry.

    A part may be in another currency than the account; then the parts tell what the payment is
    about, but not what moved. A part without an amount tells nothing: then there are none.
    """
    if len(details) == 1:
        return [entry]
    found = [_part_amount(detail, entry, refuse) for detail in details]
    known = [amount for amount in found if amount is not None]
    return known if len(known) == len(found) else []


def _add_up(parts: list[Transaction], entry: Money) -> bool:
    """Whether the parts are the entry: in its currency, and in sum."""
    if len(parts) == 1:
        return parts[0].amount == entry
    if any(part.amount.currency != entry.currency for part in parts):
        return False
    return total((part.amount for part in parts), entry.currency) == entry and bool(parts)


def _part_amount(detail: DetailFields, entry: Money, refuse: Refuse) -> Money | None:
    if not detail.amount:
        return None
    unsigned = read_amount(detail.amount, detail.currency, "NtryDtls/TxDtls/Amt", refuse)
    if not detail.sign:
        return unsigned if entry.minor >= 0 else -unsigned
    return read_signed(unsigned, detail.sign, "NtryDtls/TxDtls/CdtDbtInd", refuse)


def _transaction(
    values: EntryFields, detail: DetailFields, amount: Money, reversal: bool, refuse: Refuse
) -> Transaction:
    sent_back = bool(detail.return_reason) or "RRTN" in (detail.family, values.subfamily)
    came_in = (amount.minor >= 0) != reversal
    name, account = _counterparty(detail, came_in=came_in, sent_back=sent_back)
    said, structured = detail.charges, detail.structured
    instructed = detail.instructed or values.instructed
    return Transaction(
        amount=amount,
        bank_reference=detail.bank_reference or None,
        end_to_end_id=_id(detail.end_to_end_id),
        instruction_id=_id(detail.instruction_id),
        payment_information_id=_id(
            detail.payment_information_id or values.batch_payment_information_id
        ),
        message_id=_id(detail.message_id or values.batch_message_id),
        counterparty=name,
        counterparty_account=account,
        references=tuple(_references(structured, refuse)) if structured else (),
        remittance=_remittance(values, detail),
        original_amount=_instructed(instructed, refuse) if instructed else None,
        exchange_rate=detail.rate or values.rate or None,
        charges=_charges(said, amount.currency, refuse) if said else None,
        return_reason=detail.return_reason.removeprefix("return").strip() or None,
        is_return=sent_back,
    )


def _counterparty(
    detail: DetailFields, *, came_in: bool, sent_back: bool
) -> tuple[str | None, str | None]:
    """Money in comes from the debtor; a reversal names the parties of what it takes back.

    So does a return at some banks: then only the other side is named, and it is the counterparty.
    """
    payer = (detail.debtor or detail.ultimate_debtor, detail.debtor_account)
    payee = (detail.creditor or detail.ultimate_creditor, detail.creditor_account)
    name, account = payer if came_in else payee
    if sent_back and not name and not account:
        name, account = payee if came_in else payer
    return name or None, account or None


def _remittance(values: EntryFields, detail: DetailFields) -> tuple[str, ...]:
    texts, additional = detail.unstructured, detail.additional
    if additional and values.text:
        texts = f"{texts}{ITEM}{additional}"
    return tuple(filter(None, texts.split(ITEM))) if texts else ()


def _references(structured: str, refuse: Refuse) -> Iterator[Reference]:
    for block in filter(None, structured.split(ITEM)):
        kid, minor, currency, *documents = block.split(PART)
        amount = read_amount(minor, currency, "RmtInf/Strd/RfrdDocAmt", refuse) if minor else None
        if kid:
            yield Reference("kid", kid, amount)
        for kind, number in zip(documents[::2], documents[1::2], strict=False):
            if kind in _DOCUMENT_KINDS and number:
                yield Reference(_DOCUMENT_KINDS[kind], number, None if kid else amount)


def _charges(said: str, currency: str, refuse: Refuse) -> Money | None:
    """What was taken out of the amount, in the account's currency; None where nothing is said."""
    found: Money | None = None
    for block in filter(None, said.split(ITEM)):
        kind, minor, charged_in, *rest = block.split(PART)
        if charged_in != currency or not minor or (kind == "R" and rest[1] in ("false", "0")):
            continue
        charge = read_amount(minor, currency, "Chrgs", refuse)
        gives_back = kind == "R" and rest[0] == "CRDT"
        found = (found or Money.zero(currency)) + (-charge if gives_back else charge)
    return found


def _instructed(said: str, refuse: Refuse) -> Money:
    minor, currency = said.split(PART)
    return read_amount(minor, currency, "AmtDtls/InstdAmt/Amt", refuse)


def _id(text: str) -> str | None:
    if not text:
        return None
    return None if text.upper() in _NO_ID else text
