"""A secret: a password, a private key. It is never shown by accident.

>>> Secret("hemmelig")
Secret(…)
>>> f"{Secret('hemmelig')}"
'Secret(…)'
"""

from typing import NoReturn


class Secret:
    """Text that logs, tracebacks and JSON never show; `reveal` where it is really used."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself; for the library that signs in with it, and for nobody else."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    __hash__ = None  # type: ignore[assignment]  # a secret is no key of a dictionary

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")
