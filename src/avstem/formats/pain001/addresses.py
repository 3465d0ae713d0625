"""Postal addresses in parts: town and country in elements of their own.

From 15 November 2026 a payment within SEPA or abroad with a wholly unstructured address is
rejected; two free lines may stand beside town and country (hybrid). At home a country is enough.

Source: docs/formats/pain001.md; EPC153-22 (guidance on structured addresses).
"""

from collections.abc import Callable

from avstem.domain.errors import InvalidValueError
from avstem.domain.payment_party import Address
from avstem.formats.pain001.xml_write import tag, within

#: The most characters of each part, in the order of the standard.
_PARTS = (
    ("StrtNm", "street", 70),
    ("BldgNb", "building_number", 16),
    ("PstCd", "post_code", 16),
    ("TwnNm", "town", 35),
)
_LINE_CHARACTERS_MAX = 70

#: Makes a text what the bank takes: `convert(text, kind)`, see `characters`.
Convert = Callable[[str, str], str]


def render_address(address: Address, convert: Convert) -> str:
    """`PstlAdr` with its parts; a part that is too long is refused, for half a town is none."""
    parts = [
        tag(name, _fitting(getattr(address, field), convert, longest))
        for name, field, longest in _PARTS
    ]
    lines = [
        tag("AdrLine", _fitting(line, convert, _LINE_CHARACTERS_MAX)) for line in address.lines
    ]
    return within("PstlAdr", *parts, tag("Ctry", address.country), *lines)


def _fitting(text: str, convert: Convert, longest: int) -> str:
    found = convert(text, "address")
    if len(found) > longest:
        raise InvalidValueError("address", text[:60], f"at most {longest} characters")
    return found
