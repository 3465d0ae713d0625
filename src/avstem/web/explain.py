"""Why: a decision's content as the page shows it, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from avstem import wording
from avstem.domain.voucher import LedgerRole
from avstem.matching.decision import Reason
from avstem.matching.explanation import Answer, explain
from avstem.store.models import OpenItem, Party
from avstem.store.queries.transactions import Detail


@dataclass(frozen=True)
class Part:
    """So much (unsigned minor units) of an item; None where the item is no longer there."""

    item: OpenItem | None
    amount_minor: int

    @property
    def settles_all(self) -> bool:
        """Whether the item is settled by it."""
        return self.item is not None and self.amount_minor >= self.item.remaining_minor


@dataclass(frozen=True)
class LedgerPart:
    """So much (debit is positive) on a ledger account beside the items."""

    account: str
    amount_minor: int
    vat_code: str
    text: str


@dataclass(frozen=True)
class Reading:
    """One suggestion: what it settles and what spoke for and against it."""

    position: int
    rule: str
    version: int
    percent: int
    agrees: list[str]
    disagrees: list[str]
    parts: list[Part]
    rest_minor: int
    rest_party: Party | None
    charge_minor: int
    ledger_lines: list[LedgerPart]

    @property
    def is_gone(self) -> bool:
        """Whether an item that it settles has been settled by another meanwhile."""
        items = [(each.item, each.amount_minor) for each in self.parts]
        return any(item is not None and minor > item.remaining_minor for item, minor in items)


@dataclass(frozen=True)
class Why:
    """The whole explanation: the readings, best first, or why there is none."""

    readings: list[Reading]
    left_because: str
    notes: list[str]
    decided_by: str
    automatic: bool

    @property
    def best(self) -> Reading | None:
        """The reading that was booked, or that is put first."""
        return self.readings[0] if self.readings else None

    @property
    def fitting(self) -> Reading | None:
        """The best that can still be accepted."""
        return next((each for each in self.readings if not each.is_gone), None)

    @property
    def others(self) -> int:
        """How many other readings fitted."""
        return max(len(self.readings) - 1, 0)


def why(detail: Detail) -> Why:
    """The newest decision of a transaction; an empty one where nothing was decided."""
    content, currency = detail.content, detail.row.currency
    explained = explain(content, decided_by=detail.decided_by, automatic=detail.automatic)
    left = explained.left_because
    return Why(
        readings=[
            _reading(position, answer, said, detail)
            for position, (answer, said) in enumerate(
                zip(explained.answers, content.get("suggestions", ()), strict=True)
            )
        ],
        left_because=wording.left_text(left) if left else "",
        notes=_sentences(explained.notes, currency),
        decided_by=explained.decided_by,
        automatic=explained.automatic,
    )


def _reading(position: int, answer: Answer, said: Mapping[str, Any], detail: Detail) -> Reading:
    currency = detail.row.currency
    return Reading(
        position=position,
        rule=wording.rule_text(answer.rule),
        version=answer.version,
        percent=int(answer.confidence * 100),
        agrees=_sentences(answer.agrees, currency),
        disagrees=_sentences(answer.disagrees, currency),
        parts=[
            Part(detail.items.get(each["item_id"]), each["amount_minor"])
            for each in said["settlements"]
        ],
        rest_minor=said["rest_minor"],
        rest_party=detail.parties.get(said["rest_party_id"] or 0),
        charge_minor=said["charge_minor"],
        ledger_lines=[_ledger_part(each, detail) for each in said.get("ledger_lines", ())],
    )


def _ledger_part(said: Mapping[str, Any], detail: Detail) -> LedgerPart:
    account = said["account"] or detail.accounts[LedgerRole(said["role"])]
    return LedgerPart(account, said["amount_minor"], said["vat_code"], said["text"])


def _sentences(reasons: Iterable[Reason], currency: str) -> list[str]:
    return [wording.reason_text(each.code, each.facts, currency) for each in reasons]
