"""What the practice bank remembers: one SQLite file, and steps that happen whole or not at all.

Every step of the bank's life is one transaction: what it reads, what it books, the answer it owes
and the clock that moved. Killed between any two steps, or inside one, the bank goes on where it
was. What is posted is neither changed nor taken away, and money is never made: a posting on an
account has its other half in the world outside.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import Any

#: Called at each point where a power cut would hurt; tests let the process die there.
Watch = Callable[[str], None]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS fact (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS customer (
    user TEXT PRIMARY KEY, name TEXT NOT NULL, ways TEXT NOT NULL,
    serial INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS account (
    iban TEXT PRIMARY KEY, user TEXT NOT NULL REFERENCES customer, currency TEXT NOT NULL,
    opened TEXT NOT NULL, opening_minor INTEGER NOT NULL,
    -- A sum that is too large for 64 bits would silently be no whole number any more.
    balance_minor INTEGER NOT NULL CHECK (typeof(balance_minor) = 'integer'),
    interest_bp INTEGER NOT NULL, fee_minor INTEGER NOT NULL, notified INTEGER NOT NULL DEFAULT 0,
    sequence INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS agreement (
    id INTEGER PRIMARY KEY, iban TEXT NOT NULL REFERENCES account, service TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('ordered', 'taken', 'active', 'ended')),
    ordered TEXT NOT NULL, active_on TEXT NOT NULL, UNIQUE (iban, service));
CREATE TABLE IF NOT EXISTS event (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, kind TEXT NOT NULL,
    subject TEXT NOT NULL DEFAULT '', content TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS event_due ON event (at, id);
CREATE TABLE IF NOT EXISTS received (
    id INTEGER PRIMARY KEY, user TEXT NOT NULL REFERENCES customer, name TEXT NOT NULL,
    at TEXT NOT NULL, content BLOB NOT NULL, outcome TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS message (
    user TEXT NOT NULL, message_id TEXT NOT NULL, received INTEGER NOT NULL REFERENCES received,
    name TEXT NOT NULL, PRIMARY KEY (user, message_id));
CREATE TABLE IF NOT EXISTS payment (
    id INTEGER PRIMARY KEY AUTOINCREMENT, user TEXT NOT NULL, message_id TEXT NOT NULL,
    batch_id TEXT NOT NULL, instruction_id TEXT, end_to_end_id TEXT, iban TEXT NOT NULL,
    minor INTEGER NOT NULL CHECK (minor > 0), currency TEXT NOT NULL, creditor TEXT,
    creditor_account TEXT, kid TEXT, documents TEXT NOT NULL, text TEXT NOT NULL,
    asked TEXT NOT NULL, day TEXT NOT NULL, in_one_sum INTEGER NOT NULL,
    is_confidential INTEGER NOT NULL, state TEXT NOT NULL CHECK
        (state IN ('pending', 'accepted', 'executed', 'rejected', 'cancelled', 'returned')),
    reason TEXT NOT NULL DEFAULT '', return_on TEXT, return_reason TEXT,
    FOREIGN KEY (user, message_id) REFERENCES message);
CREATE INDEX IF NOT EXISTS payment_due ON payment (user, state, day);
CREATE INDEX IF NOT EXISTS payment_ids ON payment (user, end_to_end_id);
CREATE INDEX IF NOT EXISTS payment_file ON payment (user, message_id);
CREATE TABLE IF NOT EXISTS incoming (
    id INTEGER PRIMARY KEY AUTOINCREMENT, iban TEXT NOT NULL REFERENCES account,
    at TEXT NOT NULL, minor INTEGER NOT NULL CHECK (minor > 0), payer TEXT, payer_account TEXT,
    kid TEXT, documents TEXT NOT NULL, text TEXT NOT NULL, end_to_end_id TEXT,
    posted INTEGER REFERENCES posting);
CREATE INDEX IF NOT EXISTS incoming_due ON incoming (at) WHERE posted IS NULL;
CREATE TABLE IF NOT EXISTS posting (
    id INTEGER PRIMARY KEY AUTOINCREMENT, iban TEXT NOT NULL, day TEXT NOT NULL, at TEXT NOT NULL,
    minor INTEGER NOT NULL CHECK (minor <> 0), currency TEXT NOT NULL, kind TEXT NOT NULL,
    reference TEXT NOT NULL UNIQUE, entry TEXT NOT NULL, party TEXT, party_account TEXT, kid TEXT,
    documents TEXT NOT NULL DEFAULT '[]', text TEXT NOT NULL DEFAULT '', end_to_end_id TEXT,
    instruction_id TEXT, batch_id TEXT, message_id TEXT, original_minor INTEGER,
    original_currency TEXT, rate TEXT, is_hidden INTEGER NOT NULL DEFAULT 0,
    return_reason TEXT, payment INTEGER REFERENCES payment);
CREATE UNIQUE INDEX IF NOT EXISTS posting_once ON posting (payment, kind)
    WHERE payment IS NOT NULL;
CREATE INDEX IF NOT EXISTS posting_day ON posting (iban, day);
CREATE TABLE IF NOT EXISTS world (
    posting INTEGER PRIMARY KEY REFERENCES posting, minor INTEGER NOT NULL, currency TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS statement (
    iban TEXT NOT NULL, day TEXT NOT NULL, sequence INTEGER NOT NULL,
    opening_minor INTEGER NOT NULL, closing_minor INTEGER NOT NULL,
    PRIMARY KEY (iban, day), UNIQUE (iban, sequence));
CREATE TABLE IF NOT EXISTS outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT, user TEXT NOT NULL, kind TEXT NOT NULL,
    name TEXT NOT NULL, content BLOB NOT NULL, due TEXT NOT NULL, held INTEGER NOT NULL DEFAULT 0,
    delivered TEXT, UNIQUE (user, name));
CREATE INDEX IF NOT EXISTS outbox_due ON outbox (due, id) WHERE delivered IS NULL;
CREATE TABLE IF NOT EXISTS unspoilt (
    user TEXT NOT NULL, name TEXT NOT NULL, content BLOB NOT NULL, PRIMARY KEY (user, name));
CREATE TABLE IF NOT EXISTS wish (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, user TEXT NOT NULL,
    message TEXT NOT NULL, detail TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS misdeed (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, kind TEXT NOT NULL,
    user TEXT NOT NULL, file TEXT NOT NULL, facts TEXT NOT NULL);
CREATE TRIGGER IF NOT EXISTS posting_moves_balance AFTER INSERT ON posting BEGIN
    UPDATE account SET balance_minor = balance_minor + NEW.minor WHERE iban = NEW.iban;
    INSERT INTO world VALUES (NEW.id, -NEW.minor, NEW.currency);
END;
CREATE TRIGGER IF NOT EXISTS posting_stands BEFORE UPDATE ON posting BEGIN
    SELECT RAISE(ABORT, 'what is posted stands'); END;
CREATE TRIGGER IF NOT EXISTS posting_stays BEFORE DELETE ON posting BEGIN
    SELECT RAISE(ABORT, 'what is posted stands'); END;
"""


