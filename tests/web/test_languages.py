"""Every text that a person reads is there in bokmål and in nynorsk.

The texts are read from the source itself: the tables of `wording`, the calls that translate, and
the templates, so that a new one without its translations is found the day it is written.
"""

import ast
import gettext
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

import avstem
from avstem import wording
from avstem.domain.errors import InvalidValueError

PACKAGE = Path(avstem.__file__).parent
LANGUAGES = ("nb", "nn")
BOKMAAL = gettext.translation("django", PACKAGE / "locale", ["nb"])
TRANSLATING = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "gettext_noop"}
PLACES = re.compile(r"%\(\w+\)[sd]|\{\w*[^}]*\}|</?\w+>|`[^`]+`")

#: Names of firms and of formats: they are called the same everywhere.
NAMES = {"PROVIDERS", "_TABLES"}
SAME_EVERYWHERE = {"Corporate Access", "IBAN", "PSD2", "SFTP"}


@cache
def catalogue(language: str) -> dict[object, str]:
    """What stands in the language's catalogue; a plural's key is a pair."""
    found = gettext.translation("django", PACKAGE / "locale", [language])
    return dict(found._catalog)  # type: ignore[attr-defined]  # no public way to ask what is there


def texts_of_tables() -> Iterator[str]:
    for path in (PACKAGE / "wording").glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            target = node.target if isinstance(node, ast.AnnAssign) else None
            if not isinstance(target, ast.Name) or target.id in NAMES:
                continue
            if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Dict):
                for value in node.value.values:
                    if isinstance(value, ast.Constant) and isinstance(value.value, str):
                        yield value.value


def texts_of_calls(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        first = node.args[0]
        if name in TRANSLATING and isinstance(first, ast.Constant) and first.value:
            yield str(first.value)


def texts_of_a_page(page: str) -> Iterator[str]:
    """Django writes a template as calls of gettext for the program that collects the texts."""
    quoted = r"""u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
    written = templatize(page)
    for text in re.findall(rf"\bn?gettext\({quoted}", written):
        yield ast.literal_eval(text)
    for context, text in re.findall(rf"\bn?pgettext\({quoted}, {quoted}", written):
        yield f"{ast.literal_eval(context)}\x04{ast.literal_eval(text)}"


@cache
def texts() -> frozenset[str]:
    code = [path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")]
    pages = [path.read_text(encoding="utf-8") for path in PACKAGE.rglob("templates/**/*.html")]
    found = [text for source in code for text in texts_of_calls(source)]
    found += [text for page in pages for text in texts_of_a_page(page)]
    return frozenset([*found, *texts_of_tables()]) - SAME_EVERYWHERE - {""}


def expectations() -> Iterator[str]:
    """What a refused value is called and what was wanted instead, where a page can refuse it."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.relative_to(PACKAGE).parts[0] not in {"domain", "services", "web"}:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(getattr(node, "func", None), "id", "")
            if name == "InvalidValueError" and isinstance(node, ast.Call):
                for place in (node.args[0], node.args[-1]):
                    if isinstance(place, ast.Constant):
                        yield str(place.value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_wanted_instead_of_a_refused_value_is_said_in_the_language(language: str) -> None:
    assert sorted({text for text in expectations() if not said(language, text)}) == []


def test_a_refusal_with_a_number_in_it_is_said_in_the_language(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wording, "translate", BOKMAAL.gettext)
    wrong = InvalidValueError("name", "1 {x} NOK", "at most 140 characters")
    assert wording.sentence(wrong) == "Navn «1 {x} NOK» er ikke riktig: ventet høyst 140 tegn."
    wrong = InvalidValueError("amount", "1,234", "at most 2 decimals in NOK")
    assert wording.sentence(wrong).endswith("ventet høyst 2 desimaler i NOK.")


def said(language: str, text: str) -> list[str]:
    known = catalogue(language)
    return [known[key] for key in (text, (text, 0), (text, 1)) if key in known]


def test_the_texts_are_found_where_they_stand() -> None:
    assert len(texts()) > 900
    assert {"Not found", "%(n)s transaction", "Supplier invoice", "items\x04Open"} <= texts()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_lacks_its_translation(language: str) -> None:
    assert [text for text in sorted(texts()) if not said(language, text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_names_the_facts_of_the_english_and_no_others(language: str) -> None:
    wrong = [
        (text, found)
        for text in texts()
        for found in said(language, text)
        if not set(PLACES.findall(found)) <= set(PLACES.findall(text))
        or (
            sorted(PLACES.findall(found)) != sorted(PLACES.findall(text))
            and (text, 1) not in catalogue(language)
        )
    ]
    assert wrong == []


def test_the_two_norwegian_catalogues_hold_the_same_texts() -> None:
    bokmaal, nynorsk = (set(catalogue(language)) for language in LANGUAGES)
    assert bokmaal == nynorsk


def test_nynorsk_is_not_bokmaal() -> None:
    """Words of the one that the other does not have; a text taken over unseen shows itself."""
    words = re.compile(r"\b(ikke|hvis|hva|hvem|hvor|noe|bare|fra|også|mer|kjenner|leser)\b", re.I)
    foreign = {
        str(key): found
        for key, found in catalogue("nn").items()
        if words.search(re.sub(r"«[^»]*»", "", found))
    }
    assert foreign == {}
