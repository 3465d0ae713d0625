"""`avstem bank list`: without a database, by name, as promised to scripts."""

from tests.support.command import Avstem

KEYS = {
    "slug", "name", "aliases", "former_names", "alliance", "bic", "register_numbers", "channels",
}  # fmt: skip


def test_the_list_is_one_array_with_the_promised_keys_and_every_bank(avstem: Avstem) -> None:
    banks = avstem("bank", "list", "--json").json
    assert len(banks) >= 100
    for each in banks:
        assert set(each) >= KEYS
        assert isinstance(each["bic"], str)
        assert all(isinstance(each[key], list) for key in ("aliases", "channels"))
        assert each["register_numbers"]


def test_a_bank_is_found_by_its_old_name_and_the_rest_is_left_out(avstem: Avstem) -> None:
    found = avstem("bank", "list", "--search", "sparebanken vest", "--json").json
    assert [each["name"] for each in found] == ["Sparebanken Norge"]
    assert "Sparebanken Vest" in found[0]["former_names"]


def test_for_people_it_is_a_line_a_bank_and_the_count_goes_to_standard_error(
    avstem: Avstem,
) -> None:
    answer = avstem("bank", "list", "--search", "dnb")
    assert answer.out.startswith("dnb: DNB (formerly Postbanken, Sbanken) · Independent · direct")
    assert answer.err.strip() == "1 banks."


def test_what_no_bank_is_called_is_an_empty_list_not_an_error(avstem: Avstem) -> None:
    assert avstem("bank", "list", "--search", "fiskebanken", "--json").json == []


def test_the_list_makes_no_database(avstem: Avstem) -> None:
    avstem("bank", "list")
    assert not avstem.home.exists() or not any(avstem.home.iterdir())
