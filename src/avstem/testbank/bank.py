"""A living bank to practise with: customers, agreements, payments, statements, and its own clock.

It never looks at a clock: time passes when `advance_to` says so, and all that was due meanwhile is
done in its order. All it knows is one file in its folder; killed at any moment, it goes on where it
was. Times are Norwegian clock times without a zone.

Source: docs/testbank.md; ADR 52.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Self

from avstem.domain.calendar import next_bank_day
from avstem.domain.errors import AlreadyExistsError, InvalidValueError, NotFoundError
from avstem.domain.identifiers import account_key, norwegian_iban
from avstem.domain.money import Money, check_currency
from avstem.testbank import misbehaviour
from avstem.testbank.backoffice import cases, outbox
from avstem.testbank.backoffice.intake import take_files
from avstem.testbank.backoffice.ledger import Ledger, Watch, stamp
from avstem.testbank.backoffice.outbox import Customer, customers, deliver, get_customer
from avstem.testbank.backoffice.steps import next_step, plan_first_day, tell_from_here
from avstem.testbank.backoffice.ways import SERVICES, Ways, render_ways
from avstem.testbank.misbehaviour import Kind, Misdeed
from avstem.testbank.names import make_account

__all__ = ["Bank", "PayIn", "Ways"]

#: A bank takes one to three bank days to make an agreement active.
AGREEMENT_DAYS_MAX = 3
#: Where the numbers of new accounts begin: below it are those of the practice data.
_ACCOUNTS_FIRST = 1_000_000
#: The most that is paid at once, in minor units: so many of them that sums fit 64 bits.
AMOUNT_MINOR_MAX = 10**14
_AT_MOST = f"at most {AMOUNT_MINOR_MAX} minor units"
_OPENS = time(9, 0)
_USER = re.compile(r"[a-z0-9][a-z0-9-]{0,31}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class PayIn:
    """Somebody pays into an account of the bank, at the first run after `at` (None: now)."""

    amount: Money
    payer: str
    payer_account: str | None = None
    kid: str | None = None
    invoices: tuple[str, ...] = ()
    text: str = ""
    end_to_end_id: str | None = None
    at: datetime | None = None


class Bank:
    """The counter of the bank. Threads may share it; processes may open the same folder at once.

    `start` is the first moment of a new bank; one that exists remembers its own. `watch` is told
    each point at which a power cut would hurt.
    """

    def __init__(
        self, folder: Path, *, start: datetime | None = None, seed: int = 1,
        watch: Watch | None = None,
    ) -> None:  # fmt: skip
        self.folder, self.homes, self._spool = folder, folder / "homes", folder / "spool"
        for each in (self.homes, self._spool):
            each.mkdir(parents=True, exist_ok=True)
        #: Uploads that are being written, by user and name: not to be taken yet.
        self.writing: set[tuple[str, str]] = set()
        self.ledger = Ledger(folder / "bank.sqlite3", watch=watch)
        with self.ledger.step("opening"):
            if not self.ledger.fact("now"):
                assert start is not None, "a new bank needs its first moment"
                self.ledger.remember("now", stamp(start))
                self.ledger.remember("seed", str(seed))
        self._make_folders()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        del kind, error, trace
        self.close()

    def close(self) -> None:
        """Shut; nothing is lost."""
        self.ledger.close()

    @property
    def now(self) -> datetime:
        """The bank's own time."""
        return self.ledger.now

    def advance_to(self, moment: datetime | date) -> int:
        """Let time pass until then (a date: its end of the day); how many steps were done.

        What customers sent is taken first. Time never goes back: an earlier moment only does what
        is due already.
        """
        is_day = not isinstance(moment, datetime)
        until = datetime.combine(moment, time(23, 59, 59)) if is_day else moment
        assert isinstance(until, datetime)
        # What was owed when somebody pulled the plug goes first.
        deliver(self.ledger, self.homes, self._spool)
        self.collect()
        steps = 0
        while next_step(self.ledger, until):
            steps += 1
            deliver(self.ledger, self.homes, self._spool)
        deliver(self.ledger, self.homes, self._spool)
        return steps

    def collect(self, user: str = "", name: str = "") -> int:
        """Take what customers have finished sending; how many files. They are answered later.

        With a user and a name it is that file alone.
        """
        unfinished = frozenset(self.writing)
        return take_files(
            self.ledger, self.homes, self._spool, user=user, name=name, unfinished=unfinished
        )

    def has_taken(self, user: str, name: str) -> bool:
        """Whether a file of that name from that customer is in the archive."""
        folder = get_customer(self.ledger, user).ways.folder_taken
        return (self.homes / user / folder / name).exists()

    def delivered_files(self) -> int:
        """How many files have been laid out for customers so far."""
        return int(self.ledger.value("SELECT count(*) FROM outbox WHERE delivered IS NOT NULL"))

    def add_customer(self, user: str, name: str, ways: Ways | None = None) -> None:
        """A new customer, with its folder and its days; one that exists stays as it is.

        The name is a folder's too: small letters, digits, dashes.
        """
        if not _USER.match(user):
            raise InvalidValueError("user", user[:60], "small letters, digits and dashes")
        with self.ledger.step("customer"):
            if self.ledger.value("SELECT 1 FROM customer WHERE user = ?", user) is None:
                self.ledger.run(
                    "INSERT INTO customer (user, name, ways) VALUES (?, ?, ?)",
                    user, name, render_ways(ways or Ways()),
                )  # fmt: skip
                plan_first_day(self.ledger, get_customer(self.ledger, user), self.now)
        self._make_folders()

    def customers(self) -> list[Customer]:
        """All customers, by name."""
        return customers(self.ledger)

    def open_account(
        self, user: str, opening: Money, *, iban: str = "", interest_bp: int = 0,
        fee_minor: int = 0,
    ) -> str:  # fmt: skip
        """A new account with that much on it; its IBAN. Interest is in basis points a year.

        A given account (IBAN or 11 digits) that the customer has already stays as it is.
        """
        check_currency(opening.currency)
        if abs(opening.minor) > AMOUNT_MINOR_MAX:
            raise InvalidValueError("opening balance", str(opening)[:60], _AT_MOST)
        with self.ledger.step("account"):
            get_customer(self.ledger, user)
            if not iban:
                (number,) = self.ledger.numbers("account", 1)
                iban = norwegian_iban(make_account(_ACCOUNTS_FIRST + number))
            iban = account_key(iban)
            owner = self.ledger.value("SELECT user FROM account WHERE iban = ?", iban)
            if owner not in (None, user):
                raise AlreadyExistsError("account", iban, ("customer",))
            if owner is None:
                self._open(user, iban, opening, interest_bp, fee_minor)
        return iban

    def move_account(self, iban: str, user: str) -> bool:
        """The account and what is on it is that customer's from now on; False: no such account."""
        with self.ledger.step("account moved"):
            get_customer(self.ledger, user)
            self.ledger.run("UPDATE account SET user = ? WHERE iban = ?", user, account_key(iban))
            return bool(self.ledger.value("SELECT changes()"))

    def _open(self, user: str, iban: str, opening: Money, interest_bp: int, fee_minor: int) -> None:
        self.ledger.insert("account", [{
            "iban": iban, "user": user, "currency": opening.currency,
            "opened": self.now.date().isoformat(), "opening_minor": opening.minor,
            "balance_minor": opening.minor, "interest_bp": interest_bp, "fee_minor": fee_minor,
        }])  # fmt: skip

    def accounts(self, user: str) -> list[str]:
        """The customer's accounts."""
        found = self.ledger.rows("SELECT iban FROM account WHERE user = ? ORDER BY iban", user)
        return [each["iban"] for each in found]

    def balance(self, iban: str) -> Money:
        """What is on the account now."""
        self._owner(iban)
        found = self.ledger.row("SELECT * FROM account WHERE iban = ?", iban)
        assert found is not None, "it has an owner"
        return Money(found["balance_minor"], found["currency"])

    def order(self, iban: str, services: Iterable[str] = SERVICES) -> None:
        """Order services for an account: taken the next bank day, active one to three later."""
        user = self._owner(iban)
        with self.ledger.step("order"):
            for service in services:
                assert service in SERVICES, service
                self._order(user, iban, service)

    def _order(self, user: str, iban: str, service: str) -> None:
        days = Random(f"{self.ledger.fact('seed')}:{iban}:{service}").randint(1, AGREEMENT_DAYS_MAX)
        taken = next_bank_day(self.now.date() + timedelta(days=1))
        active = taken
        for _ in range(days - 1):
            active = next_bank_day(active + timedelta(days=1))
        if self.ledger.value(
            "SELECT 1 FROM agreement WHERE iban = ? AND service = ?", iban, service
        ):
            return
        id = self.ledger.run(
            "INSERT INTO agreement (iban, service, state, ordered, active_on)"
            " VALUES (?, ?, 'ordered', ?, ?)",
            iban, service, stamp(self.now), active.isoformat(),
        )  # fmt: skip
        self.ledger.plan(datetime.combine(taken, _OPENS), "agreement", user, f"{id} taken")
        opens = datetime.combine(active, _OPENS) + timedelta(minutes=1)
        self.ledger.plan(opens, "agreement", user, f"{id} active")

    def activate(self, iban: str, services: Iterable[str] = SERVICES) -> None:
        """Order services and have them active at once, as nobody does who has a bank."""
        self.order(iban, services)
        with self.ledger.step("activation"):
            self.ledger.run(
                "UPDATE agreement SET state = 'active', active_on = ? WHERE iban = ?"
                " AND service IN (SELECT value FROM json_each(?))",
                self.now.date().isoformat(), iban, json.dumps(list(services)),
            )  # fmt: skip
            tell_from_here(self.ledger, iban)

    def agreements(self, iban: str) -> dict[str, str]:
        """The state of each service of an account: `ordered`, `taken`, `active`, `ended`."""
        found = self.ledger.rows(
            "SELECT service, state FROM agreement WHERE iban = ? ORDER BY id", iban
        )
        return {each["service"]: each["state"] for each in found}

    def end(self, iban: str, service: str) -> None:
        """The bank ends an agreement; nothing more comes of it."""
        with self.ledger.step("ending"):
            self.ledger.run(
                "UPDATE agreement SET state = 'ended' WHERE iban = ? AND service = ?", iban, service
            )

    def pay_in(self, iban: str, payments: Iterable[PayIn]) -> None:
        """Others pay into the account, each at its time."""
        self._owner(iban)
        currency = self.ledger.value("SELECT currency FROM account WHERE iban = ?", iban)
        rows = []
        for each in payments:
            _check_amount(each.amount)
            assert each.amount.currency == currency, f"{iban} is in {currency}"
            documents = [("invoice", number) for number in each.invoices]
            rows.append({
                "iban": iban, "at": stamp(each.at or self.now), "minor": each.amount.minor,
                "payer": each.payer, "payer_account": account_key(each.payer_account or "") or None,
                "kid": each.kid, "documents": json.dumps(documents), "text": each.text,
                "end_to_end_id": each.end_to_end_id,
            })  # fmt: skip
        with self.ledger.step("paying in"):
            self.ledger.insert("incoming", rows)

    def approve(self, user: str, message_id: str) -> int:
        """Somebody approves the file in the bank; how many payments went on."""
        return self._decide(user, message_id, is_approved=True)

    def refuse(self, user: str, message_id: str) -> int:
        """Somebody with the right to approve says no; how many payments end there."""
        return self._decide(user, message_id, is_approved=False)

    def _decide(self, user: str, message_id: str, *, is_approved: bool) -> int:
        with self.ledger.step("approval"):
            return cases.decide(self.ledger, user, message_id, is_approved=is_approved)

    def send_back(self, user: str, end_to_end_id: str, reason: str = "AC04") -> int:
        """The payee's bank sends an executed payment back with the next run; how many it has."""
        with self.ledger.step("return"):
            self.ledger.run(
                "UPDATE payment SET return_on = ?, return_reason = ? WHERE user = ?"
                " AND end_to_end_id = ? AND state = 'executed'",
                self.now.date().isoformat(), reason, user, end_to_end_id,
            )  # fmt: skip
            return int(self.ledger.value("SELECT changes()"))

    def close_payee(self, account: str, *, is_known: bool) -> None:
        """A payee's account is closed: known at once (AC04), or money comes back days later."""
        key = "closed accounts" if is_known else "closed later"
        with self.ledger.step("payee"):
            closed = {*json.loads(self.ledger.fact(key, "[]")), account_key(account)}
            self.ledger.remember(key, json.dumps(sorted(closed)))

    def send_again(self, user: str, file: str) -> str:
        """The customer asks for a file again: it comes as it should have been; its new name."""
        with self.ledger.step("asked again"):
            customer = get_customer(self.ledger, user)
            return outbox.send_again(self.ledger, customer, file, due=self.now)

    def answer_again(self, user: str, message_id: str) -> int:
        """The customer asks what became of a file: its answers come once more; how many."""
        with self.ledger.step("asked again"):
            customer = get_customer(self.ledger, user)
            return outbox.answer_again(self.ledger, customer, message_id, due=self.now)

    def misbehave(self, kind: Kind, user: str, message: str = "", **detail: int | str) -> None:
        """Do something wrong once; see `testbank.misbehaviour.wish`."""
        get_customer(self.ledger, user)
        with self.ledger.step("wish"):
            misbehaviour.wish(self.ledger, kind, user, message, **detail)

    def misbehave_by_chance(self, *, seed: int, per_thousand: int) -> None:
        """Let so many in a thousand files go wrong from now on."""
        with self.ledger.step("wish"):
            misbehaviour.by_chance(self.ledger, seed=seed, per_thousand=per_thousand)

    def take_cut(self, user: str, direction: str, size: int) -> int | None:
        """After how many bytes this transfer breaks, if it shall; a wish for it is used up."""
        with self.ledger.step("cut"):
            found = misbehaviour.take_wish(self.ledger, (Kind.CUT,), user, direction)
        if found is None:
            return None
        at = int(found[1].get("bytes", 0))
        return at if direction == "up" or 0 < at < size else size // 2

    def owe_cut(self, user: str, direction: str, at: int) -> None:
        """The transfer ended before it could break: the next one shall."""
        self.misbehave(Kind.CUT, user, direction, bytes=at)

    def confess_cut(self, user: str, file: str, direction: str, at: int) -> None:
        """Write down that a transfer breaks here."""
        with self.ledger.step("cut"):
            misbehaviour.confess(
                self.ledger, Kind.CUT, user, file, direction=direction, bytes=at
            )  # fmt: skip

    def misdeeds(self) -> list[Misdeed]:
        """All that was done wrong so far."""
        return misbehaviour.misdeeds(self.ledger)

    def _owner(self, iban: str) -> str:
        owner = self.ledger.value("SELECT user FROM account WHERE iban = ?", iban)
        if owner is None:
            raise NotFoundError("account", iban)
        return str(owner)

    def _make_folders(self) -> None:
        for each in customers(self.ledger):
            for name in (each.ways.folder_in, each.ways.folder_out, each.ways.folder_taken):
                (self.homes / each.user / name).mkdir(parents=True, exist_ok=True)


def _check_amount(amount: Money) -> None:
    if not 0 < amount.minor <= AMOUNT_MINOR_MAX:
        raise InvalidValueError("amount", str(amount)[:60], f"more than zero, {_AT_MOST}")
