"""What was learnt: records of rules, accounts and names, and the bookings to look at."""

from dataclasses import dataclass

from avstem.matching.record import GUARD_SIGN, Record
from avstem.store.answer_records import Records
from avstem.store.learning import LEARNT
from avstem.store.models import BookingSample, NameAlias, PartyAccount
from avstem.store.queries.keyset import Order, Page, page_of

BY_ID = Order((("pk", int),))
FACTS_MAX = 500


@dataclass(frozen=True)
class RuleStanding:
    """A kind of answer, what became of it, and whether it may be booked without a person."""

    key: str
    record: Record
    may_book: bool

    @property
    def rule(self) -> str:
        """The rule without the guard and the version."""
        return self.key.partition(GUARD_SIGN)[0].partition("@")[0]

    @property
    def guard(self) -> str:
        """What speaks against such answers ("" for nothing)."""
        return self.key.partition(GUARD_SIGN)[2]

    @property
    def put_back(self) -> bool:
        """It would book by itself, had it not been wrong too often."""
        return not self.may_book and not self.guard


def rule_standings(company_id: int) -> list[RuleStanding]:
    """Every kind of answer; those put back to proposals first, then the most used."""
    records = Records(company_id)
    found = [RuleStanding(key, each, records.may_book(key)) for key, each in records.by_key.items()]
    return sorted(found, key=lambda each: (not each.put_back, -each.record.count, each.key))


def learnt_accounts(company_id: int) -> list[PartyAccount]:
    """The accounts learnt, the newest first, at most `FACTS_MAX`."""
    rows = PartyAccount.objects.filter(company_id=company_id, source=LEARNT)
    return list(rows.select_related("party").order_by("-pk")[:FACTS_MAX])


def learnt_names(company_id: int) -> list[NameAlias]:
    """The names learnt, the newest first, at most `FACTS_MAX`."""
    rows = NameAlias.objects.filter(company_id=company_id)
    return list(rows.select_related("party").order_by("-pk")[:FACTS_MAX])


def samples_page(company_id: int, *, after: str, before: str) -> Page[BookingSample]:
    """The automatic bookings that wait for a look, the newest first."""
    rows = BookingSample.objects.filter(company_id=company_id, state="waits")
    return page_of(rows.select_related("voucher__transaction"), BY_ID, after=after, before=before)
