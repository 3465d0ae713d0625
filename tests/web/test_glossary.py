"""The words that are explained on the pages are those of docs/glossary.md, in all languages."""

from pathlib import Path

import pytest
from django.utils.translation import override

from avstem.wording.glossary import TERMS, term_text

#: On the page what one does, in the glossary the state that is named after it.
AS_A_VERB = {"set_aside"}
GLOSSARY = Path(__file__).resolve().parents[2] / "docs" / "glossary.md"


def written() -> dict[str, dict[str, str]]:
    """English word -> the word in each language, from the tables."""
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in GLOSSARY.read_text("utf-8").splitlines()
        if line.startswith("|")
    ]
    return {row[0].lower(): dict(zip(("en", "nb", "nn"), row[:3], strict=True)) for row in rows}


@pytest.mark.parametrize("code", TERMS)
@pytest.mark.parametrize("language", ["en", "nb", "nn"])
def test_a_word_is_explained_as_the_glossary_has_it(code: str, language: str) -> None:
    row = written()[TERMS[code][0].lower()]
    with override(language):
        word, meaning = term_text(code)
    assert word.lower() == row[language].lower() or code in AS_A_VERB
    assert meaning.endswith(".")
    assert language == "en" or meaning != TERMS[code][1], "it is translated"
