"""The practice bank behaves as banks do: answers, bank days, sums, returns, cancellation."""

import os
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree

from avstem.banks.bank import Bank as DirectoryBank
from avstem.banks.dialects import dialect
from avstem.banks.directory import all_banks
from avstem.domain.calendar import is_bank_day
from avstem.domain.cancellation import cancel
from avstem.domain.cancellation_answer import CancellationOutcome, CancellationResolution
from avstem.domain.errors import AlreadyExistsError, InvalidValueError, NotFoundError
from avstem.domain.money import Money
from avstem.domain.payment_order import PaymentKind
from avstem.domain.payment_party import Account, Creditor
from avstem.formats.camt055 import write_camt055
from avstem.formats.pain001.dialect import Dialect
from avstem.testbank.account_truth import true_balances, true_payments, true_transactions
from avstem.testbank.backoffice.dialects import ways_of as ways_of_bank
from avstem.testbank.bank import Bank, Ways
from avstem.testbank.misbehaviour import Kind
from tests.support.corpus import FOLDER
from tests.support.payments import IN_GERMANY, file_of, order
from tests.support.practice_bank import (
    IBAN,
    RICH,
    START,
    TODAY,
    USER,
    codes,
    files,
    messages,
    nok,
    open_bank,
    paid_in,
    pay,
    read,
    reports,
    send,
    statements,
    told,
    upload,
    ways_of,
    written,
)

NOON = datetime(2026, 11, 24, 12, 0)
GENERATIONS = pytest.mark.parametrize("generation", [1, 2])


def states(bank: Bank) -> dict[str, str]:
    return {each.end_to_end_id: each.state for each in true_payments(bank, USER)}


@GENERATIONS
def test_a_payment_is_answered_in_three_steps_and_paid_once(
    tmp_path: Path, generation: int
) -> None:
    bank = open_bank(tmp_path, Ways(generation=generation))
    send(bank, pay(1), pay(2, 2_000_00))
    bank.advance_to(NOON)
    assert told(bank) == [
        ("ACTC", [], {}),
        ("ACCP", ["ACCP"], {}),
        (None, [None], {"E-1": "ACSC", "E-2": "ACSC"}),
    ]
    assert bank.balance(IBAN) == nok(RICH - 3_250_00)
    assert {each.format for each in reports(bank)} == {
        "pain.002.001.10" if generation == 2 else "pain.002.001.03"
    }


@pytest.mark.parametrize(
    ("steps", "groups"),
    [
        (("ACTC", "ACCP", "ACSC"), ["ACTC", "ACCP", None]),
        (("ACCP",), ["ACCP"]),
        (("ACTC", "ACSC"), ["ACTC", None]),
        ((), []),
    ],
)
def test_a_bank_answers_in_as_many_steps_as_it_has(
    tmp_path: Path, steps: tuple[str, ...], groups: list[str | None]
) -> None:
    bank = open_bank(tmp_path, Ways(steps=steps))
    send(bank, pay(1))
    bank.advance_to(NOON)
    assert [group for group, _, _ in told(bank)] == groups
    assert states(bank) == {"E-1": "executed"}


@pytest.mark.parametrize(
    ("levels", "answer"),
    [
        (("group", "batch", "payment"), ("PART", ["PART"], {"E-2": "RJCT"})),
        (("group", "batch"), ("PART", ["PART"], {})),
        (("group",), ("PART", [], {})),
        (("batch", "payment"), (None, ["PART"], {"E-2": "RJCT"})),
        (("payment",), (None, [None], {"E-2": "RJCT"})),
    ],
)
def test_a_bank_speaks_at_the_levels_it_has(
    tmp_path: Path, levels: tuple[str, ...], answer: object
) -> None:
    bank = open_bank(tmp_path, Ways(levels=levels, steps=("ACCP",)))
    bank.close_payee("1503.00.01017", is_known=True)
    send(bank, pay(1, creditor=Creditor("Annen AS", Account.parse("86011117947"))), pay(2))
    bank.advance_to(NOON)
    assert told(bank) == [answer]


