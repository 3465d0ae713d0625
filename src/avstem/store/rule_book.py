"""The company's rules as rows: found, listed, and checked against its own accounts."""

from collections.abc import Sequence
from dataclasses import dataclass

from avstem.domain.errors import NotFoundError
from avstem.matching.booking_rules import Conditions, RuleLine
from avstem.matching.standing_rules import STANDING
from avstem.store.models import (
    BankAccount,
    BookingRule,
    BookingRuleVersion,
    LedgerAccount,
    RuleTrial,
)


@dataclass(frozen=True)
class ListedRule:
    """A rule with its newest version, the one that books, and the newest version's last trial."""

    row: BookingRule
    newest: BookingRuleVersion
    trial: RuleTrial | None

    @property
    def is_on(self) -> bool:
        """Whether a version of it books."""
        return self.row.active_version is not None


def get_rule(company_id: int, rule_id: int) -> BookingRule:
    """The company's own rule; another's, or a standing one, is not found."""
    found = BookingRule.objects.filter(company_id=company_id, pk=rule_id, standing="").first()
    if found is None:
        raise NotFoundError("rule", str(rule_id))
    return found


def get_version(company_id: int, rule: BookingRule, version: int | None) -> BookingRuleVersion:
    """The version, or the newest where none is named."""
    wanted = rule.newest_version if version is None else version
    rows = BookingRuleVersion.objects.filter(company_id=company_id, rule=rule, version=wanted)
    if (found := rows.first()) is None:
        raise NotFoundError("version", str(wanted))
    return found


def newest_trial(company_id: int, rule: BookingRule, version: int) -> RuleTrial | None:
    """The last trial of that very version."""
    rows = RuleTrial.objects.filter(company_id=company_id, rule=rule, version=version)
    return rows.order_by("-pk").first()


def list_rules(company_id: int) -> list[ListedRule]:
    """The company's own rules by name: three queries."""
    rows = list(BookingRule.objects.filter(company_id=company_id, standing="").order_by("name"))
    versions = BookingRuleVersion.objects.filter(company_id=company_id).order_by("version")
    newest = {each.rule_id: each for each in versions}
    trials = RuleTrial.objects.filter(company_id=company_id).order_by("pk")
    tried = {(each.rule_id, each.version): each for each in trials}
    return [
        ListedRule(row, newest[row.pk], tried.get((row.pk, row.newest_version))) for row in rows
    ]


def standing_switches(company_id: int) -> dict[str, bool]:
    """Which standing rules book: all that the company has not switched off."""
    rows = BookingRule.objects.filter(company_id=company_id).exclude(standing="")
    off = {row.standing for row in rows if row.active_version is None}
    return {standing: standing not in off for standing in STANDING}


def require_own_accounts(
    company_id: int, conditions: Conditions, lines: Sequence[RuleLine]
) -> None:
    """Refuse ledger or bank accounts that the company does not have."""
    wanted = {line.account for line in lines}
    known = LedgerAccount.objects.filter(company_id=company_id, number__in=wanted)
    for missing in sorted(wanted - set(known.values_list("number", flat=True))):
        raise NotFoundError("ledger account", missing)
    if (account_id := conditions.account_id) is not None:
        ours = BankAccount.objects.filter(company_id=company_id, pk=account_id)
        if not ours.exists():
            raise NotFoundError("account", str(account_id))
