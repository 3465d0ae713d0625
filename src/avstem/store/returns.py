"""The booked payments that the returns among the lines may be about: by index, in bulk.

A payment of ours is found by the id we gave it (through what was sent), any other by the bank's
own reference on the account.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from avstem.domain.voucher import LedgerRole
from avstem.matching.decision import LedgerLine, PaidPayment, Settlement
from avstem.matching.facts import BookedPayment, Key, KeyKind, Line
from avstem.matching.keys import return_keys
from avstem.store.chart import accounts_by_role
from avstem.store.models import (
    Allocation,
    BankTransaction,
    CreditUse,
    Posting,
    SentPayment,
    Voucher,
)
from avstem.store.refunds import credit_of, notes_of

CHUNK = 500
Found = dict[Key, list[BookedPayment]]
_OURS = (KeyKind.END_TO_END, KeyKind.INSTRUCTION)


def booked_payments(company_id: int, lines: Sequence[Line]) -> Found:
    """The standing bookings by the ids that the returns name; nothing where nothing came back."""
    returns = [line for line in lines if line.is_return or line.reversal]
    found: Found = defaultdict(list)
    for start in range(0, len(returns), CHUNK):
        for key, payment in _of_some(company_id, returns[start : start + CHUNK]):
            found[key].append(payment)
    return dict(found)


def _of_some(company_id: int, returns: Sequence[Line]) -> Iterable[tuple[Key, BookedPayment]]:
    keys = {key for line in returns for key in return_keys(line)}
    ours = {key.value for key in keys if key.kind in _OURS}
    references = {key.value for key in keys if key.kind is KeyKind.BANK_REFERENCE}
    accounts = {line.account_id for line in returns}
    rows = {row.pk: row for row in _of_references(company_id, accounts, references)}
    rows |= {row.pk: row for row in _of_ours(company_id, ours)}
    sent = _by_debit(company_id, ours, rows)
    rows |= {each.debit.pk: each.debit for found in sent.values() for each in found if each.debit}
    vouchers = _standing(company_id, rows.values())
    settled, beside = _settled(company_id, vouchers), _beside(company_id, vouchers, rows)
    used = _with_used_credit(company_id, vouchers.values())
    for row in rows.values():
        if row.pk in vouchers:
            voucher_id = vouchers[row.pk]
            payment = BookedPayment(
                row.pk,
                row.account_id,
                row.booking_date,
                row.amount_minor,
                tuple(settled[voucher_id]),
                tuple(beside[voucher_id]),
                _paid(sent.get(row.pk, ())),
                credit_used=voucher_id in used,
            )
            yield from ((key, payment) for key in _known_by(row) if key in keys)
            yield from (
                (key, replace(payment, **_part(payment, each)))
                for each in sent.get(row.pk, ())
                if each.clearing_id is not None
                for key in _known_by(each)
                if key in keys
            )


def _with_used_credit(company_id: int, vouchers: Collection[int]) -> set[int]:
    """The vouchers whose rest on the party has settled another document since."""
    rows = CreditUse.objects.filter(
        company_id=company_id, credit__voucher_id__in=vouchers, voucher__reversed_by__isnull=True
    )
    found = set(rows.values_list("credit__voucher_id", flat=True))
    postings = Posting.objects.filter(
        company_id=company_id, voucher_id__in=vouchers, party__isnull=False, item__isnull=True
    )
    of = dict(postings.values_list("pk", "voucher_id"))
    return found | {of[credit_of(note) or 0] for note in notes_of(company_id, of)}


def _of_references(
    company_id: int, accounts: set[int], references: set[str]
) -> Iterable[BankTransaction]:
    rows = BankTransaction.objects.filter(
        company_id=company_id, account_id__in=accounts, bank_reference__in=references
    )
    return rows.select_related("account") if references else ()


def _of_ours(company_id: int, ids: set[str]) -> Iterable[BankTransaction]:
    """Through the payments sent: the items they paid lead to the transactions that settled them."""
    if not ids:
        return ()
    sent = SentPayment.objects.filter(company_id=company_id)
    items = {
        *sent.filter(end_to_end_id__in=ids).values_list("item_id", flat=True),
        *sent.filter(instruction_id__in=ids).values_list("item_id", flat=True),
    }
    allocations = Allocation.objects.filter(company_id=company_id, item_id__in=items)
    settling = allocations.filter(amount_minor__gt=0)
    transactions = set(settling.values_list("transaction_id", flat=True))
    rows = BankTransaction.objects.filter(company_id=company_id, pk__in=transactions)
    return rows.select_related("account")


def _by_debit(
    company_id: int, ours: set[str], debits: Collection[int]
) -> dict[int, list[SentPayment]]:
    """Payments of ours, by their debit.

    One in another currency did not go by the account of payments on their way: it comes back whole.
    """
    rows = SentPayment.objects.filter(company_id=company_id, settled=True, order__isnull=False)
    named = set(rows.filter(end_to_end_id__in=ours).values_list("debit_id", flat=True))
    named |= set(rows.filter(instruction_id__in=ours).values_list("debit_id", flat=True))
    found: dict[int, list[SentPayment]] = defaultdict(list)
    paid = rows.filter(debit_id__in=named | set(debits)).select_related("debit__account")
    for row in paid.order_by("pk"):
        if row.debit_id is not None:
            found[row.debit_id].append(row)
    return dict(found)


def _paid(sent: Iterable[SentPayment]) -> tuple[PaidPayment, ...]:
    return tuple(PaidPayment(each.pk, each.item_id, each.amount_minor) for each in sent)


def _part(payment: BookedPayment, sent: SentPayment) -> dict[str, Any]:
    """The one payment of a sum that may come back alone: its own line, without the others'."""
    lines = (each for each in payment.ledger_lines if each.text == sent.end_to_end_id)
    return {
        "amount_minor": -sent.amount_minor,
        "ledger_lines": tuple(lines),
        "payments": _paid([sent]),
    }


