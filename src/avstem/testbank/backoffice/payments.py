"""Payments as they stand in the bank: which came in a file, and on which day they leave."""

import io
import sqlite3
from datetime import date, datetime, timedelta
from typing import Any

from avstem.domain.calendar import next_bank_day
from avstem.domain.errors import RefusalError
from avstem.formats.payment_files import read_payment_message
from avstem.testbank.backoffice.ledger import Ledger
from avstem.testbank.backoffice.outbox import Customer


def read_received(ledger: Ledger, number: int) -> Any:
    """The message in a received file; None where it is none that a bank takes."""
    content = ledger.value("SELECT content FROM received WHERE id = ?", number)
    try:
        return read_payment_message(io.BytesIO(content), file=str(number))
    except RefusalError:
        return None


def payment_day(customer: Customer, asked: date, at: datetime) -> date:
    """The bank day on which it will be paid: as asked, or the next one with a run that is open."""
    today = at.date()
    is_over = f"{at:%H:%M}" >= customer.ways.cut_offs[-1]
    earliest = today + timedelta(days=1) if is_over else today
    return next_bank_day(max(asked, earliest))


def states(ledger: Ledger, user: str, message_id: str) -> list[sqlite3.Row]:
    """Every payment of a file, as it stands."""
    return ledger.rows(
        "SELECT * FROM payment WHERE user = ? AND message_id = ? ORDER BY id", user, message_id
    )
