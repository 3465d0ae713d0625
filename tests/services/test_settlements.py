"""Payouts are stored once, never changed, and found for the bank's transactions by index."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.db import transaction as database
from django.test.utils import CaptureQueriesContext

from avstem.domain.errors import (
    RefusalError,
    SettlementDiffersError,
    SettlementLayoutUnknownError,
    UnknownFormatError,
    UnreadableFileError,
)
from avstem.domain.settlement import LineKind
from avstem.matching.facts import Line
from avstem.services import import_settlement as service
from avstem.services.add_account import NewAccount, add_account
from avstem.services.add_company import add_company
from avstem.services.add_transaction import add_transaction
from avstem.services.import_settlement import SettlementImport, import_settlement
from avstem.services.set_aside import set_aside
from avstem.services.verify import verify
from avstem.store import raw_files
from avstem.store.models import BankFile, BankTransaction, Settlement, SettlementLine
from avstem.store.open_lines import open_lines
from avstem.store.queries.settlements import find_settlement, settlements_page
from avstem.store.settlement_candidates import settlement_of, settlements_for
from avstem.store.tenancy import company_scope
from tests.support.settlements import ZETTLE, stripe, vipps

pytestmark = [pytest.mark.django_db, pytest.mark.database]

BY: dict[str, Any] = {"actor": "kari@example.no", "now": datetime(2026, 5, 1, 8, 0, tzinfo=UTC)}
UTB = "Utb. 2000023 Vippsnr 57860"


class Books:
    """A company with an operating account."""

    def __init__(self, folder: Path, orgnr: str = "974760673", currency: str = "NOK") -> None:
        self.folder = folder
        company = add_company(orgnr=orgnr, name="Prøve AS", currency=currency, **BY)
        self.company = company.pk
        account = NewAccount("15030001017", "operating", "1920")
        self.account = add_account(company_id=self.company, account=account, **BY).pk

    def take(self, text: str, name: str = "report.csv", **more: Any) -> SettlementImport:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return import_settlement(
            company_id=self.company, path=path, name=name, source="test", **BY, **more
        )

    def paid(self, minor: int, text: str, on: date = date(2026, 4, 14)) -> BankTransaction:
        return add_transaction(
            company_id=self.company, account_id=self.account, booking_date=on, amount_minor=minor,
            text=text, **BY,
        )  # fmt: skip

    def lines(self) -> list[Line]:
        return open_lines(self.company, halted={}, closed_to=None)

    def holds(self) -> bool:
        return not any(result.faults for result in verify())


@pytest.fixture
def books(tmp_path: Path) -> Books:
    return Books(tmp_path)


def test_a_payout_is_stored_with_its_lines_and_the_raw_bytes(books: Books) -> None:
    answer = books.take(vipps())
    assert (answer.provider, answer.added, answer.already_there, answer.lines) == ("vipps", 1, 0, 2)
    [row] = Settlement.objects.filter(company_id=books.company)
    assert (row.provider, row.payout_id, row.payout_date) == (
        "vipps", "57860-2000023", date(2026, 4, 13),
    )  # fmt: skip
    sums = (row.gross_minor, row.fees_minor, row.refunds_minor, row.other_minor, row.net_minor)
    assert sums == (100_00, 1_75, 20_00, 0, 78_25)
    assert (row.unexplained_minor, row.currency, row.account) == (0, "NOK", "NO6115030001017")
    lines = SettlementLine.objects.filter(company_id=books.company, settlement=row)
    assert list(lines.order_by("position").values_list("kind", "gross_minor", "fee_minor")) == [
        ("sale", 100_00, 1_75),
        ("refund", -20_00, 0),
    ]
    assert row.file.format == "settlement.vipps.rows"
    assert b"".join(raw_files.pieces_of(row.file)).decode() == vipps()
    assert books.holds()


def test_a_payout_told_of_again_adds_nothing_whatever_else_the_report_says(books: Books) -> None:
    books.take(vipps())
    same = books.take(vipps(), "again.csv")
    header, *rows = vipps(text="Et annet ord").splitlines()
    turned = books.take("\n".join([header, *reversed(rows)]) + "\n", "turned.csv")
    for answer in (same, turned):
        assert (answer.added, answer.already_there) == (0, 1)
    assert Settlement.objects.count() == 1
    assert SettlementLine.objects.count() == 2
    assert BankFile.objects.filter(company_id=books.company).count() == 2, "the same bytes once"


@pytest.mark.parametrize(
    ("text", "differs"),
    [
        (vipps(gross="110,00"), ("gross",)),
        (vipps(paid="78,30"), ("net",)),
        (vipps(day="14.04.2026"), ("payout date",)),
        (vipps().replace("11.04.2026;Fjord", "10.04.2026;Fjord"), ("lines",)),
        (vipps(account="97104133219"), ("account",)),
    ],
)
def test_a_payout_told_otherwise_is_refused_and_nothing_of_the_file_is_taken(
    books: Books, text: str, differs: tuple[str, ...]
) -> None:
    books.take(vipps())
    with pytest.raises(SettlementDiffersError) as refused:
        books.take(text, "other.csv")
    assert refused.value.differs == differs
    assert Settlement.objects.get().net_minor == 78_25
    assert BankFile.objects.filter(company_id=books.company).count() == 1
    assert books.holds()


def test_one_wrong_payout_keeps_the_whole_file_out(books: Books) -> None:
    books.take(stripe(("po_1aaaaa", "2026-04-01", "10.00")))
    with pytest.raises(SettlementDiffersError):
        books.take(
            stripe(("po_2aaaaa", "2026-04-02", "20.00"), ("po_1aaaaa", "2026-04-01", "11.00")),
            "b.csv",
        )
    assert list(Settlement.objects.values_list("payout_id", flat=True)) == ["po_1aaaaa"]


def test_two_payouts_of_one_name_in_a_file_are_refused_unless_they_are_the_same(
    books: Books,
) -> None:
    header, *rows = ZETTLE.splitlines()
    again = "2026-05-04 05:00;;;Utbetaling til bankkonto;-10,00;0,00\n"
    text = "\n".join([header, again + "2026-05-04 04:00;;;Kortbetaling;10,00;10,00", *rows]) + "\n"
    with pytest.raises(SettlementDiffersError) as refused:
        books.take(text, "zettle.csv")
    assert refused.value.payout == "2026-05-04"
    assert Settlement.objects.count() == 0


def test_a_chunk_is_as_good_as_the_whole(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "CHUNK_PAYOUTS", 2)
    payouts = [(f"po_{n}aaaaa", f"2026-04-0{n}", f"{n}0.00") for n in range(1, 8)]
    assert books.take(stripe(*payouts)).added == 7
    assert books.take(stripe(*payouts[::-1]), "b.csv").already_there == 7


def test_a_currency_that_is_not_named_is_the_one_said_else_the_companys(tmp_path: Path) -> None:
    euros = Books(tmp_path, currency="EUR")
    answer = euros.take(ZETTLE, "zettle.csv")
    assert [(each.code, each.found) for each in answer.notices] == [("currency.of_company", "EUR")]
    assert Settlement.objects.get().currency == "EUR"
    swedish = Books(tmp_path, "923609016")
    said = swedish.take(ZETTLE, "zettle.csv", currency="SEK")
    assert (said.notices, Settlement.objects.get(company_id=swedish.company).currency) == (
        [],
        "SEK",
    )


def test_vipps_is_in_kroner_whatever_the_company_reckons_in(tmp_path: Path) -> None:
    books = Books(tmp_path, currency="EUR")
    books.take(vipps())
    assert Settlement.objects.get().currency == "NOK"


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("hei", UnknownFormatError),
        (vipps().replace("78,25", "78,2x"), UnreadableFileError),
        ("Nets settlement report\n1\n2\n", SettlementLayoutUnknownError),
        (stripe(("po_1aaaaa", "2026-04-01", "92233720368547758.07")) + stripe(("po_1aaaaa", "2026-04-01", "92233720368547758.07")).replace("txn_", "txm_").partition("\n")[2], RefusalError),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_leaves_nothing_behind(
    books: Books, text: str, refusal: type[RefusalError]
) -> None:
    with pytest.raises(refusal):
        books.take(text)
    assert (Settlement.objects.count(), BankFile.objects.count()) == (0, 0)


def test_what_was_stored_is_neither_changed_nor_deleted(books: Books) -> None:
    books.take(vipps())
    for rows in (Settlement.objects.all(), SettlementLine.objects.all()):
        for change in (lambda rows: rows.update(company_id=books.company), lambda rows: rows._raw_delete("default")):  # fmt: skip
            with pytest.raises(DatabaseError, match="immutable"), database.atomic():
                change(rows)
    assert books.holds()


def test_verify_counts_the_lines_again(books: Books) -> None:
    books.take(stripe(("po_1aaaaa", "2026-04-13", "500.00"), sales=3))
    books.take(vipps(), "v.csv")
    assert books.holds()
    row = Settlement.objects.get(provider="vipps")
    SettlementLine.objects.create(
        company_id=books.company, settlement=row, position=3, kind="fee", date=row.day,
        gross_minor=-1, fee_minor=0, net_minor=-1,
    )  # fmt: skip
    [fault] = [fault for result in verify() for fault in result.faults]
    assert (fault.subject, fault.found, fault.expected) == (
        "payout 57860-2000023 (vipps)",
        "2 lines, gross 10000, fees 175, refunds 2000, other 0",
        "3 lines, gross 10000, fees 176, refunds 2000, other 0",
    )


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no row-level security")
def test_the_second_wall_stands_around_payouts_and_lines(books: Books) -> None:
    books.take(vipps())
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE avstem_settlement_test")
        cursor.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO avstem_settlement_test")
        cursor.execute("SET LOCAL ROLE avstem_settlement_test")
    for model in (Settlement, SettlementLine):
        assert not model.objects.exists(), "nobody is named: nothing is seen"
        with company_scope(books.company + 1):
            assert not model.objects.exists()
        with company_scope(books.company):
            assert model.objects.exists()


def test_the_number_of_queries_does_not_hang_on_the_number_of_payouts(books: Books) -> None:
    asked = []
    for month, count in ((1, 2), (2, 28)):
        payouts = [
            (f"po_{month}_{n:06}", f"2026-0{month}-{n + 1:02}", "90.00") for n in range(count)
        ]
        with CaptureQueriesContext(connection) as queries:
            assert books.take(stripe(*payouts, sales=30), f"{month}.csv").added == count
        asked.append(len(queries))
    # One more insertion of a chunk at the most: 28 payouts of 31 lines are one chunk as well.
    assert asked[0] == asked[1]


def test_the_facts_of_a_payout_are_there_for_its_transaction(books: Books) -> None:
    books.take(vipps(paid="80,00"))
    payment, other = books.paid(80_00, UTB), books.paid(500_00, "Vipps fra en kunde")
    found = settlements_for(books.company, books.lines())
    assert list(found) == [payment.pk]
    facts = found[payment.pk]
    assert (facts.provider, facts.payout_id, facts.found_by) == (
        "vipps",
        "57860-2000023",
        "reference",
    )
    assert (facts.gross_minor, facts.fees_minor, facts.refunds_minor) == (100_00, 1_75, 20_00)
    assert (facts.net_minor, facts.unexplained_minor) == (80_00, 1_75)
    assert [
        (part.kind, part.order_id, part.amount_minor, part.fee_minor) for part in facts.lines
    ] == [
        (LineKind.SALE, "F-1", 100_00, 1_75),
        (LineKind.REFUND, None, -20_00, 0),
    ]
    with company_scope(books.company):
        assert settlement_of(books.company, other.pk) is None
        [row] = settlements_page(books.company, after="", before="")[1]
    assert row.on_the_bank is not None
    assert (row.on_the_bank.row.pk, row.on_the_bank.difference_minor) == (payment.pk, 0)


def test_a_transaction_that_is_dealt_with_still_competes(books: Books) -> None:
    """Otherwise the one that is left would look like the only candidate."""
    books.take(stripe(("po_1aaaaa", "2026-04-13", "500.00")))
    first, second = books.paid(500_00, "STRIPE"), books.paid(500_00, "Stripe", date(2026, 4, 15))
    set_aside(company_id=books.company, transaction_id=first.pk, reason="ført", **BY)
    assert settlements_for(books.company, books.lines()) == {}
    assert settlement_of(books.company, second.pk) is None
    detail = find_settlement(books.company, Settlement.objects.get().pk)
    assert detail is not None
    assert detail.on_the_bank is None


def test_two_equal_payouts_and_one_transaction_are_no_answer_either_way(books: Books) -> None:
    books.take(stripe(("po_1aaaaa", "2026-04-13", "500.00"), ("po_2aaaaa", "2026-04-15", "500.00")))
    payment = books.paid(500_00, "Stripe")
    assert settlements_for(books.company, books.lines()) == {}
    for row in Settlement.objects.all():
        detail = find_settlement(books.company, row.pk)
        assert detail is not None
        assert detail.on_the_bank is None
    assert settlement_of(books.company, payment.pk) is None


def test_another_companys_payout_is_never_found(books: Books, tmp_path: Path) -> None:
    neighbour = Books(tmp_path, "923609016")
    neighbour.take(vipps())
    payment = books.paid(78_25, UTB)
    assert settlements_for(books.company, books.lines()) == {}
    assert settlement_of(books.company, payment.pk) is None
    assert find_settlement(books.company, Settlement.objects.get().pk) is None
    assert settlements_page(books.company, after="", before="")[1] == []


def test_a_thousand_transactions_ask_as_often_as_one(books: Books) -> None:
    payouts = [(f"po_{n:06}", f"2026-04-{n % 28 + 1:02}", f"{n + 100}.00") for n in range(60)]
    books.take(stripe(*payouts))
    for n in range(60):
        books.paid((n + 100) * 100, "STRIPE", date(2026, 4, n % 28 + 1))
    lines = books.lines()
    asked = []
    for some in (lines[:1], lines):
        with CaptureQueriesContext(connection) as queries:
            assert len(settlements_for(books.company, some)) == len(some)
        asked.append(len(queries))
    assert asked[0] == asked[1]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by its statistics")
def test_payouts_and_transactions_are_looked_up_by_index(books: Books) -> None:
    books.take(vipps())
    books.paid(78_25, UTB)
    with CaptureQueriesContext(connection) as queries:
        assert settlements_for(books.company, books.lines())
    asked = [each["sql"] for each in queries if "store_settlement" in each["sql"] or "booking_date\" >=" in each["sql"]]  # fmt: skip
    assert len(asked) == 4
    with connection.cursor() as cursor:
        for sql in asked:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            plan = " ".join(row[-1] for row in cursor.fetchall())
            assert "SEARCH" in plan, sql
            assert "SCAN" not in plan, sql
