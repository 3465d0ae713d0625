"""Megabytes of one thing, to one reader, in a process of its own: `python -m … FAMILY`.

Prints a line for each shape that took more than 5 s of processor time (2.5 s of 1 MB), took
more than 300 MB, or escaped with anything but a refusal; then the exit code is 1. `FUZZ_MEGABYTES`
is 1 in the tests and 10 under `make fuzz`: what is quadratic shows in both.
"""

import os
import sys
import time
from collections.abc import Iterator

from avstem.domain.errors import RefusalError
from tests.fuzz import targets
from tests.fuzz.engine import Target

MEGABYTES = int(os.environ.get("FUZZ_MEGABYTES", "1"))
SIZE = MEGABYTES * 1024**2
# Processor time, which a machine with other work stretches too, but less than twice.
SECONDS_MAX, KIB_MAX = min(5, 2 + MEGABYTES / 2), 300 * 1024
WHOLE_MEGABYTES = 10


def shapes(seed: bytes) -> Iterator[tuple[str, bytes]]:
    """The file and then much of one thing; the file over and over; its middle over and over."""
    for what, unit in {"digits": b"1", "lines": b"\n", "blanks": b" ", "NULs": b"\x00",
                       "tags": b"<a>", "letters": b"\xc3\xa6", "quotes": b'"', "semicolons": b";",
                       "brackets": b"[", "escapes": b"&amp;"}.items():  # fmt: skip
        yield f"{what} in the middle", _filled(seed[: len(seed) // 2], unit, seed[len(seed) // 2 :])
        yield f"{what} at the end", _filled(seed, unit, b"")
    yield "the file over and over", _filled(b"", seed, b"")
    rows = seed.splitlines(keepends=True)
    for at in {len(rows) // 3, len(rows) // 2, 2 * len(rows) // 3}:
        yield (
            f"line {at + 1} over and over",
            _filled(b"".join(rows[:at]), rows[at], b"".join(rows[at:])),
        )


def _filled(before: bytes, unit: bytes, after: bytes) -> bytes:
    return before + unit * max(0, (SIZE - len(before) - len(after)) // len(unit)) + after


def judge(target: Target, what: str, content: bytes) -> str:
    """What was wrong with reading it; nothing if nothing was. Run it in a child process."""
    began = time.process_time()
    try:
        target(content)
    except RefusalError:
        pass
    except Exception as escaped:  # whatever escapes is what we look for
        return f"{what}: {type(escaped).__name__}: {escaped}"[:300]
    took = time.process_time() - began
    return f"{what}: {took:.1f} s" if took > SECONDS_MAX else ""


def in_child(target: Target, what: str, content: bytes) -> str:
    """Judge in a fork, so that each shape's memory is its own."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(theirs, judge(target, what, content).encode())
        os._exit(0)
    os.close(theirs)
    _, status, usage = os.wait4(child, 0)
    said = os.read(ours, 1000).decode()
    os.close(ours)
    if os.waitstatus_to_exitcode(status):
        return f"{what}: the process died ({status})"
    if usage.ru_maxrss > KIB_MAX:
        return f"{what}: {usage.ru_maxrss // 1024} MB"
    return said


def main(family: str) -> int:
    """Every shape of the family's middle real file; of the smallest too where there is time."""
    seeds = targets.seeds_of(family)
    target = targets.target_of(family, seeds)
    faults = [
        said
        for seed in {seeds[len(seeds) // 2], *(seeds[:1] if MEGABYTES >= WHOLE_MEGABYTES else [])}
        for what, content in shapes(seed)
        if (said := in_child(target, what, content))
    ]
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
