"""What holds for any books and any payments: sums, order, and how the work grows."""

import gc
from datetime import date, timedelta
from random import Random
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avstem.domain.open_item import ItemKind
from avstem.domain.statement import Reference
from avstem.matching.decision import Verdict
from avstem.matching.engine import decide
from avstem.matching.facts import Item, Line
from avstem.matching.policy import Policy

from .books import Books
from .table import kid_of

FIRST = date(2026, 1, 5)
AMOUNTS = (10_000, 20_000, 30_000, 12_345)


def invoice(item_id: int, party_id: int, minor: int, left: int | None = None) -> Item:
    return Item(
        id=item_id,
        kind=ItemKind.CUSTOMER_INVOICE,
        number=str(10_000 + item_id),
        party_id=party_id,
        invoice_date=FIRST,
        currency="NOK",
        amount_minor=minor,
        remaining_minor=minor if left is None else left,
        kid=kid_of(str(10_000 + item_id)),
    )


def payment(line_id: int, minor: int, *, account: str = "", kid: str = "", text: str = "") -> Line:
    return Line(
        id=line_id,
        account_id=1,
        booking_date=FIRST + timedelta(10 + line_id % 5),
        amount_minor=minor,
        currency="NOK",
        bank_reference=f"R{line_id % 3}",
        references=(Reference("kid", kid),) if kid else (),
        counterparty_account=account or None,
        text=text,
    )


@st.composite
def crowded(draw: st.DrawFn) -> tuple[Books, list[Line]]:
    """Few parties, few amounts, many payments: everything fits several things."""
    amounts, parties = st.sampled_from(AMOUNTS), st.integers(1, 3)
    items = []
    for item_id in range(1, draw(st.integers(1, 8)) + 1):
        minor = draw(amounts)
        left = draw(st.sampled_from([minor, minor // 2, 0]))
        items.append(invoice(item_id, draw(parties), minor, left))
    books = Books(items, {1: "Nord AS", 2: "Sør AS", 3: "Øst AS"}, {"A1": [1], "A2": [2, 3]})
    numbers = st.integers(10_001, 10_009).map(str)
    lines = [
        payment(
            line_id,
            draw(amounts) * draw(st.sampled_from([1, 1, 1, 2, -1])),
            account=draw(st.sampled_from(["", "A1", "A2", "A9"])),
            kid=draw(st.one_of(st.just(""), numbers.map(kid_of))),
            text=draw(st.one_of(st.just(""), numbers.map("Faktura {}".format), numbers)),
        )
        for line_id in range(1, draw(st.integers(1, 8)) + 1)
    ]
    return books, lines


@given(crowded(), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_nothing_is_settled_twice_and_the_order_never_matters(
    case: tuple[Books, list[Line]], random: Random
) -> None:
    books, lines = case
    decisions = books.decide(lines)
    left = {item.id: item.remaining_minor for item in books.items}
    for line, decision in zip(lines, decisions, strict=True):
        best = decision.best
        if decision.verdict is not Verdict.BOOK:
            continue
        assert best is not None
        settled = sum(each.amount_minor for each in best.settlements)
        assert line.amount_minor == settled + best.rest_minor
        for each in best.settlements:
            left[each.item_id] -= each.amount_minor
    assert all(minor >= 0 for minor in left.values())

    shuffled = list(lines)
    random.shuffle(shuffled)
    again = {each.line_id: each for each in books.decide(shuffled)}
    assert [again[line.id] for line in lines] == decisions


@given(crowded())
@settings(max_examples=100, deadline=None)
def test_a_suggestion_never_takes_more_than_an_item_or_the_payment_has(
    case: tuple[Books, list[Line]],
) -> None:
    books, lines = case
    remaining = {item.id: item.remaining_minor for item in books.items}
    for line, decision in zip(lines, books.decide(lines), strict=True):
        found = [each for each in (decision.best, *decision.others) if each]
        assert len(found) <= Policy().proposals_max
        assert len({(each.settlements, each.rest_party_id) for each in found}) == len(found)
        for each in found:
            assert all(0 < s.amount_minor <= remaining[s.item_id] for s in each.settlements)
            assert sum(s.amount_minor for s in each.settlements) <= abs(line.amount_minor)


def a_company(size: int) -> tuple[Books, list[Line]]:
    """As many items as payments, mixed as in a real year: KID, parts, text, account, nothing."""
    random = Random(size)
    books, lines = Books(), []
    for number in range(1, size + 1):
        party = number // 10
        minor = random.randrange(10_000, 5_000_000)
        item = invoice(number, party, minor)
        books.items.append(item)
        books.names[party] = f"Kunde {party} AS"
        books.accounts.setdefault(f"A{party}", [party])
        kind = random.random()
        account = f"A{party}"
        if kind < 0.7:
            lines.append(payment(number, minor, account=account, kid=item.kid or ""))
        elif kind < 0.75:
            lines.append(payment(number, minor // 3 + 1, account=account, kid=item.kid or ""))
        elif kind < 0.85:
            lines.append(payment(number, minor, account=account, text=f"Faktura {item.number}"))
        elif kind < 0.95:
            lines.append(payment(number, minor, account=account))
        else:
            lines.append(payment(number, minor + 7, text="Overføring"))
    return books, lines


def cpu_seconds(size: int) -> float:
    books, lines = a_company(size)
    candidates = books.candidates()
    gc.collect()
    gc.disable()
    try:
        began = process_time()
        decisions = decide(lines, candidates, Policy())
        spent = process_time() - began
    finally:
        gc.enable()
    assert sum(each.verdict is Verdict.BOOK for each in decisions) > size * 0.8
    return spent


def test_four_times_the_work_takes_at_most_five_times_the_time() -> None:
    # Beside other work a processor's second is worth less; what grows faster does so each time.
    measured = []
    for _ in range(3):
        small = min(cpu_seconds(10_000) for _ in range(3))
        large = min(cpu_seconds(40_000) for _ in range(2))
        measured.append(f"{small:.2f} s at 10,000, {large:.2f} s at 40,000")
        if large <= 5 * small:
            return
    pytest.fail("; ".join(measured))


def test_a_party_with_thousands_of_open_items_does_not_hold_up_the_others() -> None:
    books, lines = a_company(1_000)
    for number in range(2_001, 6_001):
        books.items.append(invoice(number, 500, 1_000 * number))
    books.names[500] = "Storkunde AS"
    books.accounts["A500"] = [500]
    lines += [payment(number, 7_777_777, account="A500") for number in range(2_001, 2_031)]
    began = process_time()
    decisions = books.decide(lines)
    assert process_time() - began < 5
    assert all(each.verdict is not Verdict.BOOK for each in decisions[1_000:])
