"""The voucher that a suggestion makes: the bank's line, the items, the charge, the rest."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from avstem.domain.booked_value import Exchange, exchanged_postings
from avstem.domain.money import Money
from avstem.domain.open_item import ItemKind
from avstem.domain.voucher import (
    LedgerRole,
    PostingLine,
    Settled,
    party_line,
    payment_lines,
    payment_postings,
)
from avstem.matching.decision import LedgerLine, Suggestion
from avstem.store.posting import NewVoucher


@dataclass(frozen=True, slots=True)
class BookedItem:
    """What a voucher needs to know of an item."""

    id: int
    kind: ItemKind
    number: str
    party_id: int
    party_name: str
    currency: str
    ledger_account: str | None = None


@dataclass(frozen=True, slots=True)
class BookedTransaction:
    """What a voucher needs to know of a bank transaction. `booking_no` is the one to use."""

    id: int
    booking_date: date
    amount: Money
    ledger_account: str
    counterparty: str
    text: str
    booking_no: int


def voucher_of(
    suggestion: Suggestion,
    transaction: BookedTransaction,
    items: Mapping[int, BookedItem],
    accounts: dict[LedgerRole, str],
    decision_id: int,
    exchange: Exchange | None = None,
) -> NewVoucher:
    """The voucher; a suggestion that does not add up to the transaction is refused.

    `exchange` where more than the company's own currency is concerned.
    """
    settled = [_settled(items[each.item_id], each.amount_minor) for each in suggestion.settlements]
    postings = postings_of(
        transaction,
        settled=[*settled, *_reopened(suggestion, items)],
        extra=tuple(_extra(suggestion, transaction, settled, accounts)),
        accounts=accounts,
        exchange=exchange,
    )
    return NewVoucher(
        date=transaction.booking_date,
        text=_text(suggestion, transaction, items),
        postings=postings,
        allocations=(
            *((each.item_id, each.amount_minor) for each in suggestion.settlements),
            *((each.item_id, -each.amount_minor) for each in suggestion.reopened),
        ),
        transaction_id=transaction.id,
        booking_no=transaction.booking_no,
        decision_id=decision_id,
    )


def lines_of(
    suggestion: Suggestion,
    transaction: BookedTransaction,
    items: Mapping[int, BookedItem],
    accounts: dict[LedgerRole, str],
) -> tuple[PostingLine, ...]:
    """What the voucher would post, the bank's line first; without values or a rate difference."""
    settled = [_settled(items[each.item_id], each.amount_minor) for each in suggestion.settlements]
    extra = tuple(_extra(suggestion, transaction, settled, accounts))
    all_settled = [*settled, *_reopened(suggestion, items)]
    return payment_lines(
        transaction.ledger_account, transaction.amount, all_settled, extra, accounts
    )


def postings_of(
    transaction: BookedTransaction,
    *,
    settled: Sequence[Settled],
    extra: Sequence[PostingLine],
    accounts: dict[LedgerRole, str],
    exchange: Exchange | None,
) -> tuple[PostingLine, ...]:
    """The postings of a bank transaction, with their values where money is foreign."""
    account, amount = transaction.ledger_account, transaction.amount
    if exchange is None:
        return payment_postings(
            bank_account=account, amount=amount, settled=settled, extra=extra, accounts=accounts
        )
    return exchanged_postings(
        bank_account=account,
        amount=amount,
        settled=settled,
        extra=extra,
        accounts=accounts,
        exchange=exchange,
    )


def _settled(item: BookedItem, minor: int) -> Settled:
    amount = Money(minor, item.currency)
    return Settled(item.id, item.kind, item.party_id, amount, item.ledger_account)


def _reopened(suggestion: Suggestion, items: Mapping[int, BookedItem]) -> list[Settled]:
    """What is owed again is settled by a negative amount."""
    return [_settled(items[each.item_id], -each.amount_minor) for each in suggestion.reopened]


def _extra(
    suggestion: Suggestion,
    transaction: BookedTransaction,
    settled: list[Settled],
    accounts: dict[LedgerRole, str],
) -> Iterator[PostingLine]:
    currency = transaction.amount.currency
    if suggestion.charge_minor:
        charge = Money(suggestion.charge_minor, currency)
        yield PostingLine(accounts[LedgerRole.BANK_CHARGES], charge)
    yield from (ledger_posting(each, currency, accounts) for each in suggestion.ledger_lines)
    if suggestion.rest_minor:
        assert suggestion.rest_party_id is not None, "a rest stays on a party"
        came_in = transaction.amount.minor > 0
        rest = Money(suggestion.rest_minor, currency)
        is_customer = settled[0].kind.is_customer if settled else came_in
        if suggestion.rest_is_customer is not None:
            is_customer = suggestion.rest_is_customer
        yield party_line(
            kind_is_customer=is_customer,
            party_id=suggestion.rest_party_id,
            amount=-rest if came_in else rest,
            accounts=accounts,
        )


def ledger_posting(said: LedgerLine, currency: str, accounts: dict[LedgerRole, str]) -> PostingLine:
    """The line as it is posted, a role's account by its number."""
    account = said.account or accounts[LedgerRole(said.role)]
    amount = Money(said.amount_minor, currency)
    return PostingLine(account, amount, said.party_id, text=said.text, vat_code=said.vat_code)


def _text(
    suggestion: Suggestion,
    transaction: BookedTransaction,
    items: Mapping[int, BookedItem],
) -> str:
    touched = [each.item_id for each in (*suggestion.settlements, *suggestion.reopened)]
    touched += [each.item_id for each in suggestion.payments]
    settled = [items[item_id] for item_id in touched]
    if not settled:
        return " ".join(filter(None, (transaction.counterparty, transaction.text)))[:200]
    numbers = ", ".join(dict.fromkeys(item.number for item in settled))
    return f"{settled[0].party_name}: {numbers}"[:200]
