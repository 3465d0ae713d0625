"""Order numbers in a payer's text: what is bought and not yet invoiced.

A number counts only right behind a word that says order; by itself no number is an order's.
"""

import re

from avstem.matching.text import TEXT_CHARACTERS_MAX, normalise_number

ORDERS_MAX = 5
_NUMBER_CHARACTERS_MIN, _NUMBER_CHARACTERS_MAX = 3, 35
_ORDER = re.compile(
    r"(?<!\w)(?:ordre|order|bestilling|salgsordre|ordrebekreftelse|purchase order|po|so)"
    r"(?:s?-?(?:nr|no|nummer|number))?(?:\.|:|#|\s|(?:nr|no|nummer)\b)*"
    r"((?:[a-zæøå]{1,4}[-/]?)?\d[\w/-]{1,34})(?!\w)",
    re.IGNORECASE,
)


def order_numbers(text: str) -> tuple[str, ...]:
    """The order numbers that the text names, normalised as document numbers are.

    >>> order_numbers("Ordre 7001 og ordrenr. SO-7002"), order_numbers("Faktura 7001")
    (('7001', 'SO7002'), ())
    """
    found = (normalise_number(match[1]) for match in _ORDER.finditer(text[:TEXT_CHARACTERS_MAX]))
    fit = (each for each in found if _NUMBER_CHARACTERS_MIN <= len(each) <= _NUMBER_CHARACTERS_MAX)
    return tuple(dict.fromkeys(fit))[:ORDERS_MAX]
