"""The bank directory: every bank with Norwegian account numbers, found by name or account.

The data are files in `data/`: `register.toml` (made from the published list) says who has which
numbers, `banks/*.toml` (written by us) what else is known. A bank is added with a file alone.

Source: docs/banks.md.

>>> bank_of_account("3624 11 12345").name
'Sparebanken Norge'
>>> [each.name for each in search("sparebanken vest")][:1]
['Sparebanken Norge']
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources.abc import Traversable
from typing import Any

from avstem.banks.bank import Bank, Fee
from avstem.banks.data_files import DATA, checked, read_table, read_tables
from avstem.banks.searching import Names, alphabetical, fold, names_of, rank
from avstem.domain.errors import NotFoundError
from avstem.domain.identifiers import bban_of, compact

__all__ = ["Bank", "Directory", "Fee", "all_banks", "bank", "bank_of_account", "read_directory"]

_BBAN = re.compile(r"[0-9]{11}", re.ASCII)
_BEGINNING = re.compile(r"[0-9]{4,11}", re.ASCII)
_NORWEGIAN_IBAN = re.compile(r"NO[0-9]{13}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Directory:
    """Banks by the Norwegian alphabet, and how they are found."""

    banks: tuple[Bank, ...]
    by_slug: Mapping[str, Bank]
    by_register_number: Mapping[str, Bank]
    names: tuple[Names, ...]

    def bank(self, slug: str) -> Bank:
        """The bank of that slug; refused if there is none."""
        if slug not in self.by_slug:
            raise NotFoundError("bank", slug[:60])
        return self.by_slug[slug]

    def bank_of_account(self, account: str) -> Bank | None:
        """Whose account it is, by its first four digits; None where they are nobody's.

        11 digits or a Norwegian IBAN, spaces and dots or not. Check digits are not looked at:
        whether the account is right is another question.
        """
        number = compact(account)
        bban = bban_of(number) if _NORWEGIAN_IBAN.fullmatch(number) else number
        return self.by_register_number.get(bban[:4]) if _BBAN.fullmatch(bban) else None

    def search(self, text: str) -> list[Bank]:
        """The banks a text may mean, best first; all of them for an empty text.

        A name, an older name, an alliance, a BIC, an account or its first digits (four or more);
        great or small letters, `æøå` or how they are written without them.
        """
        owner = self.bank_of_account(text) or self._begins(compact(text))
        if owner is not None:
            return [owner]
        sought = fold(text)
        if text.strip() and not sought:
            return []
        pairs = zip(self.names, self.banks, strict=True)
        ranked = [(rank(names, sought), each) for names, each in pairs]
        found = [(place, each) for place, each in ranked if place is not None]
        return [each for _, each in sorted(found, key=lambda pair: pair[0])]

    def _begins(self, number: str) -> Bank | None:
        """Whose account is being typed: four digits are enough."""
        return self.by_register_number.get(number[:4]) if _BEGINNING.fullmatch(number) else None


def all_banks() -> tuple[Bank, ...]:
    """Every bank, by the Norwegian alphabet."""
    return _directory().banks


def bank(slug: str) -> Bank:
    """The bank of that slug (`dnb`, `sparebank-1-smn`); refused as not found if there is none."""
    return _directory().bank(slug)


def search(text: str) -> list[Bank]:
    """The banks a text may mean, best first (see `Directory.search`)."""
    return _directory().search(text)


def bank_of_account(account: str) -> Bank | None:
    """Whose account it is (see `Directory.bank_of_account`)."""
    return _directory().bank_of_account(account)


def read_directory(*folders: Traversable) -> Directory:
    """The directory of files in `banks/` of each folder; `register.toml` is the first one's."""
    register = read_table(folders[0] / "register.toml")
    found = [each for folder in folders for each in _banks(folder / "banks", register)]
    banks = tuple(sorted(found, key=lambda each: alphabetical(each.name)))
    return Directory(
        banks,
        _unique((each.slug, each) for each in banks),
        _unique((number, each) for each in banks for number in each.register_numbers),
        tuple(map(names_of, banks)),
    )


@cache
def _directory() -> Directory:
    return read_directory(DATA)


def _unique(pairs: Iterator[tuple[str, Bank]]) -> dict[str, Bank]:
    found: dict[str, Bank] = {}
    for key, each in pairs:
        assert key not in found, f"{key} is both {found[key].name} and {each.name}"
        found[key] = each
    return found


def _banks(folder: Traversable, register: Mapping[str, Any]) -> Iterator[Bank]:
    """The banks of each file; what `common` says is true of all in it, unless they say else.

    Sources are added to the common ones.
    """
    for file, content in read_tables(folder):
        common = content.get("common", {})
        for own in content["bank"]:
            told = dict.fromkeys([*common.get("sources", []), *own.get("sources", [])])
            facts = {**common, **own, "sources": list(told)}
            yield _bank(facts, register, f"{file}.toml: {own.get('slug')}")


def _bank(stated: dict[str, Any], register: Mapping[str, Any], where: str) -> Bank:
    numbers = stated.get("register_numbers")
    if numbers is None:
        numbers = [register[bic]["numbers"] for bic in stated["bics"] if bic in register]
    monthly = stated.get("fee_monthly_minor")
    facts = {key: value for key, value in stated.items() if key != "fee_monthly_minor"}
    facts |= {"register_numbers": _spread(numbers), "fee": Fee(monthly)}
    return Bank(**checked(Bank, facts, where))


def _spread(ranges: Sequence[str]) -> list[str]:
    """`["1100-1101 1135"]` as each number by itself, four digits."""
    found = []
    for each in " ".join(ranges).split():
        first, _, last = each.partition("-")
        found += [f"{number:04d}" for number in range(int(first), int(last or first) + 1)]
    return found
