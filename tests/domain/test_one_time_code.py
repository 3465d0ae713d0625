"""One-time codes, by the vectors of the standard."""

import pytest

from avstem.domain.one_time_code import (
    code_at,
    matching_step,
    step_of,
)

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("timestamp", "code"),
    [
        (59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"),
        (1234567890, "89005924"), (2000000000, "69279037"), (20000000000, "65353130"),
    ],
)  # fmt: skip
def test_the_vectors_of_rfc_6238(timestamp: int, code: str) -> None:
    assert code_at(SECRET, step_of(timestamp), digits=8) == code


@pytest.mark.parametrize(
    ("count", "code"), list(enumerate("755224 287082 359152 969429 338314 254676 287922".split()))
)
def test_the_vectors_of_rfc_4226(count: int, code: str) -> None:
    assert code_at(SECRET, count) == code


@pytest.mark.parametrize(
    ("apart", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_code_of_the_half_minute_before_or_after_is_taken(apart: int, taken: bool) -> None:
    step = step_of(1111111111)
    found = matching_step(SECRET, code_at(SECRET, step + apart), timestamp=1111111111, after=0)
    assert found == (step + apart if taken else None)


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "٢٨٧٠٨٢", "287082 1"])
def test_what_is_no_code_fits_nothing(typed: str) -> None:
    assert matching_step(SECRET, typed, timestamp=59, after=0) is None
