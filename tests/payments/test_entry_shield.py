"""The shield where a bill comes in: one that may have come before is named, with the other."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from avstem.services.import_invoices import InvoiceImport, import_invoices
from tests.payments.books import HEADER, Payer, bill, credit

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def payer(tmp_path: Path) -> Payer:
    payer = Payer.open(tmp_path)
    payer.bills(bill("F-00123", "500.00"), bill("1032", "700.00"))
    return payer


def take(payer: Payer, *lines: str) -> InvoiceImport:
    path = payer.folder / "more.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n", "utf-8")
    return import_invoices(path=path, name=path.name, **payer.by)


def told(answer: InvoiceImport) -> list[tuple[int, str, str]]:
    return [(each.line, each.bill.number, each.other.number) for each in answer.likes]


@pytest.mark.parametrize(
    ("line", "other"),
    [
        (bill("123", "500.00", issued="2026-11-20"), "F-00123"),  # marks and zeros
        (bill("1023", "700.00"), "1032"),  # swapped digits, same day
    ],
)
def test_a_bill_that_is_like_one_that_is_here_is_taken_and_told(
    payer: Payer, line: str, other: str
) -> None:
    answer = take(payer, line)
    assert answer.added == 1
    assert [each[2] for each in told(answer)] == [other]


@pytest.mark.parametrize(
    "line",
    [
        bill("123", "500.01"),
        bill("123", "500.00", party="En annen AS"),
        bill("1033", "700.00", issued="2026-12-02"),  # follows on, a month later
        credit("123", "500.00"),
        bill("F-00123", "500.00"),  # the very same: it is here already
    ],
)
def test_what_is_not_like_it_is_not_told(payer: Payer, line: str) -> None:
    assert told(take(payer, line)) == []


def test_in_one_file_the_later_names_the_earlier_with_its_line(payer: Payer) -> None:
    answer = take(payer, bill("A-77", "900.00"), bill("1", "1.00"), bill("77", "900.00"))
    assert told(answer) == [(4, "77", "A-77")]


def test_many_bills_take_no_more_questions_than_few(payer: Payer) -> None:
    counts = []
    for size in (2, 300):
        lines = [bill(f"N{size}-{n}", f"{n + 10}.00", party=f"L{n} AS") for n in range(size)]
        with CaptureQueriesContext(connection) as seen:
            take(payer, *lines)
        # Rows go in by the hundred; questions do not grow.
        counts.append(sum(each["sql"].startswith("SELECT") for each in seen.captured_queries))
    assert counts[0] == counts[1]