def test_refusals_are_told_whatever_the_steps(tmp_path: Path) -> None:
    bank = open_bank(tmp_path, Ways(steps=()))
    bank.close_payee("1503.00.01017", is_known=True)
    send(bank, pay(1))
    bank.advance_to(NOON)
    assert told(bank) == [("RJCT", ["RJCT"], {"E-1": "RJCT"})]
    assert codes(bank) == {"AC04"}


def changed(old: str, new: str) -> bytes:
    content = written(file_of(pay(1), message_id="M-1"), Ways())
    assert old.encode() in content
    return content.replace(old.encode(), new.encode())


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"<Document", "FF01", id="no file"),
        pytest.param(changed("<NbOfTxs>1", "<NbOfTxs>2"), "AM18", id="count"),
        pytest.param(changed("<CtrlSum>1250.00", "<CtrlSum>1250.01"), "AM10", id="sum"),
        pytest.param(changed("<MsgId>M-1</MsgId>", ""), "CH21", id="no id"),
        pytest.param(changed("86011117947", "15030001017"), "AC02", id="another's account"),
        pytest.param(changed("15030001017", "15030001018"), "AC03", id="payee's check digit"),
        pytest.param(changed('Ccy="NOK"', 'Ccy="XTS"'), "AM03", id="currency"),
        pytest.param(changed(">2026-11-24<", ">2026-11-01<"), "CH04", id="long ago"),
        pytest.param(changed(">2026-11-24<", ">2027-12-24<"), "CH03", id="far ahead"),
        pytest.param(changed(">2026-11-24<", ">2026-11-31<"), "DT01", id="no day"),
        pytest.param(changed("<EndToEndId>E-1</EndToEndId>", ""), "CH21", id="no end-to-end id"),
        pytest.param(
            changed("<Ustrd>Faktura 1</Ustrd>",
                    "<Strd><CdtrRefInf><Ref>12345675</Ref></CdtrRefInf></Strd>"),
            "RR09", id="kid"),
    ],
)  # fmt: skip
def test_a_fault_is_refused_with_its_code_and_nothing_is_paid(
    tmp_path: Path, content: bytes, code: str
) -> None:
    bank = open_bank(tmp_path)
    upload(bank, content)
    bank.advance_to(NOON + timedelta(days=3))
    assert codes(bank) == {code}
    assert told(bank)[-1][0] == "RJCT"
    assert bank.balance(IBAN) == nok(RICH)


def test_the_same_file_twice_is_paid_once(tmp_path: Path) -> None:
    bank = open_bank(tmp_path)
    content = send(bank, pay(1))
    bank.advance_to(NOON)
    upload(bank, content, "igjen.xml")
    bank.advance_to(NOON + timedelta(days=1))
    assert told(bank)[-1][0] == "RJCT"
    assert codes(bank) == {"DU01"}
    assert bank.balance(IBAN) == nok(RICH - 1_250_00)


def test_a_payment_sent_again_in_another_file_is_paid_once(tmp_path: Path) -> None:
    bank = open_bank(tmp_path)
    send(bank, pay(1), id="M-1")
    send(bank, pay(1), pay(2), id="M-2")
    bank.advance_to(NOON)
    assert codes(bank) == {"DU04"}
    assert [(each.end_to_end_id, each.state) for each in true_payments(bank, USER)] == [
        ("E-1", "executed"), ("E-1", "rejected"), ("E-2", "executed"),
    ]  # fmt: skip


def test_without_an_agreement_about_payments_nothing_is_paid(tmp_path: Path) -> None:
    bank = open_bank(tmp_path)
    bank.end(IBAN, "payments")
    send(bank, pay(1))
    bank.advance_to(NOON)
    assert codes(bank) == {"AG08"}
    assert states(bank) == {}


