"""Wages and tax in the pages: taken in, approved as a list, paid again, and who sees what."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from avstem.domain.open_item import ItemKind
from avstem.services.add_company import add_company
from tests.payments.books import Payer, bill
from tests.payments.wages import AUTHORITY, HEADER, KARI, KID, OLA, row, take
from tests.web.payer import Member, member

pytestmark = pytest.mark.django_db
LIST, APPROVE = "payments/list/", "payments/approve/"


@pytest.fixture
def payer(tmp_path: Path) -> Payer:
    return Payer.open(tmp_path)


def sent(*rows: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("lønn.csv", "\n".join([HEADER, *rows]).encode())


def test_a_list_is_taken_in_and_each_wrong_row_named(payer: Payer) -> None:
    keeper = member(payer, "bookkeeper")
    assert "Wages and tax" in keeper.get("payments/")
    good = (row(KARI, "31000.00"), row(OLA, "28500.50"))
    said = keeper.post(LIST, kind="salary", file=sent(*good, row(("X", "1"))))
    assert "Added 2 Already there 0 Refused 1 Amount 59 500,50" in said.replace("\u00a0", " ")
    assert "4 " in said.partition("Why")[2]
    again = keeper.post(LIST, kind="salary", file=sent(*good))
    assert "Everything in it was here before." in again
    assert payer.states() == ["awaiting_approval"] * 2


def test_columns_that_were_not_read_are_named(payer: Payer) -> None:
    rows = "Navn;Konto;Beløp;Dato;Avdeling\nKåre;86011117947;10,00;2026-11-25;Lager\n"
    sheet = SimpleUploadedFile("ark.csv", rows.encode("cp1252"))
    said = member(payer, "bookkeeper").post(LIST, kind="salary", file=sheet)
    assert "Columns that were not read: avdeling" in said


@pytest.mark.parametrize(
    "form", [{"kind": "salary"}, {"kind": "bill", "file": sent(row())}, {"file": sent(row())},
             {"kind": "tax", "file": SimpleUploadedFile("x.csv", b"\xff")}],
)  # fmt: skip
def test_what_is_no_list_is_refused_in_words(payer: Payer, form: dict[str, object]) -> None:
    said = member(payer, "bookkeeper").post(LIST, **form)
    assert "What the list pays" in said
    assert payer.orders() == []


def approve(person: Member, payer: Payer, **more: str) -> str:
    waiting = [each for each in payer.orders() if each.state == "awaiting_approval"]
    seen = {f"seen-{each.pk}": each.order_hash for each in waiting}
    return person.post(APPROVE, order=[str(each.pk) for each in waiting], **seen, **more)


def test_a_payroll_is_approved_as_what_was_shown(payer: Payer) -> None:
    take(payer, row(KARI, "31000.00"), row(OLA, "28500.50"))
    payer.bills(bill("1001"))
    payer.prepare()
    approver = member(payer, "approver")
    ids = "&".join(f"order={each.pk}" for each in payer.orders())
    said = approver.get(f"{APPROVE}?{ids}").replace("\u00a0", " ")
    assert "Wages 59 500,50 NOK" in said
    for who in (KARI, OLA):
        assert who[0] in said
        assert who[1] in said
    assert "Lønn 25.11.2026" in said
    assert "Wages are always looked at." in said
    assert "3 payments are approved." in approve(approver, payer)
    assert payer.states() == ["approved"] * 3


def test_a_thousand_wages_are_approved_as_one(payer: Payer) -> None:
    rows = [row((f"Ansatt {n}", KARI[1]), f"{n}.00", reference=f"R{n}") for n in range(1, 1002)]
    assert len(take(payer, *rows).orders) == 1001
    approver = member(payer, "approver")
    assert "All wages (1001)" in approver.get("payments/?tab=approve").replace(
        "\u00a0", ""
    ).replace(",", "")
    said = approver.get(f"{APPROVE}?all=salary")
    assert "Ansatt 1 " in said
    shown = [each for each in payer.orders() if each.end_to_end_id in said]
    assert len(shown) == 1000
    seen = {f"seen-{each.pk}": each.order_hash for each in shown}
    ids = [str(each.pk) for each in shown]
    assert "1000 payments are approved." in approver.post(APPROVE, order=ids, **seen)
    assert "All wages (1)" in approver.get("payments/?tab=approve")
    many = "&".join(f"order={each.pk}" for each in payer.orders())
    approver.get(f"{APPROVE}?{many}", status=302)
    assert "at most 1000" in approver.get("payments/?tab=approve")


def test_a_reader_is_told_sums_alone(payer: Payer) -> None:
    orders = take(payer, row(KARI, "31000.00"), row(OLA, "28500.50")).orders
    take(payer, row(AUTHORITY, kid=KID), kind=ItemKind.TAX)
    reader, approver = member(payer, "reader"), member(payer, "approver")
    said = reader.get("payments/?tab=approve").replace("\u00a0", " ")
    assert "2 wages here, 59 500,50 NOK in all." in said
    assert "Skatteetaten" in said
    assert KARI[0] not in said
    assert KARI[0] in approver.get("payments/?tab=approve")
    for path in (f"payments/{orders[0].pk}/", f"invoices/{orders[0].item_id}/",
                 f"invoices/{orders[0].item_id}/like/{orders[1].item_id}/"):  # fmt: skip
        reader.get(path, status=404)
        assert KARI[0] in approver.get(path) or "like" in path or "invoices" in path
    reader.get(LIST, status=403)
    assert reader.status_of(LIST, kind="salary", file=sent(row())) == 403
    assert reader.status_of(f"payments/{orders[0].pk}/again/") == 403


def test_what_was_cancelled_is_paid_again_from_its_page(payer: Payer) -> None:
    [order] = take(payer, row()).orders
    keeper = member(payer, "bookkeeper")
    assert "Pay again" not in keeper.get(f"payments/{order.pk}/")
    payer.cancel(order)
    assert "Pay again" in keeper.get(f"payments/{order.pk}/")
    said = keeper.post(f"payments/{order.pk}/again/")
    assert "A new payment to Kari Ansatt waits for approval." in said
    assert payer.states() == ["cancelled", "awaiting_approval"]
    refused = keeper.post(f"payments/{order.pk}/again/")
    assert "waits for approval" not in refused.partition("Payments")[0]
    assert len(payer.orders()) == 2


def test_another_company_s_is_not_found(payer: Payer, tmp_path: Path) -> None:
    [order] = take(payer, row()).orders
    payer.cancel(order)
    stranger = add_company(orgnr="923609016", name="Annen AS", actor="test", now=payer.at)
    other = member(Payer(tmp_path, company=stranger.pk), "owner", "annen@example.no")
    assert other.browser.get(f"/923609016/payments/{order.pk}/").status_code == 404
    other.browser.post(f"/923609016/payments/{order.pk}/again/")
    assert payer.states() == ["cancelled"]


def test_without_an_agreement_the_page_says_what_to_do(tmp_path: Path) -> None:
    payer = Payer(tmp_path)
    payer.company = add_company(orgnr="974760673", name="Prøve AS", actor="test", now=payer.at).pk
    said = member(payer, "owner").get(LIST)
    assert "No active agreement takes payments." in said
    assert "Order one at the bank" in said
