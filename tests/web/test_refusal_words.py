"""Every word that a refusal is given is said in bokmål and in nynorsk, down to the last one.

The words are read from the source: the literals and f-strings that are given to the refusals of
`CLASSES`, so that the next one cannot be forgotten. One that is no word is declared in `NO_WORDS`.
"""

import ast
import gettext
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import avstem
from avstem import wording
from avstem.domain.errors import (
    AlreadyExistsError,
    InvalidValueError,
    NotFoundError,
    PeriodClosedError,
    RefusalError,
    StateError,
)
from avstem.domain.identifiers import normalise_account
from avstem.domain.payment_errors import NoPaymentAgreementError
from avstem.wording.expectations import expectation_text, fillings, form_of

PACKAGE = Path(avstem.__file__).parent
LANGUAGES = ("nb", "nn")

#: Each refusal with the names of its facts that are words, and the places where they are given.
CLASSES: dict[str, dict[str, int]] = {
    "InvalidValueError": {"kind": 0, "expected": 2},
    "refuse_unless": {"kind": 1, "expected": 3},
    "check_id": {"kind": 0},
    "StateError": {"kind": 0, "found": 2, "expected": 3},
    "NotFoundError": {"kind": 0},
    "AlreadyExistsError": {"kind": 0},
    "CurrencyMismatchError": {"expected": 1},
    "FileNotOpenedError": {"found": 0},
    "NotProvenError": {"missing": 1},
    "UnknownFormatError": {"expected": 1},
}

#: What stands as it is in every language.
NO_WORDS = {
    # Codes of payments and of currencies, and the names of formats.
    "BIC", "EUR", "NOK", "SHAR, DEBT or CRED", "SLEV", "SLEV or SHAR", "pain.002, camt.029",
    "JPEG, PNG, WebP, HEIC, PDF",
    # A kind of rate and columns in the file of Norges Bank, and what a line of the command says.
    "NAME=VALUE", "SP (spot)", "TENOR", "TIME_PERIOD", "UNIT_MULT",
}  # fmt: skip

#: Stands in the place of what an f-string fills in; one that is nothing else is no word of ours.
_FILLED = "7"


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(
            str(part.value) if isinstance(part, ast.Constant) else _FILLED for part in node.values
        )
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)


def _given(scope: ast.AST) -> Iterator[str]:
    """The words of the refusals in a function; a name given stands for all it is set to there."""
    named: dict[str, list[str]] = {}
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            named.setdefault(node.targets[0].id, []).extend(_texts(node.value))
    for node in ast.walk(scope):
        if not isinstance(node, ast.Call):
            continue
        places = CLASSES.get(getattr(node.func, "id", getattr(node.func, "attr", "")), {})
        given = [node.args[at] for at in places.values() if at < len(node.args)]
        given += [each.value for each in node.keywords if each.arg in places]
        for each in given:
            yield from named.get(each.id, ()) if isinstance(each, ast.Name) else _texts(each)


@cache
def words_of_refusals() -> frozenset[str]:
    found: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        if {"testbank", "migrations"}.isdisjoint(path.relative_to(PACKAGE).parts):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef):
                    found.update(_given(node))
    return frozenset(text for text in found - NO_WORDS if form_of(text) not in {"", "{}"})


def _is_said(text: str, language: str) -> bool:
    catalogue = gettext.translation("django", PACKAGE / "locale", [language])
    known = set(catalogue._catalog)  # type: ignore[attr-defined]  # no public way to ask
    translated: list[str] = []

    def translate(word: str) -> str:
        if word in known:
            translated.append(word)
        return catalogue.gettext(word)

    expectation_text(text, translate)
    return bool(translated)


def test_the_words_are_found_where_they_stand() -> None:
    assert {"a bank day", "at most 7 characters", "kid", "sent or accepted"} <= words_of_refusals()
    assert len(words_of_refusals()) > 250


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_a_refusal_lacks_its_translation(language: str) -> None:
    assert [text for text in sorted(words_of_refusals()) if not _is_said(text, language)] == []


ACCOUNT = "NO9386011117947"

#: What is met most often, as it reads in bokmål.
READ = (
    (
        InvalidValueError("orgnr", "123456789", "nine digits with a right check digit"),
        "Organisasjonsnummer «123456789» er ikke riktig: "
        "ventet ni siffer der kontrollsifferet stemmer.",
    ),
    (
        InvalidValueError("execution date", "2026-11-30", "2026-12-01 or later"),
        "Betalingsdag «2026-11-30» er ikke riktig: ventet 2026-12-01 eller senere.",
    ),
    (
        NotFoundError("ledger account", "1234"),
        "Fant ikke hovedbokskonto 1234 her. Sjekk nummeret, eller registrer det som mangler først.",
    ),
    (
        StateError("payment", "A1", "awaiting bank approval", "draft or awaiting approval"),
        "Status for betaling A1 er «venter på godkjenning i banken». "
        "Dette kan bare gjøres når status er «utkast eller venter på godkjenning».",
    ),
    (
        AlreadyExistsError("ledger account", "1920", (f"used by {ACCOUNT}",)),
        f"Hovedbokskonto 1920 finnes fra før med annet innhold (brukt av {ACCOUNT}). Det som "
        "står der, endres ikke. Bruk et annet nummer; det som er postert, rettes med en kreditnota.",
    ),
    (
        PeriodClosedError("2026-01-31", "2026-02-01"),
        "2026-01-31 er i en lukket periode. Velg en dato fra 2026-02-01.",
    ),
    (
        NoPaymentAgreementError("NOK"),
        "Ingen konto har en aktiv avtale om betalinger i NOK. "
        "Bestill en på siden for bankavtaler, eller med `avstem bank order`.",
    ),
)


@pytest.fixture
def bokmaal(monkeypatch: pytest.MonkeyPatch) -> None:
    said = gettext.translation("django", PACKAGE / "locale", ["nb"])
    monkeypatch.setattr(wording, "translate", said.gettext)


@pytest.mark.usefixtures("bokmaal")
@pytest.mark.parametrize(("refusal", "reads"), READ, ids=lambda each: getattr(each, "code", ""))
def test_a_refusal_reads_whole(refusal: RefusalError, reads: str) -> None:
    assert wording.sentence(refusal) == reads


@pytest.mark.usefixtures("bokmaal")
def test_the_account_that_led_here() -> None:
    with pytest.raises(InvalidValueError) as refused:
        normalise_account("12345678901")
    assert wording.sentence(refused.value) == (
        "Konto «12345678901» er ikke riktig: ventet en IBAN eller 11 siffer der "
        "kontrollsifferet stemmer."
    )


@pytest.mark.usefixtures("bokmaal")
def test_what_the_reader_wrote_stands_as_it_is() -> None:
    wrong = InvalidValueError("name", "a column of {0}", "a column of {0} or {x}")
    assert "«a column of {0}»" in wording.sentence(wrong)
    assert wording.sentence(wrong).endswith("ventet en kolonne med {0} or {x}.")


def test_a_pattern_fits_from_the_left_and_gives_what_stands_in_its_places() -> None:
    assert fillings("one that makes {} into {}", "one that makes 2 into 3 into 4") == [
        "2",
        "3 into 4",
    ]
    assert fillings("one of {}", "one of ") is None
    assert fillings("a whole copy ({})", "a whole copy (bad") is None
    assert fillings("one that makes {} into {}", "one that makes 2") is None
    assert expectation_text("one of " + "x" * 1000, str.upper) == "one of " + "x" * 1000
