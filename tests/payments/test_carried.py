"""Files that a person takes to the bank: given out as they are, never made anew, paid once."""

from datetime import timedelta
from pathlib import Path

import pytest

from avstem.domain.errors import FileAlteredError, FileByHandError, NotFoundError, StateError
from avstem.services.carry_payment_file import hand_out_file, note_carried
from avstem.store.models import AuditEvent, PaymentFile
from avstem.store.queries.files_to_carry import files_to_carry
from avstem.store.queries.late_payments import late_payments
from avstem.worker.round import go_round
from tests.payments.books import ACCOUNTS, ORGNR, Payer, bill, day, report
from tests.support.command import Avstem
from tests.web.payer import member

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def payer(tmp_path: Path) -> Payer:
    """Two approved payments in a file for a bank that nothing carries files to."""
    payer = Payer.open(tmp_path, channel="netbank")
    payer.bills(bill("1001", due="2026-11-26"), bill("1002", party="B", account=ACCOUNTS[1]))
    payer.prepare()
    payer.approve()
    payer.make()
    with pytest.raises(FileByHandError):
        payer.send()
    return payer


def take(payer: Payer) -> bytes:
    return bytes(hand_out_file(file_id=payer.file().pk, **payer.by).content)


def test_what_was_given_out_is_never_made_anew_and_a_person_says_that_it_is_there(
    payer: Payer,
) -> None:
    file = payer.file()
    with pytest.raises(StateError):
        note_carried(file_id=file.pk, **payer.by)
    assert take(payer) == take(payer) == bytes(file.content)
    with pytest.raises(StateError):
        payer.cancel(payer.order("1001"))
    payer.at += timedelta(days=4)
    go_round(company_id=payer.company, actor="worker", now=payer.at)
    assert payer.states() == ["in_file"] * 2, "its day passed, and the bank may have it"
    assert PaymentFile.objects.count() == 1
    assert take(payer) == bytes(file.content)

    note_carried(file_id=file.pk, **payer.by)
    note_carried(file_id=file.pk, **payer.by)
    assert payer.states() == ["sent"] * 2 and files_to_carry(payer.company) == []
    told = AuditEvent.objects.filter(action__startswith="payments.file_")
    assert list(told.order_by("pk").values_list("action", flat=True)) == [
        "payments.file_made", *["payments.file_handed_out"] * 3, "payments.file_sent",
    ]  # fmt: skip


def test_an_alarm_says_that_a_person_is_to_carry_it(payer: Payer) -> None:
    [late, _] = late_payments(payer.company, day("2026-11-26"))
    assert late.late.kind.value == "not_carried"
    take(payer)
    note_carried(file_id=payer.file().pk, **payer.by)
    assert late_payments(payer.company, day("2026-11-26")) == []


def test_what_nobody_took_is_made_anew_when_its_day_passes(payer: Payer) -> None:
    payer.at += timedelta(days=4)
    with pytest.raises(StateError):
        take(payer)
    first = payer.file()
    go_round(company_id=payer.company, actor="worker", now=payer.at)
    with pytest.raises(StateError):
        hand_out_file(file_id=first.pk, **payer.by)
    assert payer.order("1002").file_id != first.pk


def test_the_bank_s_answer_is_enough(payer: Payer) -> None:
    take(payer)
    payer.answer(report(payer.file().message_id, group="ACCP"))
    assert payer.states() == ["accepted"] * 2
    note_carried(file_id=payer.file().pk, **payer.by)
    assert payer.states() == ["accepted"] * 2


def test_what_was_altered_or_goes_by_itself_is_not_given_out(tmp_path: Path) -> None:
    payer = Payer.open(tmp_path)
    payer.bills(bill("1001"))
    payer.prepare()
    payer.approve()
    payer.make()
    with pytest.raises(NotFoundError):
        take(payer)


def test_altered_bytes_are_not_given_out(payer: Payer, monkeypatch: pytest.MonkeyPatch) -> None:
    file = payer.file()
    altered = bytes(file.content).replace(b"1000.00", b"9000.00")

    def found(company_id: int, file_id: int) -> PaymentFile:
        row = PaymentFile.objects.select_related("agreement").get(pk=file_id)
        row.content = altered
        return row

    monkeypatch.setattr("avstem.store.payments.get_file", found)
    with pytest.raises(FileAlteredError):
        take(payer)


def test_the_page_gives_it_out_and_takes_the_word(tmp_path: Path) -> None:
    payer = Payer.open(tmp_path, channel="netbank")
    payer.bills(bill("1001", due="2099-12-01"))  # the pages' clock is the real one
    payer.prepare()
    payer.approve()
    payer.make()
    file = payer.file()
    who = member(payer, "accountant")
    assert "Take its file to the bank" in who.get(f"payments/{payer.order('1001').pk}/")
    assert "Files for you to take to the bank" in who.get("payments/")
    assert "It is in the bank" not in who.get("payments/")
    assert member(payer, "reader").status_of(f"payments/files/{file.pk}/") == 403
    answer = who.browser.post(f"/{ORGNR}/payments/files/{file.pk}/")
    assert answer.content == bytes(file.content)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{file.remote_name}"'
    assert "It is in the bank" in who.get("payments/")
    assert "Written down" in who.post(f"payments/files/{file.pk}/carried/")
    assert payer.states() == ["sent"]
    assert "Given to a person" in who.get(f"payments/{payer.order('1001').pk}/")


def test_from_the_command_line(avstem: Avstem, tmp_path: Path) -> None:
    on = ("--company", ORGNR)
    avstem("company", "add", "--orgnr", ORGNR, "--name", "Prøve AS")
    avstem("payments", "file", *on, "1", "--out", tmp_path / "x.xml", code=3)
    avstem("payments", "carried", *on, "1", code=3)
    assert avstem("payments", "list", *on, "--json").json["to_carry"] == []
