"""Where our few ledger accounts stand in the business specification (næringsspesifikasjon).

1.30 wants a category and a code of every account; `NA` where there is none. The codes are the tax
authority's own list, not the standard chart.

Source: Skatteetaten, saf-t, Grouping Category Code 2025-2026, naeringsspesifikasjon.csv; for `NA`
its issue 64.
"""

from avstem.domain.voucher import LedgerRole

Grouping = tuple[str, str]

NOT_GROUPED: Grouping = ("NA", "NA")

_CURRENT_ASSET, _CURRENT_DEBT = "balanseverdiForOmloepsmiddel", "kortsiktigGjeld"
_SALES, _GOODS = "salgsinntekt", "varekostnad"
_COST, _INCOME, _FINANCE_COST = "annenDriftskostnad", "finansinntekt", "finanskostnad"

_BY_ROLE: dict[LedgerRole, Grouping] = {
    LedgerRole.RECEIVABLES: (_CURRENT_ASSET, "1500"),
    LedgerRole.PAYABLES: (_CURRENT_DEBT, "2400"),
    LedgerRole.BANK_CHARGES: (_COST, "7700"),
    LedgerRole.ROUNDING: (_COST, "7700"),
    LedgerRole.WRITE_OFF: (_COST, "7830"),
    LedgerRole.INTEREST_RECEIVED: (_INCOME, "8050"),
    LedgerRole.INTEREST_PAID: (_FINANCE_COST, "8150"),
    LedgerRole.RATE_GAIN: (_INCOME, "8060"),
    LedgerRole.RATE_LOSS: (_FINANCE_COST, "8160"),
    LedgerRole.SUSPENSE: (_CURRENT_ASSET, "1570"),
    LedgerRole.PAYMENTS_ON_THEIR_WAY: (_CURRENT_DEBT, "2990"),
    LedgerRole.OWN_TRANSFERS: (_CURRENT_ASSET, "1920"),
    LedgerRole.VAT_INPUT: (_CURRENT_DEBT, "2740"),
    LedgerRole.VAT_OUTPUT: (_CURRENT_DEBT, "2740"),
    LedgerRole.DISCOUNT_GIVEN: (_SALES, "3000"),
    LedgerRole.DISCOUNT_RECEIVED: (_GOODS, "4005"),
}
_BY_BANK_KIND = {"tax": "1950", "cash": "1900"}


def grouping_of_role(role: str) -> Grouping:
    """The grouping of an account that avstem itself books to; `NA` for one without a role."""
    return _BY_ROLE[LedgerRole(role)] if role else NOT_GROUPED


def grouping_of_bank(kind: str, ledger_account: str) -> Grouping:
    """The grouping of the account that mirrors a bank account; one in class 2 is debt to a bank.

    >>> grouping_of_bank("operating", "1920"), grouping_of_bank("card", "2380")
    (('balanseverdiForOmloepsmiddel', '1920'), ('kortsiktigGjeld', '2380'))
    """
    if ledger_account.startswith("2"):
        return _CURRENT_DEBT, "2380"
    return _CURRENT_ASSET, _BY_BANK_KIND.get(kind, "1920")