def _standing(company_id: int, rows: Iterable[BankTransaction]) -> dict[int, int]:
    """Transaction -> the voucher that books it now."""
    booked = {row.pk: row.booking_no for row in rows if row.state == "booked"}
    found = Voucher.objects.filter(
        company_id=company_id, transaction_id__in=booked, reverses__isnull=True
    )
    return {
        row.transaction_id: row.pk
        for row in found
        if row.transaction_id and booked[row.transaction_id] == row.booking_no
    }


def _settled(company_id: int, vouchers: dict[int, int]) -> dict[int, list[Settlement]]:
    """What each voucher settled, less what has come back already."""
    found: dict[int, list[Settlement]] = defaultdict(list)
    rows = Allocation.objects.filter(company_id=company_id, voucher_id__in=vouchers.values())
    for row in rows.order_by("pk"):
        found[row.voucher_id].append(Settlement(row.item_id, row.amount_minor))
    return found


def _beside(
    company_id: int, vouchers: dict[int, int], rows: dict[int, BankTransaction]
) -> dict[int, list[LedgerLine]]:
    """What each voucher posts beside bank and items, with debit and credit swapped.

    A difference of rates is not among them: the return has one of its own.
    """
    bank = {vouchers[pk]: row.account.ledger_account for pk, row in rows.items() if pk in vouchers}
    found: dict[int, list[LedgerLine]] = defaultdict(list)
    roles = accounts_by_role(company_id)
    difference_accounts = {roles[LedgerRole.RATE_GAIN], roles[LedgerRole.RATE_LOSS]}
    postings = Posting.objects.filter(company_id=company_id, voucher_id__in=bank)
    rows_of: dict[int, list[Posting]] = defaultdict(list)
    for row in postings.order_by("voucher_id", "position"):
        rows_of[row.voucher_id].append(row)
    for voucher_id, lines in rows_of.items():
        of_rates = _rate_difference(lines, difference_accounts)
        for row in lines:
            is_bank = row.position == 0 and row.account == bank[voucher_id]
            if row.item_id is None and not is_bank and row is not of_rates:
                found[voucher_id].append(_swapped(row))
    return found


def _rate_difference(lines: Sequence[Posting], accounts: set[str]) -> Posting | None:
    """The line of gain or loss of a voucher in two currencies: it is always the last."""
    is_exchanged = len({row.currency for row in lines}) > 1
    return lines[-1] if is_exchanged and lines[-1].account in accounts else None


def _swapped(row: Posting) -> LedgerLine:
    return LedgerLine(
        -row.amount_minor, "", row.account, row.vat_code, party_id=row.party_id, text=row.text
    )


def _known_by(row: Any) -> list[Key]:
    named = (
        (KeyKind.END_TO_END, row.end_to_end_id),
        (KeyKind.INSTRUCTION, row.instruction_id),
        (KeyKind.BANK_REFERENCE, row.bank_reference if isinstance(row, BankTransaction) else ""),
    )
    return [Key(kind, value) for kind, value in named if value]
