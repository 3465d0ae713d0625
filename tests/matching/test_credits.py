"""What a party's credit is drawn for by itself, and what a person is asked about."""

import re
from datetime import date
from random import Random

import pytest

from avstem.domain.open_item import ItemKind
from avstem.domain.party_credit import PartyPosting, left_of_credits
from avstem.matching.credits import Answer, Cause, Credit, cause_of, draw_credits
from avstem.matching.facts import Item, Key, KeyKind
from avstem.matching.keys import keys_of_document, token_key
from avstem.matching.orders import order_numbers
from avstem.matching.text import read_tokens
from tests.matching.table import kid_of, minor

PAID, ISSUED = date(2026, 3, 10), date(2026, 3, 20)

# A situation a paragraph: the credits (amount, cause, what its payment said), the open invoices
# (number, amount, order, what is special), and the answer: draws (`!` where a person is asked),
# `refund` or nothing.
TABLE = """
# The invoice of the very order has come.
credit 1500 prepayment "Ordre 7001"
item 1040 1500 order=7001
=> 1040:1500

# Half was paid before; the rest of the invoice stays open.
credit 750 prepayment "Ordre 7001"
item 1040 1500 order=7001
=> 1040:750

# More was paid than the order came to: the rest stays.
credit 2000 prepayment "Ordre 7001"
item 1040 1500 order=7001
=> 1040:1500

# Two invoices of one order, and enough for both.
credit 2000 prepayment "Ordre 7001"
item 1040 1500 order=7001
item 1041 500 order=7001
=> 1040:1500 1041:500

# Two invoices of one order, and not enough: a person says which.
credit 1600 prepayment "Ordre 7001"
item 1040 1500 order=7001
item 1041 500 order=7001
=> 1040:1500! 1041:500!

# Paid before the invoice, without an order that it has: the only one with the amount.
credit 1500 prepayment "Ordre 7001"
item 1040 1500
=> 1040:1500

# The invoice is of another order.
credit 1500 prepayment "Ordre 7001"
item 1040 1500 order=8001
=> 1040:1500!

# Two invoices with the amount.
credit 1500 prepayment "Ordre 7001"
item 1040 1500
item 1041 1500
=> 1040:1500! 1041:1500!

# Two prepayments of one amount, and one invoice of it.
credit 1500 prepayment "Ordre 7001"
credit 1500 prepayment "Ordre 7002"
item 1040 1500
=> 1040:1500!
=> 1040:1500!

# Two prepayments of the same order: both are drawn, the oldest first.
credit 700 prepayment "Ordre 7001"
credit 800 prepayment "Ordre 7001"
item 1040 1500 order=7001
=> 1040:700
=> 1040:800

# An invoice that was there before the money: why was it not paid by it?
credit 1500 prepayment "Ordre 7001"
item 1040 1500 date=2026-03-01
=> 1040:1500!

# Paid twice: the next invoice of the same price is not what the money was for.
credit 1500 paid_twice "KID 1033"
item 1040 1500
=> 1040:1500! refund

# Paid twice, and nothing open: pay it back.
credit 1500 paid_twice "KID 1033"
=> refund

# Too much was paid, and the text named the next invoice as well.
credit 500 overpaid "Faktura 1039 og 1040"
item 1040 500
=> 1040:500

# A person has taken it back once.
credit 1500 prepayment "Ordre 7001" rejected=1040
item 1040 1500 order=7001
=> 1040:1500!

# Nothing fits.
credit 1500 prepayment "Ordre 7001"
item 1040 900
=>

# The invoice's payment is on its way already.
credit 1500 prepayment "Ordre 7001"
item 1040 1500 order=7001 on_its_way
=> 1040:1500!

# A credit note is no invoice to be paid.
credit 1500 prepayment "Faktura 1040"
item 1040 1500 credit
=>
"""


def situations() -> list[tuple[str, list[str]]]:
    """Title and rows of each."""
    found = re.split(r"\n\s*\n", TABLE.strip())
    return [(each.splitlines()[0].removeprefix("# "), each.splitlines()[1:]) for each in found]


