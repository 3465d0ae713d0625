"""Why a file cannot be read is said in bokmål and in nynorsk, down to the last word.

The words are read from the source of the readers: what each gives as `place`, `found` and
`expected`. A text is said when no word of the English is left in it, so that half a phrase is not
enough; what stands in the file itself is the sign `§`, and must come through as it is.
"""

import ast
import gettext
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import avstem
from avstem import wording
from avstem.domain.errors import UnknownFormatError, UnreadableFileError
from avstem.wording.expectations import expectation_text, found_text, place_text
from avstem.wording.file_phrases import NUMBERS

PACKAGE = Path(avstem.__file__).parent
LANGUAGES = ("nb", "nn")
FACTS = ("place", "found", "expected")
#: Readers name the place once and give `(..., found, expected)` to one of these.
REFUSING = {"refuse", "_refuse", "_refused", "refusal", "_refusal"}
#: Stands for what the reader of a file fills in.
FILLED = "§"

#: The same in Norwegian: loanwords, and what is the file's own name for something.
SAME = set(
    "base64 byte digest element true false for id "
    "avstem bank currency created minus same status sum test total type".split()
)
#: No words of ours: names of elements, codes, formats and options.
NO_WORDS = re.compile(
    r"[\W\d§A-Z]*|UTF-8|Windows-1252|</?§>|:?§:?|Document.*|SettlementReport|GeneralLedgerEntries"
    r"|Invoice or CreditNote|Content|CSV|§(/[\w§]+)*|[A-Z]\w+ §|Net or Gross|correction|test"
)


def _texts(node: ast.expr, named: dict[str, list[ast.expr]], depth: int = 0) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        parts = node.values
        yield "".join(str(p.value) if isinstance(p, ast.Constant) else FILLED for p in parts)
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body, named, depth)
        yield from _texts(node.orelse, named, depth)
    elif isinstance(node, ast.BoolOp):
        for each in node.values:
            yield from _texts(each, named, depth)
    elif isinstance(node, ast.Subscript):
        yield from _texts(node.value, named, depth)
    elif isinstance(node, ast.Name) and depth < 3:
        for each in named.get(node.id, ()):
            yield from _texts(each, named, depth + 1)


def _named(scope: ast.AST) -> dict[str, list[ast.expr]]:
    """What each name is set to; of two at once each to its own."""
    found: dict[str, list[ast.expr]] = {}
    for node in scope.body if isinstance(scope, ast.Module) else ast.walk(scope):
        if not isinstance(node, ast.Assign):
            continue
        [target, *_] = node.targets
        pairs = (
            zip(target.elts, node.value.elts, strict=False)
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
            else [(target, node.value)]
        )
        for name, value in pairs:
            if isinstance(name, ast.Name):
                found.setdefault(name.id, []).append(value)
    return found


def _given(call: ast.Call) -> dict[str, ast.expr]:
    """The facts of a call that refuses a file; of a refusing function the last two are known."""
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    if isinstance(call.func, ast.Call):
        name = "refuse" if "refus" in ast.unparse(call.func.func) else ""
    given = {each.arg: each.value for each in call.keywords if each.arg in FACTS}
    if name == "UnreadableFileError":
        return {**dict(zip(FACTS, call.args, strict=False)), **given}
    if name not in REFUSING or (len(call.args) < 2 and not given):
        return {}
    if name == "_refused" and len(call.args) > 2:  # place, found, expected, file
        return dict(zip(FACTS, call.args, strict=False))
    behind = call.args[:-1] if "expected" in given else call.args
    return {**dict(zip(FACTS[:0:-1], reversed(behind), strict=False)), **given}


@cache
def said_in_readers() -> frozenset[tuple[str, str]]:
    """(fact, text) of every refusal of a file."""
    found: set[tuple[str, str]] = set()
    for path in [*(PACKAGE / "formats").rglob("*.py"), *(PACKAGE / "services").glob("*.py")]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        whole = _named(tree)
        for scope in ast.walk(tree):
            if not isinstance(scope, ast.FunctionDef):
                continue
            named = {**whole, **_named(scope)}
            for call in ast.walk(scope):
                if isinstance(call, ast.Call):
                    for fact, node in _given(call).items():
                        found.update((fact, text) for text in _texts(node, named))
    return frozenset((fact, text) for fact, text in found if not NO_WORDS.fullmatch(text))


