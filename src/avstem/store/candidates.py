"""Finding what the open lines may be about: by index, a chunk of keys at a time.

Nothing is scanned: each query names at most `CHUNK` keys, accounts, amounts or parties.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, TypeVar

from django.db.models import Count, Exists, F, OuterRef

from avstem.domain.early_payment import terms_from_rows
from avstem.domain.exchange import Rates
from avstem.domain.open_item import ItemKind
from avstem.domain.open_item import Party as PartyValue
from avstem.matching import lookup
from avstem.matching.facts import BookedPayment, Candidates, Item, Key, KeyKind, Line
from avstem.matching.facts import SentPayment as Sent
from avstem.matching.learning import Learnt
from avstem.matching.names import name_words
from avstem.matching.policy import Policy
from avstem.store.habit_rows import habits
from avstem.store.learning import LEARNT
from avstem.store.models import (
    BankAccount,
    Company,
    NameAlias,
    OpenItem,
    Party,
    PartyAccount,
    ReferenceKey,
    RejectedPair,
    SentPayment,
)
from avstem.store.models.bank import AccountKind
from avstem.store.party_credits import credit_counts
from avstem.store.rates import load_rates
from avstem.store.returns import booked_payments
from avstem.store.rule_rows import active_rules, standing_off
from avstem.store.settlement_candidates import settlements_for

CHUNK = 1_000
ITEMS_PER_AMOUNT_MAX = 20

T = TypeVar("T", int, str)
AmountKey = tuple[int, str, int]


def load_candidates(
    company_id: int, lines: Sequence[Line], loader: "Loader | None" = None
) -> Candidates:
    """Everything that the lines' references, accounts and amounts lead to.

    `loader` where the books are to be seen otherwise than as they stand now.
    """
    loader = loader or Loader(company_id)
    payouts = settlements_for(company_id, lines)
    keys = lookup.lookup_keys(lines) | lookup.lookup_payouts(payouts.values())
    by_key = loader.items_by_key(keys)
    accounts, learnt = loader.parties_by_account(lookup.lookup_accounts(lines))
    sent = loader.sent_by_key(keys)
    loader.load_items(item_id for found in by_key.values() for item_id in found)
    loader.load_items(_of_sent(sent))
    returned = booked_payments(company_id, lines)
    loader.load_items(_of_returned(returned))
    own = list(BankAccount.objects.filter(company_id=company_id))
    doubtful = lookup.lines_in_doubt(lines, by_key, loader.items)
    parties = lookup.parties_to_load(doubtful, by_key, loader.items, accounts, learnt)
    by_party = loader.open_by_party(parties)
    amounts = lookup.lookup_amounts(doubtful)
    by_amount, counts = loader.open_by_amount(amounts)
    found = Candidates(
        items=loader.items,
        by_key=by_key,
        party_accounts=accounts,
        party_names=loader.names(),
        open_by_party=by_party,
        open_by_amount=by_amount,
        amount_counts=counts,
        open_count=loader.open_count(enough_open_items(counts)),
        sent_by_key=sent,
        rejected=loader.rejected(lines),
        own_accounts={row.iban: row.pk for row in own},
        own_account_names={row.pk: row.name or row.iban for row in own},
        booked_by_key=returned,
        parties_book_sums=loader.parties_book_sums(parties),
        learnt_accounts=learnt,
        learnt_names=loader.learnt_names(lookup.lookup_names(doubtful)),
        rates=rates_for(company_id, lines, loader.items.values()),
        booking_rules=active_rules(company_id),
        standing_off=standing_off(company_id),
        habits=habits(company_id),
        payouts=payouts,
        cash_accounts={row.pk: row.currency for row in own if row.kind == AccountKind.CASH},
    )
    return _with_who_pays(company_id, found, lines)


def _with_who_pays(company_id: int, found: Candidates, lines: Sequence[Line]) -> Candidates:
    """What is known of those who pay or are paid: factors, credits, and the company itself."""
    factors = factors_of(company_id)
    return replace(
        found,
        credits=credit_counts(company_id, _paid_parties(lines, found.party_accounts)),
        factors=frozenset(factors),
        factor_names=frozenset(map(name_words, factors.values())),
        own_name=_own_name(company_id),
    )


def _paid_parties(lines: Sequence[Line], accounts: Mapping[str, Sequence[int]]) -> set[int]:
    """The parties to whose accounts money goes out."""
    paid = {line.counterparty_account for line in lines if line.amount_minor < 0}
    return {party_id for account in paid for party_id in accounts.get(account or "", ())}


def factors_of(company_id: int) -> dict[int, str]:
    """The parties that have bought claims on others, by id, with their names."""
    rows = Party.objects.filter(company_id=company_id, is_factor=True)
    return dict(rows.values_list("pk", "name"))


def _own_name(company_id: int) -> str:
    """The company's name, as a bank may show it; "" where a private party is known by the same."""
    name: str = Company.objects.values_list("name", flat=True).get(pk=company_id)
    rows = Party.objects.filter(company_id=company_id, key=PartyValue(name).key)
    return "" if rows.exists() else name


