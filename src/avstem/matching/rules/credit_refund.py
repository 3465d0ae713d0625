"""Money out to a customer of exactly what stands to the customer's credit: it is paid back.

A proposal, never a booking: whether it was that credit, nobody said. An order of ours is found by
its own key before.
"""

from collections.abc import Sequence

from avstem.matching import vetoes
from avstem.matching.decision import Reason
from avstem.matching.facts import Line
from avstem.matching.state import Desk, Reading

RULE = "credit_refund"
_SCORE = 0.62


def apply(desk: Desk, lines: Sequence[Line]) -> None:
    """Keep the reading where the account is one party's, with one credit of the amount."""
    for line in lines if desk.candidates.credits else ():
        parties = desk.candidates.party_accounts.get(line.counterparty_account or "", ())
        if line.amount_minor >= 0 or len(parties) != 1 or line.is_return or line.reversal:
            continue
        party_id = parties[0]
        count = desk.candidates.credits.get((party_id, line.currency, -line.amount_minor), 0)
        if count:
            party = desk.candidates.party_names.get(party_id, "")
            against = [*vetoes.always(desk, line, ())]
            if count > 1:
                against.append(vetoes.veto("equal_candidates", items=count, lines=1))
            said = (Reason("credit.paid_back", {"party": party}), *against)
            reading = Reading(RULE, _SCORE, (), said, party_id=party_id, is_customer=True)
            desk.keep(line, reading)
