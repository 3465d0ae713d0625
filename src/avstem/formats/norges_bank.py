"""Norges Bank's published exchange rates, as CSV (`;`) or as SDMX-JSON.

The price of `10^UNIT_MULT` units of BASE_CUR in QUOTE_CUR: kronor and yen are quoted by the
hundred. Only the rates of business days are taken (FREQ `B`): a month's mean is no day's rate.

Source: Norges Bank, API for open data, data flow EXR; docs/formats/norges_bank.md.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, BinaryIO

from avstem.domain.errors import InvalidValueError, UnreadableFileError
from avstem.domain.exchange import Rate, parse_price
from avstem.domain.money import check_currency
from avstem.formats.json_tree import read_json
from avstem.formats.xml_reader import BoundedStream

SOURCE = "Norges Bank"
_COLUMNS = ("FREQ", "BASE_CUR", "QUOTE_CUR", "TENOR", "TIME_PERIOD", "OBS_VALUE")
_UNITS = re.compile(r"[0-9]\Z")


def read_rates(stream: BinaryIO, *, file: str) -> Iterator[Rate]:
    """The rates of business days in the file; one with a wrong value is refused whole."""
    head = stream.read(64)
    stream.seek(0)
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
        yield from _of_json(read_json(BoundedStream(stream, file=file), file=file), file)
    else:
        yield from _of_csv(stream, file)


def _of_csv(stream: BinaryIO, file: str) -> Iterator[Rate]:
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    try:
        first = text.readline(10_000)
        names = [
            name.strip() for name in next(csv.reader([first], delimiter=_separator(first)), [])
        ]
        missing = [name for name in _COLUMNS if names.count(name) != 1]
        if missing:
            found = ", ".join(names)[:60] or "nothing"
            raise UnreadableFileError("line 1", found, f"the columns {', '.join(missing)}", file)
        rows = csv.reader(text, delimiter=_separator(first), strict=True)
        for values in rows:
            if values:
                yield from _row(names, values, f"line {rows.line_num + 1}", file)
    except UnicodeDecodeError as wrong:
        raise UnreadableFileError(f"byte {wrong.start}", "no UTF-8", "UTF-8", file) from wrong
    except csv.Error as wrong:
        raise UnreadableFileError("CSV", str(wrong)[:60], "rows of values", file) from wrong
    finally:
        text.detach()


def _separator(header: str) -> str:
    return ";" if header.count(";") > header.count(",") else ","


def _row(names: Sequence[str], values: Sequence[str], place: str, file: str) -> Iterator[Rate]:
    if len(values) != len(names):
        raise UnreadableFileError(place, f"{len(values)} values", f"{len(names)} values", file)
    row = {name: value.strip() for name, value in zip(names, values, strict=True)}
    if row["FREQ"] == "B" and row["OBS_VALUE"]:
        yield _rate(row, row["TIME_PERIOD"], row["OBS_VALUE"], place, file)


def _rate(said: Mapping[str, str], day: str, value: str, place: str, file: str) -> Rate:
    """One observation, as the price of a single unit."""
    units = said.get("UNIT_MULT") or "0"
    try:
        if said.get("TENOR", "SP") != "SP":
            raise InvalidValueError("TENOR", said["TENOR"][:60], "SP (spot)")
        if not _UNITS.match(units):
            raise InvalidValueError("UNIT_MULT", units[:60], "a digit")
        return Rate(
            currency=check_currency(said.get("BASE_CUR", "")),
            base=check_currency(said.get("QUOTE_CUR", "")),
            day=_day(day),
            price=parse_price(value.replace(",", ".")) / 10 ** int(units),
            source=SOURCE,
        )
    except InvalidValueError as wrong:
        found = f"{wrong.kind} {wrong.found}"
        raise UnreadableFileError(place, found, wrong.expected, file) from wrong


def _day(text: str) -> date:
    try:
        if len(text) != len("2026-01-31"):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        expected = "a date that exists, as 2026-01-31"
        raise InvalidValueError("TIME_PERIOD", text[:60], expected) from None


def _of_json(document: Any, file: str) -> Iterator[Rate]:
    """SDMX-JSON: values of dimensions and attributes are named by their places in lists."""
    tree = _Tree(document, file)
    body = tree.get("data") or document
    structure = tree.get("structure", body)
    dimensions = tree.get("dimensions", structure)
    days = tree.ids(tree.items("observation", dimensions)[0])
    for data_set in tree.items("dataSets", body):
        for key, series in tree.get("series", data_set).items():
            place = f"series {str(key)[:30]}"
            said = tree.named(tree.items("series", dimensions), str(key).split(":"), place)
            attributes = tree.items("series", tree.get("attributes", structure))
            said |= tree.named(attributes, tree.items("attributes", series), place)
            if said.get("FREQ", "B") != "B":
                continue
            for number, values in tree.get("observations", series).items():
                day = tree.at(days, str(number), place)
                yield _rate(said, day, tree.value(values, place), f"{place}, {day[:10]}", file)


class _Tree:
    """What is asked of the JSON, or a refusal that names it."""

    def __init__(self, document: Any, file: str) -> None:
        self._document, self._file = document, file

    def get(self, name: str, within: Any = None) -> dict[str, Any]:
        """The object of that name; only the document's own `data` may be missing."""
        parent = self._document if within is None else within
        found = parent.get(name) if isinstance(parent, dict) else None
        if found is None and within is None:
            return {}
        if not isinstance(found, dict):
            raise self._refuse(name, "an object")
        return found

    def items(self, name: str, within: Any) -> list[Any]:
        """The list of that name, with something in it."""
        found = within.get(name) if isinstance(within, dict) else None
        if not isinstance(found, list) or not found:
            raise self._refuse(name, "a list")
        return found

    def ids(self, dimension: Any) -> list[str]:
        """The ids of a dimension's values, in order."""
        values = self.items("values", dimension)
        if not all(isinstance(each, dict) and isinstance(each.get("id"), str) for each in values):
            raise self._refuse("values", "values with ids")
        return [each["id"] for each in values]

    def named(self, dimensions: list[Any], places: list[Any], where: str) -> dict[str, str]:
        """Dimension -> value, each by its place among the dimension's values."""
        if len(dimensions) < len(places):
            raise self._refuse(where, f"{len(dimensions)} places")
        return {
            str(each["id"]): self.at(self.ids(each), str(place), where)
            for each, place in zip(dimensions, places, strict=False)
            if isinstance(each, dict) and "id" in each and place is not None
        }

    def at(self, values: list[str], place: str, where: str) -> str:
        """The value at the place."""
        if not (place.isascii() and place.isdigit() and int(place[:9]) < len(values)):
            raise self._refuse(where, "a place that exists")
        return values[int(place)]

    def value(self, values: Any, where: str) -> str:
        """The observation itself, the first of what stands with it."""
        if not isinstance(values, list) or not values or not isinstance(values[0], str):
            raise self._refuse(where, "an observation")
        return values[0]

    def _refuse(self, name: str, expected: str) -> UnreadableFileError:
        return UnreadableFileError(name[:60], "something else", expected, self._file)
