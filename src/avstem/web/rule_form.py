"""The form of a booking rule: what was typed, and the draft it means.

All its state stands in the page. An amount or share is typed beside each account: `40 %`, `125,00`,
or nothing for the rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from avstem.domain.errors import InvalidValueError
from avstem.domain.money import format_minor
from avstem.matching.booking_rules import LINES_MAX, Conditions, RuleLine, TextMatch
from avstem.services.save_rule import RuleDraft
from avstem.web.inputs import parse_amount
from avstem.wording import amount_text

ROWS = 4
_WAYS = {"in": 1, "out": -1, "both": 0}
_FIELDS = (
    "name", "text", "text_match", "counterparty", "counterparty_account", "code", "way",
    "own_account", "least", "most",
)  # fmt: skip


@dataclass(frozen=True)
class TypedLine:
    """A row of the form."""

    account: str = ""
    part: str = ""
    vat_code: str = ""
    text: str = ""


@dataclass(frozen=True)
class RuleForm:
    """What stands in the form."""

    typed: Mapping[str, str]
    lines: tuple[TypedLine, ...]

    @property
    def rows(self) -> list[TypedLine]:
        """The lines with empty rows to fill."""
        return [*self.lines, *[TypedLine()] * max(ROWS - len(self.lines), 1)]

    def draft(self, currency: str) -> RuleDraft:
        """The rule that is meant; what cannot be read is refused."""
        lines = tuple(_line(each, currency) for each in self.lines)
        least, most = self.typed["least"].strip(), self.typed["most"].strip()
        counts = bool(least or most or any(line.fixed_minor for line in lines))
        own = self.typed["own_account"]
        conditions = Conditions(
            text=self.typed["text"],
            text_match=_match(self.typed["text_match"]),
            counterparty=self.typed["counterparty"],
            counterparty_account=self.typed["counterparty_account"],
            code=self.typed["code"],
            direction=_WAYS.get(self.typed["way"], 0),
            account_id=int(own) if own.isdecimal() and len(own) < 19 else None,
            amount_min_minor=parse_amount(least, currency) if least else None,
            amount_max_minor=parse_amount(most, currency) if most else None,
            currency=currency if counts else "",
        )
        return RuleDraft(self.typed["name"], conditions, lines)


def empty_form() -> RuleForm:
    """Nothing typed yet."""
    return RuleForm({**dict.fromkeys(_FIELDS, ""), "way": "out", "text_match": "words"}, ())


def read_form(posted: QueryDict) -> RuleForm:
    """The form as it was sent; rows without an account are none."""
    typed = {name: posted.get(name, "")[:200] for name in _FIELDS}
    columns = [
        posted.getlist(name) for name in ("line_account", "line_part", "line_vat", "line_text")
    ]
    rows = [TypedLine(*(each[:140] for each in row)) for row in zip(*columns, strict=False)]
    return RuleForm(typed, tuple(row for row in rows if row.account.strip())[: LINES_MAX + 1])


def form_of(draft: Any, currency: str) -> RuleForm:
    """The form that a rule or a draft fills: anything with a name, conditions and lines."""
    said: Conditions = draft.conditions
    ways = {value: name for name, value in _WAYS.items()}
    typed = {
        "name": draft.name,
        "text": said.text,
        "text_match": said.text_match.value,
        "counterparty": said.counterparty,
        "counterparty_account": said.counterparty_account,
        "code": said.code,
        "way": ways[said.direction],
        "own_account": str(said.account_id or ""),
        "least": _amount(said.amount_min_minor, currency),
        "most": _amount(said.amount_max_minor, currency),
    }
    return RuleForm(typed, tuple(_typed(line, currency) for line in draft.lines))


def _typed(line: RuleLine, currency: str) -> TypedLine:
    part = _amount(line.fixed_minor or None, currency)
    if line.per_mille:
        whole, tenth = divmod(line.per_mille, 10)
        part = f"{whole},{tenth} %" if tenth else f"{whole} %"
    return TypedLine(line.account, part, line.vat_code, line.text)


def _amount(minor: int | None, currency: str) -> str:
    return "" if minor is None else amount_text(minor, currency, grouped=False)


def _match(name: str) -> TextMatch:
    try:
        return TextMatch(name)
    except ValueError:
        raise InvalidValueError("text", name[:60], ", ".join(TextMatch)) from None


def _line(typed: TypedLine, currency: str) -> RuleLine:
    account, part, vat = typed.account.strip(), typed.part.strip(), typed.vat_code.strip()
    if part.endswith("%"):
        return RuleLine(account, _per_mille(part), 0, vat, typed.text.strip())
    fixed = parse_amount(part, currency) if part else 0
    if part and fixed <= 0:
        raise InvalidValueError("amount", part[:60], format_minor(100, currency))
    return RuleLine(account, 0, fixed, vat, typed.text.strip())


def _per_mille(part: str) -> int:
    """`33,3 %` is 333; more decimals than one say more than a rule can."""
    minor = parse_amount(part.removesuffix("%"), "NOK")
    if minor % 10 or not 0 < minor < 10_000:
        raise InvalidValueError("shares", part[:60], "0,1 % to 99,9 %")
    return minor // 10