@cache
def kinds_of_values() -> frozenset[str]:
    """What is given as `what` to a function that puts it before what it wanted of it."""
    trees = [ast.parse(path.read_text("utf-8")) for path in (PACKAGE / "formats").rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    places: dict[str, set[int]] = {}
    for node in nodes:
        if isinstance(node, ast.FunctionDef):
            names = [each.arg for each in node.args.args if each.arg not in {"self", "cls"}]
            if "what" in names:
                places.setdefault(node.name, set()).add(names.index("what"))
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            for at in places.get(name, ()):
                found.update(_texts(node.args[at], {}) if at < len(node.args) else ())
    return frozenset(text for text in found if not re.fullmatch(r"[A-Z]\w+|[\d§]*", text))


def _words(text: str) -> set[str]:
    """Those that a language has: `CRDT`, `NY09tt30` and `!Type:Bank` are the file's own."""
    return set(re.findall(r"(?<![\w!:/-])[a-zæøå]{2,}(?![\w/])", text))


def left_in_english(fact: str, text: str, language: str) -> set[str]:
    """What of a text has no translation; what is counted is a number, as it is when it is said."""
    translate = gettext.translation("django", PACKAGE / "locale", [language]).gettext
    for counted in sorted(NUMBERS, key=len, reverse=True):
        text = text.replace(counted.replace("{}", FILLED), counted.replace("{}", "7"))
    if fact == "place":
        said = place_text(text, translate)
    elif fact == "found":
        said = found_text(text, translate) or text
    else:
        said = expectation_text(text, translate)
    return _words(said) & _words(text) - SAME


def test_the_words_are_found_where_they_stand() -> None:
    assert {
        ("place", "line §, column §"),
        ("found", "the end of the file"),
        ("found", "more than § rows"),
        ("expected", "a date that exists, as 2026-01-31"),
        ("expected", "§: §, as counted"),
    } <= said_in_readers()
    assert len(said_in_readers()) > 250
    assert {"control total", "bankgiro number"} <= kinds_of_values()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_left_in_english(language: str) -> None:
    texts = said_in_readers() | {("expected", text) for text in kinds_of_values()}
    left = {
        f"{fact}: {text}": words
        for fact, text in texts
        if (words := left_in_english(fact, text, language))
    }
    assert left == {}


#: What is met most often, as it reads in bokmål.
READ = (
    (
        UnreadableFileError("line 1", "type, number", "the columns currency, amount", "x.csv"),
        "x.csv: linje 1: fant «type, number», ventet kolonnene currency, amount. ",
    ),
    (
        UnreadableFileError("line 17", "the end of the file", "record 49", "b.txt"),
        "b.txt: linje 17: fant slutten på filen, ventet post 49. ",
    ),
    (
        UnreadableFileError("line 9", "12", "number of records: 11, as counted", "n.txt"),
        "n.txt: linje 9: fant «12», ventet antall poster: 11, som er talt opp. ",
    ),
    (
        UnreadableFileError("S-1: entry 2", "9 USD", "an amount in NOK, the account's currency"),
        "S-1: kontobevegelse 2: fant «9 USD», ventet et beløp i NOK, som er kontoens valuta. ",
    ),
    (
        UnreadableFileError("byte 70000", "more than 5 rows", "a smaller file", "s.csv"),
        "s.csv: byte 70000: fant mer enn 5 rader, ventet en mindre fil. ",
    ),
    (
        UnknownFormatError("text that begins “Amount, Date”", "camt.053", "u.txt"),
        "u.txt: ikke en fil avstem leser: tekst som begynner med «Amount, Date». ",
    ),
)


@pytest.mark.parametrize(("refusal", "reads"), READ)
def test_a_refusal_of_a_file_reads_whole(
    refusal: UnreadableFileError, reads: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = gettext.translation("django", PACKAGE / "locale", ["nb"])
    monkeypatch.setattr(wording, "translate", said.gettext)
    assert wording.sentence(refusal).startswith(reads)


@pytest.mark.parametrize("text", ["Berg and Dal AS", "nothing more", "12 rows of planks", "one"])
def test_what_stands_in_the_file_stays_as_it_is_there(text: str) -> None:
    assert found_text(text, str.upper) == ""


def test_a_path_of_elements_is_the_files_own() -> None:
    path = "Document/BkToCstmrStmt/Stmt[1]/Ntry[17]/Amt"
    assert place_text(path, str.upper) == path