def test_after_the_last_run_and_on_closed_days_money_waits_for_the_next_bank_day(
    tmp_path: Path,
) -> None:
    bank = open_bank(tmp_path)
    bank.advance_to(datetime(2026, 12, 23, 14, 30))
    send(bank, pay(1, day=date(2026, 12, 23)))
    bank.advance_to(date(2026, 12, 27))
    assert states(bank) == {"E-1": "accepted"}
    assert told(bank)[-1] == ("ACWC", ["ACWC"], {})
    bank.advance_to(date(2026, 12, 28))
    assert [each.day for each in true_transactions(bank, IBAN)] == [date(2026, 12, 28)]
    (executed,) = reports(bank)[-1].transactions
    assert (executed.status, executed.execution_date) == ("ACSC", date(2026, 12, 28))


def test_without_cover_a_payment_waits_for_the_last_run_and_is_refused_there(
    tmp_path: Path,
) -> None:
    bank = open_bank(tmp_path, opening=1_000_00)
    send(bank, pay(1), pay(2, 900_00))
    bank.advance_to(NOON)
    assert states(bank) == {"E-1": "accepted", "E-2": "executed"}
    bank.advance_to(TODAY)
    assert states(bank)["E-1"] == "rejected"
    assert codes(bank) == {"AM04"}
    assert bank.balance(IBAN) == nok(100_00)


def test_money_that_comes_in_during_the_day_can_be_spent(tmp_path: Path) -> None:
    bank = open_bank(tmp_path, opening=0)
    send(bank, pay(1))
    bank.pay_in(IBAN, [paid_in(1_250_00, at=datetime(2026, 11, 24, 11, 0))])
    bank.advance_to(TODAY)
    assert states(bank) == {"E-1": "executed"}
    assert bank.balance(IBAN) == nok(0)


def test_what_waits_for_approval_is_paid_when_somebody_approves(tmp_path: Path) -> None:
    bank = open_bank(tmp_path, Ways(needs_approval=True))
    send(bank, pay(1))
    bank.advance_to(TODAY)
    assert told(bank)[-1] == ("PDNG", ["PDNG"], {"E-1": "PDNG"})
    assert bank.approve(USER, "M-1") == 1
    assert bank.approve(USER, "M-1") == 0
    bank.advance_to(TODAY + timedelta(days=1))
    assert states(bank) == {"E-1": "executed"}
    assert [status for _, _, payments in told(bank) for status in payments.values()] == [
        "PDNG", "ACCP", "ACSC",
    ]  # fmt: skip


@pytest.mark.parametrize(("decides", "code"), [(True, "DS04"), (False, "DS02")])
def test_what_nobody_approves_is_never_paid(tmp_path: Path, decides: bool, code: str) -> None:
    bank = open_bank(tmp_path, Ways(needs_approval=True))
    send(bank, pay(1))
    bank.advance_to(TODAY)
    if decides:
        assert bank.refuse(USER, "M-1") == 1
    bank.advance_to(TODAY + timedelta(days=30))
    assert states(bank) == {"E-1": "rejected"}
    assert code in codes(bank)
    assert bank.balance(IBAN) == nok(RICH)


