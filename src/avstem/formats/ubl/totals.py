"""The sums of a document, held against each other: what does not add up is refused.

Source: EN 16931-1 rules BR-CO-10 to BR-CO-16; Peppol BIS Billing 3.0, calculation of totals. They
are exact: all amounts have the currency's decimals, and a rounding has an element of its own.
"""

from collections.abc import Iterable

from avstem.domain.money import MINOR_MAX, Money, total
from avstem.domain.statement import Notice
from avstem.formats.ubl.model import Totals
from avstem.formats.ubl.node import Node
from avstem.formats.values import notice

Sums = tuple[Money, Money]


def read_totals(root: Node, currency: str) -> Totals:
    """`LegalMonetaryTotal` and the tax in the document's currency, as written."""
    sums = list(root.each("LegalMonetaryTotal"))
    if len(sums) != 1:
        raise root.refuse("LegalMonetaryTotal", f"{len(sums)} of them", "one")
    node = sums[0]
    return Totals(
        payable=node.amount("PayableAmount", currency),
        lines=node.amount_or_none("LineExtensionAmount", currency),
        tax_exclusive=node.amount_or_none("TaxExclusiveAmount", currency),
        tax_inclusive=node.amount_or_none("TaxInclusiveAmount", currency),
        tax=_tax(root, currency),
        allowances=node.amount_or_none("AllowanceTotalAmount", currency),
        charges=node.amount_or_none("ChargeTotalAmount", currency),
        prepaid=node.amount_or_none("PrepaidAmount", currency),
        rounding=node.amount_or_none("PayableRoundingAmount", currency),
    )


def _tax(root: Node, currency: str) -> Money | None:
    """The tax in the document's currency; a second total in the seller's own is passed over."""
    taxes = [
        _tax_total(each, currency)
        for each in root.each("TaxTotal")
        if each.attribute("TaxAmount", "currencyID") in (None, currency)
    ]
    return total(taxes, currency) if taxes else None


def _tax_total(node: Node, currency: str) -> Money:
    tax = node.amount("TaxAmount", currency)
    parts = [each.amount("TaxAmount", currency) for each in node.each("TaxSubtotal")]
    if parts:
        _require(node, "TaxAmount", tax, total(parts, currency), "the subtotals' sum")
    return tax


def check_totals(root: Node, totals: Totals, line_sum: Money, notices: list[Notice]) -> None:
    """Every sum that is there equals what it is the sum of, or the document is refused.

    A sum that is left out is a notice: only the amount to pay is needed.
    """
    place = f"{root.path}/LegalMonetaryTotal[1]"
    node = next(root.each("LegalMonetaryTotal"))
    for name, found in _left_out(totals):
        if found is None:
            notice(notices, "total.missing", f"{place}/{name}")
    zero = Money.zero(totals.payable.currency)
    lines = totals.lines or line_sum
    _require(node, "LineExtensionAmount", lines, line_sum, "the lines' sum")
    allowances, charges = _allowances_and_charges(root, zero.currency)
    _require(node, "AllowanceTotalAmount", totals.allowances or zero, allowances, "their sum")
    _require(node, "ChargeTotalAmount", totals.charges or zero, charges, "their sum")
    exclusive = lines - allowances + charges
    said = totals.tax_exclusive or exclusive
    _require(node, "TaxExclusiveAmount", said, exclusive, "lines - allowances + charges")
    inclusive = said + (totals.tax or zero)
    _require(node, "TaxInclusiveAmount", totals.tax_inclusive or inclusive, inclusive, "net + tax")
    payable = inclusive - (totals.prepaid or zero) + (totals.rounding or zero)
    _require(node, "PayableAmount", totals.payable, payable, "total - prepaid + rounding")


def _left_out(totals: Totals) -> Iterable[tuple[str, Money | None]]:
    return (
        ("LineExtensionAmount", totals.lines),
        ("TaxExclusiveAmount", totals.tax_exclusive),
        ("TaxInclusiveAmount", totals.tax_inclusive),
    )


def _allowances_and_charges(root: Node, currency: str) -> Sums:
    """The sums of the document's own `AllowanceCharge`; those of a line stand in the line."""
    sums = {"false": Money.zero(currency), "true": Money.zero(currency)}
    for each in root.each("AllowanceCharge"):
        indicator = each.text("ChargeIndicator")
        kind = {"1": "true", "0": "false"}.get(indicator, indicator)
        if kind not in sums:
            raise each.refuse("ChargeIndicator", indicator, "true or false")
        sums[kind] += each.amount("Amount", currency)
    return sums["false"], sums["true"]


def _require(node: Node, name: str, found: Money, computed: Money, what: str) -> None:
    if found != computed or abs(computed.minor) > MINOR_MAX:
        raise node.refuse(name, found.decimal(), f"{computed.decimal()} ({what})")
