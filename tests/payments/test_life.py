"""From bill to bank and back: each service, what it refuses, and what the tables refuse."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from avstem.banks.dialects import Dialect, dialect
from avstem.domain.errors import InvalidValueError
from avstem.services.carry_payment_file import hand_out_file, note_carried
from avstem.services.verify import verify
from avstem.store.models import PaymentEvent, PaymentFile, SentPayment
from avstem.store.payable import Choice
from tests.payments.books import ACCOUNTS, KIDS, Payer, bill, credit, day, report
from tests.web.payer import member

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def payer(tmp_path: Path) -> Payer:
    return Payer.open(tmp_path)


def test_a_bill_goes_to_the_bank_and_its_answers_move_it(payer: Payer) -> None:
    payer.bills(
        bill("1001", kid=KIDS[0]), bill("1002", "250.50", party="Strøm AS", account=ACCOUNTS[1])
    )
    payer.prepare()
    assert payer.states() == ["awaiting_approval"] * 2
    payer.approve()
    assert payer.states() == ["approved"] * 2
    payer.make()
    assert payer.states() == ["in_file"] * 2 and payer.delivered() == {}
    payer.send()
    file = payer.file()
    assert payer.states() == ["sent"] * 2
    assert payer.delivered() == {file.remote_name: bytes(file.content)}

    first, second = payer.orders()
    payer.answer(report(file.message_id, group="ACTC", id="S1"))
    assert payer.states() == ["received"] * 2
    payer.answer(
        report(
            file.message_id,
            id="S2",
            lines=[
                (first.batch_id, first.end_to_end_id, "ACCP", ""),
                (second.batch_id, second.end_to_end_id, "RJCT", "AC04"),
            ],
        )
    )
    assert payer.states() == ["accepted", "rejected"]
    event = PaymentEvent.objects.filter(order=second).latest("pk")
    assert (event.status, event.facts["reasons"]) == (
        "RJCT",
        [{"code": "AC04", "texts": ["Bankens ord"]}],
    )
    assert list(SentPayment.objects.order_by("pk").values_list("rejected", flat=True)) == [
        False,
        True,
    ]
    # The refused bill is open again; the other has an order.
    assert [each.item.number for each in payer.payable()] == ["1002"]
    assert payer.timeline("1001") == [
        "prepared",
        "approval",
        "approved",
        "in_file",
        "sent",
        "status",
        "status",
    ]
    assert [check for check in verify() if check.faults] == []


def test_the_same_again_has_no_effect(payer: Payer) -> None:
    payer.bills(bill("1001"))
    for _ in range(2):
        payer.pay()
    assert len(payer.orders()) == 1 and PaymentFile.objects.count() == 1
    xml = report(payer.file().message_id, group="ACCP")
    assert payer.answer(xml).moved == 1
    assert payer.answer(xml).is_known_already
    payer.answer(report(payer.file().message_id, group="ACTC", id="LATE"))
    assert payer.states() == ["accepted"]


def test_credit_notes_are_drawn_off_first_and_never_twice(payer: Payer) -> None:
    payer.bills(
        bill("1001", "1000.00", kid=KIDS[0]), bill("1002", "500.00"), credit("K1", "1200.00")
    )
    covered, rest = payer.payable()
    assert (covered.bar, covered.amount_minor) == ("covered_by_credit", 0)
    assert (rest.amount_minor, [minor for _, minor in rest.credits]) == (300_00, [200_00])
    payer.pay()
    order = payer.order("1002")
    assert (order.amount_minor, order.kid, order.text) == (300_00, "", "")
    assert [each["kind"] for each in order.documents] == ["CINV", "CREN"]
    assert b"CREN" in next(iter(payer.delivered().values()))
    # What the order draws off is not there for the next bill.
    payer.bills(bill("1003", "1100.00"))
    [again, third] = payer.payable()
    assert (again.item.number, again.bar) == ("1001", "covered_by_credit")
    assert third.amount_minor == 1100_00


def test_a_part_is_paid_and_not_more_than_is_left(payer: Payer) -> None:
    payer.bills(bill("1001", "1000.00"), credit("K1", "300.00"))
    item = payer.item("1001").pk
    with pytest.raises(InvalidValueError, match=r"at most 700\.00"):
        payer.prepare(Choice(item, 800_00))
    payer.prepare(Choice(item, 400_00, day("2026-12-24")))
    order = payer.order("1001")
    assert (order.amount_minor, order.documents) == (400_00, [])
    assert (order.execution_date, order.day_reason) == (day("2026-12-23"), "bank_day_before")
    assert payer.prepare(Choice(item)).barred[0].bar == "on_its_way"


def test_what_cannot_be_paid_says_why(payer: Payer) -> None:
    payer.bills(
        bill("1", party="A", account=""), bill("2", party="B", kid="12345675"),
        bill("3", party="C", account="DE89370400440532013000"),
    )  # fmt: skip
    assert [each.bar for each in payer.payable()] == ["no_account", "wrong_kid", "needs_address"]
    assert payer.prepare().orders == ()


def test_a_day_that_passes_before_sending_is_moved_and_approved_again(payer: Payer) -> None:
    payer.bills(bill("1001", due="2026-11-25"))
    payer.prepare()
    payer.approve()
    payer.at += timedelta(days=2)
    made = payer.make()
    assert (made.files, payer.states()) == ([], ["awaiting_approval"])
    assert payer.order("1001").execution_date == day("2026-11-26")
    payer.approve()
    assert len(payer.make().files) == 1


def test_a_file_that_could_not_go_for_days_is_made_anew_and_the_old_one_never_sent(
    payer: Payer,
) -> None:
    payer.bills(bill("1001", due="2026-11-25"))
    payer.stand_for()
    payer.prepare()
    payer.approve()
    [old] = payer.make().files
    payer.at += timedelta(days=2)
    payer.make()
    payer.approve()
    [new] = payer.make().files
    payer.send()
    old.refresh_from_db()
    assert old.state == "withdrawn" and list(payer.delivered()) == [new.remote_name]


def test_cancelled_before_it_is_sent_is_taken_out_and_the_others_go(payer: Payer) -> None:
    payer.bills(bill("1001"), bill("1002", "20.00", party="B", account=ACCOUNTS[1]))
    payer.prepare()
    payer.approve()
    payer.make()
    assert len(payer.cancel(payer.order("1001")).taken_out) == 1
    payer.make()
    payer.send()
    assert payer.states() == ["cancelled", "sent"]
    [content] = payer.delivered().values()
    assert payer.order("1001").end_to_end_id.encode() not in content
    assert payer.order("1002").end_to_end_id.encode() in content


def test_cancelled_after_it_was_sent_asks_the_bank_once(payer: Payer) -> None:
    payer.bills(bill("1001"), bill("1002", "20.00", party="B", account=ACCOUNTS[1]))
    payer.pay()
    order = payer.order("1001")
    [request] = payer.cancel(order).requests
    assert payer.cancel(order).requests == []
    assert payer.states() == ["sent", "sent"], "the bank has not answered"
    payer.send()
    assert request.remote_name in payer.delivered()
    assert order.end_to_end_id.encode() in bytes(request.content)


def test_a_bank_that_takes_no_cancellation_gets_a_letter(
    payer: Payer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Every dialect that is known takes it; the next one may not.
    def without(slug: str) -> Dialect:
        return replace(dialect(slug), takes_cancellation=False)

    monkeypatch.setattr("avstem.store.payment_messages.dialect", without)
    payer.bills(bill("1001"))
    payer.pay()
    done = payer.cancel(payer.order("1001"))
    assert (done.requests, len(done.by_letter)) == ([], 1)
    order = payer.order("1001")
    shown = member(payer, "accountant").get(f"payments/{order.pk}/")
    for each in ("12345", "1503.00.01017", "1 000,00 NOK", "01.12.2026", order.end_to_end_id):
        assert each in shown, "the bank finds it by what the message says"
    assert "Vennligst stopp" in shown, "banks here read Norwegian"


@pytest.mark.parametrize(
    ("bank", "said"),
    [
        ("dnb", "If the agreement says"),
        ("nordea", "wants its own approval"),
        ("aasen-sparebank", ""),
    ],
)
def test_what_a_bank_wants_beside_our_approval_is_said_once_it_has_left(
    tmp_path: Path, bank: str, said: str
) -> None:
    payer = Payer.open(tmp_path, bank=bank)
    payer.bills(bill("1001"))
    payer.pay()
    path = f"payments/{payer.order('1001').pk}/"
    shown = member(payer, "accountant").get(path)
    assert (said in shown) and ("under files to be approved" in shown) == bool(said)
    payer.answer(report(payer.file().message_id, group="ACCP"))
    assert "under files to be approved" not in member(payer, "accountant").get(path)


def test_nordea_s_customers_without_a_connection_write(tmp_path: Path) -> None:
    payer = Payer.open(tmp_path, bank="nordea", channel="netbank")
    payer.bills(bill("1001"))
    payer.prepare()
    payer.approve()
    payer.make()
    hand_out_file(file_id=payer.file().pk, **payer.by)
    note_carried(file_id=payer.file().pk, **payer.by)
    done = payer.cancel(payer.order("1001"))
    assert (done.requests, len(done.by_letter)) == ([], 1)


def test_a_file_refused_as_sent_before_leaves_its_payments_alive(payer: Payer) -> None:
    payer.bills(bill("1001"))
    payer.pay()
    payer.answer(report(payer.file().message_id, group="RJCT", reason="DU01"))
    assert payer.states() == ["sent"]
    assert payer.timeline("1001")[-1] == "copy_refused"
    assert payer.payable() == []
