"""No file crashes a reader, hangs it, or escapes with anything but a typed refusal.

Bounded here (`FUZZ_SECONDS` a reader, 1 by default); `make fuzz` goes on for longer. A fault is
printed with the input that made it, so that it can be planted as a test.
"""

import os
import subprocess
import sys
import zlib
from collections.abc import Callable

import pytest

from avstem.formats.detect import claims
from tests.fuzz import targets
from tests.fuzz.engine import fuzz
from tests.support.corpus import FOLDER

SECONDS = float(os.environ.get("FUZZ_SECONDS", "1"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))

pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="no corpus to begin with")


@pytest.mark.parametrize("family", targets.READ)
def test_every_reader_refuses_in_its_own_words(family: str) -> None:
    seeds = targets.seeds_of(family)
    assert seeds, "a reader without a file to begin with"
    target = targets.target_of(family, seeds)
    run = fuzz(target, seeds, seconds=SECONDS, seed=SEED + zlib.crc32(family.encode()))
    assert run.faults == []
    assert run.refused > 0


def test_whatever_a_user_hands_over() -> None:
    seeds = [content for family in targets.FAMILIES for content in targets.seeds_of(family)[:4]]
    run = fuzz(targets.whole, seeds, seconds=SECONDS * 2, seed=SEED)
    assert run.faults == []


@pytest.mark.parametrize("wrap", [targets.zipped, targets.enveloped])
def test_what_is_damaged_before_it_is_packed(wrap: Callable[[bytes], bytes]) -> None:
    """A damaged archive hardly reaches what is in it; here the archive is whole."""
    seeds = [content for family in targets.FAMILIES for content in targets.seeds_of(family)[:2]]
    run = fuzz(lambda inner: targets.whole(wrap(inner)), seeds, seconds=SECONDS, seed=SEED)
    assert run.faults == []
    assert run.refused > 0


def test_detection_never_raises() -> None:
    seeds = [content for form in targets.ALL_FORMATS for content in targets.seeds_of(form.family)]
    run = fuzz(claims, seeds, seconds=SECONDS, seed=SEED)
    assert run.faults == []


@pytest.mark.parametrize("family", targets.READ)
def test_megabytes_of_anything_stay_within_time_and_memory(family: str) -> None:
    asked = [sys.executable, "-m", "tests.fuzz.heavy", family]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