class Ledger:
    """The bank's file. One instance may be used by several threads; so may the file by processes.

    `watch` is told the name of each point between two effects.
    """

    def __init__(self, path: Path, *, watch: Watch | None = None) -> None:
        self._lock = RLock()
        self.watch: Watch = watch or _nobody_watches
        self._connection = sqlite3.connect(
            path, timeout=60, isolation_level=None, check_same_thread=False
        )
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        # Whole after kill -9; a practice bank need not outlive the machine's power.
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Let the file go; what was done stands."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """One step: all of it, or nothing. A step inside a step is part of it."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:  # Ctrl-C too: half a step never stands
                self._connection.execute("ROLLBACK")
                raise
            self.watch(f"{name}: before it stands")
            self._connection.execute("COMMIT")
            self.watch(f"{name}: done")

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """All rows of a query."""
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: Any) -> sqlite3.Row | None:
        """The first row, or None."""
        with self._lock:
            found: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
            return found

    def value(self, sql: str, *values: Any) -> Any:
        """The first column of the first row; None where there is none."""
        found = self.row(sql, *values)
        return None if found is None else found[0]

    def run(self, sql: str, *values: Any) -> int:
        """Change something; the id of the row that was put in last."""
        with self._lock:
            return self._connection.execute(sql, values).lastrowid or 0

    def run_many(self, sql: str, values: Iterable[Sequence[Any]]) -> None:
        """Change many rows with one statement."""
        with self._lock:
            self._connection.executemany(sql, values)

    def insert(self, table: str, rows: Sequence[dict[str, Any]]) -> None:
        """Put rows into a table; all have the same columns."""
        if rows:
            names = list(rows[0])
            marks = ", ".join(f":{name}" for name in names)
            # Table and columns are names in this package, never anybody's text.
            sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608  # names of our own
            with self._lock:
                self._connection.executemany(sql, rows)

    def fact(self, key: str, default: str = "") -> str:
        """One remembered fact."""
        found = self.value("SELECT value FROM fact WHERE key = ?", key)
        return default if found is None else str(found)

    def remember(self, key: str, value: str) -> None:
        """Keep a fact, over what it was."""
        self.run(
            "INSERT INTO fact VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            key, value,
        )  # fmt: skip

    def numbers(self, key: str, count: int) -> range:
        """The next `count` numbers of a series; each is given once."""
        first = int(self.fact(key, "0")) + 1
        self.remember(key, str(first + count - 1))
        return range(first, first + count)

    @property
    def now(self) -> datetime:
        """The bank's own time, Norwegian clock time."""
        return datetime.fromisoformat(self.fact("now"))

    def plan(self, at: datetime, kind: str, subject: str = "", content: str = "") -> None:
        """Something will happen then."""
        self.run(
            "INSERT INTO event (at, kind, subject, content) VALUES (?, ?, ?, ?)",
            stamp(at), kind, subject, content,
        )  # fmt: skip


def _nobody_watches(point: str) -> None:
    del point


def stamp(at: datetime) -> str:
    """An instant as the tables keep it: sorted as text it is sorted in time."""
    return at.isoformat(timespec="seconds")
