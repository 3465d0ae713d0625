"""Whatever customers and payers do, no money is made or lost, and the books are the truth."""

import tempfile
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from avstem.domain.money import Money, total
from avstem.domain.statement import Entry
from avstem.testbank.account_truth import (
    TrueTransaction,
    true_balances,
    true_payments,
    true_transactions,
)
from avstem.testbank.bank import Bank, Ways
from tests.support.practice_bank import (
    IBAN,
    START,
    TODAY,
    USER,
    files,
    nok,
    open_bank,
    paid_in,
    pay,
    read,
    reports,
    send,
    statements,
    ways_of,
)

amounts = st.integers(1, 5_000_00)
kids = st.sampled_from([None, "12345674", "26004119", "000006-", "RF18539007547034"])
ways = st.builds(
    Ways, generation=st.sampled_from([1, 2]), needs_approval=st.booleans(),
    is_batch_booking=st.booleans(), details_in_statements=st.booleans(),
    names_accounts_by_iban=st.booleans(),
    steps=st.sampled_from([("ACTC", "ACCP", "ACSC"), ("ACCP",), ()]),
)  # fmt: skip
#: What happens at a moment: files of payments (id, then number and amount), money in, a decision.
sendings = st.tuples(
    st.just("send"), st.integers(1, 6), st.lists(st.tuples(st.integers(1, 4), amounts), min_size=1,
                                                 max_size=3, unique_by=lambda each: each[0]),
)  # fmt: skip
others = st.one_of(
    st.tuples(st.just("in"), amounts, kids),
    st.tuples(st.just("approve"), st.integers(1, 6), st.booleans()),
    st.tuples(st.just("back"), st.integers(1, 4), st.none()),
)
happenings = st.lists(st.tuples(st.integers(0, 30), st.one_of(sendings, others)), max_size=12)


def happen(bank: Bank, what: tuple[str, int, object]) -> None:
    kind, number, more = what
    if kind == "send":
        assert isinstance(more, list)
        day = max(TODAY, bank.now.date())
        while day.weekday() > 4:
            day += timedelta(days=1)
        send(bank, *(pay(n, minor, day=day) for n, minor in more), id=f"M-{number}")
    elif kind == "in":
        bank.pay_in(IBAN, [paid_in(number, kid=more)])
    elif kind == "approve":
        (bank.approve if more else bank.refuse)(USER, f"M-{number}")
    else:
        bank.send_back(USER, f"E-{number}")


@settings(max_examples=60, deadline=None)
@example(
    way=Ways(), opening=9_000_00,
    planned=[(0, ("send", 1, [(1, 1_00), (2, 2_00)])), (3, ("back", 1, None)),
             (4, ("back", 1, None)), (6, ("send", 2, [(1, 1_00)])), (7, ("in", 5_00, None))],
)  # fmt: skip
@example(
    way=Ways(needs_approval=True, is_batch_booking=True), opening=5_00,
    planned=[(0, ("send", 1, [(1, 1_00), (2, 2_00)])), (2, ("approve", 1, True)),
             (9, ("approve", 1, False)), (20, ("back", 2, None)), (24, ("send", 2, [(1, 9_00)])),
             (26, ("approve", 2, True))],
)  # fmt: skip
@given(way=ways, opening=st.integers(0, 10_000_00), planned=happenings)
def test_money_is_conserved_and_every_payment_is_executed_once_or_rejected(
    way: Ways, opening: int, planned: list[tuple[int, tuple[str, int, object]]]
) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        open_bank(Path(folder), way, opening=opening) as bank,
    ):
        for hours, what in sorted(planned, key=lambda each: each[0]):
            bank.advance_to(START + timedelta(hours=hours))
            happen(bank, what)
        bank.advance_to(TODAY + timedelta(days=40))
        money_is_conserved(bank, opening)
        payments_end_once(bank)
        files_tell_the_truth(bank)
        every_file_is_answered(bank)


def money_is_conserved(bank: Bank, opening: int) -> None:
    """Each movement has its other half in the world, and the balance is their sum."""
    world = bank.ledger.value("SELECT coalesce(sum(minor), 0) FROM world")
    moved = total((each.amount for each in true_transactions(bank, IBAN)), "NOK")
    assert world == -moved.minor
    assert bank.balance(IBAN) == nok(opening) + moved
    assert bank.balance(IBAN).minor >= 0


def payments_end_once(bank: Bank) -> None:
    out = [each for each in true_transactions(bank, IBAN) if each.kind == "out"]
    back = [each for each in true_transactions(bank, IBAN) if each.kind == "return"]
    payments = true_payments(bank, USER)
    paid = [each for each in payments if each.state in ("executed", "returned")]
    assert all(each.state in ("executed", "returned", "rejected") for each in payments)
    assert all(each.reason for each in payments if each.state == "rejected")
    assert sorted((each.end_to_end_id, -each.amount.minor) for each in out) == sorted(
        (each.end_to_end_id, each.amount.minor) for each in paid
    )
    assert len({each.end_to_end_id for each in out}) == len(out), "none is paid twice"
    assert len(back) == sum(each.state == "returned" for each in payments)


def files_tell_the_truth(bank: Bank) -> None:
    """Statements hold, chain, and have every line once; notifications and OCR giro add up to them."""
    found = statements(bank)
    closing = true_balances(bank, IBAN)
    assert all(holds for _, _, holds in found)
    assert [head.closing_balance for head, _, _ in found] == [
        closing[head.to_date] for head, _, _ in found if head.to_date
    ]
    transactions = true_transactions(bank, IBAN)
    stated = each_once(entry for _, entries, _ in found for entry in entries)
    assert stated == sums_of(transactions, lambda each: True)
    for kind, belongs in (("camt054c", lambda each: each.amount.minor > 0),
                          ("camt054d", lambda each: each.amount.minor < 0),
                          ("ocr", lambda each: each.kind == "in" and (each.kid or "R")[0] != "R")):  # fmt: skip
        told = each_once(
            entry for path in files(bank, kind) for _, entries, _ in read(path) for entry in entries
        )
        assert told == sums_of(transactions, belongs), kind


def each_once(entries: Iterable[Entry]) -> dict[str | None, Money]:
    """Lines by their references, none of them twice."""
    told = [(each.reference, each.amount) for each in entries]
    assert len(dict(told)) == len(told), "a line is told twice"
    return dict(told)


def sums_of(
    transactions: Iterable[TrueTransaction], belongs: Callable[[TrueTransaction], bool]
) -> dict[str | None, Money]:
    """The amount of each line that those make up."""
    sums: dict[str | None, Money] = {}
    for each in filter(belongs, transactions):
        sums[each.entry] = sums.get(each.entry, nok(0)) + each.amount
    return sums


def every_file_is_answered(bank: Bank) -> None:
    """Each file was taken or refused; a refusal was told."""
    outcomes = [row["outcome"] for row in bank.ledger.rows("SELECT outcome FROM received")]
    assert all(outcomes)
    refused = sum(each != "taken" for each in outcomes)
    groups = [each.group_status for each in reports(bank)]
    assert groups.count("RJCT") >= refused
    if "ACTC" in ways_of(bank).steps:
        assert groups.count("ACTC") == len(outcomes) - refused
