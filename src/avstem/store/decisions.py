"""The engine's answers as the tables keep them: JSON that explains itself, and back again."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from avstem.matching.decision import (
    Decision,
    LedgerLine,
    PaidPayment,
    Reason,
    Settlement,
    Suggestion,
)
from avstem.matching.record import FIRST, key_of


def content_of(decision: Decision) -> dict[str, Any]:
    """What the decision says, best suggestion first, with its reasons as codes and facts."""
    suggestions = [each for each in (decision.best, *decision.others) if each is not None]
    return {
        "suggestions": [_suggestion(suggestion) for suggestion in suggestions],
        "left_because": decision.left_because,
        "reasons": [_reason(reason) for reason in decision.reasons],
        **({"partner": decision.partner_line_id} if decision.partner_line_id else {}),
    }


def _suggestion(said: Suggestion) -> dict[str, Any]:
    return {
        "rule": said.rule,
        "rule_version": said.rule_version,
        "confidence": said.confidence,
        "settlements": [
            {"item_id": each.item_id, "amount_minor": each.amount_minor}
            for each in said.settlements
        ],
        "reasons": [_reason(reason) for reason in said.reasons],
        "rest_minor": said.rest_minor,
        "rest_party_id": said.rest_party_id,
        **({} if said.rest_is_customer is None else {"rest_is_customer": said.rest_is_customer}),
        "charge_minor": said.charge_minor,
        "ledger_lines": [asdict(line) for line in said.ledger_lines],
        "reopened": [
            {"item_id": each.item_id, "amount_minor": each.amount_minor} for each in said.reopened
        ],
        **({"payments": [asdict(each) for each in said.payments]} if said.payments else {}),
    }


def _reason(said: Reason) -> dict[str, Any]:
    return {"code": said.code, "facts": said.facts, "agrees": said.agrees}


def add_records(content: dict[str, Any], reason_of: Callable[[str], Reason]) -> None:
    """Let each suggestion say what became of those like it, as it is known now.

    Not part of the answer itself: the hash of the content is taken before.
    """
    for place, said in enumerate(content["suggestions"]):
        reason = reason_of(key_of(said))
        # A booking always says it; a proposal of a new kind has nothing to tell.
        if reason.code != FIRST or place == 0:
            said["reasons"].append(_reason(reason))


def content_hash(content: dict[str, Any]) -> str:
    """32 hex digits that tell an unchanged answer from a new one."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def suggestion_from(said: dict[str, Any]) -> Suggestion:
    """The suggestion that stands in a decision's content."""
    return Suggestion(
        rule=said["rule"],
        rule_version=said["rule_version"],
        confidence=said["confidence"],
        settlements=tuple(Settlement(**each) for each in said["settlements"]),
        reasons=tuple(Reason(**each) for each in said["reasons"]),
        rest_minor=said["rest_minor"],
        rest_party_id=said["rest_party_id"],
        rest_is_customer=said.get("rest_is_customer"),
        charge_minor=said["charge_minor"],
        # Decisions of the first versions had neither.
        ledger_lines=tuple(LedgerLine(**each) for each in said.get("ledger_lines", ())),
        reopened=tuple(Settlement(**each) for each in said.get("reopened", ())),
        payments=tuple(PaidPayment(**each) for each in said.get("payments", ())),
    )
