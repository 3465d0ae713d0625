"""What the worker can do: each kind of job with the function that does it.

A new kind is a function here and a line in `KINDS`. The function gets the company, the ids of the
payload and the time, calls services, and returns nothing. It may be run twice, after a crash, so
what it calls must have one effect however often it is called. What it refuses (`RefusalError`) or
stumbles over is written on the job, which is tried again later.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from avstem.services.dry_run import run_dry_run
from avstem.services.plan_round import plan_round
from avstem.services.reconcile import reconcile
from avstem.services.replay import run_replay
from avstem.services.try_rule import try_rule
from avstem.store.jobs import delete_done
from avstem.worker.pay_out import pay_out
from avstem.worker.round import go_round

ACTOR = "worker"
#: How long done jobs can be looked at.
DONE_KEPT = timedelta(days=90)

Handler = Callable[[int | None, Mapping[str, Any], datetime], None]


@dataclass(frozen=True)
class Kind:
    """How a kind of job is done.

    `every`: it comes round by itself, for each company, or once for all (`of_system`).
    `is_one_transaction`: its effect and its end are written together, so that it has happened
    exactly once. Without it the function makes its own transactions, which long work must.
    """

    run: Handler
    every: timedelta | None = None
    of_system: bool = False
    is_one_transaction: bool = False


def match_what_is_open(company_id: int | None, _ids: Mapping[str, Any], now: datetime) -> None:
    """Match the company's open transactions and book what is certain."""
    assert company_id is not None, "matching is a company's"
    reconcile(company_id=company_id, actor=ACTOR, now=now)


def replay_an_account(company_id: int | None, ids: Mapping[str, Any], _now: datetime) -> None:
    """Work a replay through; a second time says the same."""
    assert company_id is not None, "a replay is a company's"
    run_replay(company_id=company_id, rehearsal_id=ids["rehearsal"])


def run_dry(company_id: int | None, ids: Mapping[str, Any], _now: datetime) -> None:
    """Work a dry run through; a second time tells how it is then."""
    assert company_id is not None, "a dry run is a company's"
    run_dry_run(company_id=company_id, rehearsal_id=ids["rehearsal"])


def try_on_what_was(company_id: int | None, ids: Mapping[str, Any], now: datetime) -> None:
    """Try a version of a booking rule on the last twelve months; a second trial says the same."""
    assert company_id is not None, "a rule is a company's"
    try_rule(
        company_id=company_id, rule_id=ids["rule"], version=ids["version"], actor=ACTOR, now=now
    )


def go_one_round(company_id: int | None, ids: Mapping[str, Any], now: datetime) -> None:
    """Everything that is done for a company by the clock: fetch, take in, match, pay.

    `again` in the ids: what was set aside is tried once more.
    It is matched where something came that may match; the banks' own times say when the next round
    is. A bank that could not be reached is told when all else is done, so that it is tried again.
    """
    assert company_id is not None, "a round is a company's"
    again = bool(ids.get("again"))
    plan_round(company_id=company_id, now=now)
    done = go_round(company_id=company_id, actor=ACTOR, now=now, again=again, by_clock=True)
    for _, refusal in (*done.unreached, *done.paid_out.unsent):
        raise refusal


def pay_what_is_approved(company_id: int | None, _ids: Mapping[str, Any], now: datetime) -> None:
    """Send what is approved, without waiting for the next round."""
    assert company_id is not None, "payments are a company's"
    done = pay_out(company_id=company_id, actor=ACTOR, now=now)
    for _, refusal in done.unsent:
        raise refusal


def forget_done_jobs(_company_id: int | None, _ids: Mapping[str, Any], now: datetime) -> None:
    """Delete the rows of jobs that were done long ago."""
    while delete_done(before=now - DONE_KEPT):
        pass


KINDS: dict[str, Kind] = {
    "reconcile": Kind(match_what_is_open),
    "pay": Kind(pay_what_is_approved),
    "sync": Kind(go_one_round, every=timedelta(hours=1)),
    "try_rule": Kind(try_on_what_was),
    "replay": Kind(replay_an_account),
    "dry_run": Kind(run_dry),
    "tidy": Kind(forget_done_jobs, every=timedelta(days=1), of_system=True),
}
