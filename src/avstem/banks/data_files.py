"""The data files of this package: read once, and held to their shape.

A wrong file is our mistake, as a wrong line of code is: an assert names the file and what is odd.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

#: Where the files are that come with the program.
DATA: Traversable = files("avstem.banks") / "data"


def read_tables(folder: Traversable) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each `NAME.toml` of a folder in the order of the names: the name and the content."""
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            yield file.name.removesuffix(".toml"), read_table(file)


def read_table(file: Traversable) -> dict[str, Any]:
    """One file's content."""
    return tomllib.loads(file.read_text(encoding="utf-8"))


def checked(kind: type, stated: Mapping[str, Any], where: str) -> dict[str, Any]:
    """What a file says as arguments of a dataclass: lists as tuples, no name it does not know."""
    known = {each.name: each for each in fields(kind)}
    unknown = set(stated) - set(known)
    assert not unknown, f"{where}: unknown {', '.join(sorted(unknown))}"
    missing = [
        name
        for name, each in known.items()
        if each.default is MISSING and each.default_factory is MISSING and name not in stated
    ]
    assert not missing, f"{where}: {', '.join(missing)} missing"
    return {name: _frozen(value) for name, value in stated.items()}


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
