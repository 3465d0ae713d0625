"""Validate an outgoing file against its official schema before it leaves.

The schemas of pain.001 come as data of a package we depend on (sepaxml), like a module's own text;
any other schema's bytes are told by the caller.

Source: W3C XML Schema 1.0; the ISO 20022 message schemas.
"""

from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any

from lxml import etree

#: A file that is wrong everywhere needs no more lines to say so.
FAULTS_MAX = 100


@cache
def published_schema(version: str) -> bytes:
    """The schema of a message that we send, as published; `version` is as `pain.001.001.09`.

    Only pain.001.001.03 and .09 are asked for; that one is missing is our mistake.
    """
    return (files("sepaxml") / "schemas" / f"{version}.xsd").read_bytes()


def validate(xml: bytes, schema: bytes) -> list[str]:
    """What the schema says against the file, a line each (`line 4: …`); empty if it is valid.

    XML that is cut off or has a document type is a fault too, never an exception. A schema that
    is none is our mistake and stops the program.
    """
    rules = etree.XMLSchema(etree.fromstring(schema, _parser()))
    try:
        document = etree.fromstring(xml, _parser())
    except (etree.XMLSyntaxError, ValueError) as wrong:
        return [_line(str(wrong))]
    if document.getroottree().docinfo.internalDTD is not None:
        return ["line 1: a document type declaration"]
    if rules.validate(document):
        return []
    log: Any = rules.error_log  # lxml-stubs does not say that it can be walked through
    return [f"line {each.line}: {_line(each.message)}" for each in islice(log, FAULTS_MAX)]


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _line(message: str) -> str:
    """A fault in one line, with namespaces cut off: they are the same everywhere."""
    return " ".join(message.replace("urn:iso:std:iso:20022:tech:xsd:", "").split())[:300]
