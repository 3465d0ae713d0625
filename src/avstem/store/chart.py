"""The company's ledger accounts by what avstem books there."""

from avstem.domain.voucher import LedgerRole
from avstem.store.models import LedgerAccount


def accounts_by_role(company_id: int) -> dict[LedgerRole, str]:
    """Role -> account number; a company has one of each from the start."""
    rows = LedgerAccount.objects.filter(company_id=company_id).exclude(role="")
    return {LedgerRole(role): number for role, number in rows.values_list("role", "number")}
