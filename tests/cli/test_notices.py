"""What is odd in a file is said in words; every code in the source has a sentence."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import avstem
from avstem import wording
from avstem.domain.statement import Notice
from tests.cli.files import BBAN, Line, statement_xml
from tests.support.command import Avstem

PACKAGE = Path(avstem.__file__).parent
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Codes:
    """The codes that a module gives its notices, followed through its own helpers.

    `notice(notices, code, …)` and `Notice(code, …)` take one; so does a function that hands one of
    its parameters on. What cannot be followed is in `lost`.
    """

    def __init__(self, source: str) -> None:
        self.found: set[str] = set()
        self.lost: list[str] = []
        self._tree = ast.parse(source)
        self._takers = {"notice": 1, "Notice": 0}
        waiting = True
        while waiting:
            before = dict(self._takers)
            for function in self._functions():
                for call, code in self._calls(function):
                    self._take(function, call, code)
            waiting = before != self._takers

    def _functions(self) -> Iterator[Function]:
        return (each for each in ast.walk(self._tree) if isinstance(each, Function))

    def _calls(self, function: Function) -> Iterator[tuple[ast.Call, ast.expr]]:
        for node in ast.walk(function):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            place = self._takers.get(name)
            if place is not None and len(node.args) > place:
                yield node, node.args[place]
            elif place is not None:
                self.lost.append(ast.unparse(node))

    def _take(self, function: Function, call: ast.Call, code: ast.expr) -> None:
        parameters = [each.arg for each in function.args.args if each.arg != "self"]
        if isinstance(code, ast.Name) and code.id in parameters:
            self._takers[function.name] = parameters.index(code.id)
        elif isinstance(code, ast.Name):
            given = [
                each.value
                for each in ast.walk(function)
                if isinstance(each, ast.Assign)
                and any(isinstance(t, ast.Name) and t.id == code.id for t in each.targets)
            ]
            for value in given:
                self._take(function, call, value)
            if not given:
                self.lost.append(ast.unparse(call))
        elif isinstance(code, ast.IfExp):
            self._take(function, call, code.body)
            self._take(function, call, code.orelse)
        elif isinstance(code, ast.Constant) and isinstance(code.value, str):
            self.found.add(code.value)
        elif isinstance(code, ast.JoinedStr) and isinstance(code.values[0], ast.Constant):
            self.found.add(str(code.values[0].value))
        else:
            self.lost.append(ast.unparse(call))


@pytest.fixture(scope="module")
def codes() -> set[str]:
    found: set[str] = set()
    lost = []
    for path in MODULES:
        source = path.read_text(encoding="utf-8")
        if "notice(" in source or "Notice(" in source:
            each = Codes(source)
            found |= each.found
            lost += [f"{path.name}: {call}" for call in each.lost]
    assert lost == [], "say the code where the notice is made, or teach this test the way"
    return found


def test_every_notice_in_the_source_has_a_sentence(codes: set[str]) -> None:
    assert len(codes) > 40, "the notices were found"
    missing = [
        code
        for code in sorted(codes)
        if code not in wording.NOTICES
        # A computed one is known by its beginning.
        and not (code.endswith(".") and any(known.startswith(code) for known in wording.NOTICES))
    ]
    assert missing == []


def test_the_codes_are_found_through_helpers_choices_and_names() -> None:
    seen = Codes(
        "def one(self, code):\n    self.two('p', code)\n"
        "def two(self, place, code):\n    notice(self.notices, code, place)\n"
        "def three(self, odd):\n"
        "    name = 'a.b' if odd else 'a.c'\n    self.one(name)\n    Notice(f'd.{odd}', '')\n"
        "def four(self):\n    notice([], TABLE['x'], '')\n"
    )
    assert seen.found == {"a.b", "a.c", "d."}
    assert seen.lost
    assert all("TABLE" in each for each in seen.lost)


def test_a_code_without_a_sentence_is_said_as_it_is() -> None:
    assert wording.notice_text(Notice("new.code", "line 1", "x")) == "new.code x"
    assert wording.notice_text(Notice("new.code", "line 1")) == "new.code"


def test_what_was_found_is_in_the_sentence_whatever_it_holds() -> None:
    odd = Notice("kid.check_digit", "line 1", "{0} %s {found}")
    assert "{0} %s {found}" in wording.notice_text(odd)
    for code in wording.NOTICES:
        assert "{" not in wording.notice_text(Notice(code, "line 1", "x")), code
        assert wording.notice_text(Notice(code, "line 1")), code


def test_the_command_says_it_in_words(avstem: Avstem, tmp_path: Path) -> None:
    entries = [Line("100.00", f"R{n}") for n in range(25)]
    text = statement_xml(BBAN, "2026-03-02", "0.00", "2500.00", entries)
    path = tmp_path / "odd.xml"
    path.write_text(text.replace('<Ntry><Amt Ccy="NOK">', '<Ntry><Amt Ccy="EUR">'), "utf-8")
    said = avstem("statement", "read", path).err.splitlines()
    assert len(said) == 21
    assert "Ntry[1]" in said[0]
    assert said[0].endswith(": an entry in EUR, another currency than the account's.")
    assert said[-1].endswith("5 more notices.")
