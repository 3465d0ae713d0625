"""What stands booked for transactions, and what suggestions would have posted, as postings."""

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from datetime import date

from avstem.domain.money import Money
from avstem.domain.voucher import LedgerRole, PostingLine
from avstem.matching.decision import Decision, Suggestion
from avstem.matching.replay import Done, Posted
from avstem.store.chart import accounts_by_role
from avstem.store.items import booked_items
from avstem.store.models import BankTransaction, Posting, Voucher
from avstem.store.suggested_voucher import BookedTransaction, lines_of

_FIELDS = ("pk", "booking_date", "amount_minor", "currency", "account__ledger_account")
#: Only the bank's own posting has this place.
_BANK_POSITION = 0
#: Account, minor units, currency, party, item, VAT code: as `matching.replay.Posted` counts them.
_Line = tuple[str, int, str, int | None, int | None, str]


def done_for(company_id: int, ids: Sequence[int]) -> dict[int, Done]:
    """For each of the transactions, four questions in all however many they are."""
    rows = BankTransaction.objects.filter(company_id=company_id, pk__in=ids)
    state = {pk: (state, no) for pk, state, no in rows.values_list("pk", "state", "booking_no")}
    booked = {pk: no for pk, (said, no) in state.items() if said == "booked"}
    vouchers = _standing(company_id, booked)
    posted = _posted(company_id, {pk: voucher_id for pk, (voucher_id, _) in vouchers.items()})
    return {
        pk: Done(posted.get(pk), vouchers[pk][1] if pk in vouchers else False, _is_undone(*said))
        for pk, said in state.items()
    }


def _is_undone(state: str, booking_no: int) -> bool:
    return state != "booked" and booking_no > 0


def _standing(company_id: int, booked: Mapping[int, int]) -> dict[int, tuple[int, bool]]:
    """Transaction -> the voucher that books it now, and whether a person decided it."""
    found = Voucher.objects.filter(
        company_id=company_id, transaction_id__in=booked, reverses__isnull=True
    )
    return {
        pk: (voucher_id, run_id is None)
        for voucher_id, pk, no, run_id in found.values_list(
            "pk", "transaction_id", "booking_no", "decision__run_id"
        )
        if pk is not None and booked[pk] == no
    }


def _posted(company_id: int, vouchers: Mapping[int, int]) -> dict[int, Posted]:
    """The postings beside the bank's, by transaction."""
    whose = {voucher_id: pk for pk, voucher_id in vouchers.items()}
    rows = Posting.objects.filter(company_id=company_id, voucher_id__in=whose)
    lines: dict[int, list[_Line]] = {pk: [] for pk in vouchers}
    for voucher_id, *row in rows.exclude(position=_BANK_POSITION).values_list(
        "voucher_id", "account", "amount_minor", "currency", "party_id", "item_id", "vat_code"
    ):
        lines[whose[voucher_id]].append(tuple(row))  # type: ignore[arg-type]  # a `_Line`'s fields
    roles = accounts_by_role(company_id)
    by_rates = {roles[LedgerRole.RATE_GAIN], roles[LedgerRole.RATE_LOSS]}
    return {pk: Counter(_without_rates(said, by_rates)) for pk, said in lines.items()}


def _without_rates(lines: Sequence[_Line], by_rates: Container[str]) -> list[_Line]:
    """A difference of rates follows from the rest of its voucher: it is nobody's decision."""
    several = len({currency for _, _, currency, *_ in lines}) > 1
    return [each for each in lines if not (several and each[0] in by_rates and each[4] is None)]


class Readings:
    """The postings beside the bank's that the suggestions of some decisions would make."""

    def __init__(self, company_id: int, decisions: Sequence[Decision]) -> None:
        said = [each for decision in decisions for each in suggestions_of(decision)]
        touched = {part.item_id for each in said for part in (*each.settlements, *each.reopened)}
        self._roles = accounts_by_role(company_id)
        self._items = booked_items(company_id, touched)
        rows = BankTransaction.objects.filter(
            company_id=company_id, pk__in=[each.line_id for each in decisions]
        )
        self._lines = {row[0]: _transaction(*row) for row in rows.values_list(*_FIELDS)}

    def of(self, decision: Decision) -> list[Posted]:
        """One for each suggestion, the best first."""
        line = self._lines[decision.line_id]
        made = (lines_of(each, line, self._items, self._roles) for each in suggestions_of(decision))
        return [Counter(map(_plain, lines[1:])) for lines in made]


def suggestions_of(decision: Decision) -> list[Suggestion]:
    """All of them, the best first."""
    return [decision.best, *decision.others] if decision.best else []


def _plain(line: PostingLine) -> _Line:
    amount = line.amount
    return line.account, amount.minor, amount.currency, line.party_id, line.item_id, line.vat_code


def _transaction(
    pk: int, day: date, minor: int, currency: str, ledger_account: str
) -> BookedTransaction:
    return BookedTransaction(pk, day, Money(minor, currency), ledger_account, "", "", 1)
