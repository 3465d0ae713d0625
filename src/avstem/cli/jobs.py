"""`avstem jobs`: what the worker does for a company."""

from typing import TYPE_CHECKING, Any

import click

from avstem.cli.common import actor, company_option, get_company, now, start
from avstem.cli.output import json_option, print_json

if TYPE_CHECKING:
    from avstem.store.models import Job

LIMIT = 100


@click.group()
def command() -> None:
    """Jobs in the background."""


@command.command("list")
@company_option
@click.option("--limit", default=LIMIT, show_default=True, type=click.IntRange(1, 10_000))
@json_option
def list_(orgnr: str, limit: int, as_json: bool) -> None:
    """The company's jobs, the newest first."""
    start()
    from avstem.store.queries.jobs import jobs_of
    from avstem.store.tenancy import company_scope

    company = get_company(orgnr)
    with company_scope(company.pk):
        jobs = jobs_of(company.pk, limit=limit)
    if as_json:
        print_json([_document(job) for job in jobs])
        return
    for job in jobs:
        click.echo(_line(job))
    if not jobs:
        click.echo("No jobs.")


@command.command()
@company_option
@click.argument("job_id", metavar="ID", type=int)
@json_option
def retry(orgnr: str, job_id: int, as_json: bool) -> None:
    """Try a job again now that has failed or was given up."""
    start()
    from avstem.services.retry_job import retry_job

    job = retry_job(company_id=get_company(orgnr).pk, job_id=job_id, actor=actor(), now=now())
    if as_json:
        print_json(_document(job))
    else:
        click.echo(_line(job))


def _document(job: "Job") -> dict[str, Any]:
    from avstem.wording.jobs import job_error_text

    code, facts = job.last_error_code, job.last_error_facts
    return {
        "id": job.pk,
        "kind": job.kind,
        "key": job.key,
        "state": job.state,
        "attempts": job.attempts,
        "next_try_at": _instant(job.next_try_at) if job.state in ("waiting", "failed") else None,
        "created_at": _instant(job.created_at),
        "started_at": _instant(job.started_at),
        "finished_at": _instant(job.finished_at),
        "error": {"code": code, "facts": facts, "text": job_error_text(code, facts)}
        if code
        else None,
    }


def _instant(at: Any) -> str | None:
    return at.isoformat() if at else None


def _line(job: "Job") -> str:
    from django.utils.timezone import localtime

    from avstem.wording.jobs import job_error_text, job_kind_text, job_state_text

    error = job_error_text(job.last_error_code, job.last_error_facts)
    words = [
        f"{job.pk:>6}  {localtime(job.created_at):%Y-%m-%d %H:%M}",
        f"{job_kind_text(job.kind):<22} {job_state_text(job.state)}",
        f"(attempt {job.attempts})" if job.attempts > 1 else "",
        f"next {localtime(job.next_try_at):%Y-%m-%d %H:%M}" if job.state == "failed" else "",
        error,
    ]
    return "  ".join(word for word in words if word)
