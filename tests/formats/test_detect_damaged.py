"""What a file is does not hang on what stands around it, and never do two formats claim one."""

import io
import random
import zipfile
import zlib

import pytest

from avstem.formats.detect import HEAD_BYTES, claims, statement_format
from avstem.formats.wrapped import documents
from tests.fuzz import targets
from tests.fuzz.mutate import mutate

pytestmark = pytest.mark.skipif(not targets.FOLDER.exists(), reason="no corpus")
BEFORE = (b"\xef\xbb\xbf", b"\n", b"\r\n\r\n", b" ", b"\xef\xbb\xbf\r\n", b"\x00", b"\xff\xfe")


def families(head: bytes) -> list[str]:
    return [form.family for form, _ in claims(head)]


@pytest.mark.parametrize("family", targets.READ)
def test_never_two_whatever_stands_before_or_is_broken(family: str) -> None:
    seeds = targets.seeds_of(family)
    assert seeds
    rng = random.Random(zlib.crc32(family.encode()))
    for seed in seeds[:8]:
        tried = [before + seed for before in BEFORE]
        tried += [seed[:at] for at in (1, 40, len(seed) // 2)]
        tried += [mutate(rng, seed, rng.choice(seeds)) for _ in range(40)]
        assert [each for each in tried if len(families(each[:HEAD_BYTES])) > 1] == []


@pytest.mark.parametrize("family", targets.READ)
def test_the_first_64_kb_decide(family: str) -> None:
    """Whatever stands behind them, the file is the same."""
    for seed in targets.seeds_of(family):
        long = (seed + b"\n" * HEAD_BYTES)[:HEAD_BYTES]
        assert families(long) in ([family], []) if len(seed) < 64 else [family]


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("family", targets.FAMILIES)
def test_inside_a_zip_it_is_the_same(family: str, packing: int) -> None:
    for seed in targets.seeds_of(family)[:6]:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", packing) as archive:
            archive.writestr("a", seed)
        assert len(families(packed.getvalue()[:HEAD_BYTES])) <= 1
        packed.seek(0)
        [inside, *_] = documents(packed, file="a.zip", notices=[])
        assert statement_format(inside.head) == statement_format(seed)
