"""What the company has chosen of matching, as the engine takes it."""

from avstem.matching.policy import Policy
from avstem.store.models import MatchingSettings


def settings_of(company_id: int) -> MatchingSettings:
    """The company's settings; an unsaved row with the defaults where nothing was chosen."""
    found = MatchingSettings.objects.filter(company_id=company_id).first()
    return found or MatchingSettings(company_id=company_id)


def policy_of(company_id: int) -> Policy:
    """The engine's bounds for the company."""
    chosen = settings_of(company_id)
    return Policy(
        write_off_max_minor=chosen.write_off_max_minor,
        write_off_max_bp=chosen.write_off_max_bp,
        interchangeable=chosen.interchangeable,
    )
