"""Every code has a text, and what people type is read as they mean it."""

import ast
from pathlib import Path

import pytest

import avstem
from avstem import wording
from avstem.domain.chain import BreakKind
from avstem.domain.errors import InvalidValueError
from avstem.domain.open_item import ItemKind
from avstem.matching.decision import LeftBecause
from avstem.web.inputs import parse_amount, parse_day

PACKAGE = Path(avstem.__file__).parent


def reason_codes() -> set[str]:
    """The codes that the engine's source gives its reasons; a computed one by its beginning."""
    found = set()
    for file in (PACKAGE / "matching").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Reason":
                given = node.args[0] if node.args else node.keywords[0].value
                for each in ast.walk(given):
                    if isinstance(each, ast.Constant) and isinstance(each.value, str):
                        found.add(each.value)
    return found


def test_every_reason_the_engine_gives_has_words() -> None:
    codes = reason_codes()
    assert len(codes) > 10, "the reasons were found in the engine's source"
    for code in codes:
        assert any(known.startswith(code) for known in wording.REASONS), code


def test_every_kind_state_and_break_has_words() -> None:
    assert set(wording.KINDS) == {kind.value for kind in ItemKind}
    assert set(wording.BREAKS) == {kind.value for kind in BreakKind}
    assert set(wording.LEFT_BECAUSE) >= {reason.value for reason in LeftBecause}


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("1 234,50", 123450), ("1\u00a0234,5", 123450), ("1.234,50", 123450), ("1234.50", 123450),
        ("−12", -1200), ("kr 250,-", 25000), ("1.234.567", 123456700), ("0,05", 5),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_norwegians_write_it(typed: str, minor: int) -> None:
    assert parse_amount(typed, "NOK") == minor


@pytest.mark.parametrize("typed", ["1.234", "1,234", "1,2,3", "tusen", "", "12.34,5", "1 234,505"])
def test_an_amount_that_may_mean_two_things_is_refused(typed: str) -> None:
    with pytest.raises(InvalidValueError):
        parse_amount(typed, "NOK")


@pytest.mark.parametrize("typed", ["24.11.2026", "24.11.26", "24112026", "241126", "2026-11-24"])
def test_a_day_is_read_in_each_way_it_is_written(typed: str) -> None:
    assert str(parse_day(typed)) == "2026-11-24"


@pytest.mark.parametrize("typed", ["31.02.2026", "2026-13-01", "i går", ""])
def test_a_day_that_does_not_exist_is_refused(typed: str) -> None:
    with pytest.raises(InvalidValueError):
        parse_day(typed)


def test_amounts_are_shown_in_the_norwegian_form() -> None:
    assert wording.amount_text(123450, "NOK") == "1\u00a0234,50"
    assert wording.amount_text(-5, "NOK") == "\N{MINUS SIGN}0,05"
    assert wording.amount_text(1234567, "JPY") == "1\u00a0234\u00a0567"
