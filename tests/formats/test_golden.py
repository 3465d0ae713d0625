"""Norwegian situations, each a small bank file beside what `statement read --json` says of it.

`pytest tests/formats/test_golden.py --rewrite-golden` writes what is expected anew.
"""

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from avstem.services.read_statement import read_statement

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "camt"
SCHEMAS = Path(os.environ.get("AVSTEM_CORPUS", ROOT.parent / "shared" / "corpus")) / "xsd"
FILES = sorted(GOLDEN.glob("*.xml"))
SITUATIONS = [pytest.param(file, id=file.stem) for file in FILES]


def said_of(file: Path) -> list[dict[str, Any]]:
    """The lines of `statement read --json`, without the file's name."""
    written = io.StringIO()
    with file.open("rb") as stream:
        read_statement(stream, file=file.name, write_json=written)
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    for line in lines:
        del line["file"]
    return lines


def test_there_are_golden_files() -> None:
    assert len(FILES) >= 12


@pytest.mark.parametrize("file", SITUATIONS)
def test_a_norwegian_bank_file_reads_as_written_beside_it(file: Path, rewrite_golden: bool) -> None:
    beside = file.with_name(f"{file.stem}.expected.json")
    said = said_of(file)
    if rewrite_golden:
        text = json.dumps(said, ensure_ascii=False, indent=2)
        beside.write_text(f"{text}\n", encoding="utf-8")
    assert said == json.loads(beside.read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", SITUATIONS)
def test_a_golden_file_is_valid_against_its_published_schema(file: Path) -> None:
    document = etree.parse(file)
    name = etree.QName(document.getroot()).namespace.rpartition(":")[2]
    schema = SCHEMAS / f"camt053__{name}.xsd"
    if not schema.exists():
        assert not os.environ.get("CI"), f"{schema} is missing"
        pytest.skip("no corpus")
    etree.XMLSchema(etree.parse(schema)).assertValid(document)
