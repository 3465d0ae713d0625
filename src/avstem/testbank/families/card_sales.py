"""Payouts of payment providers, with the report of what they are made of."""

from collections.abc import Sequence

from avstem.domain.money import Money
from avstem.domain.open_item import Document, Party
from avstem.domain.settlement import LineKind, Settlement, SettlementLine, settle
from avstem.domain.voucher import LedgerRole
from avstem.testbank.families.label import Answer, Payer, full
from avstem.testbank.families.world import World

_FEES, _UNCLEAR = LedgerRole.BANK_CHARGES.value, LedgerRole.SUSPENSE.value
_PER_MILLE = 15
Sale = tuple[str, int]


def _report(world: World, sales: Sequence[Sale]) -> Settlement:
    """One payout of these sales (order, gross), the provider's fee taken of each."""
    lines = [_line(world, order, gross) for order, gross in sales]
    name = f"57860-{2_000_000 + len(world.lines)}"
    return settle(lines, provider="vipps", id=name, currency="NOK", payout_date=world.base)


def _line(world: World, order: str, gross: int) -> SettlementLine:
    fee = gross * _PER_MILLE // 1000
    amounts = (Money(gross, "NOK"), Money(fee, "NOK"), Money(gross - fee, "NOK"))
    return SettlementLine(LineKind.SALE, None, order, world.base, *amounts)


def _sale(document: Document) -> Sale:
    return document.number, document.amount.minor


def _pay(world: World, answer: Answer, report: Settlement, documents: Sequence[Document] = (),
         *, unclear: int = 0, must_ask: bool = False) -> None:  # fmt: skip
    provider = Payer(Party("Vipps MobilePay AS"), "")
    beside = [(_FEES, report.fees.minor)] if documents else []
    beside += [(_UNCLEAR, -unclear)] if unclear else []
    text = f"Utb. {report.id.partition('-')[2]} Vippsnr 57860"
    world.pay(answer, provider, full(*documents), minor=report.net.minor, text=text,
              beside=tuple(beside), must_ask=must_ask, payout=report)  # fmt: skip


def payout_of_invoices(world: World) -> None:
    """Every sale of the payout is an open invoice by its number and amount."""
    few = [world.invoice(world.customer()) for _ in range(world.random.randint(2, 6))]
    _pay(world, Answer.CERTAIN, _report(world, [_sale(each) for each in few]), few)


def payout_with_an_unknown_sale(world: World) -> None:
    """One of the sales is no invoice: what it came to is shown, and a person decides."""
    few = [world.invoice(world.customer()) for _ in range(world.random.randint(2, 4))]
    unknown = ("W" + str(len(world.lines)), world.amount())
    report = _report(world, [*(_sale(each) for each in few), unknown])
    _pay(world, Answer.CLEAR, report, few, unclear=unknown[1], must_ask=True)


def payout_of_an_order_numbered_alike(world: World) -> None:
    """One sale in the shop, whose order number and amount are an invoice's by accident: a decoy."""
    victim = world.invoice(world.customer())
    _pay(world, Answer.NONE, _report(world, [_sale(victim)]), must_ask=True)


def payout_of_sales(world: World) -> None:
    """Sales over the counter, none of them an invoice."""
    sales = [(f"K{len(world.lines)}-{place}", world.amount()) for place in range(3)]
    _pay(world, Answer.NONE, _report(world, sales), must_ask=True)


def payout_of_another_sum(world: World) -> None:
    """The bank's amount is not the report's."""
    few = [world.invoice(world.customer()) for _ in range(2)]
    report = _report(world, [_sale(each) for each in few])
    short = world.random.randrange(100, 9_900)
    text = f"Utb. {report.id.partition('-')[2]} Vippsnr 57860"
    world.pay(Answer.CLEAR, Payer(Party("Vipps MobilePay AS"), ""), full(*few),
              minor=report.net.minor - short, text=text, must_ask=True, payout=report,
              beside=((_FEES, report.fees.minor), (_UNCLEAR, short)))  # fmt: skip
