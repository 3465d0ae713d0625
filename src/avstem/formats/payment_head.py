"""Which payment message a file holds, from its first bytes: its namespace, or where a writer forgot
that, its own element.

Seen: the Swiss banks' own namespace; `Xmlns` for `xmlns`, which leaves no namespace at all.
"""

import re
from collections.abc import Iterator

from avstem.formats.port import Claim, FormatName
from avstem.formats.xml_head import as_ascii

_ISO = "urn:iso:std:iso:20022:tech:xsd:"
_SWISS = "http://www.six-interbank-clearing.com/de/"
_TAG = re.compile(
    rb"<(?:(?P<prefix>[\w.-]{1,60}):)?(?P<name>[A-Za-z_][\w.-]{0,60})(?P<rest>[^<>]*)>"
)
_SPACE = re.compile(rb"\s*")
# Passed over here, so that the reader refuses it by its name.
_DOCUMENT_TYPE = re.compile(rb"<!DOCTYPE[^>\[]*(?:\[[^\]]*\]\s*)?>")
_DECLARED = re.compile(rb"(?:\A|\s)xmlns(?::([\w.-]{1,60}))?\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def claim_message(family: str, versions: str, *roots: str) -> Claim:
    """Claims a message of that family, as `pain.002`, in versions that match the expression.

    `versions` is matched against what follows the family's name: `001.03`. Without a namespace the
    message's own element decides, and the name is the family's alone.
    """
    wanted = re.compile(rf"{re.escape(family)}\.(?:{versions})\Z", re.ASCII)

    def claim(head: bytes) -> FormatName | None:
        tags = _first_tags(as_ascii(head))
        document = next(tags, None)
        if document is None or document["name"] != b"Document":
            return None
        declared = _namespaces(document["rest"])
        own = declared.get((document["prefix"] or b"").decode("ascii"))
        if own is not None:
            return _named(own, wanted, own)
        # Declared for a prefix that nobody uses: read as it is meant.
        meant = [name for each in declared.values() if (name := _named(each, wanted, ""))]
        return meant[0] if meant else _by_element(next(tags, None), family, roots)

    return claim


def _named(space: str, wanted: re.Pattern[str], namespace: str) -> FormatName | None:
    name = space.removeprefix(_ISO).removeprefix(_SWISS).removesuffix(".xsd")
    return FormatName(name, namespace) if name != space and wanted.match(name) else None


def _by_element(
    tag: re.Match[bytes] | None, family: str, roots: tuple[str, ...]
) -> FormatName | None:
    if tag is None or tag["prefix"] or b"xmlns" in tag["rest"]:
        return None
    return FormatName(family) if tag["name"].decode("ascii") in roots else None


def _namespaces(attributes: bytes) -> dict[str, str]:
    found = _DECLARED.findall(attributes)
    return {
        prefix.decode("ascii"): (double or single).decode("utf-8", "replace")
        for prefix, double, single in found
    }


def _first_tags(head: bytes) -> Iterator[re.Match[bytes]]:
    """Each start tag from the beginning; comments and the like are passed over.

    It ends at anything else, so that text in front of the document is no document.
    """
    place = 3 if head.startswith(b"\xef\xbb\xbf") else 0
    while True:
        place = _SPACE.match(head, place).end()  # type: ignore[union-attr]  # it always matches
        if (after := _after_aside(head, place)) is not None:
            place = after
        elif (found := _TAG.match(head, place)) is not None:
            yield found
            place = found.end()
        else:
            return


def _after_aside(head: bytes, place: int) -> int | None:
    """Where the comment or the like that begins here ends; None where none begins."""
    for begin, end in ((b"<?", b"?>"), (b"<!--", b"-->")):
        if head.startswith(begin, place):
            found = head.find(end, place + len(begin))
            return len(head) if found < 0 else found + len(end)
    declared = _DOCUMENT_TYPE.match(head, place)
    return declared and declared.end()
