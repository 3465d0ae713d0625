"""The rules that people's own decisions ask for; a person saves those that are right."""

from avstem.domain.errors import NotFoundError
from avstem.store import booking
from avstem.store.rule_drafts import DraftedRule, draft_like, drafts_of_habits
from avstem.store.tenancy import in_company


@in_company
def propose_rules(*, company_id: int) -> list[DraftedRule]:
    """After three equal decisions by hand more than other ones. Nothing is written."""
    return drafts_of_habits(company_id)


@in_company
def draft_rule(*, company_id: int, transaction_id: int) -> DraftedRule:
    """A rule like one transaction that waits, or that was booked whole to one account."""
    transaction = booking.get_transaction(company_id, transaction_id)
    draft = draft_like(transaction)
    if draft is None:
        raise NotFoundError("booking to one account", str(transaction))
    return draft
