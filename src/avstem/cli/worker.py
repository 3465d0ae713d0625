"""`avstem worker`: does in the background what waits in the queue."""

import signal
import threading
from typing import Any

import click

from avstem.cli.common import start
from avstem.cli.output import NOTHING_DONE


@click.command()
@click.option("--once", is_flag=True, help="Do what is due and end.")
@click.option(
    "--concurrency", default=1, show_default=True, type=click.IntRange(1, 64), metavar="N",
    help="So many workers, a process each.",
)  # fmt: skip
@click.option("--of-pool", is_flag=True, hidden=True, help="One of several: end with the parent.")
def command(once: bool, concurrency: int, of_pool: bool) -> int | None:
    """Do what waits in the queue, and what comes round by the clock.

    Stop it with Ctrl-C or SIGTERM: the job in hand is finished first. Any number may run, on any
    number of machines. Its standard error is its log.
    """
    stop = _stop_on_signals()
    start()
    from avstem.config.startup import is_current

    if not is_current():
        click.echo(
            "avstem: the database's tables are not made yet: run `avstem migrate`.", err=True
        )
        return NOTHING_DONE
    if concurrency > 1:
        from avstem.worker.pool import run_workers

        return run_workers(concurrency, once=once, stop=stop)
    _work(stop, once=once, of_pool=of_pool)
    return None


def _work(stop: threading.Event, *, once: bool, of_pool: bool) -> None:
    from django.db import DatabaseError

    from avstem.worker.handlers import KINDS
    from avstem.worker.loop import Worker
    from avstem.worker.pool import is_parent_there

    worker = Worker(KINDS, stop=stop)
    if of_pool:
        worker.is_wanted = is_parent_there()
    if not once and not of_pool:
        click.echo("The worker works. Stop it with Ctrl-C.", err=True)
    try:
        tally = worker.run(once=once)
    except DatabaseError as wrong:
        raise click.ClickException(f"the database does not answer as it should: {wrong}") from wrong
    click.echo(f"{tally.done} jobs done, {tally.failed} failed.")


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()

    def on_signal(_number: int, _frame: Any) -> None:
        stop.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, on_signal)
    return stop
