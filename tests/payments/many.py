"""Many companies pay their bills at one practice bank, and their workers are killed (SIGKILL).

`python -m tests.payments.many FOLDER COMPANIES BILLS EVERY`: the worker of company k is killed at
boundary k of its life (counted over all its rounds), and again EVERY boundaries later (twice, three
times as many within one round), as often as it comes to that. With EVERY 0 it is killed at every
boundary there is, enumerated: at each place in the program between two steps, the first time a
worker comes there and when it comes there again in the same round, once for each kind of bank.
The bank misbehaves by chance of a seed, refuses and sends back; people do what the alarms say. A
line of JSON at the end tells what the bank has, and what the books say.
"""

import json
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from avstem.domain.money import Money
from avstem.testbank.bank import Bank, Ways
from avstem.testbank.misbehaviour import Kind
from avstem.testbank.names import make_account
from tests.payments.heeded import explain_balances
from tests.payments.process import in_child, orgnr
from tests.payments.traps import Wanted, run_trapped

SEED, PER_THOUSAND = 2026, 40
#: One in so many is no bill but a wage: the bank books those as one sum, and tells no names.
WAGES_EVERY = 5
START = datetime(2026, 11, 24, 7, 0)
OPENING = Money(100_000_000_00, "NOK")
#: The bank's time passes to each of these, then the workers go round.
TIMES = (
    datetime(2026, 11, 24, 15, 0), datetime(2026, 11, 25, 7, 0), datetime(2026, 11, 25, 15, 0),
    datetime(2026, 11, 26, 16, 0), datetime(2026, 11, 30, 7, 0), datetime(2026, 12, 2, 16, 0),
    datetime(2026, 12, 4, 7, 0),
)  # fmt: skip
#: As long as something is late, these too: the alarms are heeded, and what was refused is paid anew.
LATER = (
    datetime(2026, 12, 7, 16, 0), datetime(2026, 12, 9, 7, 0), datetime(2026, 12, 10, 16, 0),
    datetime(2026, 12, 14, 7, 0),
)  # fmt: skip
#: After this one some payments are sent back; at the next ones people pay again what failed.
SENT_BACK_AT = 2
#: How banks differ: what they answer, whether a person approves there, one sum or each by itself.
WAYS = (
    Ways(),
    Ways(is_batch_booking=True, details_in_statements=True),
    Ways(steps=(), generation=2),
    Ways(needs_approval=True, levels=("payment",)),
    Ways(steps=("ACTC",), levels=("group", "batch")),
)
_NORWAY = ZoneInfo("Europe/Oslo")


@dataclass
class Life:
    """One company. `left` are the boundaries until its worker is killed, `passed` those behind it."""

    number: int
    company: int
    iban: str
    left: int
    passed: int = 0
    kills: int = 0

    @property
    def user(self) -> str:
        return f"k{self.number}"