@GENERATIONS
def test_what_waits_can_be_cancelled_and_what_is_paid_cannot(
    tmp_path: Path, generation: int
) -> None:
    bank = open_bank(tmp_path, Ways(generation=generation))
    later = TODAY + timedelta(days=2)
    file = file_of(pay(1), pay(2, day=later), pay(3, day=later), message_id="M-1")
    upload(bank, written(file, ways_of(bank)))
    bank.advance_to(NOON)
    dialect = Dialect(version="pain.001.001.09" if generation == 2 else "pain.001.001.03")
    request = cancel(
        file, frozenset({"E-1", "E-2"}), id="C-1", created=NOON, message_name=dialect.version
    )
    upload(bank, write_camt055(request, dialect), "stopp.xml")
    bank.advance_to(TODAY + timedelta(days=5))
    assert states(bank) == {"E-1": "executed", "E-2": "cancelled", "E-3": "executed"}
    (answer,) = messages(bank, "camt029")
    assert isinstance(answer, CancellationResolution)
    assert answer.case_ids == ("C-1",)
    assert {each.end_to_end_id: answer.outcome_of(each) for each in answer.payments} == {
        "E-1": CancellationOutcome.REFUSED, "E-2": CancellationOutcome.CANCELLED,
    }  # fmt: skip


def test_asked_for_twice_a_cancelled_payment_is_still_cancelled(tmp_path: Path) -> None:
    bank = open_bank(tmp_path)
    file = file_of(pay(1, day=TODAY + timedelta(days=2)), message_id="M-1")
    upload(bank, written(file, ways_of(bank)))
    bank.advance_to(NOON)
    for id in ("C-1", "C-2"):
        request = cancel(
            file, frozenset({"E-1"}), id=id, created=NOON, message_name="pain.001.001.03"
        )
        upload(bank, write_camt055(request, Dialect()), f"{id}.xml")
    bank.advance_to(TODAY + timedelta(days=5))
    for answer in messages(bank, "camt029"):
        assert isinstance(answer, CancellationResolution)
        assert [answer.outcome_of(each) for each in answer.payments] == [
            CancellationOutcome.CANCELLED
        ]
    assert states(bank) == {"E-1": "cancelled"}


def test_a_bank_that_takes_no_cancellation_says_so_and_pays(tmp_path: Path) -> None:
    bank = open_bank(tmp_path, Ways(takes_cancellation=False))
    later = TODAY + timedelta(days=2)
    file = file_of(pay(1, day=later), message_id="M-1")
    upload(bank, written(file, ways_of(bank)))
    bank.advance_to(NOON)
    request = cancel(
        file, frozenset({"E-1"}), id="C-1", created=NOON, message_name="pain.001.001.03"
    )
    upload(bank, write_camt055(request, Dialect()), "stopp.xml")
    bank.advance_to(TODAY + timedelta(days=5))
    assert states(bank) == {"E-1": "executed"}


@pytest.mark.parametrize("by_hand", [True, False])
def test_money_that_comes_back_is_the_same_money_with_its_reason(
    tmp_path: Path, by_hand: bool
) -> None:
    bank = open_bank(tmp_path)
    if not by_hand:
        bank.close_payee("1503.00.01017", is_known=False)
    send(bank, pay(1))
    bank.advance_to(NOON)
    assert states(bank) == {"E-1": "executed"}
    if by_hand:
        assert bank.send_back(USER, "E-1") == 1
        assert bank.send_back(USER, "E-9") == 0
    bank.advance_to(TODAY + timedelta(days=6))
    assert states(bank) == {"E-1": "returned"}
    assert bank.balance(IBAN) == nok(RICH)
    returned = [
        part
        for path in files(bank, "camt054c")
        for _, entries, _ in read(path)
        for entry in entries
        for part in entry.transactions
        if part.is_return
    ]
    assert [(each.end_to_end_id, each.return_reason, each.amount) for each in returned] == [
        ("E-1", "AC04", nok(1_250_00))
    ]


def test_wages_are_one_sum_without_names(tmp_path: Path) -> None:
    bank = open_bank(tmp_path)
    kind = PaymentKind.SALARY
    creditor = Creditor("Ola Hemmelig", Account.parse("1503.00.01017"))
    send(bank, pay(1, 30_000_00, kind=kind, creditor=creditor), pay(2, 31_000_00, kind=kind))
    bank.advance_to(TODAY + timedelta(days=1))
    (entry,) = [each for _, entries, _ in statements(bank) for each in entries]
    assert entry.amount == nok(-61_000_00)
    (path,) = files(bank, "camt054d")
    ((_, (told_entry,), _),) = read(path)
    assert [part.payment_information_id for part in told_entry.transactions] == ["M-1-1"]
    assert not any(b"Hemmelig" in path.read_bytes() for path in files(bank))


