"""The house's layers hold, and the guard that watches them does notice when one is broken."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the program to break things in, with the rules of the project beside it."""
    ignored = shutil.ignore_patterns("__pycache__", "locale", "static", "templates")
    shutil.copytree(ROOT / "src" / "avstem", tmp_path / "avstem", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def broken_contracts(house: Path) -> list[str]:
    """The names of the rules that the import linter says are broken there."""
    linter = Path(sys.executable).with_name("lint-imports")
    answer = subprocess.run(
        [linter, "--config", "pyproject.toml", "--no-cache"],
        cwd=house,
        env={**os.environ, "PYTHONPATH": str(house), "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = answer.stdout.splitlines()
    broken = [line.partition(" BROKEN")[0] for line in lines if " BROKEN" in line]
    kept = [line for line in lines if " KEPT" in line]
    assert kept, answer.stdout + answer.stderr
    assert (answer.returncode != 0) == bool(broken)
    return broken


def test_the_program_as_it_is_breaks_no_rule(house: Path) -> None:
    assert broken_contracts(house) == []


@pytest.mark.parametrize(
    ("planted_in", "line", "contract"),
    [
        pytest.param(
            "domain/money.py",
            "import django",
            "The core is pure",
            id="django in the domain",
        ),
        pytest.param(
            "matching/engine.py",
            "import time",
            "The core is pure",
            id="a clock in matching",
        ),
        pytest.param(
            "services/verify.py",
            "import avstem.services.add_company",
            "No service calls another",
            id="a service calling another",
        ),
        pytest.param(
            "utils.py",
            "WHATEVER = 1",
            "The house has no other rooms",
            id="a stray utils.py",
        ),
        pytest.param(
            "store/audit.py",
            "import avstem.web.company",
            "Imports point inwards only",
            id="the tables importing the screens",
        ),
        pytest.param(
            "domain/kid.py",
            "import avstem.formats.detect",
            "Imports point inwards only",
            id="the domain importing the formats",
        ),
        pytest.param(
            "testbank/truth.py",
            "import avstem.store.audit",
            "The practice bank never sees the tables",
            id="the practice bank importing the tables",
        ),
        pytest.param(
            "store/audit.py",
            "import avstem.testbank.names",
            "Only config and the command line start the practice bank",
            id="the tables importing the practice bank",
        ),
        pytest.param(
            "store/audit.py",
            "import lxml.etree",
            "Only formats read XML",
            id="XML read by the tables",
        ),
    ],
)
def test_a_planted_breach_is_found(house: Path, planted_in: str, line: str, contract: str) -> None:
    path = house / "avstem" / planted_in
    before = path.read_text(encoding="utf-8") if path.exists() else '"""Planted."""\n'
    path.write_text(f"{before}\n{line}\n", encoding="utf-8")
    assert contract in broken_contracts(house)
