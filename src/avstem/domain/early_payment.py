"""Early-payment discount (kontantrabatt, skonto): what may be left out by whom pays in time.

Agreed before and taken when the condition is met, it reduces what VAT is computed of, for seller
and buyer alike.

Source: merverdiavgiftsloven § 4-2 second paragraph; Skatteetaten, Merverdiavgiftshåndboken M-4-2.4;
docs/adr/0014-a-discount-for-paying-early.md.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from avstem.domain.errors import InvalidValueError

#: Hundredths of a per cent in the whole.
WHOLE_BP = 10_000
#: More than half the invoice is no discount for paying early.
PERCENT_BP_MAX = 5_000
TERMS_MAX = 5


@dataclass(frozen=True, slots=True)
class DiscountTerms:
    """So many hundredths of a per cent off, if paid on `last_day` or before.

    `base_minor` is what the percentage is taken of, where that is not the whole document.
    """

    percent_bp: int
    last_day: date
    base_minor: int | None = None

    def discount_minor(self, amount_minor: int) -> int:
        """What may be left out of a document of this amount, halves rounded up.

        >>> DiscountTerms(200, date(2026, 3, 10)).discount_minor(100_000)
        2000
        """
        base = amount_minor if self.base_minor is None else self.base_minor
        return (2 * base * self.percent_bp + WHOLE_BP) // (2 * WHOLE_BP)


def check_terms(
    terms: tuple[DiscountTerms, ...], *, amount_minor: int, issued: date
) -> tuple[DiscountTerms, ...]:
    """The terms by day; refused where they give nothing, too much, or end before the document."""
    if len(terms) > TERMS_MAX:
        raise InvalidValueError("discount", f"{len(terms)} terms", f"at most {TERMS_MAX}")
    for each in terms:
        if not 0 < each.percent_bp <= PERCENT_BP_MAX:
            raise InvalidValueError(
                "discount_percent", f"{each.percent_bp / 100:.2f}", "over 0, at most 50"
            )
        if each.base_minor is not None and not 0 < each.base_minor <= amount_minor:
            raise InvalidValueError(
                "discount", f"a base of {each.base_minor}", "a part of the amount"
            )
        if each.last_day < issued:
            raise InvalidValueError("discount_until", str(each.last_day), f"{issued} or later")
    return tuple(sorted(terms, key=lambda each: (each.last_day, each.percent_bp)))


def terms_as_rows(terms: tuple[DiscountTerms, ...]) -> list[list[Any]] | None:
    """As the tables keep them; None where there are none.

    >>> terms_as_rows((DiscountTerms(200, date(2026, 3, 10)),))
    [[200, '2026-03-10', None]]
    """
    return [[each.percent_bp, each.last_day.isoformat(), each.base_minor] for each in terms] or None


def terms_from_rows(rows: list[list[Any]] | None) -> tuple[DiscountTerms, ...]:
    """The terms that `terms_as_rows` made rows of."""
    return tuple(DiscountTerms(bp, date.fromisoformat(day), base) for bp, day, base in rows or ())
