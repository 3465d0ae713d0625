"""Letters to customers: written once into the bank's file, carried to their folder when due.

Carrying is repeated until it is known to be done: after a crash the same file is put there again,
with the same name and the same bytes.
"""

import os
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from threading import get_ident
from zoneinfo import ZoneInfo

from avstem.domain.errors import NotFoundError
from avstem.domain.identifiers import bban_of
from avstem.testbank.backoffice.ledger import Ledger, stamp
from avstem.testbank.backoffice.ways import Ways, read_ways
from avstem.testbank.misbehaviour import OF_DELIVERY, Kind, confess, take_wish

#: How late a late file is, where nobody says how much.
LATE_HOURS = 26
_NORWAY = ZoneInfo("Europe/Oslo")


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody with accounts; `user` is the name of the folder and of the sign-in."""

    user: str
    name: str
    ways: Ways


@dataclass(frozen=True, slots=True)
class Letter:
    """A file for a customer; `kind` as in its name (`camt053`, `pain002`, …)."""

    kind: str
    account: str
    content: bytes


def get_customer(ledger: Ledger, user: str) -> Customer:
    """The customer of that name."""
    found = ledger.row("SELECT user, name, ways FROM customer WHERE user = ?", user)
    if found is None:
        raise NotFoundError("customer", user)
    return Customer(found["user"], found["name"], read_ways(found["ways"]))


def customers(ledger: Ledger) -> list[Customer]:
    """All customers, by name."""
    found = ledger.rows("SELECT user, name, ways FROM customer ORDER BY user")
    return [Customer(each["user"], each["name"], read_ways(each["ways"])) for each in found]


def instant(at: datetime) -> str:
    """An instant as messages have it, with the offset Norway has then."""
    return at.replace(tzinfo=_NORWAY).isoformat(timespec="seconds")


def send(
    ledger: Ledger, customer: Customer, letter: Letter, *, due: datetime, in_order: bool = False
) -> str:
    """Owe the customer a file from `due` on; give its name. Part of the step that makes it.

    `in_order`: nothing goes wrong on the way, whatever chance or anybody wants.
    """
    name = _new_name(ledger, customer, letter, due)
    parcel = _Parcel(ledger, customer, letter, name, due, {})
    kinds = () if in_order else OF_DELIVERY
    found = take_wish(ledger, kinds, customer.user, letter.kind)
    if found is None:
        parcel.put()
    else:
        kind, parcel.detail = found
        _DO[kind](parcel)
    _let_go(ledger, customer.user, letter.kind, name, due)
    return name


def _new_name(ledger: Ledger, customer: Customer, letter: Letter, due: datetime) -> str:
    ledger.run("UPDATE customer SET serial = serial + 1 WHERE user = ?", customer.user)
    serial = ledger.value("SELECT serial FROM customer WHERE user = ?", customer.user)
    account = bban_of(letter.account) or customer.user
    return customer.ways.file_name(letter.kind, account, f"{due:%Y%m%d}", serial)


@dataclass
class _Parcel:
    """A letter on its way, with what somebody asked to be done to it."""

    ledger: Ledger
    customer: Customer
    letter: Letter
    name: str
    due: datetime
    detail: dict[str, int]

    def put(self, *, name: str = "", due: datetime | None = None, held: int = 0) -> None:
        """Lay it out; as it is, or under another name or at another time."""
        self.ledger.run(
            "INSERT INTO outbox (user, kind, name, content, due, held) VALUES (?, ?, ?, ?, ?, ?)",
            self.customer.user, self.letter.kind, name or self.name, self.letter.content,
            stamp(due or self.due), held,
        )  # fmt: skip

    def confess(self, kind: Kind, **facts: object) -> None:
        """Write down what is done to it."""
        confess(self.ledger, kind, self.customer.user, self.name, **facts)


def _late(parcel: _Parcel) -> None:
    hours = parcel.detail.get("hours", LATE_HOURS)
    parcel.put(due=parcel.due + timedelta(hours=hours))
    parcel.confess(Kind.LATE, due=stamp(parcel.due), hours=hours)


def _twice(parcel: _Parcel) -> None:
    again = _new_name(parcel.ledger, parcel.customer, parcel.letter, parcel.due)
    parcel.put()
    parcel.put(name=again)
    parcel.confess(Kind.TWICE, again=again)


def _out_of_order(parcel: _Parcel) -> None:
    """Held back until the next file of its kind has gone before it."""
    parcel.put(held=1)
    parcel.confess(Kind.OUT_OF_ORDER, due=stamp(parcel.due))


def _truncated(parcel: _Parcel) -> None:
    """Cut off somewhere in its second half; the last byte alone would not be missed."""
    letter, whole = parcel.letter, len(parcel.letter.content)
    at = parcel.detail.get("bytes") or Random(parcel.name).randrange(whole // 2, whole - 20)
    keep_unspoilt(parcel.ledger, parcel.customer, parcel.name, letter.content)
    parcel.letter = replace(letter, content=letter.content[:at])
    parcel.put()
    parcel.confess(Kind.TRUNCATED, bytes=at, whole=whole)


_DO = {
    Kind.LATE: _late,
    Kind.TWICE: _twice,
    Kind.OUT_OF_ORDER: _out_of_order,
    Kind.TRUNCATED: _truncated,
}


def keep_unspoilt(ledger: Ledger, customer: Customer, name: str, content: bytes) -> None:
    """What a file should have been, for whoever asks for it again."""
    ledger.run("INSERT INTO unspoilt VALUES (?, ?, ?)", customer.user, name, content)


def send_again(ledger: Ledger, customer: Customer, name: str, *, due: datetime) -> str:
    """The file of that name once more, as it should have been, under a name of its own."""
    found = ledger.row(
        "SELECT kind, coalesce(unspoilt.content, outbox.content) AS content FROM outbox"
        " LEFT JOIN unspoilt USING (user, name) WHERE user = ? AND name = ?",
        customer.user, name,
    )  # fmt: skip
    if found is None:
        raise NotFoundError("file", name)
    letter = Letter(found["kind"], customer.user, found["content"])
    return send(ledger, customer, letter, due=due, in_order=True)


def answer_again(ledger: Ledger, customer: Customer, message_id: str, *, due: datetime) -> int:
    """Every answer to that file once more, as it should have been, under names of their own."""
    found = ledger.rows(
        "SELECT name FROM outbox LEFT JOIN unspoilt USING (user, name) WHERE user = ?"
        " AND kind = 'pain002' AND instr(coalesce(unspoilt.content, outbox.content), ?) > 0"
        " ORDER BY id",
        customer.user, message_id.encode(),
    )  # fmt: skip
    for row in found:
        send_again(ledger, customer, row["name"], due=due)
    return len(found)


def _let_go(ledger: Ledger, user: str, kind: str, name: str, due: datetime) -> None:
    """What was held back goes a minute after this file."""
    ledger.run(
        "UPDATE outbox SET held = 0, due = ?"
        " WHERE user = ? AND kind = ? AND held = 1 AND name <> ?",
        stamp(due + timedelta(minutes=1)), user, kind, name,
    )  # fmt: skip


def deliver(ledger: Ledger, homes: Path, spool: Path) -> int:
    """Carry what is due to the customers' folders; how many files."""
    due = ledger.rows(
        "SELECT id, user, name, content, due FROM outbox"
        " WHERE delivered IS NULL AND held = 0 AND due <= ? ORDER BY due, id",
        stamp(ledger.now),
    )
    folders = {each.user: homes / each.user / each.ways.folder_out for each in customers(ledger)}
    beside = spool / f"out-{os.getpid()}-{get_ident()}"
    for each in due:
        target = folders[each["user"]] / each["name"]
        place_file(beside, target, each["content"], each["due"], ledger)
        with ledger.step("delivery"):
            ledger.run(
                "UPDATE outbox SET delivered = ? WHERE id = ?", stamp(ledger.now), each["id"]
            )
    return len(due)


def place_file(beside: Path, target: Path, content: bytes, due: str, ledger: Ledger) -> None:
    """The file is whole or it is not there; it is as old as the bank's own clock says."""
    beside.write_bytes(content)
    written = datetime.fromisoformat(due).replace(tzinfo=_NORWAY).timestamp()
    os.utime(beside, (written, written))
    ledger.watch("file: written beside")
    beside.replace(target)
    ledger.watch("file: in its place")
