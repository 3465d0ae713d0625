"""Everything about payments is said in words, in each language, with what to do next."""

import ast
import gettext
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import avstem
from avstem import wording
from avstem.domain.payment_day import DayReason
from avstem.domain.payment_life import OrderState
from avstem.domain.payment_shield import Bar, Hold
from avstem.domain.reason_codes import (
    CANCELLATION_REASONS,
    CANCELLATION_STATUSES,
    REASONS,
    RETURN_REASONS,
    STATUSES,
    Meaning,
    NextStep,
)
from avstem.wording import payment_codes as codes
from avstem.wording import payments as words

PACKAGE = Path(avstem.__file__).parent
LANGUAGES = ("en", "nb", "nn")
#: As banks.md lists them for Norway.
PAIN_002_STATUSES = "RCVD ACTC PDNG PATC ACCP ACWC ACSP ACSC PART RJCT CANC"
PAIN_002_REASONS = """
AC01 AC02 AC03 AC04 AC06 AC07 AC13 AG01 AG03 AG06 AG08 AM01 AM02 AM03 AM04 AM05 AM09 AM10 AM18 BE04
BE16 CH03 CH04 CH16 CH21 CNOR CURR CUST DT01 DU01 DU02 DU03 DU04 DU05 FF01 MS03 NARR RC01 RF01 RR04
RR07 RR09 TM01 DS02 DS04"""
CAMT_029_STATUSES = "CNCL RJCR PDCR ACCR PACR"
RETURNS = "AC01 AC03 AC04 AC06 AG01 AM09 BE04 CUST DUPL FOCR MD07 MS02 MS03 NARR RC01 RR04 TECH"

Table = Mapping[str, Meaning]


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """The words as config hands them out, without Django's own state."""
    before = wording.translate
    if language != "en":
        wording.translate = gettext.translation("django", PACKAGE / "locale", [language]).gettext
    try:
        yield
    finally:
        wording.translate = before


@pytest.mark.parametrize(
    ("listed", "table"),
    [
        (PAIN_002_STATUSES, STATUSES),
        (PAIN_002_REASONS, REASONS),
        (CAMT_029_STATUSES, CANCELLATION_STATUSES),
        ("CUST DUPL TECH", CANCELLATION_REASONS),
        (RETURNS, RETURN_REASONS),
    ],
    ids=["statuses", "reasons", "answers to cancellations", "cancellation", "returns"],
)
def test_every_code_that_norwegian_banks_use_is_known(listed: str, table: Table) -> None:
    assert set(listed.split()) <= set(table)


def meanings() -> list[tuple[str, Callable[[str], codes.Said]]]:
    reasons = {**RETURN_REASONS, **CANCELLATION_REASONS, **CANCELLATION_STATUSES}
    return [
        *((code, codes.status_said) for code in STATUSES),
        *((code, codes.reason_said) for code in reasons if code not in _ONLY_TO_ASK_WITH),
    ]


#: Reasons that we give the bank ourselves.
_ONLY_TO_ASK_WITH = {"AGNT"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("code", "say"), meanings(), ids=lambda each: str(each)[:12])
def test_each_code_is_said_with_one_next_step_in_each_language(
    code: str, say: Callable[[str], codes.Said], language: str
) -> None:
    english = say(code)
    with in_language(language):
        said = say(code)
    assert said.meaning.endswith(".")
    assert said.step.endswith(".")
    assert said.code == code
    if language != "en":
        assert said.meaning != english.meaning
        assert said.step != english.step


def test_no_meaning_and_no_step_is_left_over() -> None:
    tables = (STATUSES, REASONS, RETURN_REASONS, CANCELLATION_REASONS, CANCELLATION_STATUSES)
    assert set(codes.CODES) == {each.key for table in tables for each in table.values()}
    assert set(codes.STEPS) == set(NextStep)


@pytest.mark.parametrize("code", ["XX99", "ACCC", "", "dnb-4711"])
def test_an_unknown_code_is_shown_as_it_was_written(code: str) -> None:
    for say in (codes.status_said, codes.reason_said):
        assert say(code) == codes.Said(code, "", "")
        assert str(say(code)) == code


@pytest.mark.parametrize(
    ("table", "kinds"),
    [
        (words.ORDER_STATES, OrderState),
        (words.HOLDS, Hold),
        (words.BARS, Bar),
        (words.DAY_REASONS, DayReason),
    ],
    ids=["states", "holds", "bars", "days"],
)
def test_every_state_hold_bar_and_day_reason_has_words(
    table: Mapping[str, Any], kinds: Any
) -> None:
    assert set(table) == {each.value for each in kinds}


def texts() -> list[str]:
    pairs = (*words.ORDER_STATES.values(), *words.HOLDS.values(), *words.BARS.values())
    plain = (*words.DAY_REASONS.values(), *words.FILE_STATES.values(), *words.EVENTS.values())
    return [text for pair in pairs for text in pair] + list(plain)


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_every_text_is_there_in_both_norwegians_with_its_facts(language: str) -> None:
    said = gettext.translation("django", PACKAGE / "locale", [language]).gettext
    names = re.compile(r"\{(\w+)\}")
    for text in texts():
        assert said(text) != text
        assert sorted(names.findall(said(text))) == sorted(names.findall(text))


def event_kinds() -> set[str]:
    """The kinds that services and tables write into the timeline, read from their source."""
    found = set()
    for folder in ("services", "store", "worker"):
        for path in (PACKAGE / folder).rglob("*.py"):
            if "payments" not in (source := path.read_text("utf-8")):
                continue
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Call):
                    found |= _kind_of(node)
    return found


def _kind_of(node: ast.Call) -> set[str]:
    name = ast.unparse(node.func).rpartition(".")[2]
    place = {"tell": 1, "tell_of_file": 1, "move": 2}.get(name)
    if place is None or len(node.args) <= place:
        return set()
    given = getattr(node.args[place], "value", None)
    # With a dot in it, it is an action of the audit chain.
    return {given} if isinstance(given, str) and "." not in given else set()


def test_every_line_of_the_timeline_has_words() -> None:
    kinds = event_kinds()
    assert len(kinds) > 12, "the kinds were found in the source"
    assert kinds <= set(words.EVENTS), kinds - set(words.EVENTS)


def test_a_line_says_its_day_and_amount_as_people_write_them_and_an_unknown_kind_itself() -> None:
    assert words.event_text("day_passed", {"day": "2026-12-01"}, "NOK").endswith("01.12.2026")
    standing = words.event_text("approved_standing", {"limit_minor": 1_000_000}, "NOK")
    assert standing.endswith("10\u00a0000,00")
    assert words.event_text("struck_by_lightning", {}, "NOK") == "struck_by_lightning"
