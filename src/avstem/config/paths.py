"""Where the program keeps its data: AVSTEM_HOME, else the user's data directory."""

import contextlib
import os
import secrets
from pathlib import Path

import platformdirs


def home() -> Path:
    """The data directory, made (readable by its owner alone) if it is not there."""
    folder = Path(os.environ.get("AVSTEM_HOME") or platformdirs.user_data_path("avstem"))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def secret_key() -> str:
    """Signs sessions and sign-in links: AVSTEM_SECRET_KEY, else a file made on first use."""
    given = os.environ.get("AVSTEM_SECRET_KEY")
    if given:
        return given
    file = home() / "secret.key"
    if not file.exists():
        _write_once(file, secrets.token_urlsafe(48))
    return file.read_text(encoding="ascii").strip()


def _write_once(file: Path, text: str) -> None:
    # Two processes may start at once: the first link wins, and both read the same key.
    draft = file.with_suffix(f".{os.getpid()}.tmp")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="ascii")
    with contextlib.suppress(FileExistsError):
        os.link(draft, file)
    draft.unlink()
