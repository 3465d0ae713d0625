"""One round for a company: fetch by every active agreement, take in, match, pay.

An agreement whose bank cannot be reached does not hold up the others; it is told at the end.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from avstem.domain.errors import RefusalError, UnknownFormatError
from avstem.services.fetch_statements import Fetched, fetch_statements
from avstem.services.import_statement import import_statement
from avstem.services.reconcile import ReconcileResult, reconcile
from avstem.services.take_payment_answer import take_payment_answer
from avstem.store.fetched import agreements_to_fetch
from avstem.store.news import has_news
from avstem.store.tenancy import company_scope
from avstem.worker.pay_out import PaidOut, pay_out

SOURCE = "sync"


@dataclass
class Round:
    """What it came to. `unreached` are banks by which nothing could be fetched, with the reason."""

    fetched: list[Fetched] = field(default_factory=list)
    unreached: list[tuple[str, RefusalError]] = field(default_factory=list)
    reconciled: ReconcileResult = field(default_factory=ReconcileResult)
    paid_out: PaidOut = field(default_factory=PaidOut)


def go_round(
    *, company_id: int, actor: str, now: datetime, again: bool = False, by_clock: bool = False
) -> Round:
    """Fetch, take in, match and pay, in that order: what is settled by now is not paid.

    `again`: files that were set aside are tried once more. `by_clock`: nobody asked for it, so it
    is matched only where something came that may match.
    """
    result = Round()
    take = partial(take_in, company_id=company_id, actor=actor, now=now)
    with company_scope(company_id):
        agreements = agreements_to_fetch(company_id)
    for each in agreements:
        try:
            fetched = fetch_statements(
                company_id=company_id, agreement_id=each.pk, take=take, actor=actor, now=now,
                again=again,
            )  # fmt: skip
        except RefusalError as refusal:
            result.unreached.append((each.bank, refusal))
        else:
            result.fetched.append(fetched)
    if not by_clock or _is_news(company_id, actor):
        result.reconciled = reconcile(company_id=company_id, actor=actor, now=now)
    result.paid_out = pay_out(company_id=company_id, actor=actor, now=now)
    return result


def _is_news(company_id: int, actor: str) -> bool:
    with company_scope(company_id):
        return has_news(company_id, actor)


def take_in(path: Path, name: str, *, company_id: int, actor: str, now: datetime) -> object:
    """What a fetched file is, its content tells: money on an account, or an answer to payments."""
    try:
        return import_statement(
            company_id=company_id, path=path, name=name, source=SOURCE, actor=actor, now=now
        )
    except UnknownFormatError as unknown:
        try:
            return take_payment_answer(
                company_id=company_id, path=path, name=name, source=SOURCE, actor=actor, now=now
            )
        except UnknownFormatError:
            raise unknown from None
