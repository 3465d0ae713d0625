"""What a payment provider (Vipps, Stripe, Zettle) paid out, and what the payout is made of.

The bank statement shows one amount; the sales behind it are larger, for the provider has taken its
fees and what was given back to customers. Each part is booked by itself.

    net = gross − fees − refunds + other + unexplained

Amounts are exact minor units in one currency. `unexplained` is shown as it is: it is never spread
over the other parts, nor hidden in one of them.

Source: docs/formats/settlements.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from avstem.domain.money import Money, total


class LineKind(StrEnum):
    """What moved the balance at the provider."""

    SALE = "sale"
    REFUND = "refund"
    FEE = "fee"
    ADJUSTMENT = "adjustment"
    CHARGEBACK = "chargeback"
    PAYOUT = "payout"


@dataclass(frozen=True, slots=True)
class SettlementLine:
    """One movement of the balance at the provider.

    `gross` is signed: a sale is positive; a refund, a fee that stands alone, a chargeback and a
    payout are negative. `fee` is what the provider took of this line, positive (negative where a
    fee is given back). `net` is as the file states it; gross − fee where the file adds up.
    `reference` is the provider's, `order_id` the seller's own.
    """

    kind: LineKind
    reference: str | None
    order_id: str | None
    date: date
    gross: Money
    fee: Money
    net: Money
    text: str | None = None

    @property
    def difference(self) -> Money:
        """What the stated net is more than gross − fee; zero where the line adds up."""
        return self.net - (self.gross - self.fee)


@dataclass(frozen=True, slots=True)
class Settlement:
    """One payout with its lines; where the provider tells of a period only, `payout_date` is None.

    `gross` is the sales, `fees` what the provider took, `refunds` what customers got back: each
    positive in the usual case. `other` (adjustments, chargebacks) is signed. `net` is what is paid
    out. `account` is the account it goes to. `invoiced_fees` is what the provider invoices by
    itself instead of taking it from the payout; it is no part of `fees`.
    """

    provider: str
    id: str
    payout_date: date | None
    account: str | None
    currency: str
    gross: Money
    fees: Money
    refunds: Money
    other: Money
    net: Money
    lines: tuple[SettlementLine, ...] = field(repr=False)
    invoiced_fees: Money | None = None

    @property
    def explained(self) -> Money:
        """What the lines come to: gross − fees − refunds + other."""
        return self.gross - self.fees - self.refunds + self.other

    @property
    def unexplained(self) -> Money:
        """What the payout is more than its lines explain; zero where the file adds up."""
        return self.net - self.explained


def settle(
    lines: Iterable[SettlementLine],
    *,
    provider: str,
    id: str,
    currency: str,
    payout_date: date | None = None,
    account: str | None = None,
    net: Money | None = None,
    invoiced_fees: Money | None = None,
) -> Settlement:
    """Sum the lines of one payout, all in `currency`.

    `net` is what the file says was paid out. Where it does not: what the payout lines took from
    the balance, else what the lines leave.
    """
    kept = tuple(lines)
    fees = total((line.fee for line in kept), currency) - _gross(kept, currency, LineKind.FEE)
    return Settlement(
        provider=provider,
        id=id,
        payout_date=payout_date,
        account=account,
        currency=currency,
        gross=_gross(kept, currency, LineKind.SALE),
        fees=fees,
        refunds=-_gross(kept, currency, LineKind.REFUND),
        other=_gross(kept, currency, LineKind.ADJUSTMENT, LineKind.CHARGEBACK),
        net=_paid_out(kept, currency) if net is None else net,
        lines=kept,
        invoiced_fees=invoiced_fees,
    )


def _gross(lines: Iterable[SettlementLine], currency: str, *kinds: LineKind) -> Money:
    return total((line.gross for line in lines if line.kind in kinds), currency)


def _paid_out(lines: tuple[SettlementLine, ...], currency: str) -> Money:
    """The fee of a payout itself (an instant one) is taken beside it, not from it."""
    if any(line.kind is LineKind.PAYOUT for line in lines):
        return -_gross(lines, currency, LineKind.PAYOUT)
    return total((line.net for line in lines), currency)