def _of_sent(sent: Mapping[Key, Sequence[Sent]]) -> Iterator[int]:
    """The bills that payments of ours are for, and the credit notes that they draw off."""
    for found in sent.values():
        for payment in found:
            yield payment.item_id
            yield from (item_id for item_id, _ in payment.credits)


def _of_returned(returned: Mapping[Key, Sequence[BookedPayment]]) -> Iterator[int]:
    """The items that the payments settled which may have come back."""
    for found in returned.values():
        for paid in found:
            yield from (each.item_id for each in paid.settled)
            yield from (each.item_id for each in paid.payments)


def rates_for(company_id: int, lines: Sequence[Line], items: Iterable[Item]) -> Rates:
    """The rates of every foreign currency met, on the days of the lines."""
    own = Company.objects.values_list("currency", flat=True).get(pk=company_id)
    foreign = {item.currency for item in items} | {line.currency for line in lines}
    days = [line.booking_date for line in lines] if foreign - {own} else []
    edges = {min(days), max(days)} if days else set()
    return load_rates(own, ((currency, day) for currency in foreign for day in edges))


class Loader:
    """Loads in chunks and keeps the items it has met: the books as they stand now."""

    def __init__(self, company_id: int) -> None:
        self.company_id = company_id
        self.items: dict[int, Item] = {}
        self._names: dict[int, str] = {}

    def names(self) -> dict[int, str]:
        """The names of the parties of all items met."""
        return self._names

    def items_by_key(self, keys: Iterable[Key]) -> Mapping[Key, Sequence[int]]:
        """The items that a reference leads to, closed ones included."""
        # The bank's own references are no document's.
        wanted = {key for key in keys if key.kind is not KeyKind.BANK_REFERENCE}
        rows = ReferenceKey.objects.filter(company_id=self.company_id)
        found: dict[Key, tuple[int, ...]] = {}
        for values in _chunks({key.value for key in wanted}):
            named = rows.filter(value__in=values).order_by("item_id")
            for kind, value, item_id in named.values_list("kind", "value", "item_id"):
                if (key := Key(_KEY_KINDS[kind], value)) in wanted:
                    found[key] = (*found.get(key, ()), item_id)
        return found

    def load_items(self, item_ids: Iterable[int]) -> None:
        """Make sure that these items are known."""
        missing = set(item_ids) - self.items.keys()
        for chunk in _chunks(missing):
            self._keep(OpenItem.objects.filter(company_id=self.company_id, pk__in=chunk))

    def parties_by_account(
        self, accounts: Iterable[str]
    ) -> tuple[dict[str, list[int]], dict[str, list[Learnt]]]:
        """The parties known to use an account: by the register, and as learnt from payments."""
        rows = PartyAccount.objects.filter(company_id=self.company_id, switched_off=False)
        found: dict[str, list[int]] = defaultdict(list)
        learnt: dict[str, list[Learnt]] = defaultdict(list)
        fields = ("account_key", "party_id", "source", "confirmations")
        for chunk in _chunks(accounts):
            named = rows.filter(account_key__in=chunk).order_by("party_id")
            for account, party_id, source, times in named.values_list(*fields):
                if source != LEARNT:
                    found[account].append(party_id)
                elif times:
                    learnt[account].append(Learnt(party_id, times))
        return dict(found), dict(learnt)

    def learnt_names(self, names: Iterable[str]) -> dict[str, list[int]]:
        """The parties that have been paid for under these names."""
        rows = NameAlias.objects.filter(company_id=self.company_id, switched_off=False)
        found: dict[str, list[int]] = defaultdict(list)
        for chunk in _chunks(names):
            named = rows.filter(name_key__in=chunk, confirmations__gt=0).order_by("party_id")
            for name, party_id in named.values_list("name_key", "party_id"):
                found[name].append(party_id)
        return dict(found)

    def sent_by_key(self, keys: Iterable[Key]) -> dict[Key, list[Sent]]:
        """The payments we sent that the bank names by one of our own keys."""
        by_kind: dict[KeyKind, set[str]] = defaultdict(set)
        for key in keys:
            if key.kind in _KINDS_SENT:
                by_kind[key.kind].add(key.value)
        rows = self._sent().annotate(
            order_currency=F("order__currency"), own=F("company__currency"),
            documents=F("order__documents"),
        )  # fmt: skip
        found: dict[Key, list[Sent]] = defaultdict(list)
        for kind, values in by_kind.items():
            for chunk in _chunks(values):
                for row in rows.filter(**{f"{kind.value}__in": chunk}).order_by("pk"):
                    sent = Sent(
                        row.pk, row.item_id, row.amount_minor, row.rejected,
                        through_clearing=row.order_currency == row.own,
                        is_moved=row.clearing_id is not None, reference=row.end_to_end_id,
                        credits=_credits(row.documents),
                    )  # fmt: skip
                    found[Key(kind, getattr(row, kind.value))].append(sent)
        return dict(found)

    def open_by_party(self, parties: Iterable[int]) -> dict[int, list[int]]:
        """The open items of these parties."""
        found: dict[int, list[int]] = defaultdict(list)
        for chunk in _chunks(parties):
            rows = self._open().filter(party_id__in=chunk)
            for item in self._keep(rows):
                found[item.party_id].append(item.id)
        return dict(found)

    def open_by_amount(
        self, amounts: Iterable[AmountKey]
    ) -> tuple[dict[AmountKey, list[int]], dict[AmountKey, int]]:
        """The open items of an amount, at most twenty each, and how many there are."""
        grouped: dict[tuple[int, str], set[int]] = defaultdict(set)
        for direction, currency, minor in amounts:
            grouped[direction, currency].add(minor)
        found: dict[AmountKey, list[int]] = defaultdict(list)
        counts: dict[AmountKey, int] = {}
        for (direction, currency), minors in grouped.items():
            rows = self._open().filter(direction=direction, currency=currency)
            for chunk in _chunks(minors):
                same = rows.filter(remaining_minor__in=chunk)
                few = _count_amounts(same, direction, currency, counts)
                for item in self._keep(same.filter(remaining_minor__in=few)):
                    found[direction, currency, item.remaining_minor].append(item.id)
        return dict(found), counts

    def parties_book_sums(self, parties: set[int]) -> frozenset[int]:
        """Those of the parties for which a sum without a reference may book."""
        rows = Party.objects.filter(company_id=self.company_id, books_sums=True)
        return frozenset(rows.values_list("pk", flat=True)) & parties

    def open_count(self, most: int) -> int:
        """How many open items the company has; no more than `most` are counted."""
        count: int = self._open()[:most].count()
        return count

    def rejected(self, lines: Sequence[Line]) -> frozenset[tuple[int, int]]:
        """The readings a person has undone or refused."""
        rows = RejectedPair.objects.filter(
            company_id=self.company_id, transaction__state__in=("open", "suggested")
        )
        del lines
        return frozenset(rows.values_list("transaction_id", "item_id"))

    def _sent(self) -> Any:
        return SentPayment.objects.filter(company_id=self.company_id, settled=False)

    def _open(self) -> Any:
        # Wages and tax are found under a reference of theirs alone, never by party or amount.
        rows = OpenItem.objects.filter(company_id=self.company_id, remaining_minor__gt=0)
        return rows.filter(ledger_account__isnull=True)

    def _keep(self, rows: Any) -> list[Item]:
        on_its_way = Exists(
            SentPayment.objects.filter(item=OuterRef("pk"), settled=False, rejected=False)
        )
        kept = []
        found = rows.annotate(on_its_way=on_its_way).order_by("pk")
        for row in found.values_list(*_ITEM_FIELDS):
            item = self.items.get(row[0])
            if item is None:
                item = self.items[row[0]] = _item(row)
                self._names[item.party_id] = row[-1]
            kept.append(item)
        return kept


