"""The company's jobs in the background: how they stand, and trying one again."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from avstem.services.retry_job import retry_job
from avstem.store.models import Job
from avstem.store.queries.jobs import jobs_page, waits_for_a_worker
from avstem.web.access import back, posts, reads, try_to
from avstem.web.company import CompanyRequest
from avstem.wording.jobs import job_error_text, job_kind_text, job_state_text


@reads
def listing(request: CompanyRequest) -> HttpResponse:
    """All jobs, or those that are not done, the newest first."""
    unfinished = request.GET.get("show") == "unfinished"
    page = jobs_page(
        request.company.pk,
        unfinished=unfinished,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    kept = {"show": "unfinished"} if unfinished else {}
    return render(
        request,
        "web/jobs.html",
        {
            "page": page,
            "jobs": [_said(job) for job in page.rows],
            "unfinished": unfinished,
            "waits_for_a_worker": waits_for_a_worker(request.company.pk, timezone.now()),
            "next_link": "?" + urlencode({**kept, "after": page.after}),
            "previous_link": "?" + urlencode({**kept, "before": page.before}),
        },
    )


@posts
def retry(request: CompanyRequest, job_id: int) -> HttpResponse:
    """It is due at once."""

    def do() -> str:
        retry_job(
            company_id=request.company.pk,
            job_id=job_id,
            actor=request.user.email,
            now=timezone.now(),
        )
        return _("The job is in the queue again.")

    try_to(request, do)
    return back(request, "jobs")


def _said(job: Job) -> tuple[Job, str, str, str]:
    """The job, what it does, how it stands, and what went wrong."""
    error = job_error_text(job.last_error_code, job.last_error_facts)
    return job, job_kind_text(job.kind), job_state_text(job.state), error
