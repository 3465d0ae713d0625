"""Signatures inside XML messages: one narrow profile of XMLDSig, and nothing beside it.

The signature is a child of the document's element and covers the whole document but itself
(`URI=""`, enveloped-signature), with RSA, SHA-256 and canonical XML, inclusive or exclusive. The
certificate that must have signed is agreed on beforehand; one that a message brings along is not
looked at. What was verified is given back, and only that is read.

Source: W3C, XML Signature Syntax and Processing 1.1; ADR 51 says why no library does this.
"""

import base64
import binascii
import copy
import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from lxml import etree

from avstem.domain.carrying_errors import EnvelopeUntrustedError
from avstem.domain.secret import Secret

Element = Any  # lxml's stubs have no public name for an element with any tag

DS = "http://www.w3.org/2000/09/xmldsig#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
ENVELOPED = f"{DS}enveloped-signature"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
RSA_BITS_MIN = 2048


def read_xml(data: bytes) -> Element:
    """The document's element; no document type, no entity, nothing beside the element."""
    # Canonical XML leaves comments out: one that somebody put in must not cut a value in two.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as wrong:
        raise EnvelopeUntrustedError(f"no XML: {str(wrong)[:60]}", "an XML message") from wrong
    if root.getroottree().docinfo.internalDTD is not None:
        raise EnvelopeUntrustedError("a document type", "an XML message without one")
    if root.getprevious() is not None or root.getnext() is not None:
        raise EnvelopeUntrustedError("something beside the message", "the message alone")
    return root


def sign(root: Element, *, private_key: Secret, certificate: str) -> bytes:
    """The message with our signature as its last child."""
    key = load_pem_private_key(private_key.reveal().encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey), "agreements are made with RSA keys"
    signature = _blank(root, _digest(root, EXCLUSIVE))
    signed_info = signature[0]
    value = key.sign(_canonical(signed_info, EXCLUSIVE), padding.PKCS1v15(), hashes.SHA256())
    _sub(signature, "SignatureValue").text = base64.b64encode(value).decode()
    held = _sub(_sub(_sub(signature, "KeyInfo"), "X509Data"), "X509Certificate")
    der = x509.load_pem_x509_certificate(certificate.encode()).public_bytes(Encoding.DER)
    held.text = base64.b64encode(der).decode()
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def verified(root: Element, *, certificates: Sequence[str], now: datetime) -> Element:
    """The message without its signature, if one of the agreed certificates made that."""
    signature = _only(root, "Signature")
    if sum(1 for _ in root.iter(f"{{{DS}}}Signature")) != 1:
        raise EnvelopeUntrustedError("more than one signature", "one")
    signed_info = _only(signature, "SignedInfo")
    how = _algorithm(signed_info, "CanonicalizationMethod", (EXCLUSIVE, INCLUSIVE))
    _algorithm(signed_info, "SignatureMethod", (RSA_SHA256,))
    value = _base64(_only(signature, "SignatureValue"))
    _check_signer(_canonical(signed_info, how), value, certificates, now)

    reference = _only(signed_info, "Reference")
    if reference.get("URI") != "":
        raise EnvelopeUntrustedError("a signature of a part", "of the whole message")
    _algorithm(reference, "DigestMethod", (SHA256,))
    message = _without_signature(root)
    if _digest(message, _transforms(reference)) != _base64(_only(reference, "DigestValue")):
        raise EnvelopeUntrustedError("a message that was changed", "what was signed")
    return message


def _without_signature(root: Element) -> Element:
    """A copy without the signature; the text behind it is the message's and stays."""
    message = copy.deepcopy(root)
    signature = _only(message, "Signature")
    before = signature.getprevious()
    if before is None:
        message.text = (message.text or "") + (signature.tail or "")
    else:
        before.tail = (before.tail or "") + (signature.tail or "")
    signature.tail = None
    message.remove(signature)
    return message


def _blank(root: Element, digest: bytes) -> Element:
    signature = etree.SubElement(root, f"{{{DS}}}Signature", nsmap={None: DS})  # type: ignore[dict-item]  # None is the default prefix
    signed_info = _sub(signature, "SignedInfo")
    _sub(signed_info, "CanonicalizationMethod", Algorithm=EXCLUSIVE)
    _sub(signed_info, "SignatureMethod", Algorithm=RSA_SHA256)
    reference = _sub(signed_info, "Reference", URI="")
    transforms = _sub(reference, "Transforms")
    _sub(transforms, "Transform", Algorithm=ENVELOPED)
    _sub(transforms, "Transform", Algorithm=EXCLUSIVE)
    _sub(reference, "DigestMethod", Algorithm=SHA256)
    _sub(reference, "DigestValue").text = base64.b64encode(digest).decode()
    return signature


def _sub(parent: Element, name: str, **attributes: str) -> Element:
    return etree.SubElement(parent, f"{{{DS}}}{name}", attributes)


def _digest(element: Element, how: str) -> bytes:
    return hashlib.sha256(_canonical(element, how)).digest()


def _canonical(element: Element, how: str) -> bytes:
    """Canonical XML of one element, with the namespaces that it stands in."""
    alone = etree.Element(element.tag, element.attrib, nsmap=element.nsmap)
    alone.text = element.text
    alone.extend(copy.deepcopy(child) for child in element)
    return etree.tostring(alone, method="c14n", exclusive=how == EXCLUSIVE, with_comments=False)


def _only(parent: Element, name: str) -> Element:
    found = [child for child in parent if child.tag == f"{{{DS}}}{name}"]
    if len(found) != 1:
        raise EnvelopeUntrustedError(f"{len(found)} {name} in {_local(parent)}", "one")
    return found[0]


def _local(element: Element) -> str:
    return str(etree.QName(element).localname)


def _algorithm(parent: Element, name: str, allowed: Sequence[str]) -> str:
    found = str(_only(parent, name).get("Algorithm"))
    if found not in allowed:
        raise EnvelopeUntrustedError(f"{name} {found[:80]}", " or ".join(allowed))
    return found


def _transforms(reference: Element) -> str:
    """How the message was made canonical: the signature taken out first, then no other change."""
    listed = [str(each.get("Algorithm")) for each in _only(reference, "Transforms")]
    match listed:
        case [first] if first == ENVELOPED:
            return INCLUSIVE
        case [first, how] if first == ENVELOPED and how in (EXCLUSIVE, INCLUSIVE):
            return how
    raise EnvelopeUntrustedError(f"transforms {' '.join(listed)[:80]}", ENVELOPED)


def _base64(element: Element) -> bytes:
    try:
        return base64.b64decode("".join((element.text or "").split()), validate=True)
    except binascii.Error as wrong:
        raise EnvelopeUntrustedError(f"{_local(element)} that is no base64", "base64") from wrong


def _check_signer(said: bytes, value: bytes, certificates: Sequence[str], now: datetime) -> None:
    for certificate in map(str.encode, certificates):
        agreed = x509.load_pem_x509_certificate(certificate)
        if _made_by(agreed, said, value):
            if not agreed.not_valid_before_utc <= now <= agreed.not_valid_after_utc:
                expected = f"one valid until {agreed.not_valid_after_utc:%Y-%m-%d}"
                raise EnvelopeUntrustedError("a certificate out of its time", expected)
            return
    raise EnvelopeUntrustedError("a signature of somebody else", "the bank's")


def _made_by(certificate: x509.Certificate, said: bytes, value: bytes) -> bool:
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < RSA_BITS_MIN:
        return False
    try:
        key.verify(value, said, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True
