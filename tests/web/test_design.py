"""One design system: tokens, components, and no page with styles of its own."""

import re
from pathlib import Path

import pytest

import avstem

WEB = Path(avstem.__file__).parent / "web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
TOKENS = (WEB / "static" / "web" / "tokens.css").read_text("utf-8")
SHEET = (WEB / "static" / "web" / "app.css").read_text("utf-8")
TAGS = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
#: Classes that only scripts, tests or a computed name put there.
COMPUTED = re.compile(r"^(part-|state-|dropping$|dismissed$|term$)")
#: The frame stands around the page of the design system too.
FRAME = {
    "top", "brand", "company-name", "main-nav", "top-end", "who", "foot", "skip", "narrow",
    "visually-hidden", "above-pane", "in-pane",
}  # fmt: skip


def styled() -> set[str]:
    """Every class that the sheet says something about."""
    rules = re.sub(r"/\*.*?\*/|\{[^{}]*\}", " ", SHEET, flags=re.DOTALL)
    return set(re.findall(r"\.([a-z][\w-]*)", rules))


def classes_of(page: str) -> set[str]:
    """Every class a template may give; the parts of a computed one are left out."""
    mains = re.findall(r"\{% block main_class %\}(\w+)", page)
    found = re.findall(r'class="([^"]*)"', TAGS.sub(" ", page))
    return {word for each in (*found, *mains) for word in each.split() if word[-1] != "-"}


def all_classes() -> set[str]:
    return {name for path in TEMPLATES for name in classes_of(path.read_text("utf-8"))}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_page_has_styles_or_scripts_of_its_own(path: Path) -> None:
    page = path.read_text("utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page)
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)


def test_a_page_of_the_design_system_brings_no_sheet_of_its_own() -> None:
    linked = {name for path in TEMPLATES for name in re.findall(r"[\w/]+\.css", path.read_text())}
    assert linked == {"web/tokens.css", "web/app.css"}


def test_only_the_tokens_name_a_colour() -> None:
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", SHEET) == []


def test_every_token_is_there_in_the_light_and_used() -> None:
    known = set(re.findall(r"(--[\w-]+):", TOKENS.partition("@media")[0]))
    used = set(re.findall(r"var\((--[\w-]+)\)", SHEET))
    assert used - known == set()
    dark = set(re.findall(r"(--[\w-]+):", TOKENS)) - known
    assert dark == set(), "a token that only the dark knows"


def test_every_class_of_the_templates_is_in_the_sheet_and_the_other_way_round() -> None:
    given, known = all_classes(), styled()
    missing = {name for name in given - known if not COMPUTED.match(name)}
    # States and rules put their names beside a component's; they need no look of their own.
    missing -= {"success", "state", "stacked", "part", "rule", "set_aside", "superseded"}
    assert missing == set()
    assert {name for name in known - given if not COMPUTED.match(name)} <= {
        "success", "warning", "suggested", "open", "booked", "error",
    }  # fmt: skip


def test_the_page_of_the_design_system_shows_every_component() -> None:
    page = (WEB / "templates" / "web" / "design.html").read_text("utf-8")
    parts = re.findall(r'\{% include "([^"]+)"', page)
    texts = [page, *((WEB / "templates" / part).read_text("utf-8") for part in parts)]
    shown = {name for text in texts for name in classes_of(text)}
    assert {each for each in styled() - shown - FRAME if not COMPUTED.match(each)} <= {"warning"}


#: Nothing can be done there, and it says who can.
NO_NEXT_STEP = {"invitation.html", "new_company.html", "design.html"}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_what_is_empty_says_what_to_do_next(path: Path) -> None:
    page = path.read_text("utf-8")
    empty = re.findall(r'<(div|section) class="card empty">(.*?)</\1>', page, re.DOTALL)
    silent = [said for _, said in empty if not re.search(r"<a |<button", said)]
    assert path.name in NO_NEXT_STEP or silent == []