def test_a_sum_is_told_three_times_under_one_reference(tmp_path: Path) -> None:
    bank = open_bank(tmp_path)
    bank.pay_in(IBAN, [paid_in(100_00, kid="12345674"), paid_in(200_00, kid="000006-"),
                       paid_in(250_00, kid="26004119"), paid_in(300_00, text="Hei")])  # fmt: skip
    bank.advance_to(TODAY + timedelta(days=1))
    ((_, stated, holds),) = [each for each in statements(bank) if each[1]]
    assert holds is True
    assert [each.amount for each in stated] == [nok(550_00), nok(300_00)]
    ((_, noticed, _),) = read(files(bank, "camt054c")[0])
    ((_, (ocr,), _),) = read(files(bank, "ocr")[0])
    assert stated[0].reference == noticed[0].reference == ocr.reference
    parts = {part.bank_reference: part.kid for part in noticed[0].transactions}
    assert parts == {part.bank_reference: part.kid for part in ocr.transactions}
    assert sorted(map(str, parts.values())) == ["000006-", "12345674", "26004119"]


def test_a_payment_between_customers_of_the_bank_is_on_both_accounts(tmp_path: Path) -> None:
    bank = open_bank(tmp_path)
    bank.add_customer("annen", "Annen AS")
    other = bank.open_account("annen", nok(0))
    send(bank, pay(1, creditor=Creditor("Annen AS", Account.parse(other))))
    bank.advance_to(NOON)
    assert bank.balance(other) == nok(1_250_00)
    assert [each.party for each in true_transactions(bank, other)] == ["Fjellvik Rør & Varme AS"]


def test_a_payment_abroad_costs_what_the_rate_says(tmp_path: Path) -> None:
    bank = open_bank(tmp_path)
    euro = order(1, PaymentKind.SEPA, IN_GERMANY, amount=Money(100_01, "EUR"), execution_date=TODAY,
                 nok_equivalent=nok(1_150_12))  # fmt: skip
    content = written(file_of(euro, message_id="M-1"), Ways())
    upload(bank, content)
    bank.advance_to(NOON)
    assert bank.balance(IBAN) == nok(RICH - 1_150_12)
    ((_, (entry,), _),) = read(files(bank, "camt054d")[0])
    (part,) = entry.transactions
    assert (part.original_amount, part.exchange_rate) == (Money(100_01, "EUR"), "11.500000")


def test_the_smallest_payment_abroad_costs_something(tmp_path: Path) -> None:
    bank = Bank(tmp_path, start=START)
    bank.add_customer(USER, "Fjellvik AS")
    iban = bank.open_account(USER, Money(1_00, "EUR"), iban=IBAN)
    bank.activate(iban)
    send(bank, pay(1, 1))
    bank.advance_to(NOON)
    assert bank.balance(iban) == Money(99, "EUR")


def test_a_kid_that_is_wrong_is_not_in_ocr_giro(tmp_path: Path) -> None:
    bank = open_bank(tmp_path)
    bank.pay_in(IBAN, [paid_in(1_00, kid="12345675"), paid_in(2_00, kid="1" * 34)])
    bank.advance_to(TODAY)
    assert files(bank, "ocr") == []
    assert sum(len(read(path)[0][1]) for path in files(bank, "camt054c")) == 1


