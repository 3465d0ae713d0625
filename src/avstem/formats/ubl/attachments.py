"""Supporting documents inside the invoice: their bytes, or the address they lie at."""

import base64
import binascii
import hashlib

from avstem.domain.statement import Notice
from avstem.formats.ubl.model import Attachment
from avstem.formats.ubl.node import Node
from avstem.formats.values import notice

_OBJECT = "EmbeddedDocumentBinaryObject"


def read_attachments(root: Node, notices: list[Notice]) -> tuple[Attachment, ...]:
    """Every `AdditionalDocumentReference` that carries a document or an address.

    One without either names an object the invoice is about, or a paper; it is no attachment.
    """
    found = (_read(each, notices) for each in root.each("AdditionalDocumentReference"))
    return tuple(each for each in found if each is not None)


def _read(node: Node, notices: list[Notice]) -> Attachment | None:
    holder = node.child("Attachment")
    if holder is None:
        return None
    content = _content(holder, notices)
    return Attachment(
        id=node.text_or_none("ID"),
        description=" ".join(node.texts("DocumentDescription")) or None,
        file_name=holder.attribute(_OBJECT, "filename"),
        mime_code=holder.attribute(_OBJECT, "mimeCode"),
        uri=holder.text_or_none("ExternalReference/URI"),
        content=content,
        sha256=None if content is None else hashlib.sha256(content).hexdigest(),
    )


def _content(holder: Node, notices: list[Notice]) -> bytes | None:
    written = holder.raw(_OBJECT)
    if written is None:
        return None
    try:
        return base64.b64decode("".join(written.split()), validate=True)
    except (binascii.Error, ValueError):
        # No amount depends on it, and the raw file is kept as it came.
        notice(notices, "attachment.not_readable", f"{holder.path}/{_OBJECT}", written[:30])
        return None
