"""A simulated time with banks that misbehave: the world, the companies, and a person each morning.

Everything follows from the seed. The person does what the screens ask for: files that were set aside
are asked for again, statements that repeat others are retired, and breaks are explained.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

from avstem.domain.chain import Break, BreakKind
from avstem.domain.errors import RefusalError
from avstem.domain.money import Money
from avstem.services.account_feed import account_feed
from avstem.services.explain_statement import explain_statement
from avstem.services.retire_statement import retire_statement
from avstem.store.chains import breaks_by_account
from avstem.store.models import Agreement, FetchedFile, Statement
from avstem.testbank.backoffice.dialects import ways_of
from avstem.testbank.bank import Bank
from avstem.testbank.counterparties import ExpectedInvoice, payments_of
from avstem.testbank.misbehaviour import Kind
from avstem.testbank.names import make_orgnr, private_name
from avstem.testbank.server import BankServer, serving
from tests.support.bank_life import Client, account_at, bill, kid_of, sale

#: A bank of each way with files: dialects, generations, approval in the bank or not.
BANKS = (
    "dnb", "nordea", "danske-bank", "handelsbanken", "sparebank-1-smn", "aasen-sparebank",
    "eika-digitalbank", "sparebanken-ost", "sparebanken-norge", "seb-oslo",
)  # fmt: skip
SERVICES = ("statements", "notifications", "ocr", "payments")
START = datetime(2026, 1, 5, 7, 0)
MORNING = time(7, 0)
OPENING = Money(250_000_00, "NOK")
INVOICES_A_WEEK, BILLS_A_WEEK = 2, 2
#: A bank that was cut off is tried again: so many times a morning.
ROUNDS_MAX = 4
#: How far back the person looks at the feed.
LOOKS_BACK = timedelta(days=10)
#: Days at the end in which nothing more goes wrong, and all that is late comes.
QUIET_DAYS = 8
#: Reasons that mean one payment each.
_CODES = ("AC04", "AC03", "AM04")


@dataclass
class Seen:
    """What was reported: by name of file, and by account and day."""

    set_aside: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    faulty_days: set[tuple[str, date]] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    unreached: int = 0
    not_retired: list[str] = field(default_factory=list)


@dataclass
class Year:
    """The world; `day` is lived by `live`."""

    bank: Bank
    server: BankServer
    folder: Path
    seed: int
    clients: list[Client] = field(default_factory=list)
    accounts: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    seen: Seen = field(default_factory=Seen)
    #: Somebody wants it to end early: what was lived is looked at all the same.
    is_stopped: bool = False
    _serial: int = 0
    _remedied: set[tuple[int, int]] = field(default_factory=set)

    def open(self, banks: Sequence[str], *, accounts_each: int, banks_each: int) -> None:
        """Companies with agreements that are active from the first day."""
        for first in range(0, len(banks), banks_each):
            client = Client(self.bank, make_orgnr(7_000 + first), self.folder)
            self.clients.append(client)
            for slug in banks[first : first + banks_each]:
                self._open_agreement(client, slug, accounts_each)

    def _open_agreement(self, client: Client, slug: str, accounts_each: int) -> None:
        number = BANKS.index(slug)
        self.bank.add_customer(slug, "Prøve AS", ways_of(slug, generation=1 + number % 2))
        accounts = []
        for n in range(accounts_each):
            iban = self.bank.open_account(
                slug, OPENING, iban=account_at(slug, n), interest_bp=150, fee_minor=49_00
            )
            self.bank.activate(iban, SERVICES)
            self.accounts[slug].append(iban)
            accounts.append(client.add_account(iban, f"19{20 + number * 4 + n}", OPENING))
        client.order(slug, accounts)
        client.connect_sftp(slug, self.server.sign_in(slug))
        client.confirm(slug)
        Agreement.objects.filter(pk=client.agreements[slug]).update(freshness="next_day")

    def live(self, days: int, *, per_thousand: int) -> Iterator[date]:
        """So many days, each with its morning; then some in which all that is late comes."""
        self.bank.misbehave_by_chance(seed=self.seed, per_thousand=per_thousand)
        day, end = START.date(), START.date() + timedelta(days=days)
        while day < end and not self.is_stopped:
            if day.weekday() == 0:
                self._invoice(day, until=end)
            self._wish(day, per_thousand)
            day += timedelta(days=1)
            yield self._morning(day)
        self.bank.misbehave_by_chance(seed=self.seed, per_thousand=0)
        for _ in range(QUIET_DAYS):
            day += timedelta(days=1)
            yield self._morning(day)

    def _invoice(self, day: date, *, until: date) -> None:
        for client in self.clients:
            lines: list[str] = []
            for slug in client.agreements:
                for iban in self.accounts[slug]:
                    lines += self._sales(iban, day, until)
            client.take_invoices([*lines, *self._bills(day)])

    def _sales(self, iban: str, day: date, until: date) -> Iterator[str]:
        for _ in range(INVOICES_A_WEEK):
            self._serial += 1
            random = Random(f"{self.seed}:sale:{self._serial}")
            amount = Money(random.randint(100_00, 9_000_00), "NOK")
            due = day + timedelta(days=random.choice((8, 14)))
            payer = private_name(random)
            expected = ExpectedInvoice(
                str(self._serial), amount, due, payer, kid=kid_of(self._serial)
            )
            paid = [each for _, each in payments_of([expected], seed=self.seed)]
            self.bank.pay_in(iban, [p for p in paid if p.at and day <= p.at.date() < until])
            yield sale(self._serial, amount.decimal(), issued=day, due=due, party=payer)

    def _bills(self, day: date) -> Iterator[str]:
        for _ in range(BILLS_A_WEEK):
            self._serial += 1
            random = Random(f"{self.seed}:bill:{self._serial}")
            amount = Money(random.randint(50_00, 2_000_00), "NOK")
            supplier = random.randrange(40)
            yield bill(
                self._serial, amount.decimal(), account=account_at("pareto-bank", 100 + supplier),
                issued=day, due=day + timedelta(days=random.choice((4, 10))),
                party=f"Leverandør {supplier} AS",
            )  # fmt: skip

    def _wish(self, day: date, per_thousand: int) -> None:
        """What does not come by chance: connections that break, payments that are rejected."""
        for slug in self.accounts:
            random = Random(f"{self.seed}:wish:{slug}:{day}")
            if random.randrange(1000) < per_thousand:
                way = random.choice(("down", "up"))
                self.bank.misbehave(Kind.CUT, slug, way, bytes=random.randint(1, 1500))
            if random.randrange(1000) < per_thousand // 2:
                self.bank.misbehave(
                    Kind.REJECTION, slug, "pain001", code=random.choice(_CODES)
                )  # fmt: skip

    def _morning(self, day: date) -> date:
        self.bank.advance_to(datetime.combine(day, MORNING))
        for client in self.clients:
            self._rounds(client)
            self._look(client, day)
            client.approve_all()
            self._send(client)
            self._approve_at_bank(client)
        return day

    def _rounds(self, client: Client) -> None:
        """As the worker does: what failed is tried again."""
        for _ in range(ROUNDS_MAX):
            done = client.round()
            self.seen.unreached += len(done.unreached)
            failed = {name for each in done.fetched for name, _ in each.failed}
            self.seen.failed |= failed
            if not failed and not done.unreached:
                return

    def _send(self, client: Client) -> None:
        """A sending that breaks is written down, and tried again the next time."""
        try:
            client.send_payments()
        except RefusalError as refusal:
            self.seen.failed.add(refusal.code)

    def _approve_at_bank(self, client: Client) -> None:
        for slug in client.agreements:
            for each in self.bank.ledger.rows(
                "SELECT DISTINCT message_id FROM payment WHERE user = ? AND state = 'pending'", slug
            ):
                self.bank.approve(slug, each["message_id"])

    def _look(self, client: Client, day: date) -> None:
        """What the screens say is wrong, and what a person does about it."""
        feeds = account_feed(
            company_id=client.company, first=day - LOOKS_BACK, last=day, now=client.now
        )
        for feed in feeds:
            found = {(feed.rows.account.iban, each.day) for each in feed.faults}
            self.seen.faulty_days |= found
        self._ask_again(client)
        for breaks in breaks_by_account(client.company).values():
            for each in breaks:
                self._mend(client, each)

    def _mend(self, client: Client, broken: Break) -> None:
        rows = Statement.objects.select_related("file", "account")
        statement = rows.get(pk=broken.statement_id)
        self.seen.broken.add(statement.file.name)
        if broken.kind is BreakKind.DOUBLED:
            self._retire(client, statement)
        elif broken.kind in (BreakKind.BALANCE, BreakKind.ALARM):
            if statement.balance_holds is False:
                self.bank.send_again(self._user_of(statement), statement.file.name)
            explain_statement(statement_id=statement.pk, reason="Banken bekrefter", **client.by)

    def _user_of(self, statement: Statement) -> str:
        return next(u for u, ibans in self.accounts.items() if statement.account.iban in ibans)

    def _retire(self, client: Client, statement: Statement) -> None:
        try:
            retire_statement(statement_id=statement.pk, reason="En gang til", **client.by)
        except RefusalError as refusal:
            self.seen.not_retired.append(f"{statement} {refusal}")

    def _ask_again(self, client: Client) -> None:
        rows = FetchedFile.objects.filter(company_id=client.company, state="set_aside")
        for row in rows.select_related("agreement"):
            self.seen.set_aside.add(row.remote_name)
            if (client.company, row.pk) not in self._remedied:
                self._remedied.add((client.company, row.pk))
                self.bank.send_again(row.agreement.bank, row.remote_name)


@contextmanager
def year(folder: Path, seed: int) -> Iterator[Year]:
    """An empty world whose bank is open."""
    with Bank(folder / "bank", start=START, seed=seed) as bank, serving(bank) as server:
        yield Year(bank, server, folder, seed)
