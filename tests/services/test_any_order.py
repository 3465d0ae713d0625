"""Whatever is done in whatever order, the books agree, and undoing brings back what was before."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q, Sum

from avstem.domain.errors import LaterBookingError, RefusalError, UndoClosedError
from avstem.matching.booking_rules import Conditions, RuleLine
from avstem.services.accept_suggestion import accept_suggestion
from avstem.services.add_account import NewAccount, add_account
from avstem.services.book_transaction import BookingLine, book_transaction
from avstem.services.choose_automation import choose_automation
from avstem.services.close_period import close_period
from avstem.services.import_statement import import_statement
from avstem.services.reconcile import reconcile
from avstem.services.save_rule import RuleDraft, save_rule
from avstem.services.set_aside import set_aside, take_back
from avstem.services.switch_rule import switch_rule
from avstem.services.try_rule import try_rule
from avstem.services.undo_booking import undo_booking
from avstem.services.verify import verify
from avstem.store.models import (
    Allocation,
    BankAccount,
    BankTransaction,
    OpenItem,
    Posting,
    Voucher,
)
from tests.cli.files import Line, statement_xml

from .test_undo import BY as THEN
from .test_undo import Books

pytestmark = [pytest.mark.django_db, pytest.mark.database]

BY: dict[str, Any] = {**THEN, "now": datetime(2026, 12, 1, 8, 0, tzinfo=UTC)}
OWN = ("15030001017", "15030002021")
#: AVSTEM_SEEDS=100 plays as many; each must be bounded in the suite.
MORE = int(os.environ.get("AVSTEM_SEEDS", "0"))
SEEDS, STEPS = (range(MORE or 4), 40) if connection.vendor == "sqlite" else (range(MORE or 2), 20)
AMOUNTS = (300_00, 450_00, 450_00, 1_000_00)
WAITING = ("open", "suggested")


@dataclass(frozen=True)
class Snapshot:
    """What must be as it was: items' rests, allocations, balances, and what is booked."""

    left: dict[int, int]
    allocated: dict[tuple[int, int], int]
    balances: dict[str, int]
    states: dict[int, str]


def taken(company_id: int) -> Snapshot:
    """The books now. A proposal that is undone waits as any other: `docs/adr/0048`."""
    allocated = Allocation.objects.filter(company_id=company_id).values("transaction_id", "item_id")
    balances = Posting.objects.filter(company_id=company_id).values_list("account")
    states = BankTransaction.objects.filter(company_id=company_id).values_list("pk", "state")
    sums = allocated.annotate(sum=Sum("amount_minor")).order_by()
    return Snapshot(
        dict(OpenItem.objects.filter(company_id=company_id).values_list("pk", "remaining_minor")),
        {(row["transaction_id"], row["item_id"]): row["sum"] for row in sums if row["sum"]},
        {number: sum for number, sum in balances.annotate(Sum("amount_minor")).order_by() if sum},
        {pk: "waits" if state in WAITING else state for pk, state in states},
    )


