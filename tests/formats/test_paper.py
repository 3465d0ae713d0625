"""Papers as PDF: what is written is read back, the same bytes each time, many pages, odd letters."""

import io
import subprocess
import sys

import pytest
from pypdf import PdfReader

from avstem.formats.paper import (
    Boxes,
    Facts,
    Grid,
    Heading,
    Paper,
    Part,
    Signatures,
    Text,
    render_pdf,
)


def paper(*parts: Part) -> Paper:
    return Paper(
        "nb", "Bestilling", ("Prøve & Sønn AS", "Org.nr. 974 760 673"), ("DNB",), "24.11.2026",
        "Side", parts,
    )  # fmt: skip


def read(made: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(made))


def text_of(made: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(made).pages).split())


def test_every_part_is_read_back_with_our_letters() -> None:
    made = render_pdf(
        paper(
            Heading("Konti"), Text("Vi bestiller <b>æøå ÆØÅ</b> «Łódź Čálbmi Nihkkaŋ» & mer"),
            Facts((("Bank", "Sparebanken Møre"),)), Grid(("Konto", "Valuta"), (("1503", "NOK"),)),
            Boxes((("Kontoutskrift", True), ("OCR", False))), Signatures(("Sted og dato", "Navn")),
        )
    )  # fmt: skip
    text = text_of(made)
    for each in (
        "Prøve & Sønn AS", "Vi bestiller <b>æøå ÆØÅ</b> «Łódz Čálbmi Nihkkan» & mer", "Sparebanken Møre",
        "Konto Valuta 1503 NOK", "Kontoutskrift OCR", "Sted og dato Navn", "Side 1",
    ):  # fmt: skip
        assert each in text
    assert text.count("Sted og dato") == 2, "two sign"
    assert read(made).trailer["/Root"]["/Lang"] == "nb"


def test_the_same_paper_gives_the_same_bytes_in_another_process() -> None:
    script = (
        "import sys; from tests.formats.test_paper import paper; "
        "from avstem.formats.paper import *; "
        "sys.stdout.buffer.write(render_pdf(paper(Text('æøå'), Boxes((('ja', True),)))))"
    )
    made = [
        subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout
        for _ in range(2)
    ]
    assert made[0] == made[1] == render_pdf(paper(Text("æøå"), Boxes((("ja", True),))))


def test_a_long_table_goes_over_pages_with_its_head_on_each() -> None:
    made = render_pdf(paper(Grid(("Kontonummer",), tuple((f"konto {n}",) for n in range(200)))))
    pages = [page.extract_text() for page in read(made).pages]
    assert len(pages) > 2
    assert all("Kontonummer" in page for page in pages)
    assert all(f"konto {n}" in " ".join(pages) for n in range(200))


def test_what_has_no_rows_is_left_out_and_long_words_are_broken() -> None:
    made = render_pdf(
        paper(Heading("Tomt"), Boxes(()), Facts(()), Grid(("A",), ()), Text("x" * 900))
    )
    assert "Tomt" not in text_of(made)
    assert text_of(made).count("x") == 900


@pytest.mark.parametrize("count", [1, 3])
def test_as_many_sign_as_are_asked_to(count: int) -> None:
    assert text_of(render_pdf(paper(Signatures(("Navn",), count)))).count("Navn") == count
