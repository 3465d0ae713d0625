"""What a rule would have done with the transactions of before, against what people did.

Reads in chunks, a constant number of queries each, and writes nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from typing import Any

from avstem.domain.voucher import LedgerRole
from avstem.matching.booking_rules import BookingRule, RuleBook
from avstem.matching.decision import Decision, LedgerLine, Verdict
from avstem.matching.facts import Line
from avstem.matching.policy import Policy
from avstem.matching.rules import booking_rules
from avstem.matching.state import Desk
from avstem.store.candidates import load_candidates
from avstem.store.chart import accounts_by_role
from avstem.store.models import BankTransaction, Posting, Voucher
from avstem.store.open_lines import FIELDS, line_of
from avstem.store.rule_rows import active_rules

CHUNK = 1_000
EXAMPLES_MAX = 10
#: (account, minor units, VAT code): what a booking posts beside the bank.
Booked = Counter[tuple[str, int, str]]


@dataclass
class History:
    """Counts as `store.models.RuleTrial` has them."""

    looked_at: int = 0
    covered: int = 0
    would_book: int = 0
    same: int = 0
    differs: int = 0
    untouched: int = 0
    examples: list[dict[str, Any]] = field(default_factory=list)


def a_year_before(day: date) -> date:
    """The first day that a trial on that day looks at."""
    # 29 February has no namesake the year before.
    return day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == 2 else day.day)


def history_count(company_id: int, *, to_date: date) -> int:
    """How many transactions a trial on that day looks at."""
    rows = BankTransaction.objects.filter(
        company_id=company_id,
        booking_date__gte=a_year_before(to_date),
        booking_date__lte=to_date,
    )
    return rows.count()


def try_on_history(
    company_id: int, rule: BookingRule, *, from_date: date, to_date: date
) -> History:
    """The rule beside the others that are switched on, as if it had been there all the time."""
    others = [each for each in active_rules(company_id) if each.id != rule.id]
    book, found = RuleBook([rule]), History()
    for lines, states in _chunks(company_id, from_date, to_date):
        found.looked_at += len(lines)
        covered = [line for line in lines if line.amount_minor and book.matches(line)]
        if covered:
            _compare(company_id, [rule, *others], rule, covered, states, found)
    return found


def _chunks(
    company_id: int, from_date: date, to_date: date
) -> Iterator[tuple[list[Line], dict[int, str]]]:
    rows = (
        BankTransaction.objects.filter(
            company_id=company_id, booking_date__gte=from_date, booking_date__lte=to_date
        )
        .exclude(state="superseded")
        .order_by("booking_date", "id")
        .values_list("state", *FIELDS)
        .iterator(CHUNK)
    )
    while chunk := list(islice(rows, CHUNK)):
        # An undone booking is history; only what stands is compared.
        lines = [replace(line_of(row[1:], {}, None), undone=False) for row in chunk]
        yield lines, {line.id: row[0] for line, row in zip(lines, chunk, strict=True)}


def _compare(
    company_id: int,
    rules: Sequence[BookingRule],
    rule: BookingRule,
    covered: Sequence[Line],
    states: Mapping[int, str],
    found: History,
) -> None:
    candidates = replace(load_candidates(company_id, covered), booking_rules=rules)
    desk = Desk(candidates, Policy())
    booking_rules.apply(desk, covered)
    roles = accounts_by_role(company_id)
    booked = _booked(company_id, [line.id for line in covered if states[line.id] == "booked"])
    for line in covered:
        found.covered += 1
        would = _would(desk.decisions.get(line.id), rule, roles)
        if would is not None:
            _count(found, line, would, booked.get(line.id))


def _would(
    decision: Decision | None, rule: BookingRule, roles: Mapping[LedgerRole, str]
) -> Booked | None:
    if decision is None or decision.verdict is not Verdict.BOOK or decision.best is None:
        return None
    if decision.best.rule != rule.key:
        return None
    return Counter(_posted(each, roles) for each in decision.best.ledger_lines)


def _posted(said: LedgerLine, roles: Mapping[LedgerRole, str]) -> tuple[str, int, str]:
    return said.account or roles[LedgerRole(said.role)], said.amount_minor, said.vat_code


def _count(found: History, line: Line, would: Booked, did: Booked | None) -> None:
    found.would_book += 1
    if did is None:
        found.untouched += 1
    elif did == would:
        found.same += 1
    else:
        found.differs += 1
        if len(found.examples) < EXAMPLES_MAX:
            found.examples.append(_example(line, would, did))


def _example(line: Line, would: Booked, did: Booked) -> dict[str, Any]:
    return {
        "transaction": line.id,
        "date": line.booking_date.isoformat(),
        "amount_minor": line.amount_minor,
        "currency": line.currency,
        "text": " ".join(filter(None, (line.counterparty, line.text)))[:140],
        "would": [list(each) for each in sorted(would.elements())],
        "did": [list(each) for each in sorted(did.elements())],
    }


def _booked(company_id: int, ids: Sequence[int]) -> dict[int, Booked]:
    """What the standing vouchers of these transactions post beside the bank's line."""
    vouchers = dict(
        Voucher.objects.filter(
            company_id=company_id,
            transaction_id__in=ids,
            reverses__isnull=True,
            reversed_by__isnull=True,
        ).values_list("pk", "transaction_id")
    )
    found: dict[int, Booked] = defaultdict(Counter)
    rows = Posting.objects.filter(company_id=company_id, voucher_id__in=vouchers, position__gt=0)
    for voucher_id, account, minor, vat_code in rows.values_list(
        "voucher_id", "account", "amount_minor", "vat_code"
    ):
        transaction_id = vouchers[voucher_id]
        if transaction_id is not None:
            found[transaction_id][account, minor, vat_code] += 1
    return dict(found)
