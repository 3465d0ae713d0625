"""Lines come in any order; here they are put together as the payouts they belong to."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from avstem.domain.money import Money
from avstem.domain.settlement import LineKind, Settlement, SettlementLine, settle
from avstem.domain.statement import Notice
from avstem.formats.values import Refuse, notice


@dataclass
class Payout:
    """A payout as it is read; `place` is where the file first names it.

    `made_date` is when the provider made it, used where no day of payment is given.
    """

    id: str
    currency: str
    place: str
    payout_date: date | None = None
    made_date: date | None = None
    account: str | None = None
    net: Money | None = None
    invoiced_fees: Money | None = None
    lines: list[SettlementLine] = field(default_factory=list)

    def settlement(self, provider: str, notices: list[Notice]) -> Settlement:
        """The payout with its sums; a notice where it, or one of its lines, does not add up."""
        found = settle(
            self.lines,
            provider=provider,
            id=self.id,
            currency=self.currency,
            payout_date=self.payout_date or self.made_date,
            account=self.account,
            net=self.net,
            invoiced_fees=self.invoiced_fees,
        )
        if found.unexplained.minor or any(line.difference.minor for line in found.lines):
            notice(notices, "payment.sum_differs", self.place, str(found.net))
        return found


class Payouts:
    """The payouts of a file by what names them, in the order they were first named."""

    def __init__(self) -> None:
        self._by_key: dict[tuple[str, ...], Payout] = {}

    def of(self, *key: str, currency: str, place: str) -> Payout:
        """The payout of that key, new where it was not named before."""
        return self._by_key.setdefault(key, Payout("-".join(key), currency, place))

    def find(self, *key: str) -> Payout | None:
        """The payout of that key, or None."""
        return self._by_key.get(key)

    def settlements(self, provider: str, notices: list[Notice]) -> Iterator[Settlement]:
        """Each payout with its sums."""
        for payout in self._by_key.values():
            yield payout.settlement(provider, notices)


def agree(payout: Payout, name: str, found: object, refuse: Refuse) -> None:
    """Set what a payout has only one of; another value in a later row is refused."""
    known = getattr(payout, name)
    if known is not None and known != found:
        raise refuse(name, str(found), f"{known}, as in the other rows of {payout.id}")
    setattr(payout, name, found)


def fee_taken(gross: Money, written: Money, net: Money) -> Money:
    """The fee as the provider's part, positive; some reports write it with a minus.

    gross − fee = net proves the sign. Where neither sign does, it is a fee that was taken, and the
    line's difference stays in sight.
    """
    for fee in (written, -written):
        if gross - fee == net:
            return fee
    return abs(written)


def captured_and_refunded(
    captured: Money,
    refunded: Money,
    fee: Money,
    net: Money,
    *,
    reference: str,
    order_id: str | None,
    date: date,
) -> Iterator[SettlementLine]:
    """A transaction of Vipps, where `refunded` is negative: a sale, a refund, or one line of each.

    The fee stands on the sale where there is one.
    """
    if captured.minor or not refunded.minor:
        left = net - refunded
        yield SettlementLine(LineKind.SALE, reference, order_id, date, captured, fee, left)
        fee, net = Money.zero(fee.currency), refunded
    if refunded.minor:
        yield SettlementLine(LineKind.REFUND, reference, order_id, date, refunded, fee, net)
