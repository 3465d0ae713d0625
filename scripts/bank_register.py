"""Write the register of Norwegian account numbers anew: `bank_register.py REGISTER.json > TOML`.

REGISTER.json is schwifty's `bank_registry/generated_no.v2.json` (MIT), made from the list that
Bits publishes (https://www.bits.no/document/iban/). Read the difference before it is committed:
a number that moves to another bank is a merger, and the directory should know of it.
"""

import json
import sys
import textwrap
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

HEAD = """\
# Who has which first four digits of Norwegian account numbers. Made by scripts/bank_register.py
# from schwifty {version} (MIT), which has it from https://www.bits.no/document/iban/.
# Corrections are made in banks/, where a bank's own `register_numbers` come first.
"""


def ranges(numbers: set[int]) -> Iterator[str]:
    """`1100-1101 1135`: runs of numbers, in order."""
    ordered = sorted(numbers)
    starts = [ordered[0], *(after for before, after in pairwise(ordered) if after > before + 1)]
    ends = [*(before for before, after in pairwise(ordered) if after > before + 1), ordered[-1]]
    for start, end in zip(starts, ends, strict=True):
        yield f"{start:04d}" if start == end else f"{start:04d}-{end:04d}"


def main(path: str, version: str) -> None:
    numbers: dict[str, set[int]] = defaultdict(set)
    names: dict[str, str] = {}
    for entry in json.loads(Path(path).read_text(encoding="utf-8"))["entries"]:
        bic = entry["bic"].strip().removesuffix("XXX")
        numbers[bic] |= {int(code) for code in entry["bank_codes"]}
        names.setdefault(bic, " ".join(entry["name"].split()))
    print(HEAD.format(version=version))
    for bic in sorted(numbers):
        lines = textwrap.wrap(" ".join(ranges(numbers[bic])), 96, break_on_hyphens=False)
        print(f'[{bic}]\nname = "{names[bic]}"\nnumbers = """\n' + "\n".join(lines) + '\n"""\n')


if __name__ == "__main__":
    main(*sys.argv[1:])
