"""Norwegian VAT codes and how a gross amount is parted.

The codes are the standard tax codes of SAF-T Financial: the few that a line without an invoice
needs. The rates hold from 2025; a rate that changes gets a code's new row, never another meaning.

Source: Skatteetaten, SAF-T Financial, standard tax codes; merverdiavgiftsloven kap. 5.
"""

from dataclasses import dataclass

from avstem.domain.errors import InvalidValueError
from avstem.domain.open_item import ItemKind
from avstem.domain.voucher import LedgerRole


@dataclass(frozen=True, slots=True)
class VatCode:
    """A code, its rate in whole per cent, and the account that takes the VAT (none at 0 %)."""

    code: str
    rate: int
    role: LedgerRole | None


VAT_CODES: dict[str, VatCode] = {
    each.code: each
    for each in (
        VatCode("0", 0, None),  # outside the VAT return
        VatCode("1", 25, LedgerRole.VAT_INPUT),
        VatCode("11", 15, LedgerRole.VAT_INPUT),
        VatCode("13", 12, LedgerRole.VAT_INPUT),
        VatCode("3", 25, LedgerRole.VAT_OUTPUT),
        VatCode("31", 15, LedgerRole.VAT_OUTPUT),
        VatCode("33", 12, LedgerRole.VAT_OUTPUT),
        VatCode("5", 0, None),  # zero-rated sale
        VatCode("6", 0, None),  # exempt
    )
}


def get_vat_code(code: str) -> VatCode:
    """The code; one that is not in the table is refused."""
    if code not in VAT_CODES:
        raise InvalidValueError("VAT code", code[:60], ", ".join(VAT_CODES))
    return VAT_CODES[code]


def part_gross(gross_minor: int, rate: int) -> tuple[int, int]:
    """Net and VAT of a gross amount, signed as it is; half a minor unit goes to the VAT.

    >>> part_gross(12_500, 25), part_gross(-100, 15), part_gross(3, 25)
    ((10000, 2500), (-87, -13), (2, 1))
    """
    whole = 100 + rate
    vat = (2 * abs(gross_minor) * rate + whole) // (2 * whole)
    vat = vat if gross_minor > 0 else -vat
    return gross_minor - vat, vat


def check_vat_code(code: str, kind: ItemKind) -> str:
    """The one VAT code of all of a document; refused where it is no code of such documents."""
    wrong_role = LedgerRole.VAT_INPUT if kind.is_customer else LedgerRole.VAT_OUTPUT
    fit = [each.code for each in VAT_CODES.values() if each.role is not wrong_role]
    if code and code not in fit:
        raise InvalidValueError("vat_code", code[:60], ", ".join(fit))
    return code


def vat_code_of_rate(rate: int, kind: ItemKind) -> str:
    """The code of a document that is taxed at one Norwegian rate (per cent); "" where none is.

    >>> [vat_code_of_rate(25, kind) for kind in ItemKind if kind.is_document]
    ['3', '3', '1', '1']
    """
    role = LedgerRole.VAT_OUTPUT if kind.is_customer else LedgerRole.VAT_INPUT
    fit = (each.code for each in VAT_CODES.values() if each.rate == rate and each.role is role)
    return next(fit, "")
