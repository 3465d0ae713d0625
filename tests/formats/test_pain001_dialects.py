"""Each bank gets the file in its own way: every dialect of the directory, in both generations.

`pytest tests/formats/test_pain001_dialects.py --rewrite-golden` writes the golden files anew.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from avstem.banks.dialects import all_dialects
from avstem.domain.payment_order import PaymentFile
from avstem.formats.outgoing import checked_payment_file
from avstem.formats.pain001.dialect import PAIN_001_09, Dialect
from avstem.formats.schemas import validate
from tests.formats.test_pain001_rules import RATES
from tests.support.payments import SITUATIONS, file_of, schema

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "pain001_dialects"
#: Dialects that write otherwise than the common ground; a new one gets its own golden files.
OWN_WAY = {"dnb"}
PLAIN = Dialect(initiator_id="00123456")
#: What a bank may ask for and no bank of the directory is known to, each in both versions.
VARIANTS = {
    "one_sum": replace(PLAIN, batch_booking=True),
    "each_by_itself": replace(PLAIN, batch_booking=False),
    "by_iban": replace(PLAIN, account_form="IBAN"),
    "latin_1": replace(PLAIN, encoding="ISO-8859-1"),
    "short_names_and_texts": replace(PLAIN, name_length=35, remittance_length=140),
}


def everything() -> PaymentFile:
    """One file with a payment of every situation; numbers stand before the ids they had."""
    orders = [
        replace(
            each,
            instruction_id=f"{place}{each.instruction_id}"[:35],
            end_to_end_id=f"{place}{each.end_to_end_id}"[:35],
        )
        for place, situation in enumerate(SITUATIONS.values(), start=10)
        for each in situation[:2]
    ]
    return file_of(*orders)


def ways() -> dict[str, Dialect]:
    """Every dialect of the directory in both generations, then the variants."""
    found = {}
    for bank in all_dialects():
        for generation, version in ((1, "03"), (2, "09")):
            said = bank.of_generation(generation).payment_file(
                initiator_id="00123456", division_id="XML1"
            )
            found[f"{bank.slug}_{version}"] = Dialect(**said)
    for name, variant in VARIANTS.items():
        found[f"{name}_03"] = variant
        found[f"{name}_09"] = replace(variant, version=PAIN_001_09)
    return found


def golden_of(way: str) -> Path:
    slug, _, version = way.rpartition("_")
    own = slug in OWN_WAY or slug in VARIANTS
    return GOLDEN / f"{slug if own else 'common'}_{version}.xml"


WAYS = ways()


@pytest.mark.parametrize("way", WAYS)
def test_each_bank_s_file_is_the_golden_one(way: str, rewrite_golden: bool) -> None:
    xml = checked_payment_file(everything(), WAYS[way], nok_rates=RATES)
    if rewrite_golden:
        golden_of(way).parent.mkdir(parents=True, exist_ok=True)
        golden_of(way).write_bytes(xml)
    assert xml == golden_of(way).read_bytes()


@pytest.mark.parametrize("way", WAYS)
def test_each_bank_s_file_is_valid_against_the_published_schema(way: str) -> None:
    rules = schema(f"pain001__pain.001.001.{way[-2:]}.xsd")
    assert validate(golden_of(way).read_bytes(), rules) == []


def test_no_golden_file_is_left_over() -> None:
    assert {golden_of(way) for way in WAYS} == set(GOLDEN.glob("*.xml"))


def test_what_a_dialect_says_is_in_the_file() -> None:
    division = golden_of("dnb_03").read_text("utf-8")
    assert "<Id>XML1</Id>" in division
    assert "<Id>XML1</Id>" not in golden_of("nordea_03").read_text("utf-8")
    assert "<BtchBookg>false" not in golden_of("one_sum_03").read_text("utf-8")
    assert "<BtchBookg>false" in golden_of("each_by_itself_03").read_text("utf-8")
    assert "Åsgård".encode("latin-1") in golden_of("latin_1_09").read_bytes()
