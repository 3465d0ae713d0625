"""How a company pays: what was chosen, who stands behind it, and what stood before."""

from collections.abc import Sequence
from dataclasses import dataclass

from avstem.store.matching_settings import settings_of
from avstem.store.models import MatchingSettings, PaymentSettings, StandingApproval
from avstem.store.payments import standing_approval

#: The newest standing approvals that are over.
ENDED_MAX = 20


@dataclass(frozen=True)
class HowItPays:
    """The settings (unsaved defaults where nothing was chosen) and the standing approvals."""

    rules: PaymentSettings
    matching: MatchingSettings
    standing: StandingApproval | None
    ended: Sequence[StandingApproval]


def how_it_pays(company_id: int) -> HowItPays:
    """All of it, by a fixed number of questions."""
    rules = PaymentSettings.objects.filter(company_id=company_id).first()
    over = StandingApproval.objects.filter(company_id=company_id, ended_at__isnull=False)
    return HowItPays(
        rules or PaymentSettings(company_id=company_id),
        settings_of(company_id),
        standing_approval(company_id),
        list(over.order_by("-pk")[:ENDED_MAX]),
    )
