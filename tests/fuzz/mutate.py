"""Ways to damage a file: blindly, and along the structure that every bank's file has."""

import random
import re
from collections.abc import Callable, Sequence

Mutator = Callable[[random.Random, bytes], bytes]

SIZE_MAX = 64 * 1024
_INTERESTING = (
    b"", b"0", b"-1", b"1e9", b"NaN", b"99999999999999999999999999", b"0,00", b"1.234,56", b"1'000",
    b"2026-02-30", b"20260230", b"000000", b"999999", b"\x00", b"\xff", b"\xc3", b"\xee\x80\x81",
    b"\r", b"\n", b"\t", b" " * 300, b"A" * 3000, b"<", b">", b"&", b"&amp;", b"&#0;", b"]]>", b"<!--",
    b"<?xml version='1.0'?>", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"-}", b"{4:", b":61:", b":86:",
    b"NOK", b"JPY", b"XXX", b"CRDT", b"DBIT", b"true", b"null", b"[", b"]", b"{", b"}", b'"', b";",
)  # fmt: skip
_TAG = re.compile(rb"<[^<>]{1,80}>")
_NUMBER = re.compile(rb"\d+")


def flip(rng: random.Random, data: bytes) -> bytes:
    """One bit or byte."""
    place = rng.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << rng.randrange(8))]) + data[place + 1 :]


def cut(rng: random.Random, data: bytes) -> bytes:
    """The end is missing, or a piece in the middle."""
    start = rng.randrange(len(data))
    return data[:start] if rng.random() < 0.3 else data[:start] + data[start + rng.randrange(40) :]


def insert(rng: random.Random, data: bytes) -> bytes:
    """Something odd, anywhere."""
    place = rng.randrange(len(data) + 1)
    return data[:place] + rng.choice(_INTERESTING) + data[place:]


def lines(rng: random.Random, data: bytes) -> bytes:
    """A line twice, gone, at another place, or all its blanks gone."""
    found = data.splitlines(keepends=True)
    at, to = rng.randrange(len(found)), rng.randrange(len(found))
    match rng.randrange(4):
        case 0:
            found.insert(to, found[at])
        case 1:
            del found[at]
        case 2:
            found[at], found[to] = found[to], found[at]
        case _:
            found[at] = found[at].replace(b" ", b"")
    return b"".join(found)


def number(rng: random.Random, data: bytes) -> bytes:
    """A number becomes another."""
    return _replace_one(rng, data, list(_NUMBER.finditer(data)))


def tag(rng: random.Random, data: bytes) -> bytes:
    """An element's tag goes, doubles, or takes another's place."""
    found = list(_TAG.finditer(data))
    if not found:
        return insert(rng, data)
    if rng.random() < 0.5:
        one, other = rng.choice(found), rng.choice(found)
        return data[: one.start()] + other[0] + data[one.end() :]
    return _replace_one(rng, data, found)


def piece(rng: random.Random, data: bytes) -> bytes:
    """A piece of the file again, somewhere else in it."""
    start = rng.randrange(len(data))
    again = data[start : start + rng.randrange(1, 400)]
    place = rng.randrange(len(data) + 1)
    return data[:place] + again * rng.choice((1, 1, 1, 30)) + data[place:]


def _replace_one(rng: random.Random, data: bytes, found: Sequence[re.Match[bytes]]) -> bytes:
    if not found:
        return insert(rng, data)
    one = rng.choice(found)
    return data[: one.start()] + rng.choice(_INTERESTING) + data[one.end() :]


MUTATORS: tuple[Mutator, ...] = (flip, cut, insert, lines, number, number, tag, piece)


def mutate(rng: random.Random, data: bytes, other: bytes) -> bytes:
    """One to four damages; now and then half of another file is put behind half of this one."""
    if rng.random() < 0.05:
        data = data[: rng.randrange(len(data) + 1)] + other[rng.randrange(len(other) + 1) :]
    for _ in range(rng.randrange(1, 5)):
        data = rng.choice(MUTATORS)(rng, data or b"\n")[:SIZE_MAX]
    return data
