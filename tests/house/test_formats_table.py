"""Each format that is registered or written stands in the one table, with a page of its own."""

import re
from pathlib import Path

import pytest

from avstem.formats.registry import OTHER_FORMATS, STATEMENT_FORMATS

FOLDER = Path(__file__).parents[2] / "docs" / "formats"
TABLE = (FOLDER / "README.md").read_text("utf-8")
ROWS = [line for line in TABLE.splitlines() if line.startswith("| [`")]
FAMILIES = [each.family for each in (*STATEMENT_FORMATS, *OTHER_FORMATS)]
COLUMNS = 7
#: What we give to others.
WRITTEN = ("pain.001", "camt.055", "saft", "camt")


def row_of(family: str) -> str:
    [row] = [each for each in ROWS if f"[`{family}`](" in each]
    return row


@pytest.mark.parametrize("family", FAMILIES)
def test_a_registered_format_has_a_row_with_every_column(family: str) -> None:
    cells = [each.strip() for each in row_of(family).strip("|").split("|")]
    assert len(cells) == COLUMNS
    # Only a bank's way may be none.
    assert all(cell for place, cell in enumerate(cells) if place != 3)


@pytest.mark.parametrize("family", WRITTEN)
def test_what_we_write_is_said_to_be_written(family: str) -> None:
    assert "written" in row_of(family).split("|")[1]


def test_every_link_of_the_table_leads_to_a_page() -> None:
    links = set(re.findall(r"\]\(([^)]+)\)", TABLE))
    assert {link for link in links if not (FOLDER / link).exists()} == set()


def test_no_row_is_of_a_format_that_is_gone() -> None:
    named = {family for row in ROWS for family in re.findall(r"\[`([^`]+)`\]", row)}
    assert named == set(FAMILIES)
