"""Receipts: their bytes as they came, and none gone that the audit chain tells of."""

import hashlib
from collections.abc import Iterator
from itertools import groupby

from avstem.store.checks import Fault
from avstem.store.models import Attachment, AttachmentChunk, AuditEvent

#: So many pieces (of 1 MiB at most) are held at a time, and so many receipts are asked for at once.
_PIECES, _RECEIPTS = 4, 500


def receipts_are_whole(company_id: int) -> Iterator[Fault]:
    """Every receipt's bytes still have the SHA-256 and the length they were received with."""
    kept = Attachment.objects.filter(company_id=company_id).order_by("pk")
    told = _told_by_the_pieces(company_id)
    found, digest, size = next(told, (0, "", 0))
    for receipt in kept.iterator(_RECEIPTS):
        while found and found < receipt.pk:
            found, digest, size = next(told, (0, "", 0))
        if found != receipt.pk:
            yield Fault(_name(receipt), "no bytes", f"{receipt.size_bytes} bytes")
        elif digest != receipt.sha256:
            yield Fault(_name(receipt), digest[:16] + "…", receipt.sha256[:16] + "…")
        elif size != receipt.size_bytes:
            yield Fault(_name(receipt), f"{size} bytes", f"{receipt.size_bytes} bytes")


def _told_by_the_pieces(company_id: int) -> Iterator[tuple[int, str, int]]:
    """(receipt, SHA-256, bytes), by the receipts' numbers: one pass over the pieces."""
    pieces = (
        AttachmentChunk.objects.filter(company_id=company_id)
        .order_by("attachment_id", "position")
        .values_list("attachment_id", "data")
        .iterator(_PIECES)
    )
    for receipt, parts in groupby(pieces, key=lambda piece: piece[0]):
        told, size = hashlib.sha256(), 0
        for _, data in parts:
            told.update(data)
            size += len(data)
        yield receipt, told.hexdigest(), size


def receipts_are_there(company_id: int) -> Iterator[Fault]:
    """Every receipt that was ever added is still at the transaction that it was added to."""
    added = AuditEvent.objects.filter(company_id=company_id, action="attachment.added")
    told = added.order_by("sequence").values_list("facts", flat=True).iterator(_RECEIPTS)
    while some := [facts for _, facts in zip(range(_RECEIPTS), told, strict=False)]:
        wanted = [facts["attachment"] for facts in some]
        rows = Attachment.objects.filter(company_id=company_id, pk__in=wanted)
        there = {row.pk: (row.transaction_id, row.sha256) for row in rows}
        for facts in some:
            was, now = (facts["transaction"], facts["sha256"]), there.get(facts["attachment"])
            if now != was:
                yield Fault(f"receipt {facts['attachment']}", _said(now), _said(was))


def _said(where: tuple[int, str] | None) -> str:
    return f"transaction {where[0]}, {where[1][:16]}…" if where else "none"


def _name(receipt: Attachment) -> str:
    return f"receipt {receipt.pk} ({receipt.name})"


CHECKS = {
    "receipts are whole": receipts_are_whole,
    "receipts are all there": receipts_are_there,
}
