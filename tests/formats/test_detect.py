"""A file's first 64 KB say what it is, and no two formats ever claim the same file."""

from pathlib import Path

import pytest

from avstem.formats.detect import HEAD_BYTES, claims, describe
from avstem.formats.registry import OTHER_FORMATS, STATEMENT_FORMATS
from tests.support.corpus import FOLDER

FORMATS = (*STATEMENT_FORMATS, *OTHER_FORMATS)
FILES = sorted(
    path.relative_to(FOLDER).as_posix()
    for path in Path(FOLDER).rglob("*")
    if path.is_file() and path.name != "MANIFEST.csv"
)


def test_every_family_has_a_name_of_its_own() -> None:
    families = [each.family for each in FORMATS]
    assert sorted(families) == sorted(set(families))


@pytest.mark.skipif(not FILES, reason="no corpus")
def test_no_two_formats_claim_one_file() -> None:
    claimed = {
        file: [form.family for form, _ in claims((FOLDER / file).read_bytes()[:HEAD_BYTES])]
        for file in FILES
    }
    assert {file: families for file, families in claimed.items() if len(families) > 1} == {}


@pytest.mark.skipif(not FILES, reason="no corpus")
def test_the_name_does_not_hang_on_how_much_was_read() -> None:
    """A file that is shorter than the head is known as well by less of it."""
    for file in FILES:
        content = (FOLDER / file).read_bytes()
        if len(content) > HEAD_BYTES:
            assert [name for _, name in claims(content[:HEAD_BYTES])] == [
                name for _, name in claims(content)
            ], file


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"", "an empty file"),
        (b"%PDF-1.7", "a PDF document"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"<root><a/></root>", "XML with the root element root"),
        (b"Kjaere kunde", "text that begins"),
        (b"\xff\xfe\x00", "text that begins"),
    ],
)
def test_what_nobody_knows_is_described(head: bytes, words: str) -> None:
    assert claims(head) == []
    assert words in describe(head)