@dataclass
class Town:
    """The bank and all the companies."""

    folder: Path
    bank: Bank
    every: int
    lives: list[Life] = field(default_factory=list)
    #: Where workers were killed, by kind of bank, if that is everywhere.
    killed: set[tuple[int, str]] = field(default_factory=set)
    alarms: Counter[str] = field(default_factory=Counter)

    @property
    def now(self) -> datetime:
        return self.bank.now.replace(tzinfo=_NORWAY).astimezone(UTC)

    def add(self, number: int, bills: int, kill_at: int) -> None:
        from tests.payments.banked import Banked
        from tests.payments.wages import take
        from tests.support.bank_life import account_at

        user = f"k{number}"
        self.bank.add_customer(user, "Prøve AS", WAYS[number % len(WAYS)])
        iban = self.bank.open_account(user, OPENING, iban=account_at("dnb", number))
        self.bank.activate(iban)
        place = self.folder / user
        place.mkdir()
        client = Banked(self.bank, orgnr(number), place, iban=iban)
        client.order("dnb", [client.add_account(iban, "1920", OPENING)])
        client.connect_folder("dnb", user)
        client.confirm("dnb")
        wages = bills // WAGES_EVERY
        client.bills(*_bills(number, bills - wages))
        if wages:
            take(client, *_wages(number, wages))
        self.lives.append(Life(number, client.company, iban, kill_at))
        if number % 3 == 0:
            self.bank.misbehave(Kind.REJECTION, user, "pain001", code="AC04")

    def go(self) -> None:
        """Everybody's round; who is killed begins again at once."""
        now = self.now
        for life in self.lives:
            again = 0
            while True:
                ended = run_trapped(lambda life=life: _round(life, now), self._wanted(life))
                life.passed += ended.passed
                if not ended.is_killed:
                    break
                life.kills += 1
                self.killed.add((life.number % len(WAYS), ended.place))
                # Further off each time: what only reads gets nowhere if it is killed too soon.
                again += 1
                life.left = self.every * again
            assert ended.status == 0, (life, ended)
            life.left -= ended.passed

    def _wanted(self, life: Life) -> Wanted:
        kind, left = life.number % len(WAYS), life.left
        if self.every:
            return lambda number, _place: number == left
        return lambda _number, place: (kind, place) not in self.killed

    def people(self) -> None:
        """A person in each company approves what waits, and pays again what failed."""
        now = self.now
        assert in_child(lambda: [_approve(life, now) for life in self.lives] and None) == 0

    def heed(self) -> None:
        """A person in each company does what the alarms say: the bank is asked again."""
        from django.utils import timezone

        from avstem.store.queries.late_payments import late_payments
        from avstem.store.tenancy import company_scope

        for life in self.lives:
            with company_scope(life.company):
                late = late_payments(life.company, timezone.localdate(self.now))
            for name in sorted({file.remote_name for each in late for file in each.broken}):
                self.bank.send_again(life.user, name)
            silent = {each.order.file.message_id for each in late
                      if each.order.file and not each.broken}  # fmt: skip
            for message_id in sorted(silent):
                self.bank.answer_again(life.user, message_id)
            self.alarms.update(each.late.kind.value for each in late)
            self._look_in_the_bank(life, late)

    def _look_in_the_bank(self, life: Life, late: list[Any]) -> None:
        """What the bank has refused without saying which: a person is told, and says so."""
        from avstem.domain.payment_errors import NotProvenError
        from avstem.services.note_refused import note_refused

        for each in late:
            row = self.bank.ledger.row(
                "SELECT state FROM payment WHERE user = ? AND end_to_end_id = ?",
                life.user, each.order.end_to_end_id,
            )  # fmt: skip
            if row is None or row["state"] != "rejected" or each.broken:
                continue
            try:
                note_refused(
                    company_id=life.company, order_id=each.order.pk, actor="kari@example.no",
                    reason="Banken avviste den, sier kundeservice", now=self.now,
                )  # fmt: skip
                self.alarms["refused by a person's word"] += 1
            except NotProvenError as refusal:
                # Where a balance was told wrongly, the bank says so, and the account proves again.
                if "add up" in refusal.missing:
                    told = explain_balances(life.company, self.now)
                    self.alarms["a balance explained by a person"] += told

    def is_quiet(self) -> bool:
        """Whether every bill is paid, by the books."""
        from avstem.store.models import OpenItem
        from avstem.store.tenancy import company_scope

        for life in self.lives:
            with company_scope(life.company):
                rows = OpenItem.objects.filter(company_id=life.company)
                if rows.exclude(remaining_minor=0).exists():
                    return False
        return True

    def bank_people(self) -> None:
        """Where the bank wants its own approval, it is given."""
        rows = self.bank.ledger.rows(
            "SELECT DISTINCT user, message_id FROM payment WHERE state = 'pending'"
        )
        for row in rows:
            self.bank.approve(row["user"], row["message_id"])

    def send_back(self) -> None:
        for life in self.lives[::4]:
            row = self.bank.ledger.row(
                "SELECT end_to_end_id FROM payment WHERE user = ? AND state = 'executed' LIMIT 1",
                life.user,
            )
            if row is not None:
                self.bank.send_back(life.user, row["end_to_end_id"])


def _bills(number: int, count: int) -> list[str]:
    from tests.payments.books import bill

    random = Random(SEED + number)
    return [
        bill(
            str(number * 1_000 + serial), f"{random.randint(100, 5_000_000) / 100:.2f}",
            party=f"Leverandør {number}-{serial % 4}", account=make_account(number * 50 + serial % 4),
            due=f"2026-11-{random.choice((24, 24, 25, 26))}",
        )
        for serial in range(1, count + 1)
    ]  # fmt: skip


def _wages(number: int, count: int) -> list[str]:
    from tests.payments.wages import row

    random = Random(SEED - number)
    return [
        row(
            (f"Ansatt {number}-{serial}", make_account(number * 50 + 10 + serial % 30)),
            f"{random.randint(1_000_000, 6_000_000) / 100:.2f}", day="2026-11-25",
            reference=f"{number}-{serial}",
        )
        for serial in range(1, count + 1)
    ]  # fmt: skip


def _round(life: Life, now: datetime) -> None:
    from avstem.worker.round import go_round

    go_round(company_id=life.company, actor="worker", now=now)


def _approve(life: Life, now: datetime) -> None:
    from avstem.services.approve_payments import approve_payments
    from avstem.services.prepare_payments import prepare_payments
    from avstem.store.models import PaymentOrder
    from avstem.store.tenancy import company_scope

    prepare_payments(company_id=life.company, actor="kari@example.no", now=now)
    _pay_wages_again(life, now)
    with company_scope(life.company):
        rows = PaymentOrder.objects.filter(company_id=life.company, state="awaiting_approval")
        seen = dict(rows.values_list("pk", "order_hash"))
    if seen:
        approve_payments(
            company_id=life.company, order_ids=list(seen), seen=seen, person="kari@example.no",
            now=now,
        )  # fmt: skip
    _accept(life, now)


