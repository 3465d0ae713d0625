"""The worker's jobs in words: what they do, how they stand, and what went wrong."""

from collections.abc import Mapping
from typing import Any

from avstem import wording
from avstem.wording.refusals import REFUSALS

# What a kind of job does (worker.handlers.KINDS).
JOB_KINDS: dict[str, str] = {
    "reconcile": "Match what is open",
    "sync": "Regular round",
    "pay": "Send approved payments",
    "try_rule": "Try a rule on what happened before",
    "replay": "Replay what happened on an account",
    "dry_run": "Dry run",
    "tidy": "Clear away old jobs",
}

JOB_STATES: dict[str, str] = {
    "waiting": "In the queue",
    "running": "Under way",
    "done": "Done",
    "failed": "Is tried again",
    "set_aside": "Given up",
}

# What stopped a job that is no refusal.
JOB_ERRORS: dict[str, str] = {
    "job.internal": (
        "An error of ours. Nothing you did is wrong; whoever runs avstem finds it in the log "
        "under {log_id}."
    ),
    "job.worker_lost": "The worker stopped in the middle of it.",
}


def job_kind_text(kind: str) -> str:
    """What the job does; a kind of a newer version by its own name."""
    return wording.translate(JOB_KINDS[kind]) if kind in JOB_KINDS else kind


def job_state_text(state: str) -> str:
    """How it stands."""
    return wording.translate(JOB_STATES[state])


def job_error_text(code: str, facts: Mapping[str, Any]) -> str:
    """What went wrong in the last attempt; "" where nothing has."""
    if not code:
        return ""
    text = JOB_ERRORS.get(code) or REFUSALS.get(code)
    if text is None:
        return " ".join([code, *(f"{name}={value}" for name, value in facts.items())])
    said = wording.translate(text).format_map(_Facts(facts))
    return said.removeprefix(": ")


class _Facts(dict[str, Any]):
    """Facts by name; one that is missing leaves a gap in the sentence, not an error."""

    def __missing__(self, key: str) -> str:
        return "…"
