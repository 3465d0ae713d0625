"""Reading for the SAF-T export: the books of a period, in chunks.

Vouchers are never changed and posted one run at a time, so that those up to the newest id are a
fixed set: what is posted meanwhile is in the next file. Amounts are signed: positive is debit.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet, Sum
from django.utils import timezone

from avstem.domain.errors import CurrencyMismatchError, RateUnknownError
from avstem.domain.exchange import Rates, value_minor
from avstem.domain.money import Money
from avstem.domain.open_item import ItemKind
from avstem.domain.vat import VatCode, get_vat_code
from avstem.domain.voucher import LedgerRole
from avstem.formats.saft.grouping import Grouping, grouping_of_bank, grouping_of_role
from avstem.formats.saft.model import SaftAccount, SaftBalance, SaftParty
from avstem.formats.saft.tax import LineTax, TaxedLine, line_taxes
from avstem.formats.saft.write import LineToWrite, VoucherToWrite
from avstem.store.chart import accounts_by_role
from avstem.store.learning import LEARNT
from avstem.store.models import (
    BankAccount,
    Company,
    LedgerAccount,
    OpenItem,
    Party,
    PartyAccount,
    Posting,
    Voucher,
)
from avstem.store.queries.accounts import Standing, standings
from avstem.store.rates import load_rates

CHUNK = 1_000
_KINDS = {
    is_customer: [
        kind.value for kind in ItemKind if kind.is_document and kind.is_customer is is_customer
    ]
    for is_customer in (True, False)
}


@dataclass(frozen=True, slots=True)
class Totals:
    """What the period's vouchers come to; `debit_minor` and `credit_minor` are positive."""

    vouchers: int
    debit_minor: int
    credit_minor: int