class Play:
    """A company, and a seeded hand that does something to it."""

    def __init__(self, folder: Path, random: Random) -> None:
        self.random = random
        self.books = Books(folder)
        self.company = self.books.company
        second = NewAccount(OWN[1], "savings", "1930")
        add_account(company_id=self.company, account=second, **BY)
        self.day = {account: date(2026, 3, 1) for account in OWN}
        self.balance = dict.fromkeys(OWN, 0)
        self.files: list[Path] = []
        self.numbers: list[str] = []
        self.refused: list[str] = []
        self.typed: list[tuple[int, str]] = []
        self.undone = self.joined = 0

    # What may be done.

    def invoice(self) -> None:
        number = str(1000 + len(self.numbers))
        minor = self.random.choice(AMOUNTS)
        kid = kid_of(number) if self.random.random() < 0.7 else ""
        self.books.invoice(number, f"{minor // 100}.00", kid)
        self.numbers.append(number)

    def statement(self) -> None:
        for account, lines in self._lines():
            self.day[account] += timedelta(days=1)
            opening, day = self.balance[account], self.day[account].isoformat()
            self.balance[account] += sum(minor for minor, _ in lines)
            named = f"{account}-{day}.xml"
            path = self.books.folder / named
            entries = [
                Line(money(minor), f"{account}{day}{place}", text=text)
                for place, (minor, text) in enumerate(lines)
            ]
            path.write_text(
                statement_xml(account, day, money(opening), money(self.balance[account]), entries,
                              id=named, message=named)
            )  # fmt: skip
            self.files.append(path)
            self.take(path)

    def _lines(self) -> Iterator[tuple[str, list[tuple[int, str]]]]:
        ours = [self._payment() for _ in range(self.random.randint(1, 3))]
        # What was typed for the day is told of by the bank now, or is not.
        typed, self.typed = self.typed, []
        ours += [each for each in typed if self.random.random() < 0.7]
        if self.random.random() < 0.3:
            minor = self.random.choice(AMOUNTS)
            yield OWN[1], [(minor, f"Fra {OWN[0]}")]
            ours.append((-minor, f"til {OWN[1]}"))
        yield OWN[0], ours

    def _payment(self) -> tuple[int, str]:
        minor, number = self.random.choice(AMOUNTS), self.random.choice(self.numbers or ["999"])
        said = self.random.choice((f"Faktura {number}", kid_of(number), "Takk for sist", "Gebyr"))
        return (-25_00 if said == "Gebyr" else minor), said

    def take(self, path: Path) -> None:
        taken = import_statement(
            company_id=self.company, path=path, name=path.name, source="test", **BY
        )
        self.joined += taken.joined

    def type_in(self) -> None:
        """A payment of tomorrow that the bank has not told of yet."""
        said = self._payment()
        self.books.paid(*said, on=self.day[OWN[0]] + timedelta(days=1))
        self.typed.append(said)

    def rule(self) -> None:
        """A rule of the company's is saved, tried and switched on; or it is switched off."""
        text = self.random.choice(("takk for sist", "gebyr"))
        draft = RuleDraft(text, Conditions(text=text), (RuleLine("7770"),))
        version = save_rule(company_id=self.company, draft=draft, **BY)
        asked = {"company_id": self.company, "rule_id": version.rule_id, **BY}
        before = taken(self.company)
        try_rule(**asked)
        assert taken(self.company) == before, "a trial touches nothing"
        switch_rule(**asked, on=self.random.random() < 0.7)

    def automate(self) -> None:
        """An account is switched."""
        level = self.random.choice(("on", "on", "propose", "off"))
        account = self.random.choice(BankAccount.objects.filter(company_id=self.company))
        choose_automation(company_id=self.company, account_id=account.pk, level=level, **BY)

    def again(self) -> None:
        """The same file once more, and the same money in other bytes."""
        if not self.files:
            return
        path, before = self.random.choice(self.files), taken(self.company)
        self.take(path)
        other = path.with_name(f"copy{len(self.refused)}-{self.random.random()}.xml")
        other.write_text(path.read_text().replace("<GrpHdr>", "<GrpHdr>\n "))
        self.take(other)
        assert taken(self.company) == before

    def come_back(self) -> None:
        """The bank takes a booked payment back."""
        if (paid := self._some("booked")) is None or paid.amount_minor <= 0:
            return
        back = self.books.paid(-paid.amount_minor, "Tilbakeført", on=paid.booking_date)
        BankTransaction.objects.filter(pk=back.pk).update(
            is_return=True, bank_reference=paid.bank_reference
        )

    def match(self) -> None:
        reconcile(company_id=self.company, **BY)

    def accept(self) -> None:
        if (row := self._some("suggested")) is not None:
            accept_suggestion(company_id=self.company, transaction_id=row.pk, position=0, **BY)

    def by_hand(self) -> None:
        """Part of an invoice where one fits, and the rest to an account."""
        if (row := self._some(*WAITING)) is None:
            return
        items = OpenItem.objects.filter(company_id=self.company, remaining_minor__gt=0)
        item = items.order_by("pk").first() if row.amount_minor > 0 else None
        part = min(item.remaining_minor, row.amount_minor) if item else 0
        settled = [(item.pk, self.random.choice((part, part // 2)))] if item else []
        rest = row.amount_minor - sum(minor for _, minor in settled)
        lines = [BookingLine("7770", -rest)] if rest else []
        book_transaction(
            company_id=self.company, transaction_id=row.pk, settlements=settled, lines=lines, **BY
        )

    def aside(self) -> None:
        if (row := self._some("set_aside")) is not None:
            take_back(company_id=self.company, transaction_id=row.pk, **BY)
        elif (row := self._some(*WAITING)) is not None:
            set_aside(company_id=self.company, transaction_id=row.pk, reason="siden", **BY)

    def close(self) -> None:
        if self.random.random() < 0.1:
            close_period(company_id=self.company, to=self.day[OWN[0]] - timedelta(days=4), **BY)

    def undo(self) -> None:
        """Any booking, new or old: what it did is taken back, and nothing else is."""
        if (row := self._some("booked")) is None:
            return
        before = taken(self.company)
        try:
            undo_booking(company_id=self.company, transaction_id=row.pk, **BY)
        except (LaterBookingError, UndoClosedError):
            assert taken(self.company) == before
            raise
        self.undone += 1
        after = taken(self.company)
        back = {pk for pk in before.states if before.states[pk] != after.states[pk]}
        assert row.pk in back
        assert {after.states[pk] for pk in back} == {"waits"}
        kept = {key: minor for key, minor in before.allocated.items() if key[0] not in back}
        assert after.allocated == kept

    def and_back(self) -> None:
        """Book in one way or another and undo all of it, the newest first: nothing has changed."""
        before, last = taken(self.company), Voucher.objects.latest("pk").pk if self.any() else 0
        self.random.choice((self.match, self.accept, self.by_hand))()
        booked = Voucher.objects.filter(company_id=self.company, pk__gt=last)
        for voucher in booked.order_by("-pk").select_related("transaction"):
            assert voucher.transaction is not None
            voucher.transaction.refresh_from_db()
            if voucher.transaction.state == "booked":  # else the other side has taken it along
                undo_booking(company_id=self.company, transaction_id=voucher.transaction.pk, **BY)
                self.undone += 1
        assert taken(self.company) == before

    # How it is done.

    def ways(self) -> list[Callable[[], None]]:
        """All of it, some of it more often."""
        return [
            self.invoice, self.invoice, self.statement, self.statement, self.again, self.type_in,
            self.come_back, self.match, self.accept, self.by_hand, self.by_hand, self.aside,
            self.close, self.undo, self.undo, self.and_back, self.rule, self.automate,
        ]  # fmt: skip

    def step(self) -> str:
        """One thing, by chance."""
        return self.do(self.random.choice(self.ways()))

    def do(self, way: Callable[[], None]) -> str:
        """A refusal is an answer as well, and must leave the books alone."""
        before = taken(self.company)
        try:
            way()
        except RefusalError as refused:
            self.refused.append(refused.code)
        else:
            return way.__name__
        assert taken(self.company) == before, self.refused[-1]
        return way.__name__

    def any(self) -> bool:
        return Voucher.objects.filter(company_id=self.company).exists()

    def _some(self, *states: str) -> BankTransaction | None:
        rows = BankTransaction.objects.filter(company_id=self.company, state__in=states)
        found = list(rows.order_by("pk"))
        return self.random.choice(found) if found else None

    def disagreements(self) -> list[str]:
        """What `verify` says, and the same by plain sums."""
        found = [f"{each.name}: {each.faults[:2]}" for each in verify() if each.faults]
        now = taken(self.company)
        if sum(now.balances.values()):
            found.append("debit is not credit")
        booked = BankTransaction.objects.filter(company_id=self.company, state="booked")
        for account in ("1920", "1930"):
            rows = booked.filter(account__ledger_account=account)
            wanted = rows.aggregate(sum=Sum("amount_minor", default=0))["sum"]
            if now.balances.get(account, 0) != wanted:
                found.append(f"{account}: {now.balances.get(account, 0)}, at the bank {wanted}")
        found += self._untold()
        receivable = sum(
            amount - now.left[pk]
            for pk, amount in OpenItem.objects.values_list("pk", "amount_minor")
        )
        if receivable != sum(now.allocated.values()):
            found.append(f"{receivable} is off the invoices, allocated otherwise")
        return found

    def _untold(self) -> Iterator[str]:
        """What the bank has told of is its balance, to the øre: nothing twice, nothing lost."""
        told = BankTransaction.objects.filter(company_id=self.company).exclude(state="superseded")
        by_bank = Q(entry__statement__isnull=False) | Q(entry__confirmed_by__isnull=False)
        for account, balance in self.balance.items():
            rows = told.filter(by_bank, account__iban__endswith=account)
            found = rows.aggregate(sum=Sum("amount_minor", default=0))["sum"]
            if found != balance:
                yield f"{account}: the bank's balance is {balance}, told of are {found}"


def money(minor: int) -> str:
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100}.{abs(minor) % 100:02}"


def kid_of(number: str) -> str:
    from avstem.domain import kid as kids

    return kids.with_check_digit(number.rjust(7, "0"), kids.Modulus.TEN)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_books_agree_after_every_step(tmp_path: Path, seed: int) -> None:
    play = Play(tmp_path, Random(seed))
    done: list[str] = []
    for _ in range(STEPS):
        done.append(play.step())
        assert play.disagreements() == [], done
    if not MORE:
        assert play.any()
        assert play.undone, "a run that undoes nothing shows nothing"
