"""Each bank's way with files: it fits what our formats read and write."""

from pathlib import Path

import pytest

from avstem.banks.dialects import Dialect, all_dialects, dialect, read_dialects
from avstem.domain.errors import NotFoundError
from avstem.formats.pain001.dialect import Dialect as PaymentDialect
from avstem.formats.schemas import published_schema


@pytest.mark.parametrize("each", all_dialects(), ids=lambda each: each.slug)
def test_every_dialect_writes_a_pain001_that_our_format_knows(each: Dialect) -> None:
    for generation in (1, 2):
        chosen = each.of_generation(generation)
        written = PaymentDialect(**chosen.payment_file(initiator_id="12345678", division_id="XML"))
        assert written.version == chosen.pain001_version
        assert written.is_generation_2 == (generation == 2)
        assert published_schema(chosen.pain001_version)
        assert bool(written.division_id) == (each.slug == "dnb")


@pytest.mark.parametrize("each", all_dialects(), ids=lambda each: each.slug)
def test_the_versions_of_a_dialect_are_of_one_generation(each: Dialect) -> None:
    old = each.generation == 1
    assert each.pain001_version == ("pain.001.001.03" if old else "pain.001.001.09")
    assert each.status_version == ("pain.002.001.03" if old else "pain.002.001.10")
    assert each.cancellation_versions[0] == ("camt.055.001.01" if old else "camt.055.001.08")
    assert each.cancellation_versions[1] == ("camt.029.001.03" if old else "camt.029.001.09")
    assert each.statement_versions == ("camt.053.001.02" if old else "camt.053.001.08",)
    assert each.notification == ("camt.054.001.02" if old else "camt.054.001.08")
    assert each.of_generation(2).of_generation(1).generation == 1


@pytest.mark.parametrize("each", all_dialects(), ids=lambda each: each.slug)
def test_what_a_dialect_assumes_is_a_field_of_it(each: Dialect) -> None:
    assert set(each.assumed) <= set(Dialect.__slots__)
    assert each.sources


def test_what_a_bank_has_told_is_not_called_assumed() -> None:
    assert "approval_in_bank" in dialect("bits-1").assumed
    assert "approval_in_bank" not in dialect("lokalbank").assumed
    assert "folders" in dialect("lokalbank").assumed


def test_the_same_message_has_the_same_name_every_time() -> None:
    name = dialect("bits-1").file_name(message_id="A1-20261124-0001", orgnr="974760673")
    assert name == "A1-20261124-0001.xml"
    assert dialect("bits-1").is_incoming("PAIN002_0001.XML")


def test_the_sender_is_written_as_the_bank_finds_it() -> None:
    written = dialect("danske-bank").payment_file(initiator_id=" 6ab 123 ")
    assert written["initiator_id"] == "6AB123"
    assert dialect("sparebank-1").sender("974 760 673") == "974760673"
    assert dialect("bits-1").sender("6ab123") == "6ab123"


def test_a_channel_that_has_its_own_names_of_the_kinds_is_answered_with_them() -> None:
    assert dialect("nordea").file_type("pain.001") == "NDCAPXMLI"
    assert dialect("nordea").of_generation(2).file_type("camt.055") == "NDCAPCANXMLI"
    assert dialect("nordea").file_type("mt940") is None
    assert dialect("dnb").file_type("pain.001") is None


def test_a_slug_that_no_dialect_has_is_refused() -> None:
    with pytest.raises(NotFoundError):
        dialect("fiskebanken")


def test_a_dialect_is_a_file_that_says_what_differs(tmp_path: Path) -> None:
    base = "\n".join(
        line for line in BITS_1.splitlines() if not line.startswith(("assumed", "    ", "]"))
    )
    (tmp_path / "common.toml").write_text(base, encoding="utf-8")
    (tmp_path / "fisk.toml").write_text(
        'based_on = "common"\nincoming = ["*.xml"]\nbatch_booking = true\n', encoding="utf-8"
    )
    read = read_dialects(tmp_path)["fisk"]
    assert read.batch_booking is True
    assert read.is_incoming("A.XML")
    assert not read.is_incoming("A.xml.part")
    assert read.folders.out == "out"


BITS_1 = (
    Path(__file__).parents[2] / "src" / "avstem" / "banks" / "data" / "dialects" / "bits-1.toml"
).read_text(encoding="utf-8")