def _item(row: tuple[Any, ...]) -> Item:
    (item_id, kind, number, party_id, day, currency, amount, remaining, kid, account, blocked,
     value, vat_code, discounts, on_its_way, _name) = row  # fmt: skip
    return Item(
        id=item_id,
        kind=_KINDS[kind],
        number=number,
        party_id=party_id,
        invoice_date=day,
        currency=currency,
        amount_minor=amount,
        remaining_minor=remaining,
        kid=kid or None,
        party_account=account or None,
        party_blocked=blocked,
        payment_on_its_way=on_its_way,
        is_valued=value is not None,
        vat_code=vat_code or "",
        discounts=terms_from_rows(discounts) if discounts else (),
    )


_KINDS = {kind.value: kind for kind in ItemKind}
_KEY_KINDS = {kind.value: kind for kind in KeyKind}
#: The keys that a payment of ours is known by: columns of `SentPayment` of these very names.
_KINDS_SENT = frozenset({
    KeyKind.END_TO_END, KeyKind.INSTRUCTION, KeyKind.PAYMENT_INFORMATION, KeyKind.MESSAGE,
    KeyKind.BANK_REFERENCE,
})  # fmt: skip


_ITEM_FIELDS = (
    "id", "kind", "number", "party_id", "invoice_date", "currency", "amount_minor",
    "remaining_minor", "kid", "party_account", "party__blocked",
    "value_minor", "vat_code", "discounts", "on_its_way", "party__name",
)  # fmt: skip


def enough_open_items(counts: Mapping[AmountKey, int]) -> int:
    """How many open items make no amount of these common: to count on would change nothing."""
    return int(max(counts.values(), default=0) / Policy().common_share) + 2


def _count_amounts(
    rows: Any, direction: int, currency: str, counts: dict[AmountKey, int]
) -> list[int]:
    """Count the items of each amount; answer the amounts that few enough items share."""
    few = []
    for minor, count in rows.values_list("remaining_minor").annotate(Count("pk")).order_by():
        counts[direction, currency, minor] = count
        if count <= ITEMS_PER_AMOUNT_MAX:
            few.append(minor)
    return few


def _chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """Sorted, so that neighbours in the index are asked for together."""
    rest = iter(sorted(set(values)))
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _credits(documents: Any) -> tuple[tuple[int, int], ...]:
    """The credit notes among the documents of an order."""
    return tuple(
        (each["item"], each["amount_minor"]) for each in documents or () if each["kind"] == "CREN"
    )
