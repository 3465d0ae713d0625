"""Rates of Norges Bank: CSV and SDMX-JSON tell the same, and what is uncertain is refused."""

import io
import json
from datetime import date
from typing import Any

import pytest

from avstem.domain.errors import UnreadableFileError
from avstem.domain.exchange import Rate, price_exact
from avstem.formats.norges_bank import read_rates

HEADER = (
    "FREQ;Frequency;BASE_CUR;Base Currency;QUOTE_CUR;Quote Currency;TENOR;Tenor;DECIMALS;"
    "CALCULATED;UNIT_MULT;Unit Multiplier;COLLECTION;Collection Indicator;TIME_PERIOD;OBS_VALUE\n"
)


def row(currency: str, day: str, value: str, units: str = "0", freq: str = "B") -> str:
    return f"{freq};x;{currency};x;NOK;x;SP;Spot;4;false;{units};x;C;x;{day};{value}\n"


def read(text: str) -> list[Rate]:
    return list(read_rates(io.BytesIO(text.encode()), file="f"))


def told(rates: list[Rate]) -> list[tuple[str, str, date, str]]:
    return [(each.currency, each.base, each.day, price_exact(each.price)) for each in rates]


WANTED = [
    ("EUR", "NOK", date(2026, 3, 9), "11.6512"),
    ("EUR", "NOK", date(2026, 3, 10), "11.7"),
    ("SEK", "NOK", date(2026, 3, 10), "1.0355"),
]


def test_csv_with_dot_or_comma_and_what_is_quoted_by_the_hundred_is_the_price_of_one() -> None:
    rows = [
        row("EUR", "2026-03-09", "11.6512"),
        row("EUR", "2026-03-10", "11,7000"),
        row("SEK", "2026-03-10", "103,55", "2"),
        row("EUR", "2026-03", "11.60", freq="M"),
    ]
    assert told(read("\ufeff" + HEADER + "".join(rows))) == WANTED


def sdmx() -> dict[str, Any]:
    def ids(*names: str) -> list[dict[str, str]]:
        return [{"id": name} for name in names]

    series = [
        {"id": "FREQ", "values": ids("B")},
        {"id": "BASE_CUR", "values": ids("EUR", "SEK")},
        {"id": "QUOTE_CUR", "values": ids("NOK")},
        {"id": "TENOR", "values": ids("SP")},
    ]
    days = [{"id": "TIME_PERIOD", "values": ids("2026-03-09", "2026-03-10")}]
    units = [{"id": "UNIT_MULT", "values": ids("0", "2")}]
    return {
        "data": {
            "dataSets": [
                {
                    "series": {
                        "0:0:0:0": {
                            "attributes": [0],
                            "observations": {"0": ["11.6512"], "1": ["11.7000"]},
                        },
                        "0:1:0:0": {"attributes": [1], "observations": {"1": ["103.55"]}},
                    }
                }
            ],
            "structure": {
                "dimensions": {"series": series, "observation": days},
                "attributes": {"series": units},
            },
        }
    }


def test_sdmx_json_tells_the_same_with_and_without_its_envelope() -> None:
    assert told(read(json.dumps(sdmx()))) == WANTED
    assert told(read(json.dumps(sdmx()["data"]))) == WANTED


@pytest.mark.parametrize(
    "text",
    [
        "FREQ;BASE_CUR\nB;EUR\n",
        HEADER + row("EUR", "2026-02-30", "11.7"),
        HEADER + row("EUR", "2026-03-10", "0"),
        HEADER + row("EUR", "2026-03-10", "-11.7"),
        HEADER + row("euro", "2026-03-10", "11.7"),
        HEADER + row("EUR", "2026-03-10", "11.7", "x"),
        HEADER + row("EUR", "2026-03-10", "11.7").replace("SP;Spot", "FW;Forward"),
        HEADER + "B;EUR\n",
        "{}",
        '{"data": []}',
        json.dumps(sdmx()).replace('"0:1:0:0"', '"0:9:0:0"'),
        json.dumps(sdmx()).replace('"2026-03-10"', '"10.03.2026"'),
        json.dumps(sdmx()).replace('["103.55"]', "[]"),
        json.dumps(sdmx()).replace('"attributes": [1]', '"attributes": [7]'),
        "{" * 100,
    ],
)
def test_what_is_uncertain_refuses_the_file(text: str) -> None:
    with pytest.raises(UnreadableFileError):
        read(text)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(UnreadableFileError):
        list(read_rates(io.BytesIO(HEADER.encode() + b"B;\xff\n"), file="f"))
