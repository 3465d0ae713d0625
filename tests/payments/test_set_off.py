"""A credit note is set off against an invoice: no money moves, once, and taken back."""

from datetime import timedelta
from pathlib import Path

import pytest

from avstem.domain.errors import InvalidValueError, NotFoundError, StateError
from avstem.services.cancel_payments import cancel_payments
from avstem.services.refund_customer import refund_credit
from avstem.services.set_off import set_off, undo_set_off
from avstem.services.verify import verify
from avstem.store.models import OpenItem, Posting, Voucher
from tests.payments.banked import TODAY, Banked
from tests.payments.books import ACCOUNTS, ORGNR, Payer, bill, credit
from tests.payments.test_abroad import foreign, take
from tests.payments.test_refunds import prepaid
from tests.support.bank_life import kid_of
from tests.support.command import Avstem
from tests.web.payer import member

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def payer(tmp_path: Path) -> Payer:
    payer = Payer.open(tmp_path)
    payer.bills(bill("1001"), credit("C1", "1500.00"), bill("1002", "400.00"))
    return payer


def off(payer: Payer, note: str, invoice: str, minor: int | None = None) -> Voucher:
    ids = {"note_id": payer.item(note).pk, "invoice_id": payer.item(invoice).pk}
    return set_off(**ids, amount_minor=minor, **payer.by)


def left(payer: Payer) -> list[int]:
    return [payer.item(number).remaining_minor for number in ("1001", "C1", "1002")]


def test_a_bill_that_credit_notes_cover_is_settled_without_money(payer: Payer) -> None:
    assert [each.bar.value for each in payer.payable() if each.bar] == ["covered_by_credit"] * 2
    voucher = off(payer, "C1", "1001")
    assert left(payer) == [0, 500_00, 400_00]
    lines = Posting.objects.filter(voucher=voucher).order_by("position")
    assert [(each.account, each.amount_minor) for each in lines] == [
        ("2400", -1000_00), ("2400", 1000_00),
    ]  # fmt: skip
    undo_set_off(voucher_id=voucher.pk, **payer.by)
    assert left(payer) == [1000_00, 1500_00, 400_00]
    with pytest.raises(StateError):
        undo_set_off(voucher_id=voucher.pk, **payer.by)
    off(payer, "C1", "1002", 100_00)
    assert left(payer) == [1000_00, 1400_00, 300_00]
    assert not [each for each in verify() if each.faults]


def test_what_does_not_belong_together_is_refused(payer: Payer) -> None:
    payer.bills(bill("9", party="B", account=ACCOUNTS[1]))
    for note, invoice in (("C1", "9"), ("1001", "1002"), ("1001", "C1")):
        with pytest.raises(NotFoundError):
            off(payer, note, invoice)
    for minor in (0, -1, 1000_01):
        with pytest.raises(InvalidValueError):
            off(payer, "C1", "1001", minor)


def test_what_a_payment_speaks_for_is_not_set_off(tmp_path: Path) -> None:
    payer = Payer.open(tmp_path)
    payer.bills(bill("1001"), credit("C1", "300.00"), bill("1002", "400.00"))
    payer.prepare()
    with pytest.raises(StateError):
        off(payer, "C1", "1001")
    with pytest.raises(StateError):
        off(payer, "C1", "1002")
    for order in payer.orders():
        payer.cancel(order)
    off(payer, "C1", "1001")
    assert payer.item("1001").remaining_minor == 700_00


def test_no_other_voucher_is_taken_back_so(tmp_path: Path) -> None:
    banked = Banked.open(tmp_path)
    banked.bills(bill("1001", due="2026-11-24"), credit("C1", "300.00"))
    banked.pay()
    banked.until(TODAY + timedelta(days=1))
    assert banked.states() == ["settled"]
    for voucher in Voucher.objects.filter(company_id=banked.company):
        with pytest.raises(NotFoundError):
            undo_set_off(voucher_id=voucher.pk, **banked.by)


def test_foreign_ones_keep_their_values_and_the_difference_is_realised(payer: Payer) -> None:
    take(
        payer, foreign("E1", "100.00", value="1140.00"),
        foreign("EC", "100.00", kind="supplier_credit_note", account="", value="1150.00"),
    )  # fmt: skip
    voucher = off(payer, "EC", "E1")
    lines = Posting.objects.filter(voucher=voucher).order_by("position")
    assert [(each.account, each.amount_minor, each.value_minor) for each in lines] == [
        ("2400", -100_00, -1150_00), ("2400", 100_00, 1140_00), ("8160", 10_00, 10_00),
    ]  # fmt: skip
    undo_set_off(voucher_id=voucher.pk, **payer.by)
    assert not [each for each in verify() if each.faults]


def test_a_refund_that_was_cancelled_leaves_what_is_set_off_or_paid_anew(tmp_path: Path) -> None:
    banked = Banked.open(tmp_path)
    order = refund_credit(credit_id=prepaid(banked), **banked.by)
    note = order.item
    assert note is not None
    banked.bills(
        bill("2000", "1000.00", party="Nordlys AS", account="", kind="customer_invoice",
             kid=kid_of(2000))
    )  # fmt: skip
    invoice = OpenItem.objects.get(number="2000")
    ids = {"note_id": note.pk, "invoice_id": invoice.pk}
    with pytest.raises(StateError):
        set_off(**ids, **banked.by)
    cancel_payments(order_ids=[order.pk], **banked.by)
    set_off(**ids, **banked.by)
    assert (banked.left("2000"), banked.left(note.number)) == (0, 500_00)
    assert banked.faults() == []


def test_the_page_sets_off_and_takes_back(payer: Payer) -> None:
    who, item = member(payer, "accountant"), payer.item("1001")
    path = f"invoices/{item.pk}/set-off/"
    assert "No money moves" in who.get(f"invoices/{item.pk}/")
    assert member(payer, "reader").status_of(path, other="1") == 403
    assert "Set off: voucher" in who.post(path, other=str(payer.item("C1").pk), amount="250,00")
    assert left(payer) == [750_00, 1250_00, 400_00]
    voucher = Voucher.objects.latest("pk")
    assert "Motregning" in who.get(f"invoices/{item.pk}/")
    assert "Taken back" in who.post(f"{path}{voucher.pk}/undo/")
    assert left(payer) == [1000_00, 1500_00, 400_00]


def test_the_command_sets_off(avstem: Avstem, tmp_path: Path) -> None:
    on = ("--company", ORGNR)
    avstem("company", "add", "--orgnr", ORGNR, "--name", "Prøve AS")
    path = tmp_path / "bills.csv"
    header = "type;number;party_name;party_account;invoice_date;currency;amount"
    rows = ("supplier_invoice;1;Rør AS;;2026-11-02;NOK;100.00",
            "supplier_credit_note;C1;Rør AS;;2026-11-02;NOK;40.00")  # fmt: skip
    path.write_text("\n".join((header, *rows)) + "\n", "utf-8")
    avstem("invoices", "import", *on, path)
    done = avstem("credits", "set-off", *on, "--note", "C1", "--invoice", "1", "--json").json
    assert done["voucher"] == "2026-1"
    avstem("credits", "set-off", *on, "--note", "C1", "--invoice", "1", code=3)
