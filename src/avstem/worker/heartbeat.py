"""The sign of life of a worker: while it works, a thread beside it holds its jobs for longer."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import DatabaseError, InterfaceError, connection

from avstem.store.jobs import renew

_log = logging.getLogger(__name__)
#: So often within a lease: two beats may fail before the jobs are anybody's.
BEATS = 3


@contextmanager
def heartbeat(
    owner: Callable[[], str], lease: timedelta, clock: Callable[[], datetime]
) -> Iterator[None]:
    """Within it, the jobs of `owner` are held, by a database connection of the thread's own."""
    stop = threading.Event()

    def beat() -> None:
        while not stop.wait(lease.total_seconds() / BEATS):
            try:
                renew(owner=owner(), now=clock(), lease=lease)
            except (DatabaseError, InterfaceError) as wrong:
                # Not fatal: the next beat tries again, and without one the lease runs out.
                _log.warning("the lease could not be renewed: %s", wrong)
                connection.close()
        connection.close()

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=5)
