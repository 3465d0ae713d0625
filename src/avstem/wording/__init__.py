"""Every refusal, reason and state in words people understand.

The texts here are English and are the message ids of gettext; `locale/` has bokmål (and later
nynorsk). A test demands a text for each code.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from avstem.domain.errors import RefusalError, UnknownFormatError, UnreadableFileError
from avstem.domain.money import format_minor
from avstem.domain.statement import Notice
from avstem.wording.expectations import expectation_text, found_text, place_text, word_text
from avstem.wording.notices import NOTICES
from avstem.wording.reasons import LEFT_BECAUSE, REASONS, RULES
from avstem.wording.refusals import REFUSALS
from avstem.wording.states import (
    BREAKS,
    KINDS,
    LINE_KINDS,
    PROVIDERS,
    PURPOSES,
    STATES,
)

__all__ = [
    "BREAKS",
    "KINDS",
    "LEFT_BECAUSE",
    "LINE_KINDS",
    "NOTICES",
    "PROVIDERS",
    "PURPOSES",
    "REASONS",
    "REFUSALS",
    "RULES",
    "STATES",
    "amount_text",
    "break_text",
    "filled",
    "format_text",
    "kind_text",
    "left_text",
    "notice_place",
    "notice_text",
    "purpose_text",
    "reason_text",
    "rule_text",
    "sentence",
    "state_text",
    "translate",
    "warning_text",
]

#: Says a text in the reader's language. `config` puts gettext's function here at start-up;
#: without it (the command line without a database) the English stands.
translate: Callable[[str], str] = str


#: `found “nothing”` would say that the word stands there.
_QUOTED_FOUND = re.compile("[“«]{found}[”»]")
#: The facts of a refusal that are words of ours; the others may be what the reader wrote.
_OURS = frozenset({"kind", "expected", "missing", "differs"})


def sentence(refusal: RefusalError) -> str:
    """The refusal as one line for people."""
    facts = {name: _plain(name, value) for name, value in refusal.facts().items()}
    form = translate(REFUSALS[refusal.code])
    if isinstance(refusal, UnreadableFileError):
        form, facts = _of_a_file(refusal, form, facts)
    elif isinstance(refusal, UnknownFormatError):
        facts["found"] = found_text(refusal.found, translate) or facts["found"]
    if form.startswith("{kind}"):
        facts["kind"] = facts["kind"][:1].upper() + facts["kind"][1:]
    # A refusal outside any file has no file to name.
    return form.format(**facts).removeprefix(": ")


def _of_a_file(
    refusal: UnreadableFileError, form: str, facts: dict[str, str]
) -> tuple[str, dict[str, str]]:
    """The place in words, and what stands there: quoted only where it is the file's own."""
    ours = found_text(refusal.found, translate)
    if ours:
        form = _QUOTED_FOUND.sub("{found}", form)
    place = place_text(refusal.place, translate)
    return form, {**facts, "place": place, "found": ours or refusal.found}


def _plain(name: str, value: object) -> str:
    say = expectation_text if name in _OURS else word_text
    if isinstance(value, tuple):
        return ", ".join(say(str(each), translate) for each in value)
    # A word of ours is said in the reader's language; what was found stands as it is.
    return say(str(value), translate)


def amount_text(minor: int, currency: str, *, grouped: bool = True) -> str:
    """The amount as it is written here: `-1250.5` is `−1 250,50`; not `grouped`, `-1250,50`."""
    whole, dot, decimals = format_minor(abs(minor), currency).partition(".")
    if grouped:
        whole = f"{int(whole):,}".replace(",", "\N{NO-BREAK SPACE}")
    minus = "\N{MINUS SIGN}" if grouped else "-"
    return f"{minus if minor < 0 else ''}{whole}{',' if dot else ''}{decimals}"


def state_text(state: str) -> str:
    """A bank transaction's state."""
    return translate(STATES[state])


def kind_text(kind: str) -> str:
    """A document's kind."""
    return translate(KINDS[kind])


def rule_text(rule: str) -> str:
    """What a rule goes by."""
    # A company's own rule stands with its number: `booking_rule:17`.
    kind = rule.partition(":")[0]
    return translate(RULES[kind]) if kind in RULES else rule


def left_text(code: str) -> str:
    """Why there is no suggestion."""
    return translate(LEFT_BECAUSE[code]) if code in LEFT_BECAUSE else code


def reason_text(code: str, facts: Mapping[str, Any], currency: str) -> str:
    """One reason in words; one that an older version wrote is said by its code and facts."""
    if code not in REASONS:
        return " ".join([code, *(f"{name}={value}" for name, value in facts.items())])
    return translate(REASONS[code]).format_map(_Said(_said(facts, currency)))


def notice_place(notice: Notice) -> str:
    """Where in a file something was odd."""
    return place_text(notice.place, translate)


def notice_text(notice: Notice) -> str:
    """What was odd in a file; one without a sentence yet is said by its code."""
    if notice.code not in NOTICES:
        return f"{notice.code} {notice.found}".rstrip()
    return translate(NOTICES[notice.code]).format(found=notice.found or "…")


def format_text(label: str) -> str:
    """What people call a family of files."""
    return translate(label)


def purpose_text(purpose: str, label: str) -> str:
    """What a file is that is not taken here, and where it belongs."""
    text = PURPOSES.get(purpose, PURPOSES["other"])
    return translate(text).format(label=format_text(label))


def warning_text(words: str) -> str:
    """What is odd about an invoice; with facts in it, it stands as it was said."""
    return translate(words)


def break_text(kind: str, facts: Mapping[str, Any], currency: str) -> str:
    """What is wrong with a statement."""
    return translate(BREAKS[kind]).format_map(_Said(_said(facts, currency)))


def filled(text: str, facts: Mapping[str, Any], currency: str) -> str:
    """A text of a table in the reader's language, with the facts that it names."""
    return translate(text).format_map(_Said(_said(facts, currency)))


class _Said(dict[str, str]):
    """Facts by name; one that is missing leaves a gap in the sentence, not an error."""

    def __missing__(self, key: str) -> str:
        return "…"


def _said(facts: Mapping[str, Any], currency: str) -> dict[str, str]:
    return {name: _fact(name, value, currency) for name, value in facts.items()}


def _fact(name: str, value: Any, currency: str) -> str:
    if name.endswith("_minor") and isinstance(value, int):
        return amount_text(value, currency)
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "…" if value is None else str(value)
