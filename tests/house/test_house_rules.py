"""What CONTRIBUTING.md promises about the code, read from the code itself."""

import ast
import doctest
import importlib
import pkgutil
import re
import statistics
import string
import subprocess
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from avstem import domain, wording
from avstem.domain.errors import RefusalError

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "avstem"
PURE = ("domain", "formats", "matching", "banks")
# Django writes the migrations; nobody reads them as code.
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
PURE_MODULES = [path for path in MODULES if path.relative_to(SOURCE).parts[0] in PURE]

Function = ast.FunctionDef | ast.AsyncFunctionDef

# Put together here, so that this file does not hold what it looks for.
FORBIDDEN = {
    "a package registry": [
        "arti" + "factory",
        "files.python" + "hosted.org",
        "pypi" + ".org/simple",
        "registry." + "npmjs.org",
        "--index" + "-url",
    ],
    "a machine's path": ["/" + "work/", "/" + "root/", "/" + "home/", "/" + "Users/"],
}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Each function's name and its length in lines, docstring and head included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, Function):
            assert node.end_lineno is not None
            yield f"{name_of(path)}:{node.name}", node.end_lineno - node.lineno + 1


def code_functions() -> list[tuple[str, int]]:
    return [each for path in MODULES for each in functions(path)]


def test_no_function_is_longer_than_50_lines() -> None:
    assert [each for each in code_functions() if each[1] > 50] == []


def test_half_of_the_functions_are_shorter_than_10_lines() -> None:
    assert statistics.median(length for _, length in code_functions()) < 10


def test_no_file_is_longer_than_400_lines() -> None:
    lengths = {name_of(path): path.read_text("utf-8").count("\n") for path in MODULES}
    assert {name: length for name, length in lengths.items() if length > 400} == {}


@pytest.mark.parametrize("path", PURE_MODULES, ids=name_of)
def test_the_core_asks_no_clock_no_environment_and_opens_no_file(path: Path) -> None:
    asked = [
        ast.unparse(node)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if reaches_outside(node)
    ]
    assert asked == []


CLOCKS = ("now", "utcnow", "today")
OUTSIDE = ("time.time", "time.monotonic", "os.environ", "os.getenv", "random.random")


def reaches_outside(node: ast.AST) -> bool:
    """A call of a clock or of `open`, or a look at the environment."""
    if isinstance(node, ast.Attribute):
        return ast.unparse(node) in OUTSIDE or (
            node.attr in CLOCKS and ast.unparse(node.value).endswith(("datetime", "date"))
        )
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) in ("open", "io.open", "Path.open", "print", "input")
    return False


WITH_A_CLOCK = ("services", "store", "web", "cli", "worker")
CLOCK_MODULES = [p for p in MODULES if p.relative_to(SOURCE).parts[0] in WITH_A_CLOCK]


@pytest.mark.parametrize("path", CLOCK_MODULES, ids=name_of)
def test_the_day_of_an_instant_is_the_day_in_norway(path: Path) -> None:
    """`now.date()` is the day in Greenwich: near midnight it is yesterday to the bookkeeper."""
    assert re.findall(r"\bnow(?:\(\))?\.date\(\)|_at\.date\(\)", path.read_text("utf-8")) == []


def test_the_check_of_the_core_sees_what_it_looks_for() -> None:
    for planted in ("datetime.now()", "date.today()", "time.time()", "os.environ", "open('x')"):
        assert any(map(reaches_outside, ast.walk(ast.parse(planted)))), planted


#: `avstem.domain.errors` and the `…_errors` beside it.
DECLARING = [
    f"avstem.domain.{each.name}"
    for each in pkgutil.iter_modules(domain.__path__)
    if each.name.endswith("errors")
]


def refusals() -> list[type[RefusalError]]:
    return [
        each
        for module in map(importlib.import_module, DECLARING)
        for each in vars(module).values()
        if isinstance(each, type)
        and issubclass(each, RefusalError)
        and each is not RefusalError
        and each.__module__ == module.__name__
    ]


@pytest.mark.parametrize("refusal", refusals(), ids=lambda refusal: refusal.__name__)
def test_every_refusal_has_a_sentence_that_names_only_its_own_facts(
    refusal: type[RefusalError],
) -> None:
    text = wording.REFUSALS[refusal.code]
    named = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    assert named <= {each.name for each in fields(refusal)}  # type: ignore[arg-type]  # dataclass


def test_every_refusal_has_a_code_of_its_own_and_no_sentence_lacks_a_refusal() -> None:
    codes = [refusal.code for refusal in refusals()]
    assert sorted(codes) == sorted(set(codes))
    assert set(codes) == set(wording.REFUSALS)


def test_refusals_are_all_declared_in_their_places() -> None:
    declared = [
        f"{name_of(path)}:{node.name}"
        for path in MODULES
        if path.stem not in {name.rpartition(".")[2] for name in DECLARING}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        and any(ast.unparse(base).endswith("RefusalError") for base in node.bases)
    ]
    assert declared == []


def tracked_texts() -> Iterator[tuple[str, str]]:
    """Every text file that git tracks here, or all of `src`, `tests` and `docs` without git."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    names = [name for name in listed.stdout.split("\0") if name]
    if not names:
        folders = (ROOT / "src", ROOT / "tests", ROOT / "docs")
        names = [name_of(path) for each in folders for path in each.rglob("*.*")]
    for name in names:
        path = ROOT / name
        if path.is_file():
            yield name, path.read_bytes().decode("utf-8", "replace")


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_no_file_of_the_project_names(kind: str) -> None:
    found = [
        (name, word) for name, text in tracked_texts() for word in FORBIDDEN[kind] if word in text
    ]
    assert found == []


@pytest.mark.parametrize("path", PURE_MODULES, ids=name_of)
def test_the_examples_in_the_core_are_true(path: Path) -> None:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    module = importlib.import_module(".".join(parts).removesuffix(".__init__"))
    assert doctest.testmod(module).failed == 0
