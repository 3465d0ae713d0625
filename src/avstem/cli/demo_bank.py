"""The practice bank of `avstem demo`: it answers orders at once, and its files are fetched at once.

It plays the bank that was ordered from. An order that was sent gets its yes, its connection and,
after two nights that the bank lets pass by its own clock, its first statement with a customer's
payment in it. An agreement that a person has connected elsewhere is left alone.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from avstem.cli.common import now

if TYPE_CHECKING:
    from avstem.domain.money import Money
    from avstem.store.models import Agreement, BankAccount
    from avstem.testbank.bank import Bank
    from avstem.testbank.server import BankServer, SignIn

ACTOR = "practice bank"
TICK_S = 1.0
#: After the bank has laid out its statements.
_MORNING = time(6, 30)
_SERVICES = ("statements", "payments")
_log = logging.getLogger(__name__)


@contextmanager
def practising(folder: Path, company_id: int | None) -> Iterator["BankServer"]:
    """The bank is open and answers while the block runs; `company_id` None: all companies' orders.

    It keeps its port, which agreements remember, as long as nobody else has taken it meanwhile.
    """
    from avstem.cli.testbank import norwegian_now
    from avstem.testbank.bank import Bank

    with Bank(folder, start=norwegian_now()) as bank, _serving(bank, folder / "port") as server:
        clerk = Clerk(bank, server, company_id)
        thread = threading.Thread(target=clerk.work, name="practice bank", daemon=True)
        thread.start()
        try:
            yield server
        finally:
            clerk.stop.set()
            thread.join()


@contextmanager
def _serving(bank: "Bank", file: Path) -> Iterator["BankServer"]:
    from avstem.testbank.server import serving

    remembered = int(file.read_text("ascii")) if file.exists() else 0
    with ExitStack() as stack:
        try:
            server = stack.enter_context(serving(bank, port=remembered))
        except OSError:  # somebody has it: then another
            server = stack.enter_context(serving(bank))
        file.write_text(str(server.port), "ascii")
        yield server


@dataclass
class Clerk:
    """Who works at the practice bank: answers orders, and rings when there is something new."""

    bank: "Bank"
    server: "BankServer"
    company_id: int | None
    stop: threading.Event = field(default_factory=threading.Event)
    _delivered: int = 0

    def work(self) -> None:
        """Until stopped. What goes wrong is logged, and tried again."""
        from django.db import connection

        has_moved_in = False
        while not self.stop.wait(TICK_S):
            try:
                has_moved_in = has_moved_in or self._move_in()
                self.tick()
            except Exception:  # the bank of a demo goes on; the log says what happened
                _log.exception("the practice bank stumbled")
        connection.close()

    def tick(self) -> None:
        """Let time pass; answer what was ordered; ring where there is something new."""
        from avstem.cli.testbank import norwegian_now

        self.bank.advance_to(max(self.bank.now, norwegian_now()))
        for each in self._agreements(activations__state="awaiting_bank"):
            self._answer(each)
        delivered = self.bank.delivered_files()
        if delivered > self._delivered:
            self._delivered = delivered
            self._ring()

    def _agreements(self, **wanted: object) -> list["Agreement"]:
        """Of the companies that it serves; those connected elsewhere are not its own."""
        from avstem.store.models import Agreement, Company
        from avstem.store.tenancy import company_scope

        ids = Company.objects.values_list("pk", flat=True)
        found: list[Agreement] = []
        for company_id in ids if self.company_id is None else [self.company_id]:
            with company_scope(company_id):
                rows = Agreement.objects.filter(company_id=company_id, **wanted).distinct()
                rows = rows.select_related("company").order_by("pk")
                found += [each for each in rows if self._is_ours(each)]
        return found

    def _is_ours(self, agreement: "Agreement") -> bool:
        keys = agreement.place.get("host_keys", [])
        ours = self.server.keys.host_key().export_public_key().decode().split()[1]
        return not agreement.place or any(ours in each for each in keys)

    def _answer(self, agreement: "Agreement") -> None:
        """The bank's yes: customer, accounts, connection; then the nights until its statement."""
        from avstem.services.confirm_agreement import confirm_agreement
        from avstem.store.tenancy import company_scope
        from avstem.testbank.backoffice.dialects import ways_of

        user = _user(agreement)
        ways = ways_of(agreement.bank, needs_approval=agreement.bank_approves)
        self.bank.add_customer(user, str(agreement.company), ways)
        with company_scope(agreement.company_id):
            rows = agreement.activations.filter(state="awaiting_bank").select_related("account")
            for each in rows.order_by("pk"):
                self._open(user, each.account, agreement)
        self._connect(agreement, self.server.sign_in(user))
        confirm_agreement(
            company_id=agreement.company_id, agreement_id=agreement.pk, actor=ACTOR, now=now()
        )
        self._let_nights_pass()

    def _open(self, user: str, account: "BankAccount", agreement: "Agreement") -> None:
        """An account that goes on from the last statement, and somebody who pays an invoice."""
        from avstem.testbank.bank import PayIn

        if not self.bank.move_account(account.iban, user):
            self.bank.open_account(user, _balance(account), iban=account.iban)
        more = {"notifications": agreement.notifications, "ocr": agreement.ocr}
        self.bank.activate(account.iban, [*_SERVICES, *(name for name in more if more[name])])
        for amount, payer, kid in _expected(account):
            self.bank.pay_in(account.iban, [PayIn(amount, payer, kid=kid)])

    def _connect(self, agreement: "Agreement", sign_in: "SignIn") -> None:
        from avstem.domain.secret import Secret
        from avstem.services.connect_agreement import Connection, connect_agreement
        from avstem.testbank.backoffice.dialects import ways_of

        ways = ways_of(agreement.bank)
        place = {
            "host": sign_in.host, "port": sign_in.port, "user": sign_in.user,
            "host_keys": [sign_in.host_key], "fetch_folder": ways.folder_out,
            "send_folder": ways.folder_in, "taken_folder": ways.folder_taken,
        }  # fmt: skip
        connection = Connection(
            "sftp", place, {"sftp_password": Secret(sign_in.password)},
            sender_id=agreement.sender_id or agreement.company.orgnr,
            division_id=agreement.division_id, generation=agreement.generation,
        )  # fmt: skip
        connect_agreement(
            company_id=agreement.company_id, agreement_id=agreement.pk, connection=connection,
            actor=ACTOR, now=now(),
        )  # fmt: skip

    def _let_nights_pass(self) -> None:
        """Two: the first ends the day of what is paid after today's last run."""
        from avstem.domain.calendar import next_bank_day

        for _ in range(2):
            tomorrow = self.bank.now + timedelta(days=1)  # its own clock, which is Norway's
            morning = next_bank_day(tomorrow.date())
            self.bank.advance_to(datetime.combine(morning, _MORNING))

    def _move_in(self) -> bool:
        """The agreements of an earlier start find the bank at the port that it has now."""
        for each in self._agreements(closed_at=None):
            if each.place and each.place.get("port") != self.server.port:
                self._connect(each, self.server.sign_in(_user(each)))
        return True

    def _ring(self) -> None:
        from avstem.services.fetch_now import fetch_now

        for each in self._agreements(state="active"):
            if each.place:
                fetch_now(
                    company_id=each.company_id, agreement_id=each.pk, actor=ACTOR, now=now()
                )  # fmt: skip


def _user(agreement: "Agreement") -> str:
    """The customer of one agreement; a later one with the same bank is another."""
    return f"{agreement.company.orgnr}-{agreement.pk}"


def _balance(account: "BankAccount") -> "Money":
    """What the last statement closed with; else what the books began with, or nothing."""
    from avstem.domain.money import Money
    from avstem.store.models import Statement

    rows = Statement.objects.filter(
        company_id=account.company_id, account=account, kind="statement", balances_booked=True
    )
    closing = rows.order_by("-to_date", "-pk").values_list("closing_minor", flat=True).first()
    return Money(closing or account.opening_balance_minor or 0, account.currency)


def _expected(account: "BankAccount") -> list[tuple["Money", str, str]]:
    """The customer's invoice with a KID that is due first: amount, payer, KID."""
    from avstem.domain.money import Money
    from avstem.store.models import OpenItem

    rows = OpenItem.objects.filter(
        company_id=account.company_id, kind="customer_invoice", currency=account.currency,
        remaining_minor__gt=0,
    ).exclude(kid="")  # fmt: skip
    first = rows.select_related("party").order_by("due_date", "pk")[:1]
    return [
        (Money(each.remaining_minor, each.currency), each.party.name, each.kid) for each in first
    ]
