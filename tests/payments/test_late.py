"""A payment that nobody answers is an alarm with one next step, and is never made anew."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from avstem.connectors.folder import FolderConnector
from avstem.domain.carrying_errors import TransferCutError
from avstem.domain.errors import InvalidValueError, StateError
from avstem.domain.payment_errors import NotProvenError
from avstem.domain.payment_late import Expected, LateKind
from avstem.domain.payment_life import OrderState
from avstem.services.agreement_status import agreement_status
from avstem.services.make_payment_files import make_payment_files
from avstem.services.note_refused import note_refused
from avstem.services.prepare_payments import prepare_payments
from avstem.services.send_payment_file import files_to_send, send_payment_file
from avstem.store.models import BankTransaction, FetchedFile
from avstem.store.payable import payable_bills
from avstem.store.queries.late_payments import LatePayment, late_of, late_payments
from avstem.store.queries.worklist import work_of
from avstem.testbank.bank import Ways
from avstem.testbank.misbehaviour import Kind
from tests.payments.banked import USER, Banked
from tests.payments.books import bill

WEDNESDAY, FRIDAY, MONDAY = date(2026, 11, 25), date(2026, 11, 27), date(2026, 11, 30)
S, K = OrderState, LateKind


@pytest.mark.parametrize(
    ("state", "answers", "today", "kind", "due"),
    [
        (S.SENT, True, date(2026, 11, 26), K.NO_ANSWER, WEDNESDAY),
        (S.SENT, True, WEDNESDAY, None, None),
        (S.SENT, False, FRIDAY, None, None),
        (S.SENT, False, MONDAY, K.NOT_PAID, FRIDAY),
        (S.RECEIVED, True, FRIDAY, None, None),
        (S.RECEIVED, True, MONDAY, K.NOT_PAID, FRIDAY),
        (S.ACCEPTED, True, MONDAY, K.NOT_PAID, FRIDAY),
        (S.EXECUTED, True, MONDAY, K.NOT_PAID, FRIDAY),
        (S.IN_FILE, False, date(2026, 11, 26), K.NOT_SENT, WEDNESDAY),
        (S.UNKNOWN_OUTCOME, True, date(2026, 11, 26), K.NOT_SENT, WEDNESDAY),
        (S.AWAITING_BANK_APPROVAL, True, WEDNESDAY, None, None),
        (S.AWAITING_BANK_APPROVAL, True, date(2026, 11, 26), K.NOT_APPROVED, WEDNESDAY),
        (S.APPROVED, True, MONDAY, None, None),
        (S.SETTLED, True, MONDAY, None, None),
        (S.REJECTED, True, MONDAY, None, None),
    ],
)
def test_what_is_late_and_since_when(
    state: OrderState, answers: bool, today: date, kind: LateKind | None, due: date | None
) -> None:
    """The file left on Tuesday, the money is to leave on Wednesday, its statement comes a day later."""
    expected = Expected(state, WEDNESDAY, date(2026, 11, 24), 1, is_answered=answers)
    late = expected.late(today)
    assert (late and late.kind, late and late.due) == (kind, due)


@pytest.fixture
def payer(tmp_path: Path, settings: Any) -> Banked:
    settings.CREDENTIAL_KEYS = ""
    settings.CREDENTIAL_KEYS_FILE = tmp_path / "credentials.key"
    payer = Banked.open(tmp_path, Ways(steps=("ACTC",)))
    payer.bills(bill("1001", due="2026-11-25"), bill("1002", "20.00", due="2026-11-25"))
    return payer


def late(payer: Banked) -> list[LatePayment]:
    return late_payments(payer.company, timezone.localdate(payer.now))


@pytest.mark.django_db
@pytest.mark.database
def test_a_refusal_that_came_broken_is_asked_for_again_and_nothing_is_made_anew(
    payer: Banked,
) -> None:
    payer.pay()
    payer.bank.misbehave(Kind.REJECTION, USER, "pain001", code="AC04")
    payer.bank.misbehave(Kind.TRUNCATED, USER, "pain002")
    payer.bank.misbehave(Kind.TRUNCATED, USER, "pain002")
    payer.bank.advance_to(FRIDAY)
    payer.round()
    refused = [each for each in payer.orders() if each.state != "settled"]
    assert refused and refused[0].state in ("sent", "received")
    early = [each for each in late(payer) if each.late.kind is K.NOT_PAID]
    assert early == []

    payer.bank.advance_to(date(2026, 12, 1))
    payer.round()
    found = {each.order.pk: each for each in late(payer)}
    alarm = found[refused[0].pk]
    broken = {file.remote_name for file in alarm.broken}
    assert broken
    assert alarm == late_of(payer.company, refused[0], timezone.localdate(payer.now))
    assert work_of([payer.company], timezone.localdate(payer.now))[payer.company].late_payments == (
        len(found)
    )
    [status] = agreement_status(company_id=payer.company, now=payer.now)
    assert status.payments_late == len(found)
    before = len(payer.orders())
    prepare_payments(**payer.by)
    assert len(payer.orders()) == before, "nothing is paid anew without the bank's no"

    for name in broken:
        payer.bank.send_again(USER, name)
    payer.bank.advance_to(payer.bank.now + timedelta(hours=1))
    payer.round()
    assert late(payer) == []
    assert payer.order_of(str(refused[0].item.number)).state == "rejected"
    rows = FetchedFile.objects.filter(company_id=payer.company, remote_name__in=broken)
    assert {(row.state, row.dismissed_by) for row in rows} == {("dismissed", "")}
    [again] = payable_bills(payer.company, now=payer.now)
    assert "failed_before" in again.holds
    assert payer.faults() == []


@pytest.mark.django_db
@pytest.mark.database
def test_an_answer_that_never_came_is_asked_for_by_the_file(payer: Banked) -> None:
    payer.pay()
    payer.bank.misbehave(Kind.REJECTION, USER, "pain001", code="AC04")
    payer.bank.advance_to(datetime(2026, 11, 24, 7, 10))  # it has said that it has the file
    payer.bank.misbehave(Kind.OUT_OF_ORDER, USER, "pain002")
    payer.bank.advance_to(datetime(2026, 12, 1, 7, 0))
    payer.round()
    found = late(payer)
    assert found and not any(each.broken for each in found)
    [name] = {each.order.file.message_id for each in found if each.order.file}
    assert payer.bank.answer_again(USER, name) >= 1
    payer.bank.advance_to(payer.bank.now + timedelta(hours=1))
    payer.round()
    assert late(payer) == []
    assert sorted(payer.states()) == ["rejected", "settled"]
    assert payer.faults() == []


@pytest.mark.django_db
@pytest.mark.database
def test_a_bank_that_does_not_say_which_it_refused_is_believed_by_a_persons_word_and_the_account(
    tmp_path: Path, settings: Any
) -> None:
    settings.CREDENTIAL_KEYS = ""
    settings.CREDENTIAL_KEYS_FILE = tmp_path / "credentials.key"
    payer = Banked.open(tmp_path, Ways(steps=("ACTC",), levels=("group", "batch")))
    payer.bills(bill("1001", "20.00", due="2026-11-25"), bill("1002", due="2026-11-25"))
    payer.pay()
    payer.bank.misbehave(Kind.REJECTION, USER, "pain001", code="AC04")
    payer.until(FRIDAY)
    [stuck] = [each for each in payer.orders() if each.state != "settled"]
    said = {"order_id": stuck.pk, "reason": "Avvist, sier kundeservice", **payer.by}
    with pytest.raises(NotProvenError):
        note_refused(**{**said, "now": payer.now})
    payer.until(date(2026, 12, 1))
    [alarm] = late(payer)
    assert (alarm.order.pk, alarm.late.kind, alarm.broken) == (stuck.pk, K.NOT_PAID, ())
    said["now"] = payer.now
    with pytest.raises(InvalidValueError):
        note_refused(**{**said, "reason": " "})
    [paid] = [each for each in payer.orders() if each.state == "settled"]
    with pytest.raises(StateError):
        note_refused(**{**said, "order_id": paid.pk})
    # One sum may hold several payments: while it is not explained, nobody knows.
    [debit] = payer.debits()
    assert -debit.amount_minor > stuck.amount_minor
    BankTransaction.objects.filter(pk=debit.pk).update(state="open")
    with pytest.raises(NotProvenError):
        note_refused(**said)
    BankTransaction.objects.filter(pk=debit.pk).update(state="booked")
    note_refused(**said)
    assert (late(payer), payer.faults()) == ([], [])
    [again] = payable_bills(payer.company, now=payer.now)
    assert stuck.item is not None and again.item.pk == stuck.item_id
    assert "failed_before" in again.holds
    assert payer.timeline(stuck.item.number)[-1] == "refused_by_word"


@pytest.mark.django_db
def test_the_second_of_two_who_send_a_file_sees_that_it_is_there(
    payer: Banked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first is between its sending and its end when the second one's sending is refused."""
    payer.approve_all()
    make_payment_files(**payer.by)
    [file_id] = files_to_send(payer.company)
    real = FolderConnector.send

    def other_first(self: FolderConnector, name: str, content: bytes) -> None:
        monkeypatch.setattr(FolderConnector, "send", real)
        send_payment_file(file_id=file_id, **payer.by)
        raise TransferCutError(name, 0, "cut")

    monkeypatch.setattr(FolderConnector, "send", other_first)
    assert send_payment_file(file_id=file_id, **payer.by).state == "sent"
    assert payer.states() == ["sent", "sent"]