def keys_said(text: str) -> frozenset[Key]:
    orders = (Key(KeyKind.ORDER, each) for each in order_numbers(text))
    return frozenset([*map(token_key, read_tokens(text)), *orders])


def credit_of(row: str, place: int) -> Credit:
    found = re.match(r'credit (\d+) (\w+) "(.*?)"(?: rejected=(\d+))?', row)
    assert found, row
    amount, cause, text, rejected = found.groups()
    refused = frozenset([int(rejected)]) if rejected else frozenset()
    return Credit(
        place, 1, True, "NOK", minor(amount), PAID, Cause(cause), keys_said(text), refused
    )


def item_of(row: str) -> tuple[Item, list[Key]]:
    _, number, amount, *rest = row.split()
    more = dict(word.split("=") for word in rest if "=" in word)
    kind = ItemKind.CUSTOMER_CREDIT_NOTE if "credit" in rest else ItemKind.CUSTOMER_INVOICE
    issued = date.fromisoformat(more.get("date", ISSUED.isoformat()))
    left, kid = minor(amount), kid_of(number)
    item = Item(
        int(number), kind, number, 1, issued, "NOK", left, left, kid,
        payment_on_its_way="on_its_way" in rest,
    )  # fmt: skip
    return item, keys_of_document(kind, number, kid, more.get("order"))


def shown(answer: Answer) -> str:
    draws = [
        f"{each.item_id}:{each.amount_minor // 100}{'' if each.is_certain else '!'}"
        for each in answer.draws
    ]
    return " ".join([*draws, *(["refund"] if answer.refund else [])])


@pytest.mark.parametrize(("title", "rows"), situations(), ids=lambda each: str(each)[:60])
def test_a_credit_is_drawn_as_the_table_says_in_any_order(title: str, rows: list[str]) -> None:
    credits = [credit_of(row, at) for at, row in enumerate(rows) if row.startswith("credit")]
    items = [item_of(row) for row in rows if row.startswith("item")]
    wanted = [row.removeprefix("=>").strip() for row in rows if row.startswith("=>")]
    keys = {item.id: found for item, found in items}
    for seed in range(3):
        shuffled, laid_out = list(credits), [item for item, _ in items]
        Random(seed).shuffle(shuffled)
        Random(seed).shuffle(laid_out)
        answers = {each.credit_id: each for each in draw_credits(shuffled, laid_out, keys)}
        assert [shown(answers[each.id]) for each in credits] == wanted, title


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Ordre 7001", ("7001",)),
        ("ordrenr: SO-7001", ("SO7001",)),
        ("Bestillingsnr. 12/345", ("12345",)),
        ("PO 4500123", ("4500123",)),
        ("Your order no 991", ("991",)),
        ("Ordre 7001 og ordre 7002", ("7001", "7002")),
        ("Faktura 7001", ()),
        ("uordre 7001", ()),
        ("ordre", ()),
        ("ordre 12", ()),
        ("Ordre 7001 " * 300, ("7001",)),
    ],
)
def test_only_a_number_behind_a_word_that_says_order_is_one(
    text: str, wanted: tuple[str, ...]
) -> None:
    assert order_numbers(text)[: len(wanted) or None] == wanted


def test_why_there_is_a_credit_is_told_by_what_it_was_booked_on() -> None:
    assert cause_of(["record.so_far", "kid.paid_twice"]) is Cause.PAID_TWICE
    assert cause_of(["decided_by_hand"]) is Cause.OTHER


def posting(place: int, amount: int, *, is_customer: bool = True, day: int = 1) -> PartyPosting:
    return PartyPosting(place, 1, is_customer, "NOK", amount, date(2026, 3, day))


def test_money_that_went_back_takes_from_the_oldest_credit() -> None:
    said = [posting(1, -1000), posting(2, -500, day=2), posting(3, 1200, day=3)]
    assert left_of_credits(said, {}) == {2: 300}
    assert left_of_credits(said, {2: 300}) == {}


def test_what_a_supplier_owes_us_is_debit_and_what_a_customer_has_is_credit() -> None:
    assert left_of_credits([posting(1, 1000)], {}) == {}
    assert left_of_credits([posting(1, 1000, is_customer=False)], {}) == {1: 1000}