def test_interest_and_fees_come_at_the_end_of_the_month(tmp_path: Path) -> None:
    bank = Bank(tmp_path, start=START)
    bank.add_customer(USER, "Fjellvik AS")
    iban = bank.open_account(USER, nok(120_000_00), interest_bp=300, fee_minor=49_00)
    bank.advance_to(date(2026, 12, 1))
    assert [(each.day, each.kind, each.amount) for each in true_transactions(bank, iban)] == [
        (date(2026, 11, 30), "interest", nok(300_00)), (date(2026, 11, 30), "charge", nok(-49_00)),
    ]  # fmt: skip


def test_an_agreement_is_taken_and_then_active_after_one_to_three_bank_days(tmp_path: Path) -> None:
    bank = Bank(tmp_path, start=START)
    bank.add_customer(USER, "Fjellvik AS")
    iban = bank.open_account(USER, nok(0))
    bank.order(iban)
    seen: dict[str, list[str]] = {service: [] for service in bank.agreements(iban)}
    for days in range(5):
        bank.advance_to(TODAY + timedelta(days=days))
        for service, state in bank.agreements(iban).items():
            if [state] != seen[service][-1:]:
                seen[service].append(state)
    assert set(seen) == {"statements", "notifications", "intraday", "ocr", "payments"}
    assert all(
        each in (["ordered", "taken", "active"], ["ordered", "active"]) for each in seen.values()
    )
    assert set(bank.agreements(iban).values()) == {"active"}


def test_nothing_is_told_that_was_not_ordered(tmp_path: Path) -> None:
    bank = Bank(tmp_path, start=START)
    bank.add_customer(USER, "Fjellvik AS")
    iban = bank.open_account(USER, nok(0))
    bank.pay_in(iban, [paid_in(1_00, kid="12345674")])
    bank.advance_to(TODAY + timedelta(days=3))
    assert files(bank) == []
    bank.activate(iban, ["statements"])
    bank.advance_to(TODAY + timedelta(days=8))
    assert {path.name.split(".")[0] for path in files(bank)} == {"camt053"}


def test_every_bank_day_has_its_statement_and_they_chain(tmp_path: Path) -> None:
    bank = open_bank(tmp_path)
    bank.pay_in(IBAN, [paid_in(n * 1_00, at=START + timedelta(days=n)) for n in range(1, 40)])
    bank.advance_to(date(2027, 1, 5))
    found = statements(bank)
    assert all(holds for _, _, holds in found)
    assert [head.to_date for head, _, _ in found] == [
        day for day in true_balances(bank, IBAN) if day < date(2027, 1, 5)
    ]
    assert all(is_bank_day(head.to_date) for head, _, _ in found if head.to_date)
    for (before, _, _), (after, _, _) in pairwise(found):
        assert before.closing_balance == after.opening_balance
        assert int(before.sequence or 0) + 1 == int(after.sequence or 0)
    closing = true_balances(bank, IBAN)
    assert all(
        closing[head.to_date] == head.closing_balance for head, _, _ in found if head.to_date
    )


def test_time_never_goes_back(tmp_path: Path) -> None:
    bank = open_bank(tmp_path)
    bank.advance_to(NOON)
    bank.advance_to(START)
    assert bank.now == NOON


def test_a_bank_that_is_opened_again_knows_everything(tmp_path: Path) -> None:
    with open_bank(tmp_path) as bank:
        send(bank, pay(1))
        bank.advance_to(START + timedelta(minutes=6))
    with Bank(tmp_path) as bank:
        bank.advance_to(NOON)
        assert states(bank) == {"E-1": "executed"}


def test_what_it_does_not_know_is_refused(tmp_path: Path) -> None:
    bank = open_bank(tmp_path)
    with pytest.raises(NotFoundError):
        bank.balance("NO9099351210520")
    with pytest.raises(NotFoundError):
        bank.open_account("ingen", nok(0))
    with pytest.raises(NotFoundError):
        bank.misbehave(Kind.LATE, "ingen")
    bank.add_customer("annen", "Annen AS")
    with pytest.raises(AlreadyExistsError):
        bank.open_account("annen", nok(0), iban=IBAN)


