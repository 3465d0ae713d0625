"""The rules that every file of ours obeys, pain.001 and camt.055: head, customer, ids, totals.

Sources: docs/formats/pain001.md; docs/formats/camt055.md.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from lxml import etree

from avstem.formats.pain001.dialect import NAMESPACE, Dialect
from avstem.formats.pain001.found import Seen, Violation
from avstem.formats.pain001.rules_payment import decimal

# The printable ASCII characters that SWIFT's set lacks, and what does not print.
_NOT_IN_IDS = frozenset('!"#$%&*;<=>@[\\]^_`{|}~\x7f') | frozenset(map(chr, range(32)))


def parse_outgoing(xml: bytes, violations: list[Violation]) -> Seen | None:
    """The document, or None where it is no XML that a bank could read; then that is noted."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root: Any = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as wrong:
        violations.append(Violation("xml.unreadable", "", str(wrong)[:60]))
        return None
    seen = Seen(root, "", violations)
    info = root.getroottree().docinfo
    if info.doctype:
        seen.note("xml.document_type", found=info.doctype)
        return None
    return seen


def check_head(document: Seen, version: str, dialect: Dialect) -> None:
    """The message is of the agreed version and in the agreed encoding."""
    root = document.root
    document.note_unless(
        root.tag == f"{{{NAMESPACE}{version}}}Document", "version.not_agreed", "", root.tag
    )
    encoding = (root.getroottree().docinfo.encoding or "").upper()
    document.note_unless(encoding == dialect.encoding, "encoding.not_agreed", "", encoding)


def check_customer(message: Seen, place: str, dialect: Dialect) -> None:
    """The party there has a name, and the ids that were agreed on with the bank."""
    message.note_unless(
        bool(message.text(f"{place}/Nm").strip()), "initiator.name_missing", f"{place}/Nm"
    )
    ids = message.texts(f"{place}/Id/OrgId/Othr/Id")
    schemes = message.texts(f"{place}/Id/OrgId/Othr/SchmeNm/Cd")
    wanted = [(dialect.initiator_id, dialect.initiator_scheme), (dialect.division_id, "BANK")]
    expected = [each for each in wanted if each[0]]
    found = list(zip(ids, schemes, strict=False))
    holds = found == expected and len(ids) == len(schemes)
    message.note_unless(holds, "initiator.not_agreed", f"{place}/Id", ids)


def amounts_of(payments: Iterable[Seen], path: str = "Amt/InstdAmt") -> list[str]:
    """What each of the payments says there."""
    return [payment.text(path) for payment in payments]


def check_totals(level: Seen, before: str, amounts: list[str], scope: str) -> None:
    """The count and the sum that stand there are those of the payments below."""
    count = level.text(f"{before}NbOfTxs")
    level.note_unless(count == str(len(amounts)), f"{scope}.count", f"{before}NbOfTxs", count)
    stated = level.text(f"{before}CtrlSum")
    summed = sum((decimal(each) or Decimal(0)) for each in amounts)
    level.note_unless(decimal(stated) == summed, f"{scope}.sum", f"{before}CtrlSum", stated)


def check_ids(path: str, owners: Iterable[Seen]) -> None:
    """Each id there is of letters every bank takes, and stands once in the file."""
    used: set[str] = set()
    for owner in owners:
        check_id(owner, path)
        text = owner.text(path)
        owner.note_unless(text not in used, "id.repeated", path, text)
        used.add(text)


def check_id(owner: Seen, path: str) -> None:
    """The id there is of letters every bank takes, and no longer than the standard allows."""
    text = owner.text(path)
    if not text or text == "NOTPROVIDED":
        owner.note("id.missing", path, text)
        return
    owner.note_unless(len(text) <= 35, "id.too_long", path, text)
    bare = text.strip(" /") == text and "//" not in text
    owner.note_unless(bare and text.isascii() and not set(text) & _NOT_IN_IDS, "id.characters",
                      path, text)  # fmt: skip
