"""Invoices sold to a factor: who pays them, and what that proves.

The factor pays for many customers at once, from an account of its own, what it has bought or
collected, often less its commission or in advance. Neither account, name nor amount says whose
invoice it is; a structured reference does.
"""

from avstem.matching.facts import Candidates, Line
from avstem.matching.names import name_words


def is_from_factor(candidates: Candidates, line: Line) -> bool:
    """Whether the other side is a factor, by account or by its very name."""
    if not candidates.factors:
        return False
    parties = candidates.party_accounts.get(line.counterparty_account or "", ())
    if not candidates.factors.isdisjoint(parties):
        return True
    return name_words(line.counterparty or "") in candidates.factor_names
