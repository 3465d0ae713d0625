"""Take the owner's answer to a question, with a picture if there is one."""

from datetime import datetime

from django.db import transaction as database

from avstem.domain.errors import InvalidValueError, NotFoundError
from avstem.store import audit
from avstem.store.attachments import keep_attachment
from avstem.store.locks import lock_company
from avstem.store.models import OwnerQuestion
from avstem.store.questions import find_question, waits
from avstem.store.tenancy import in_company

ANSWER_CHARACTERS_MAX, NAME_CHARACTERS_MAX = 1_000, 140


@in_company
@database.atomic
def answer_question(
    *,
    company_id: int,
    token: str,
    answer: str,
    name: str,
    picture: tuple[str, bytes] | None,
    now: datetime,
) -> OwnerQuestion:
    """The answer as it was written; the link is then used up. Words or a `picture` are wanted.

    A link that is used, withdrawn, too old or unknown is refused alike (`link`). Nothing is
    booked by it.
    """
    lock_company(company_id)
    question = find_question(company_id, token)
    if question is None or not waits(question, now):
        raise NotFoundError("link", "")
    said, who = answer.strip(), " ".join(name.split())
    if len(said) > ANSWER_CHARACTERS_MAX or not (said or picture):
        raise InvalidValueError("answer", said[:60] or "nothing", "words, a picture, or both")
    if len(who) > NAME_CHARACTERS_MAX:
        raise InvalidValueError("name", who[:60], f"at most {NAME_CHARACTERS_MAX} characters")
    actor = f"owner: {who}" if who else "owner"
    if picture:
        keep_attachment(
            question.transaction, name=picture[0], content=picture[1], actor=actor, now=now,
            question=question,
        )  # fmt: skip
    question.answer, question.answered_by = said, who
    question.answered_at = question.closed_at = now
    question.save(update_fields=["answer", "answered_by", "answered_at", "closed_at"])
    audit.record(
        company_id=company_id, actor=actor, action="question.answered", at=now,
        facts={"transaction": question.transaction_id, "question": question.pk},
    )  # fmt: skip
    return question
