"""Add translated texts: English on standard input as JSON, with the bokmål and the nynorsk of each.

    {"To the start": ["Til forsiden", "Til framsida"]}

Both catalogues are appended to under a lock and compiled; a text that is there already keeps its
place and takes the new words. Plural texts are written into the catalogues by hand; `compile`
as the only argument compiles what stands there.
"""

import fcntl
import json
import subprocess
import sys
from pathlib import Path

LOCALE = Path(__file__).resolve().parents[1] / "src" / "avstem" / "locale"
LANGUAGES = ("nb", "nn")


def main() -> int:
    """Add what standard input says, or only compile."""
    texts = {} if sys.argv[1:] == ["compile"] else json.load(sys.stdin)
    wrong = [text for text, words in texts.items() if len(words) != len(LANGUAGES)]
    if wrong:
        print(f"Bokmål and nynorsk are wanted for: {wrong}", file=sys.stderr)
        return 1
    with (LOCALE / "nb" / "LC_MESSAGES" / "django.po").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for place, language in enumerate(LANGUAGES):
            _write(language, {text: words[place] for text, words in texts.items()})
    return 0


def _write(language: str, words: dict[str, str]) -> None:
    catalogue = LOCALE / language / "LC_MESSAGES" / "django.po"
    blocks = catalogue.read_text(encoding="utf-8").rstrip("\n").split("\n\n")
    places = {_key(block): n for n, block in enumerate(blocks)}
    for text, said in words.items():
        key = f"msgid {_quoted(text)}"
        block = f"{key}\nmsgstr {_quoted(said)}"
        if key in places:
            blocks[places[key]] = block
        else:
            places[key] = len(blocks)
            blocks.append(block)
    # Written through: a lock lies on the bokmål catalogue itself.
    catalogue.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")
    made = catalogue.with_suffix(".mo")
    command = ["msgfmt", "--check-format", f"--output-file={made}", str(catalogue)]
    subprocess.run(command, check=True)


def _key(block: str) -> str:
    lines = [line for line in block.splitlines() if not line.startswith("#")]
    return lines[0] if lines else ""


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


if __name__ == "__main__":
    sys.exit(main())
