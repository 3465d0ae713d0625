"""The real files by others beside the project, with what an independent reader found in them."""

import csv
import json
import os
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("AVSTEM_CORPUS", ROOT.parent / "shared" / "corpus"))


def corpus_rows(*kinds: str, valid: str | None = None) -> list[Any]:
    """Parameters, a row of the manifest each (`valid` is `yes`, `no`, or None for both).

    A row is the manifest's own, with `expected` as the JSON it holds. Where there is no corpus,
    one parameter that is skipped; under CI that is a failure.
    """
    if not (FOLDER / "MANIFEST.csv").exists():
        assert not os.environ.get("CI"), f"the corpus is missing: {FOLDER}"
        return [pytest.param({}, marks=pytest.mark.skip(reason="no corpus"))]
    with (FOLDER / "MANIFEST.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if not kinds or row["kind"] in kinds]
    for row in rows:
        row["expected"] = json.loads(row["expected"] or "null")
    return [pytest.param(row, id=row["file"]) for row in rows if valid in (None, row["valid"])]
