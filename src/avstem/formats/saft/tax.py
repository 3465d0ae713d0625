"""VAT in SAF-T: the table of codes, and what each line of a voucher says of its own VAT.

The line that was taxed tells of the VAT: its code, rate, base and amount. The VAT's own line tells
nothing, so that the amounts of a code sum up to what is posted as its VAT.

Source: Skatteetaten, Norwegian SAF-T Financial schema 1.30 (TaxTable, TaxInformation) and its
documentation; docs/formats/saft.md.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from avstem.domain.money import Money
from avstem.domain.vat import VatCode


@dataclass(frozen=True, slots=True)
class LineTax:
    """The VAT of a line, signed as its side; `base` is None where only the VAT itself is posted."""

    code: VatCode
    base: Money | None
    amount: Money

    @property
    def is_credit(self) -> bool:
        """The side of the VAT; where there is none of it, that of its base."""
        side = self.amount.minor or (self.base.minor if self.base is not None else 0)
        return side < 0


@dataclass(frozen=True, slots=True)
class TaxedLine:
    """A line as it is posted: its code where it has one, and whether it is the VAT itself."""

    amount: Money
    code: VatCode | None = None
    is_vat: bool = False


def line_taxes(lines: Sequence[TaxedLine]) -> list[LineTax | None]:
    """What each line of a voucher says; VAT is that of the line of its code before it.

    VAT without such a line speaks for itself: nothing of it is left out.

    >>> high = VatCode("3", 25, None)
    >>> net, vat = TaxedLine(Money(-400, "NOK"), high), TaxedLine(Money(-100, "NOK"), high, True)
    >>> [each and (each.base.minor, each.amount.minor) for each in line_taxes([net, vat])]
    [(-400, -100), None]
    """
    found: list[LineTax | None] = [None] * len(lines)
    taxed: dict[str, int] = {}
    for place, line in enumerate(lines):
        if line.code is None:
            continue
        before = found[taxed[line.code.code]] if line.code.code in taxed else None
        if line.is_vat and before is not None:
            whole = LineTax(line.code, before.base, before.amount + line.amount)
            found[taxed[line.code.code]] = whole
        elif line.is_vat:
            found[place] = LineTax(line.code, None, line.amount)
        else:
            found[place] = LineTax(line.code, line.amount, Money.zero(line.amount.currency))
            taxed[line.code.code] = place
    return found


def tax_details(codes: Iterable[VatCode]) -> Iterator[str]:
    """`TaxCodeDetails` of each code; ours are the authority's own, and whole amounts are taxed."""
    for each in codes:
        yield (
            f"<TaxCodeDetails><TaxCode>{each.code}</TaxCode>"
            f"<TaxPercentage>{each.rate}</TaxPercentage><Country>NO</Country>"
            f"<StandardTaxCode>{each.code}</StandardTaxCode><BaseRate>100</BaseRate>"
            "</TaxCodeDetails>\n"
        )


def tax_information(tax: LineTax) -> str:
    """`TaxInformation` of a line; amounts without sign, the VAT on its side."""
    side = "CreditTaxAmount" if tax.is_credit else "DebitTaxAmount"
    base = f"<TaxBase>{abs(tax.base).decimal()}</TaxBase>" if tax.base is not None else ""
    return (
        f"<TaxInformation><TaxType>MVA</TaxType><TaxCode>{tax.code.code}</TaxCode>"
        f"<TaxPercentage>{tax.code.rate}</TaxPercentage><Country>NO</Country>{base}"
        f"<{side}><Amount>{abs(tax.amount).decimal()}</Amount></{side}></TaxInformation>"
    )