class SaftBooks:
    """One company's books from a day to a day, both included, as they are now.

    None for a day is that of the first or the last voucher; without vouchers it is `today`.
    Amounts are in the company's currency; foreign money whose value nobody knows is refused.
    """

    def __init__(
        self, company: Company, *, from_date: date | None, to_date: date | None, today: date
    ) -> None:
        self._company = company
        ours = Voucher.objects.filter(company_id=company.pk)
        found = ours.aggregate(newest=Max("pk"), first=Min("date"), last=Max("date"))
        self._newest = found["newest"] or 0
        self.to_date: date = to_date or found["last"] or from_date or today
        first = found["first"] or self.to_date
        self.from_date: date = from_date or min(first, self.to_date)
        roles = accounts_by_role(company.pk)
        self._ledgers = {
            True: roles[LedgerRole.RECEIVABLES],
            False: roles[LedgerRole.PAYABLES],
        }
        self._vat_accounts = {roles[LedgerRole.VAT_INPUT], roles[LedgerRole.VAT_OUTPUT]}
        self._standings = {each.account.ledger_account: each for each in standings(company.pk)}
        self._require_values()
        self._openings = self._opening_values(found["first"] or self.to_date)

    def bank_accounts(self) -> Sequence[BankAccount]:
        """The company's bank accounts, by ledger account."""
        return [each.account for each in self._standings.values()]

    def totals(self) -> Totals:
        """Count and sums of the period's vouchers."""
        sums = self._postings(self._in_period).aggregate(
            debit=Sum("value_minor", filter=Q(value_minor__gt=0), default=0),
            credit=Sum("value_minor", filter=Q(value_minor__lt=0), default=0),
        )
        count = self._vouchers().aggregate(count=Count("pk"))["count"]
        return Totals(count, int(sums["debit"]), -int(sums["credit"]))

    def vat_codes(self) -> tuple[VatCode, ...]:
        """The codes of the period's postings."""
        rows = self._postings(self._in_period).exclude(vat_code="")
        found = rows.values_list("vat_code", flat=True).distinct().order_by("vat_code")
        return tuple(map(get_vat_code, found))

    def accounts(self) -> Iterator[SaftAccount]:
        """The chart, with every account that was posted to."""
        known = LedgerAccount.objects.filter(company_id=self._company.pk)
        names = {row.number: (row.name, row.role) for row in known}
        balances = {number: (opening, moved) for number, opening, moved in self._sums("account")}
        for number in sorted(names.keys() | balances.keys() | self._standings.keys()):
            name, role = names.get(number, (number, ""))
            opening, moved = balances.get(number, (0, 0))
            standing = self._standings.get(number)
            opening += self._openings.get(number, 0)
            category, code = _grouping(role, number, standing)
            yield SaftAccount(
                id=number,
                name=name,
                balance=self._balance(number, opening, moved),
                grouping_category=category,
                grouping_code=code,
            )

    def customers(self) -> Iterator[SaftParty]:
        """Who has a document or a posting among the receivables."""
        return self._parties(is_customer=True)

    def suppliers(self) -> Iterator[SaftParty]:
        """Who has a document or a posting among the payables."""
        return self._parties(is_customer=False)

    def vouchers(self) -> Iterator[VoucherToWrite]:
        """The period's vouchers by series, year and number; two queries a thousand."""
        rows = self._vouchers().order_by("series", "year", "number").iterator(CHUNK)
        while chunk := list(islice(rows, CHUNK)):
            postings: dict[int, list[Posting]] = defaultdict(list)
            of_chunk = Posting.objects.filter(
                company_id=self._company.pk, voucher_id__in=[row.pk for row in chunk]
            )
            for posting in of_chunk.select_related("item").order_by("voucher_id", "position"):
                postings[posting.voucher_id].append(posting)
            for row in chunk:
                yield self._voucher(row, postings[row.pk])

    @property
    def _in_period(self) -> Q:
        return Q(voucher__date__gte=self.from_date, voucher__date__lte=self.to_date)

    def _postings(self, *which: Q) -> QuerySet[Posting]:
        return Posting.objects.filter(
            *which, company_id=self._company.pk, voucher_id__lte=self._newest
        )

    def _vouchers(self) -> QuerySet[Voucher]:
        return Voucher.objects.filter(
            company_id=self._company.pk,
            pk__lte=self._newest,
            date__gte=self.from_date,
            date__lte=self.to_date,
        )

    def _require_values(self) -> None:
        """Vouchers of before there were rates: what they are in the company's currency is lost."""
        unknown = Q(voucher__date__lte=self.to_date, value_minor__isnull=True)
        foreign = self._postings(unknown).select_related("voucher").first()
        if foreign is not None:
            found = f"{foreign.currency} (voucher {foreign.voucher})"
            raise CurrencyMismatchError(found=found, expected=self._company.currency)

    def _opening_values(self, first: date) -> dict[str, int]:
        """What bank accounts began with, in the company's currency: by the rate of that day.

        The day is the one from which the account's books begin, else that of the first voucher.
        """
        own = self._company.currency
        days = {
            number: each.account.from_date or first
            for number, each in self._standings.items()
            if each.opening_minor
        }
        accounts = {number: self._standings[number].account for number in days}
        rates = load_rates(own, ((accounts[each].currency, days[each]) for each in days))
        return {number: self._opening_value(number, day, rates) for number, day in days.items()}

    def _opening_value(self, number: str, day: date, rates: Rates) -> int:
        standing = self._standings[number]
        opening = Money(standing.opening_minor, standing.account.currency)
        rate = rates.price(opening.currency, day)
        if rate is None:
            raise RateUnknownError(opening.currency, day.isoformat(), rates.own)
        return value_minor(opening, rate.price, rates.own)

    def _sums(self, *by: str, **which: Any) -> Iterator[tuple[Any, ...]]:
        """(…by, before the period, in it) of the postings up to its end."""
        before = Q(voucher__date__lt=self.from_date)
        rows = self._postings(Q(voucher__date__lte=self.to_date)).filter(**which)
        sums = (
            rows.values_list(*by)
            .annotate(
                opening=Sum("value_minor", filter=before, default=0),
                moved=Sum("value_minor", filter=self._in_period, default=0),
            )
            .order_by()
        )
        for row in sums:
            yield (*row[:-2], int(row[-2]), int(row[-1]))

    def _balance(self, number: str, opening_minor: int, moved_minor: int) -> SaftBalance:
        currency = self._company.currency
        closing_minor = opening_minor + moved_minor
        return SaftBalance(number, Money(opening_minor, currency), Money(closing_minor, currency))

    def _parties(self, *, is_customer: bool) -> Iterator[SaftParty]:
        rows = Party.objects.filter(company_id=self._company.pk).order_by("pk").iterator(CHUNK)
        while chunk := list(islice(rows, CHUNK)):
            yield from self._of_chunk(chunk, is_customer)

    def _of_chunk(self, chunk: Sequence[Party], is_customer: bool) -> Iterator[SaftParty]:
        ids = [party.pk for party in chunk]
        ledger = self._ledgers[is_customer]
        sums = {
            party_id: (opening, moved)
            for party_id, opening, moved in self._sums("party_id", party_id__in=ids, account=ledger)
        }
        concerned = sums.keys() | self._with_documents(ids, is_customer)
        accounts = self._party_accounts(ids)
        for party in chunk:
            if party.pk in concerned:
                yield SaftParty(
                    is_customer=is_customer,
                    id=str(party.pk),
                    name=party.name,
                    orgnr=party.orgnr or None,
                    accounts=tuple(accounts[party.pk]),
                    balances=(self._balance(ledger, *sums.get(party.pk, (0, 0))),),
                )

    def _with_documents(self, ids: Sequence[int], is_customer: bool) -> set[int]:
        items = OpenItem.objects.filter(company_id=self._company.pk, party_id__in=ids)
        items = items.filter(kind__in=_KINDS[is_customer])
        return set(items.values_list("party_id", flat=True).distinct())

    def _party_accounts(self, ids: Sequence[int]) -> dict[int, list[str]]:
        found: dict[int, list[str]] = defaultdict(list)
        rows = PartyAccount.objects.filter(company_id=self._company.pk, party_id__in=ids)
        rows = rows.exclude(source=LEARNT)
        for party_id, account in rows.order_by("pk").values_list("party_id", "account_key"):
            found[party_id].append(account)
        return found

    def _voucher(self, row: Voucher, postings: Sequence[Posting]) -> VoucherToWrite:
        taxes = line_taxes([self._taxed(posting) for posting in postings])
        return VoucherToWrite(
            journal=row.series,
            id=str(row),
            day=row.date,
            entered=timezone.localdate(row.created_at),
            text=row.text,
            source=row.created_by,
            lines=tuple(map(self._line, postings, taxes)),
        )

    def _taxed(self, posting: Posting) -> TaxedLine:
        assert posting.value_minor is not None, "unknown values are refused before"
        code = get_vat_code(posting.vat_code) if posting.vat_code else None
        amount = Money(posting.value_minor, self._company.currency)
        return TaxedLine(amount, code, posting.account in self._vat_accounts)

    def _line(self, posting: Posting, tax: LineTax | None) -> LineToWrite:
        party, item = str(posting.party_id) if posting.party_id else None, posting.item
        own, amount = self._company.currency, Money(posting.amount_minor, posting.currency)
        assert posting.value_minor is not None, "unknown values are refused before"
        return LineToWrite(
            account=posting.account,
            amount=Money(posting.value_minor, own),
            foreign=amount if amount.currency != own else None,
            text=posting.text,
            customer=party if posting.account == self._ledgers[True] else None,
            supplier=party if posting.account == self._ledgers[False] else None,
            reference=item.number if item else None,
            cid=item.kid if item else None,
            due_date=item.due_date if item else None,
            tax=tax,
        )


def _grouping(role: str, number: str, standing: Standing | None) -> Grouping:
    if role or standing is None:
        return grouping_of_role(role)
    return grouping_of_bank(standing.account.kind, number)