@pytest.mark.parametrize("minor", [0, -1, 10**14 + 1])
def test_an_amount_that_is_none_is_refused(tmp_path: Path, minor: int) -> None:
    bank = open_bank(tmp_path)
    with pytest.raises(InvalidValueError):
        bank.pay_in(IBAN, [paid_in(minor)])


@pytest.mark.parametrize("slug", ["dnb", "danske-bank", "sparebanken-more"])
def test_it_plays_a_bank_of_the_directory(tmp_path: Path, slug: str) -> None:
    ways = ways_of_bank(slug, needs_approval=False)
    bank = open_bank(tmp_path, ways)
    send(bank, pay(1))
    bank.advance_to(TODAY)
    assert states(bank) == {"E-1": "executed"}
    assert files(bank, "pain002")[0].parent.name == ways.folder_out


@pytest.mark.parametrize("bank", all_banks(), ids=lambda bank: bank.slug)
def test_every_bank_of_the_directory_can_be_played(bank: DirectoryBank) -> None:
    ways = ways_of_bank(bank.slug)
    assert ways.slug == bank.slug
    assert len({ways.folder_in, ways.folder_out, ways.folder_taken}) == 3
    own = dialect(bank.dialect)
    name = ways.file_name("camt053", "86011117947", "20261124", 1)
    assert own.is_incoming(name)
    assert ways.version("camt.053") in own.statement_versions
    assert ways.version("pain.002") == own.status_version


@pytest.mark.parametrize(
    ("kind", "generation", "schema"),
    [
        ("pain002", 1, "pain001__pain.002.001.03"),
        ("camt053", 1, "camt053__camt.053.001.02"),
        ("camt053", 2, "camt053__camt.053.001.08"),
        ("camt052", 1, "camt053__camt.052.001.02"),
        ("camt052", 2, "camt053__camt.052.001.08"),
        ("camt054c", 2, "camt053__camt.054.001.08"),
        ("camt054d", 2, "camt053__camt.054.001.08"),
    ],
)
def test_what_it_writes_is_valid_by_the_published_schema(
    tmp_path: Path, kind: str, generation: int, schema: str
) -> None:
    path = FOLDER / "xsd" / f"{schema}.xsd"
    if not path.exists():
        assert not os.environ.get("CI"), f"{path} is missing"
        pytest.skip("no corpus")
    bank = open_bank(tmp_path, Ways(generation=generation))
    bank.pay_in(IBAN, [paid_in(1_00, kid="12345674"), paid_in(2_00, kid="26004119")])
    send(bank, pay(1), pay(2, day=TODAY + timedelta(days=1)))
    send(bank, pay(1), pay(3, 10**9), id="M-2")
    upload(bank, b"<Document")
    bank.advance_to(TODAY + timedelta(days=3))
    rules = etree.XMLSchema(etree.parse(path))
    assert files(bank, kind)
    for each in files(bank, kind):
        rules.assertValid(etree.fromstring(each.read_bytes()))


def test_an_account_that_moves_is_told_of_to_its_new_customer(tmp_path: Path) -> None:
    bank = open_bank(tmp_path)
    bank.pay_in(IBAN, [paid_in(1_00)])
    bank.advance_to(TODAY + timedelta(days=1))
    before = len(files(bank))
    bank.add_customer("annen", "Annen AS")
    assert bank.move_account(IBAN, "annen")
    bank.advance_to(TODAY + timedelta(days=3))
    assert (bank.accounts(USER), bank.accounts("annen")) == ([], [IBAN])
    assert bank.balance(IBAN) == nok(RICH + 1_00)
    told = [path.name for path in (bank.homes / "annen" / "out").iterdir()]
    assert [name for name in told if name.startswith("camt053")]
    assert len(files(bank)) <= before + 1, "what was owed already, and nothing after it"
    assert not bank.move_account("NO6115030001017", "annen")
