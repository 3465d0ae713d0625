"""Which report a file is, and which are known by name only."""

import io
from pathlib import Path

import pytest

from avstem.domain.errors import SettlementLayoutUnknownError, UnknownFormatError
from avstem.formats.detect import claims, describe
from avstem.formats.settlements.files import (
    names_no_currency,
    read_settlements,
    settlement_format,
)
from avstem.formats.settlements.unread import UNREAD
from tests.support.bank_tables import cell, sheet, workbook
from tests.support.settlements import ZETTLE, stripe, vipps


def name_of(content: str | bytes) -> str | None:
    stream = io.BytesIO(content if isinstance(content, bytes) else content.encode())
    found = settlement_format(stream, file="s")
    assert stream.tell() == 0, "the reader begins at the start"
    return found.name if found else None


def zettles_workbook(*above: str) -> bytes:
    rows = [[cell(each) for each in line.split(";")] for line in ZETTLE.splitlines()]
    return workbook(sheet([[cell(each)] for each in above] + rows))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (vipps(), "settlement.vipps.rows"),
        (stripe(("po_1aaaaa", "2026-04-01", "1.00")), "settlement.stripe.report"),
        (ZETTLE, "settlement.zettle.statement"),
        (zettles_workbook(), "settlement.zettle.statement"),
        (zettles_workbook("Fjordbutikken", "Mai"), "settlement.zettle.statement"),
        (workbook(sheet([[cell("Dato"), cell("Beløp")]])), None),
        (b"PK\x03\x04[Content_Types].xml" + b"\0" * 40, None),
        ("hei", None),
        (b"", None),
    ],
)
def test_a_report_is_known_by_its_content(content: str | bytes, name: str | None) -> None:
    assert name_of(content) == name


def test_only_zettles_reports_name_no_currency() -> None:
    for content, expected in ((vipps(), False), (ZETTLE, True)):
        found = settlement_format(io.BytesIO(content.encode()), file="s")
        assert found is not None
        assert names_no_currency(found) is expected


KNOWN_BY_NAME = {
    "Nets settlement": [
        "Nets oppgjørsrapport\na;b\n",
        "Settlement no.;Merchant ID;Nets reference\n1;2;3\n",
        '"100";"7111111"\n"110";"1"\n"200";"2"\n',
        "100;1\n110;2\n120;3\n200;4\n300;5\n400;6\n410;7\n",
        "\ufeffTeller afregning\n",
    ],
    "Worldline (Bambora) settlement": [
        "Bambora settlement;2026\n",
        "WORLDLINE NORDICS OPPGJØR\n",
        '<?xml version="1.0"?>\n<SettlementReport xmlns="http://bambora.com/settlement"/>',
    ],
}
IS_SOMETHING_ELSE = [
    "Dato;Forklaring;Ut;Inn\n02.03.2026;Nets oppgjør;;100,00\n",
    "Dato;Forklaring;Ut;Inn\n02.03.2026;Bambora settlement;;100,00\n",
    "Internets settlement\n",
    "Nets faktura\n",
    "100;1\n110;2\n",
    "100;1\n110;2\nhei;3\n",
    "110;1\n100;2\n200;3\n",
    '<?xml version="1.0"?><Faktura><Leverandor>Bambora settlement</Leverandor></Faktura>',
    "",
]


@pytest.mark.parametrize(("label", "text"), [(k, v) for k, vs in KNOWN_BY_NAME.items() for v in vs])
def test_a_report_whose_layout_is_not_known_is_refused_by_name(label: str, text: str) -> None:
    assert [each.label for each, _ in claims(text.encode())] == [label]
    assert describe(text.encode()) == label
    with pytest.raises(SettlementLayoutUnknownError) as refused:
        list(read_settlements(io.BytesIO(text.encode()), file="s"))
    assert (refused.value.report, refused.value.file) == (label, "s")


@pytest.mark.parametrize("text", IS_SOMETHING_ELSE)
def test_a_bank_table_that_speaks_of_a_payout_is_no_report(text: str) -> None:
    assert [each.label for each in UNREAD if each.claim(text.encode())] == []


def test_no_file_of_the_banks_is_taken_for_a_report_that_is_not_read(corpus: Path) -> None:
    files = [path for path in corpus.rglob("*") if path.is_file() and path.suffix != ".xsd"]
    assert len(files) > 100
    taken = []
    for path in files:
        with path.open("rb") as stream:
            head = stream.read(64 * 1024)
        taken += [path.name for each in UNREAD if each.claim(head)]
    assert taken == []


def test_stripes_list_of_charges_knows_no_payouts_and_is_refused(corpus: Path) -> None:
    charges = (corpus / "csv_other" / "csv2ofx__stripe-default.csv").read_bytes()
    with pytest.raises(UnknownFormatError):
        list(read_settlements(io.BytesIO(charges), file="s"))
