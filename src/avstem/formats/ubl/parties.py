"""Who sent the document, who is to pay, and who gets the money.

A Norwegian party is known by its organisation number: its legal registration, else its tax number
(`NO…MVA`), else an identifier or electronic address of the scheme 0192 (older: 9908, `NO:ORGNR`).
"""

import re
from collections.abc import Iterator

from avstem.domain.errors import InvalidValueError
from avstem.domain.identifiers import check_orgnr, compact
from avstem.domain.statement import Notice
from avstem.formats.ubl.model import UblParty
from avstem.formats.ubl.node import Node
from avstem.formats.values import notice

#: Norwegian organisation numbers, in the code lists of Peppol and of EHF 2.
_ORGNR_SCHEMES = ("0192", "9908", "NO:ORGNR", "NO:ORG")
_VAT_SCHEMES = ("NO:VAT", "9909")
_ORGNR = re.compile(r"(?:NO)?[0-9]{9}(?:MVA)?\Z", re.ASCII)
_FOREIGN = re.compile(r"(?!NO)[A-Z]{2}[0-9A-Z]{4,18}\Z", re.ASCII)

#: An identifier with its scheme and the name of its element.
Identifier = tuple[str, str | None, str]


def read_supplier(root: Node, notices: list[Notice]) -> UblParty:
    """`AccountingSupplierParty`: who is owed by an invoice."""
    return _required(root, "AccountingSupplierParty", notices)


def read_customer(root: Node, notices: list[Notice]) -> UblParty:
    """`AccountingCustomerParty`: who owes an invoice."""
    return _required(root, "AccountingCustomerParty", notices)


def read_payee(root: Node, notices: list[Notice]) -> UblParty | None:
    """`PayeeParty`: who gets the money instead of the supplier (factoring); None where nobody."""
    node = root.child("PayeeParty")
    return _read_party(node, notices) if node else None


def _required(root: Node, name: str, notices: list[Notice]) -> UblParty:
    found = list(root.each(name))
    party = found[0].child("Party") if len(found) == 1 else None
    if party is None:
        raise root.refuse(name, f"{len(found)} of them, or no Party", "one party")
    return _read_party(party, notices)


def _read_party(node: Node, notices: list[Notice]) -> UblParty:
    orgnrs = list(_orgnrs(node, notices))
    if len(set(orgnrs)) > 1:
        # A branch has a number of its own; the legal entity is who owes and is owed.
        notice(notices, "party.several_numbers", node.path, ", ".join(sorted(set(orgnrs))))
    endpoint = node.text_or_none("EndpointID")
    return UblParty(
        name=_name(node),
        orgnr=next(iter(orgnrs), None),
        foreign_id=None if orgnrs else _foreign_id(node),
        endpoint=f"{node.attribute('EndpointID', 'schemeID') or ''}:{endpoint}"
        if endpoint
        else None,
        line=node.line,
    )


def _name(node: Node) -> str | None:
    for path in ("PartyLegalEntity/RegistrationName", "PartyName/Name", "Contact/Name"):
        if found := node.text_or_none(path):
            return found
    return None


def _orgnrs(node: Node, notices: list[Notice]) -> Iterator[str]:
    """The Norwegian numbers, the weightiest first; what should be one and is not is a notice."""
    for written, scheme, name in _identifiers(node):
        if not _should_be_orgnr(written, scheme, node):
            continue
        try:
            yield check_orgnr(written)
        except InvalidValueError:
            notice(notices, "party.orgnr_not_valid", f"{node.path}/{name}", written)


def _identifiers(node: Node) -> Iterator[Identifier]:
    for place, name in (
        ("PartyLegalEntity", "CompanyID"),
        ("PartyTaxScheme", "CompanyID"),
        ("PartyIdentification", "ID"),
    ):
        for each in node.each(place):
            if found := each.text_or_none(name):
                yield found, each.attribute(name, "schemeID"), f"{place}/{name}"
    if found := node.text_or_none("EndpointID"):
        yield found, node.attribute("EndpointID", "schemeID"), "EndpointID"


def _should_be_orgnr(written: str, scheme: str | None, node: Node) -> bool:
    """By its scheme; without one, by its form and the party's country."""
    if scheme is not None and scheme.upper() in _ORGNR_SCHEMES:
        return True
    number = compact(written)
    if not _ORGNR.match(number):
        return False
    if scheme is not None and scheme.upper() not in _VAT_SCHEMES:
        return False
    return number.startswith("NO") or number.endswith("MVA") or _country(node) == "NO"


def _country(node: Node) -> str | None:
    return node.text_or_none("PostalAddress/Country/IdentificationCode")


def _foreign_id(node: Node) -> str | None:
    """Another country's number: that for tax, else the registration with the country before it."""
    for place in ("PartyTaxScheme", "PartyLegalEntity"):
        for each in node.each(place):
            number = compact(each.text_or_none("CompanyID") or "")
            candidate = f"{_country(node) or ''}{number}" if number[:1].isdigit() else number
            if _FOREIGN.match(candidate):
                return candidate
    return None