def _pay_wages_again(life: Life, now: datetime) -> None:
    """Those that were refused or came back, and have no other payment."""
    from avstem.domain.errors import StateError
    from avstem.services.pay_again import pay_again
    from avstem.store.models import PaymentOrder
    from avstem.store.tenancy import company_scope

    with company_scope(life.company):
        rows = PaymentOrder.objects.filter(
            company_id=life.company, purpose="salary", state__in=("rejected", "returned"),
            item__remaining_minor__gt=0,
        )  # fmt: skip
        failed = list(rows.order_by("pk").values_list("pk", flat=True))
    for order_id in failed:
        with suppress(StateError):  # it is on its way already
            pay_again(company_id=life.company, order_id=order_id, actor="kari@example.no", now=now)


def _accept(life: Life, now: datetime) -> None:
    """What the engine proposes of our own payments where an account is halted is right."""
    from avstem.services.accept_suggestion import accept_suggestion
    from avstem.store import booking
    from avstem.store.models import BankTransaction
    from avstem.store.tenancy import company_scope

    with company_scope(life.company):
        rows = BankTransaction.objects.filter(company_id=life.company, state="suggested")
        proposals = [(row.pk, booking.newest_decision(row)) for row in rows.order_by("pk")]
    for pk, decision in proposals:
        if decision and decision.content["suggestions"][0].get("payments"):
            accept_suggestion(
                company_id=life.company, transaction_id=pk, position=0, actor="kari@example.no",
                now=now,
            )  # fmt: skip


def tell(town: Town) -> dict[str, Any]:
    """What the bank has, bill by bill, beside what the books say."""
    from avstem.services.verify import verify
    from avstem.store.models import OpenItem, PaymentOrder, Posting, SentPayment
    from avstem.store.tenancy import company_scope

    at_bank = {
        (row["user"], row["end_to_end_id"]): row["state"]
        for row in town.bank.ledger.rows("SELECT user, end_to_end_id, state FROM payment")
    }
    wrong: list[str] = []
    states: Counter[str] = Counter()
    paid: Counter[int] = Counter()
    for life in town.lives:
        with company_scope(life.company):
            orders = list(PaymentOrder.objects.filter(company_id=life.company))
            items = dict(
                OpenItem.objects.filter(company_id=life.company).values_list(
                    "pk", "remaining_minor"
                )
            )
            clearing = sum(
                Posting.objects.filter(company_id=life.company, account="2990").values_list(
                    "amount_minor", flat=True
                )
            )
            open_sent = SentPayment.objects.filter(
                company_id=life.company, settled=False, rejected=False
            ).count()
        times = Counter(dict.fromkeys(items, 0))
        for order in orders:
            there = at_bank.get((life.user, order.end_to_end_id), "never came")
            states[f"{order.state} here, {there} there"] += 1
            if there == "executed":
                times[order.item_id or 0] += 1
        paid.update(times.values())
        wrong += [f"{life.user} bill {item} paid {n} times" for item, n in times.items() if n != 1]
        wrong += [f"{life.user} bill {item} open: {left}" for item, left in items.items() if left]
        wrong += [f"{life.user} clearing {clearing}"] if clearing else []
        wrong += [f"{life.user}: {open_sent} on their way"] if open_sent else []
    faults = [f"{each.orgnr} {each.name}: {each.faults[0]}" for each in verify() if each.faults]
    return {
        "companies": len(town.lives),
        "kills": sum(life.kills for life in town.lives),
        "places": len({place for _, place in town.killed}),
        "alarms": dict(town.alarms),
        "boundaries_of_a_life": [
            min(life.passed for life in town.lives),
            max(life.passed for life in town.lives),
        ],
        "bills_by_times_paid": dict(paid),
        "states": dict(states),
        "misdeeds": dict(Counter(each.kind.value for each in town.bank.misdeeds())),
        "wrong": wrong,
        "faults": faults,
    }


def main(folder: Path, companies: int, bills: int, every: int) -> None:
    from avstem.config.startup import start

    start()
    import avstem.worker.round  # once for all the children that are killed

    assert avstem.worker.round
    town = Town(folder, Bank(folder / "bank", start=START), every)
    town.bank.misbehave_by_chance(seed=SEED, per_thousand=PER_THOUSAND)
    for number in range(1, companies + 1):
        town.add(number, bills, number)
    print(f"{companies} companies with {bills} bills each", file=sys.stderr)
    town.go()  # bills become orders
    for place, moment in enumerate((*TIMES, *LATER)):
        if moment in LATER and town.is_quiet():
            break
        town.heed()
        town.people()
        town.go()
        town.bank.advance_to(moment)
        town.bank_people()
        town.go()
        if place == SENT_BACK_AT:
            town.send_back()
        kills = sum(life.kills for life in town.lives)
        print(f"{moment}: {kills} workers were killed", file=sys.stderr)
    town.people()
    print(json.dumps(tell(town), ensure_ascii=False))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:5]))
