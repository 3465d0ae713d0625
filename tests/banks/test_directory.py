"""The bank directory: its data hold together, and every bank is found by the name people know."""

import csv
import importlib.util
import json
import re
from pathlib import Path

import pytest

from avstem.banks.bank import Bank
from avstem.banks.data_files import DATA
from avstem.banks.dialects import all_dialects
from avstem.banks.directory import (
    all_banks,
    bank,
    bank_of_account,
    read_directory,
    search,
)
from avstem.banks.order_guide import all_guides, order_guide
from avstem.domain.errors import NotFoundError
from tests.support.corpus import FOLDER

REFERENCE = FOLDER.parent / "reference" / "banks-no.csv"


def test_there_are_a_hundred_banks_each_with_a_slug_a_bic_and_numbers_of_its_own() -> None:
    banks = all_banks()
    assert len(banks) >= 100
    assert len({each.slug for each in banks}) == len(banks)
    assert len({each.name for each in banks}) == len(banks)
    for each in banks:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", each.slug), each.slug
        assert each.bics, each.slug
        assert all(re.fullmatch(r"[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}", bic) for bic in each.bics), (
            each.bics
        )
        assert each.register_numbers, each.slug
        assert each.sources, each.slug


def test_no_register_number_or_bic_belongs_to_two_banks() -> None:
    numbers = [number for each in all_banks() for number in each.register_numbers]
    bics = [bic for each in all_banks() for bic in each.bics]
    assert len(numbers) == len(set(numbers)) == 2297
    assert all(re.fullmatch(r"[0-9]{4}", number) for number in numbers)
    assert len(bics) == len(set(bics)) == 103


def test_every_dialect_and_order_guide_that_a_bank_names_is_there_and_none_is_idle() -> None:
    dialects = {each.dialect for each in all_banks()}
    assert dialects | {"bits-2"} == {each.slug for each in all_dialects()}
    assert {each.order for each in all_banks()} == {each.slug for each in all_guides()}


def test_the_banks_stand_in_the_order_of_the_norwegian_alphabet() -> None:
    names = [each.name for each in all_banks()]
    # Å comes last, though one in the middle of a name is compared like any letter.
    assert names.index("Ørskog Sparebank") > names.index("Voss Sparebank")
    assert names.index("Jernbanepersonalets Sparebank") < names.index("Jæren Sparebank")
    assert names[0] == "Aasen Sparebank"


# What is typed, the first bank it may mean, and how many there are (None: at least that one).
TYPED = [
    ("Danske Bank", "danske-bank", 1), ("danske", "danske-bank", 1), ("DNB", "dnb", 1),
    ("Sbanken", "dnb", 1), ("postbanken", "dnb", 1), ("Handelsbanken", "handelsbanken", 1),
    ("svenska handelsbanken", "handelsbanken", 1), ("Haugesund Sparebank", "haugesund-sparebank", 2),
    ("Tysnes Sparebank", "haugesund-sparebank-tysnes", 1), ("NORDEA", "nordea", 1),
    ("Skudenes & Aakra Sparebank", "skudenes-og-aakra-sparebank", 1),
    ("skudenes og åkra", "skudenes-og-aakra-sparebank", 1), ("SpareBank 1", None, 14),
    ("sparebank1", None, 14), ("Sparebank1 SMN", "sparebank-1-smn", 1),
    ("SR-Bank", "sparebank-1-sor-norge", 1), ("Sparebanken Møre", "sparebanken-more", 1),
    ("sparebanken more", "sparebanken-more", 1), ("SPAREBANKEN MOERE", "sparebanken-more", 1),
    ("Sparebanken Sør", "sparebanken-norge-sor", 1), ("sparebanken sor", "sparebanken-norge-sor", 1),
    ("Sparebanken Vest", "sparebanken-norge", 1), ("Bulder", "sparebanken-norge", 1),
    ("Etne Sparebank", "sparebanken-norge", 2), ("Sparebanken Norge", "sparebanken-norge", 3),
    ("Oslofjord", "sparebanken-norge-oslo", 1), ("Sparebanken Øst", "sparebanken-ost", 1),
    ("Eika Gruppen", None, 43), ("eika", "eika-digitalbank", 43), ("LOKALBANK", None, 10),
    ("dss", None, 7), ("De samarbeidende", None, 7), ("SEB", "seb-oslo", 2), ("Swedbank", "swedbank", 1),
    ("sparebank 68 nord", "sparebank-68-nord", 1), ("Klæbu", "nidaros-sparebank", 1),
    ("Totens Sparebank", "sparebank-1-ostlandet-toten", 1), ("jaeren", "jaeren-sparebank", 1),
    ("eika jæren", "jaeren-sparebank", 1), ("DNBANOKK", "dnb", 1), ("3361", "skudenes-og-aakra-sparebank", 1),
    ("9710 41 33219", "dnb", 1), ("fiskebanken", None, 0), ("%", None, 0), ("3361 11", "skudenes-og-aakra-sparebank", 1), ("9999", None, 0), ("", None, 103),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "first", "count"), TYPED, ids=[row[0] for row in TYPED])
def test_a_bank_is_found_by_what_people_type(typed: str, first: str | None, count: int) -> None:
    found = search(typed)
    assert len(found) == count, [each.name for each in found]
    if first:
        assert found[0].slug == first


