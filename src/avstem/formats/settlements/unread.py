"""Settlement reports that are known by name only: their layout is not, so nothing is guessed.

Nets' *Record description of Nets notifications* (January 2018) names its record types, 100 to
410; what stands in their fields was not to be found. Worldline (Bambora) publishes no layout.

Source: docs/formats/settlements.md.
"""

import re

from avstem.formats.bank_csv.rows import head_lines
from avstem.formats.port import Claim, FormatName, OtherFormat
from avstem.formats.xml_head import as_ascii

_RECORD = re.compile(r'"?(?:100|110|120|200|300|400|410)"?[;,]', re.ASCII)
_ABOUT_A_PAYOUT = re.compile(
    r"settle|payout|oppgj[øo]r|utbetaling|udbetaling|afregning|avr[eä]kning", re.IGNORECASE
)
_NETS = re.compile(r"\b(?:nets|teller)(?:\b|_)", re.IGNORECASE)
_WORLDLINE = re.compile(r"worldline|bambora", re.IGNORECASE)
_ROOT_TAG = re.compile(r"<[A-Za-z_][^>]{0,500}")


def _beginning(head: bytes) -> str:
    """The first line that holds anything; of XML the root's start tag."""
    first = next((line for line in head_lines(head) if line.strip()), "")
    if not first.lstrip("\ufeff").lstrip().startswith("<"):
        return first[:2000]
    found = _ROOT_TAG.search(as_ascii(head).decode("utf-8", "replace"))
    return found[0] if found else ""


def _claim(name: str, maker: re.Pattern[str]) -> Claim:
    def claim(head: bytes) -> FormatName | None:
        said = _beginning(head)
        is_meant = maker.search(said) and _ABOUT_A_PAYOUT.search(said)
        return FormatName(name) if is_meant else None

    return claim


def _claim_nets(head: bytes) -> FormatName | None:
    """By its name, or by three records at least of the numbered kinds and nothing else."""
    lines = [line for line in head_lines(head)[:20] if line.strip()]
    is_records = len(lines) >= 3 and all(map(_RECORD.match, lines))
    if is_records and lines[0].lstrip('"').startswith("100"):
        return FormatName("settlement.nets")
    return _claim("settlement.nets", _NETS)(head)


NETS = OtherFormat("nets", "Nets settlement", _claim_nets, "settlement_unread")
WORLDLINE = OtherFormat(
    "worldline",
    "Worldline (Bambora) settlement",
    _claim("settlement.worldline", _WORLDLINE),
    "settlement_unread",
)
UNREAD = (NETS, WORLDLINE)
