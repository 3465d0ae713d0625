"""What was fetched by an agreement: how the last round went, and the files that were set aside."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, Max, OuterRef, Q

from avstem.store.models import FetchedFile, FetchedFileChunk, FetchedState, Job
from avstem.store.queries.jobs import latest_job, waits_for_a_worker
from avstem.store.schedules import ROUND

#: So many set-aside files are shown; more are a sign that something else is wrong.
SHOWN_MAX = 200


@dataclass(frozen=True)
class Round:
    """The company's round that is under way or was the last, and what it brought.

    `last_file_at` is when the agreement's last file was fetched, by whomever. Files by this
    agreement in the round: `imported` are in the books, `set_aside` are left to a person,
    `waiting` are tried again at the next round.
    """

    job: Job | None
    imported: int = 0
    set_aside: int = 0
    waiting: int = 0
    without_worker: bool = False
    last_file_at: datetime | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether it is asked for and has not ended."""
        return self.job is not None and self.job.state in ("waiting", "running")

    @property
    def brought_nothing(self) -> bool:
        """Whether there was nothing new."""
        return not (self.imported or self.set_aside or self.waiting)


def last_round(company_id: int, agreement_id: int, now: datetime) -> Round:
    """How the company's latest round stands, with what it fetched by the agreement."""
    job = latest_job(company_id, ROUND)
    files = FetchedFile.objects.filter(company_id=company_id, agreement_id=agreement_id)
    waits_long = waits_for_a_worker(company_id, now)
    if job is None or job.started_at is None:
        last = files.aggregate(at=Max("fetched_at"))["at"]
        return Round(job, without_worker=waits_long, last_file_at=last)
    since = Q(settled_at__gte=job.started_at)
    waits = Q(state=FetchedState.NEW, fetched_at__gte=job.started_at)
    counts = files.aggregate(
        imported=Count("pk", filter=since & Q(state=FetchedState.IMPORTED)),
        set_aside=Count("pk", filter=since & Q(state=FetchedState.SET_ASIDE)),
        waiting=Count("pk", filter=waits),
    )
    return Round(job, **counts, without_worker=waits_long)


def files_left(company_id: int, agreement_id: int) -> list[FetchedFile]:
    """What was set aside, then what is dismissed, the newest first, 200 of them at most.

    `is_kept` on each says whether its bytes are here.
    """
    kept = FetchedFileChunk.objects.filter(company_id=company_id, file=OuterRef("pk"))
    rows = FetchedFile.objects.filter(
        company_id=company_id, agreement_id=agreement_id,
        state__in=(FetchedState.SET_ASIDE, FetchedState.DISMISSED),
    )  # fmt: skip
    # In the order of the alphabet dismissed comes before set_aside.
    return list(rows.annotate(is_kept=Exists(kept)).order_by("-state", "-pk")[:SHOWN_MAX])


def find_file(company_id: int, file_id: int) -> FetchedFile | None:
    """The company's own file."""
    return FetchedFile.objects.filter(company_id=company_id, pk=file_id).first()
