"""Reading XML from strangers, streamed: no DTD, no entities, no network, bounded depth and text.

libxml2's own limits stay on (`huge_tree=False`): 256 levels of depth, 10 MB in one text. A document
type declaration is refused before anything in it is used.
"""

from collections.abc import Iterator
from typing import Any, BinaryIO

from lxml import etree

from avstem.domain.errors import UnreadableFileError

Element = Any  # lxml-stubs has no public name for what iterparse gives


def stream_elements(
    stream: BinaryIO, *, file: str, tags: tuple[str, ...]
) -> Iterator[tuple[str, Element]]:
    """The start and the end of each element of these tags, as they stream by.

    The caller takes elements out of the tree when it is done with them; that bounds memory.
    Not well-formed, cut off, wrongly encoded or with a DTD: refused with its line.
    """
    events = etree.iterparse(
        stream,
        events=("start", "end"),
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    checked = False
    try:
        for event, element in events:
            if not checked:
                _refuse_dtd(element, file)
                checked = True
            yield event, element
    except etree.XMLSyntaxError as wrong:
        raise _syntax_refusal(wrong, file) from wrong


def _refuse_dtd(element: Element, file: str) -> None:
    info = element.getroottree().docinfo
    if info.internalDTD is not None or info.doctype:
        raise UnreadableFileError("line 1", "a document type declaration", "plain XML", file)


def _syntax_refusal(wrong: etree.XMLSyntaxError, file: str) -> UnreadableFileError:
    line, column = wrong.position
    message = (wrong.msg or "not well-formed").split(", line ")[0]
    return UnreadableFileError(f"line {line}, column {column}", message[:60], "whole XML", file)
