"""What the company has chosen of matching, as the engine takes it."""

from avstem.matching.policy import Policy
from avstem.matching.record import GUARD_SIGN, may_book
from avstem.store.automation import levels_of
from avstem.store.models import AnswerRecord, MatchingSettings
from avstem.store.models.automation import Automation


def settings_of(company_id: int) -> MatchingSettings:
    """The company's settings; an unsaved row with the defaults where nothing was chosen."""
    found = MatchingSettings.objects.filter(company_id=company_id).first()
    return found or MatchingSettings(company_id=company_id)


def policy_of(company_id: int) -> Policy:
    """The engine's bounds for the company."""
    chosen = settings_of(company_id)
    rows = AnswerRecord.objects.filter(company_id=company_id)
    limit_bp = chosen.automation_limit_bp
    books = {row.key: may_book(row.key, row.to_domain(), limit_bp) for row in rows}
    levels = levels_of(company_id)
    return Policy(
        write_off_max_minor=chosen.write_off_max_minor,
        write_off_max_bp=chosen.write_off_max_bp,
        interchangeable=chosen.interchangeable,
        on_probation=frozenset(key for key, may in books.items() if not may),
        earned=frozenset(key for key, may in books.items() if may and GUARD_SIGN in key),
        propose_only=frozenset(levels),
        silent=frozenset(pk for pk, level in levels.items() if level == Automation.OFF),
    )
