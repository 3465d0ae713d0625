"""Each misdeed does what it says, and is written down with what is true."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from avstem.domain.errors import NotFoundError, RefusalError
from avstem.domain.reason_codes import REASONS
from avstem.testbank.account_truth import true_balances, true_payments
from avstem.testbank.bank import Bank, Ways
from avstem.testbank.misbehaviour import Kind, Misdeed
from tests.support.practice_bank import (
    IBAN,
    START,
    TODAY,
    USER,
    codes,
    files,
    nok,
    open_bank,
    paid_in,
    pay,
    read,
    send,
    told,
)

NEXT = TODAY + timedelta(days=1)


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    """A bank with money in on two days, and nothing told yet."""
    found = open_bank(tmp_path, Ways(details_in_statements=True))
    found.pay_in(IBAN, [paid_in(100_00, text="A"), paid_in(200_00, text="B"),
                        paid_in(300_00, text="C", at=datetime(2026, 11, 25, 9, 0))])  # fmt: skip
    return found


def the_one(bank: Bank, kind: Kind) -> Misdeed:
    (found,) = bank.misdeeds()
    assert (found.kind, found.user) == (kind, USER)
    return found


def days_told(bank: Bank) -> list[tuple[int, int]]:
    """The days of the statements that lie there (as day of the month), by when they came."""
    paths = sorted(files(bank, "camt053"), key=lambda path: path.stat().st_mtime)
    heads = [head for path in paths for head, _, _ in read(path)]
    return [(head.to_date.day, len(heads)) for head in heads if head.to_date]


def test_late(bank: Bank) -> None:
    bank.misbehave(Kind.LATE, USER, "camt053", hours=30)
    bank.advance_to(datetime(2026, 11, 25, 12, 0))
    assert files(bank, "camt053") == []
    misdeed = the_one(bank, Kind.LATE)
    assert misdeed.facts == {"due": "2026-11-25T06:00:00", "hours": 30}
    bank.advance_to(datetime(2026, 11, 26, 12, 0))
    assert [path.name for path in files(bank, "camt053")][:1] == [misdeed.file]


def test_twice(bank: Bank) -> None:
    bank.misbehave(Kind.TWICE, USER, "camt053")
    bank.advance_to(datetime(2026, 11, 25, 12, 0))
    first, second = files(bank, "camt053")
    assert first.read_bytes() == second.read_bytes()
    misdeed = the_one(bank, Kind.TWICE)
    assert [first.name, second.name] == [misdeed.file, misdeed.facts["again"]]


def test_out_of_order(bank: Bank) -> None:
    bank.misbehave(Kind.OUT_OF_ORDER, USER, "camt053")
    bank.advance_to(datetime(2026, 11, 26, 12, 0))
    assert [day for day, _ in days_told(bank)] == [25, 24]
    assert the_one(bank, Kind.OUT_OF_ORDER).file == files(bank, "camt053")[0].name


@pytest.mark.parametrize("message", ["camt053", "camt054c", "pain002"])
def test_truncated(bank: Bank, message: str) -> None:
    bank.misbehave(Kind.TRUNCATED, USER, message)
    send(bank, pay(1))
    bank.advance_to(datetime(2026, 11, 25, 12, 0))
    misdeed = the_one(bank, Kind.TRUNCATED)
    path = files(bank, message)[0]
    assert (path.name, path.stat().st_size) == (misdeed.file, misdeed.facts["bytes"])
    assert misdeed.facts["whole"] // 2 <= misdeed.facts["bytes"] < misdeed.facts["whole"]
    with pytest.raises(RefusalError):
        read(path)


def test_wrong_balance(bank: Bank) -> None:
    bank.misbehave(Kind.WRONG_BALANCE, USER)
    bank.advance_to(datetime(2026, 11, 26, 12, 0))
    misdeed = the_one(bank, Kind.WRONG_BALANCE)
    ((wrong, _, holds),), ((right, _, holds_after),) = map(read, files(bank, "camt053"))
    assert (holds, holds_after) == (False, True)
    assert wrong.closing_balance is not None
    assert wrong.closing_balance.decimal() == misdeed.facts["told"]
    assert right.opening_balance == true_balances(bank, IBAN)[TODAY]
    assert misdeed.facts["closing"] == true_balances(bank, IBAN)[TODAY].decimal()


def test_renumbered(bank: Bank) -> None:
    bank.misbehave(Kind.RENUMBERED, USER)
    bank.advance_to(datetime(2026, 11, 25, 12, 0))
    ((head, before, _),), ((again, after, holds),) = map(read, files(bank, "camt053"))
    assert (head.id, head.closing_balance, holds) == (again.id, again.closing_balance, True)
    misdeed = the_one(bank, Kind.RENUMBERED)
    new = misdeed.facts["references"]
    assert [new[each.reference] for each in before] == [each.reference for each in after]
    assert {each.reference for each in before} == {each.reference for each in after}
    assert [each.amount for each in before] == [each.amount for each in after]
    assert all(old.reference != now.reference for old, now in zip(before, after, strict=True))
    assert [new[each.transactions[0].bank_reference] for each in before] == [
        each.transactions[0].bank_reference for each in after
    ]


def test_changed_after_the_fact(bank: Bank) -> None:
    bank.misbehave(Kind.CHANGED_AFTER, USER)
    bank.advance_to(datetime(2026, 11, 25, 12, 0))
    ((head, before, _),), ((again, after, holds),) = map(read, files(bank, "camt053"))
    assert (head.id, holds) == (again.id, True)
    assert head.closing_balance != again.closing_balance
    differ = [
        (old, now) for old, now in zip(before, after, strict=True) if old.amount != now.amount
    ]
    facts = the_one(bank, Kind.CHANGED_AFTER).facts
    assert [(old.reference, old.amount.decimal(), now.amount.decimal()) for old, now in differ] == [
        (facts["reference"], facts["amount"], facts["changed"])
    ]
    assert head.closing_balance == true_balances(bank, IBAN)[TODAY]


@pytest.mark.parametrize("code", sorted(REASONS))
def test_a_payment_is_rejected_with_the_reason_that_was_asked_for(bank: Bank, code: str) -> None:
    bank.misbehave(Kind.REJECTION, USER, "pain001", code=code)
    send(bank, pay(1), pay(2))
    bank.advance_to(TODAY)
    assert codes(bank) == {code}
    facts = the_one(bank, Kind.REJECTION).facts
    assert facts["code"] == code
    found = {each.end_to_end_id: each.state for each in true_payments(bank, USER)}
    if facts["level"] == "file":
        assert told(bank)[0][0] == "RJCT"
        assert found == {}
    else:
        assert found == {"E-1": "rejected", "E-2": "executed"}


def test_a_wish_is_granted_once_and_only_to_the_one_it_is_about(bank: Bank) -> None:
    bank.add_customer("annen", "Annen AS")
    bank.misbehave(Kind.TWICE, "annen", "camt053")
    bank.misbehave(Kind.TWICE, USER, "camt053")
    bank.advance_to(datetime(2026, 11, 27, 12, 0))
    assert len(bank.misdeeds()) == 1
    assert len(files(bank, "camt053")) == 4


def test_by_chance_the_same_seed_does_the_same(tmp_path: Path) -> None:
    done = []
    for name in ("a", "b"):
        with open_bank(tmp_path / name) as bank:
            bank.misbehave_by_chance(seed=7, per_thousand=300)
            for day in range(20):
                bank.pay_in(IBAN, [paid_in(1_00 + day, at=START + timedelta(days=day))])
            bank.advance_to(TODAY + timedelta(days=25))
            done.append(bank.misdeeds())
            # The files lie; the books never do.
            assert bank.balance(IBAN) == nok(1_000_000_00 + sum(1_00 + day for day in range(20)))
    assert done[0] == done[1]
    assert len({each.kind for each in done[0]}) >= 5


def test_nothing_goes_wrong_unasked(bank: Bank) -> None:
    bank.advance_to(TODAY + timedelta(days=60))
    assert bank.misdeeds() == []


@pytest.mark.parametrize("kind", [Kind.TRUNCATED, Kind.WRONG_BALANCE])
def test_asked_for_again_a_file_comes_as_it_should_have_been(bank: Bank, kind: Kind) -> None:
    bank.misbehave(kind, USER, "camt053")
    bank.advance_to(datetime(2026, 11, 25, 12, 0))
    (spoilt,) = files(bank, "camt053")
    again = bank.send_again(USER, spoilt.name)
    bank.advance_to(bank.now)
    ((head, entries, holds),) = read(spoilt.with_name(again))
    assert (head.closing_balance, holds) == (true_balances(bank, IBAN)[TODAY], True)
    assert [each.amount for each in entries] == [nok(100_00), nok(200_00)]
    with pytest.raises(NotFoundError):
        bank.send_again(USER, "camt053.of.nobody.xml")
