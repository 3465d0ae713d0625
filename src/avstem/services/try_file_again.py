"""Try a file that was set aside once more, at the next round, which comes at once."""

from datetime import datetime

from django.db import transaction as database

from avstem.domain.agreement import AgreementState
from avstem.domain.errors import StateError
from avstem.store import audit, fetched
from avstem.store.jobs import NewJob, ask_now
from avstem.store.locks import lock_company
from avstem.store.models import Channel, FetchedFile, FetchedState
from avstem.store.schedules import ROUND
from avstem.store.tenancy import in_company


@in_company
@database.atomic
def try_file_again(*, company_id: int, file_id: int, actor: str, now: datetime) -> FetchedFile:
    """It is fetched again; where the bank has taken it away, the bytes that were kept are taken.

    Its reason stays until the round has tried. Refused where it is not set aside, and where nothing
    is fetched by its agreement. Asked twice, the second is refused: it waits by then.
    """
    lock_company(company_id)
    row = fetched.get_file(company_id, file_id)
    fetched.require_file_state(row, FetchedState.SET_ASIDE)
    agreement = row.agreement
    if agreement.state != AgreementState.ACTIVE or agreement.channel in ("", Channel.NETBANK):
        raise StateError("agreement", agreement.bank, agreement.state, "active")
    fetched.mark_to_be_tried(row)
    ask_now(NewJob(company_id, ROUND), now=now)
    audit.record(
        company_id=company_id, actor=actor, action="file.tried_again", at=now,
        facts={"bank": agreement.bank, "file": row.remote_name, "sha256": row.sha256},
    )  # fmt: skip
    return row