@pytest.mark.parametrize("each", all_banks(), ids=lambda each: each.slug)
def test_every_bank_is_among_the_first_for_each_of_its_names(each: Bank) -> None:
    for name in (each.name, *each.aliases, *each.former_names):
        for written in (name, name.upper(), name.replace("ø", "o").replace("å", "a")):
            # Two may share an alias (SEB has two BICs), never more.
            assert each in search(written)[:2], written


@pytest.mark.parametrize(
    ("account", "slug"),
    [
        ("8601 11 17947", "danske-bank"), ("NO9386011117947", "danske-bank"),
        ("no93 8601 1117 947", "danske-bank"), ("9710.41.33219", "dnb"), ("36241112345", "sparebanken-norge"),
        ("30001112345", "sparebanken-norge-sor"), ("33611112345", "skudenes-og-aakra-sparebank"),
        ("35251112345", "haugesund-sparebank-tysnes"), ("05001112345", "dnb"),
        ("99991112345", None), ("8601111794", None), ("860111179470", None), ("", None), ("kari", None),
        ("SE4550000000058398257466", None), ("NO938601111794", None), ("٨٦٠١١١١٧٩٤٧", None),
    ],
)  # fmt: skip
def test_an_account_tells_its_bank_by_the_first_four_digits(account: str, slug: str | None) -> None:
    found = bank_of_account(account)
    assert (found.slug if found else None) == slug


def test_a_slug_that_no_bank_has_is_refused() -> None:
    assert bank("dnb").bic == "DNBANOKK"
    with pytest.raises(NotFoundError) as refused:
        bank("fiskebanken")
    assert refused.value.facts() == {"kind": "bank", "identifier": "fiskebanken"}


@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference is not here")
def test_every_row_of_the_reference_is_here_with_its_bic_numbers_and_alliance() -> None:
    with REFERENCE.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) > 100
    for row in rows:
        found = next(each for each in all_banks() if row["bic"] in each.bics)
        assert found in search(row["name"]), row["name"]
        assert spread(row["register_number_ranges"]) <= set(found.register_numbers), row["name"]
        if row["alliance"].startswith(("Eika", "SpareBank 1", "LOKALBANK", "DSS")):
            assert row["alliance"].startswith(found.alliance), row["name"]
            assert found.alliance not in ("Independent", "Foreign branch"), row["name"]


def spread(ranges: str) -> set[str]:
    """Each number of `1100-1101 1135`."""
    pairs = [each.partition("-") for each in ranges.split()]
    return {f"{number:04d}" for a, _, b in pairs for number in range(int(a), int(b or a) + 1)}


SCHWIFTY = importlib.util.find_spec("schwifty")


@pytest.mark.skipif(SCHWIFTY is None, reason="schwifty is not here")
def test_the_numbers_are_those_of_the_register_that_schwifty_has() -> None:
    assert SCHWIFTY is not None
    assert SCHWIFTY.origin is not None
    registry = Path(SCHWIFTY.origin).parent / "bank_registry" / "generated_no.v2.json"
    text = registry.read_text("utf-8")
    theirs = {
        code: entry["bic"].removesuffix("XXX")
        for entry in json.loads(text)["entries"]
        for code in entry["bank_codes"]
    }
    ours = {number: each.bic for each in all_banks() for number in each.register_numbers}
    assert ours == theirs


NEW_BANK = """
[[bank]]
slug = "fiskebanken"
name = "Fiskebanken"
alliance = "Independent"
former_names = ["Sildebanken"]
bics = ["FISKNO21"]
register_numbers = ["9991-9993 9995"]
channels = ["netbank"]
dialect = "bits-1"
order = "unknown"
fee_monthly_minor = 12500
cut_offs = [08:30:00, 14:00:00]
sources = ["https://example.no/"]
"""


def test_a_bank_is_added_with_a_file_and_no_code(tmp_path: Path) -> None:
    (tmp_path / "banks").mkdir()
    (tmp_path / "banks" / "fiskebanken.toml").write_text(NEW_BANK, encoding="utf-8")

    directory = read_directory(DATA, tmp_path)

    added = directory.bank("fiskebanken")
    assert len(directory.banks) == len(all_banks()) + 1
    assert directory.search("sildebanken") == [added]
    assert directory.bank_of_account("99921112345") == added
    assert added.register_numbers == ("9991", "9992", "9993", "9995")
    assert added.fee.monthly_minor == 12500
    assert [str(each) for each in added.cut_offs] == ["08:30:00", "14:00:00"]
    assert not order_guide(added).is_known


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ('"9991-9993 9995"', '"8601"', "8601 is both"),
        ('slug = "fiskebanken"', 'slug = "dnb"', "dnb is both"),
        ('name = "Fiskebanken"', "", "name missing"),
        ("former_names", "former_name", "unknown former_name"),
    ],
)
def test_a_file_that_is_wrong_is_named_with_what_is_odd(
    tmp_path: Path, written: str, instead: str, said: str
) -> None:
    (tmp_path / "banks").mkdir()
    text = NEW_BANK.replace(written, instead)
    (tmp_path / "banks" / "fiskebanken.toml").write_text(text, encoding="utf-8")
    with pytest.raises(AssertionError, match=said):
        read_directory(DATA, tmp_path)
