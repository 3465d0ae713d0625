"""Reads the scenario tables: one situation a paragraph, one document, payment or outcome a row.

    # B-01 Two customers owe the same: the account tells who has paid.
    item 1011 C1 1437.50
    item 1012 C2 1437.50
    line +1437.50 from=C2
    => BOOK 1012:1437.50

A row `item` is a document: number, party, amount, and what is special (`left=`, `kid=`, `date=`,
`currency=`, `credit`, `blocked`, `sent`, `order=`, `discount=2%/day`,
`vat=` its code). `line` is a bank transaction; `KID(n)` is document n's
KID. `=>` is the outcome of the line before it: the verdict, what is settled, and under `rest=`,
`charge=`, `because=`, `rule=` and `low` what else must hold; `|` begins the next suggestion. `ledger=`
is what is posted beside the items (`role:amount`, debit is positive), `reopens=` what is owed again.
`own` is an account of the company's (the second is the place of `on=2`; with `cash` its till), `us`
its name, `factor` a party that buys claims, `payout` what a provider's report says of the next line
(`kind:order:gross:fee,…`), `booked` a payment that stands booked, `policy` what the company has chosen. `rule` is a booking rule (its name, conditions
by name, and `to=account[:share in per mille or f=øre][@VAT code]`, the rest last), `decided` a
number of equal decisions by hand, `off` a standing rule that is switched off.
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from avstem.domain import kid as kids
from avstem.domain.early_payment import DiscountTerms
from avstem.domain.exchange import Rate, parse_price
from avstem.domain.identifiers import account_key
from avstem.domain.money import Money
from avstem.domain.open_item import ItemKind
from avstem.domain.settlement import LineKind
from avstem.domain.statement import Reference
from avstem.matching import habits
from avstem.matching.booking_rules import BookingRule, Conditions, RuleLine, TextMatch, check_rule
from avstem.matching.decision import Settlement
from avstem.matching.facts import (
    BookedPayment,
    Item,
    Key,
    KeyKind,
    Line,
    SentPayment,
    SettlementFacts,
    SettlementPart,
)
from avstem.matching.learning import Learnt, name_key
from avstem.matching.policy import Policy

from .books import Books

SCENARIOS = Path(__file__).parent / "scenarios"
ISSUED, PAID = date(2026, 2, 2), date(2026, 3, 10)
PARTIES = {
    "C1": ("Nordlys Bygg AS", "97501100114"),
    "C2": ("Kari Hansen", "32012200225"),
    "C3": ("Berg & Sønner AS", "16443300337"),
    "C4": ("Berg Sønner Transport AS", "16444400440"),
    "C5": ("Øvre Ås Sameie", ""),
    "C6": ("Lie Regnskap AS", "50816600666"),
    "S1": ("Vestkraft AS", "78747700779"),
    "S2": ("Kontorrekvisita AS", "60038800887"),
    "S4": ("Ny Leverandør AS", "86019900993"),
}


@dataclass
class Outcome:
    """What a row `=>` demands."""

    verdict: str
    suggestions: list[dict[str, int]]
    more: dict[str, str]


@dataclass
class Scenario:
    """One situation: the books, the payments, and the outcome demanded of each payment."""

    id: str
    title: str
    books: Books = field(default_factory=Books)
    lines: list[Line] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    parties: dict[str, int] = field(default_factory=dict)

    def number_of(self, item_id: int) -> str:
        """How the table names an item."""
        return next(item.number for item in self.books.items if item.id == item_id)

    def item(self, number: str) -> Item:
        """The item of that number."""
        return next(item for item in self.books.items if item.number == number)


def minor(amount: str) -> int:
    """Øre."""
    return int(Decimal(amount) * 100)


def kid_of(number: str) -> str:
    """The payment reference of a document: seven digits and a modulus 10 check digit."""
    digits = re.sub(r"\D", "", number).rjust(7, "0")
    return kids.with_check_digit(digits, kids.Modulus.TEN)


def read_scenarios() -> Iterator[Scenario]:
    """Every situation of every table."""
    for path in sorted(SCENARIOS.glob("*.txt")):
        for paragraph in re.split(r"\n\s*\n", path.read_text("utf-8").strip()):
            yield read_scenario(paragraph.splitlines())


def read_scenario(rows: list[str]) -> Scenario:
    """One situation: the row with its name, and its rows."""
    head, *rest = rows
    _, identity, title = head.split(maxsplit=2)
    scenario = Scenario(identity, title)
    for short, (name, account) in PARTIES.items():
        _add_party(scenario, short, name, [account] if account else [])
    for row in rest:
        text = re.sub(r"KID\(([^)]+)\)", lambda found: kid_of(found[1]), row)
        kind, *words = shlex.split(text)
        _ROWS[kind](scenario, words)
    assert len(scenario.outcomes) == len(scenario.lines), f"{identity}: an outcome a line"
    return scenario


def _split(words: list[str]) -> tuple[list[str], dict[str, str], set[str]]:
    plain = [word for word in words if "=" not in word]
    return plain, dict(word.split("=", 1) for word in words if "=" in word), set(plain)


def _add_party(scenario: Scenario, short: str, name: str, accounts: list[str]) -> None:
    party_id = scenario.parties.setdefault(short, len(scenario.parties) + 1)
    scenario.books.names[party_id] = name
    for account in accounts:
        scenario.books.accounts.setdefault(account, []).append(party_id)


def _party(scenario: Scenario, words: list[str]) -> None:
    plain, more, _ = _split(words)
    name = plain[1] if len(plain) > 1 else scenario.books.names[scenario.parties[plain[0]]]
    _add_party(scenario, plain[0], name, more.get("account", "").split(",") if more else [])


def _item(scenario: Scenario, words: list[str]) -> None:
    (number, party, amount, *_), more, flags = _split(words)
    side = "supplier" if party.startswith("S") else "customer"
    own_kid = None if side == "supplier" or "credit" in flags else kid_of(number)
    item_id = 101 + len(scenario.books.items)
    scenario.books.orders[item_id] = more.get("order")
    scenario.books.items.append(
        Item(
            id=item_id,
            kind=ItemKind(f"{side}_{'credit_note' if 'credit' in flags else 'invoice'}"),
            number=number,
            party_id=scenario.parties[party],
            invoice_date=date.fromisoformat(more.get("date", ISSUED.isoformat())),
            currency=more.get("currency", "NOK"),
            amount_minor=minor(amount),
            remaining_minor=minor(more.get("left", amount)),
            kid=more.get("kid", own_kid) or None,
            party_account=more.get("account"),
            party_blocked="blocked" in flags,
            payment_on_its_way="on_its_way" in flags,
            is_valued="unvalued" not in flags,
            vat_code=more.get("vat", ""),
            discounts=tuple(_terms(more.get("discount", ""))),
        )
    )


def _terms(said: str) -> Iterator[DiscountTerms]:
    """`3%/2026-03-05,2%/2026-03-12`."""
    for each in filter(None, said.split(",")):
        percent, _, day = each.partition("%/")
        yield DiscountTerms(minor(percent), date.fromisoformat(day))


def _items(scenario: Scenario, words: list[str]) -> None:
    """A series of invoices: first number, how many, party, first amount, step."""
    (first, count, party, amount, step), _, _ = _split(words)
    for place in range(int(count)):
        each = Decimal(amount) + place * Decimal(step)
        _item(scenario, [str(int(first) + place), party, str(each)])


def _common(scenario: Scenario, words: list[str]) -> None:
    """So many more of the company's customers owe this amount; so many owe others."""
    (amount, count, others), _, _ = _split(words)
    scenario.books.filler_amounts[1, "NOK", minor(amount)] = int(count)
    scenario.books.filler_count = int(others)


_SENT_KEYS = (
    ("e2e", KeyKind.END_TO_END),
    ("batch", KeyKind.PAYMENT_INFORMATION),
    ("bank", KeyKind.BANK_REFERENCE),
)


def _sent(scenario: Scenario, words: list[str]) -> None:
    """A payment sent to the bank: its item and amount, and the keys we gave it."""
    (number, amount, *_), more, flags = _split(words)
    payment = SentPayment(
        id=len(scenario.books.sent) + 1,
        item_id=scenario.item(number).id,
        amount_minor=minor(amount),
        rejected="rejected" in flags,
        through_clearing="clearing" in flags or "moved" in flags,
        is_moved="moved" in flags,
        reference=more.get("e2e", ""),
    )
    for name, kind in _SENT_KEYS:
        if name in more:
            scenario.books.sent.setdefault(Key(kind, more[name]), []).append(payment)


def _refused(scenario: Scenario, words: list[str]) -> None:
    """A person has undone the match of the next line with this item."""
    scenario.books.rejected.add((len(scenario.lines) + 1, scenario.item(words[0]).id))


def _own(scenario: Scenario, words: list[str]) -> None:
    """An account of the company's; the lines stand on the first one, or on the one of `on=`."""
    place = len(scenario.books.own_accounts) + 1
    scenario.books.own_accounts[account_key(words[0])] = place
    if "cash" in words:
        scenario.books.cash_accounts[place] = "NOK"


def _us(scenario: Scenario, words: list[str]) -> None:
    scenario.books.own_name = words[0]


def _factor(scenario: Scenario, words: list[str]) -> None:
    scenario.books.factors.add(scenario.parties[words[0]])


def _payout(scenario: Scenario, words: list[str]) -> None:
    """`provider payout net=… parts=sale:1001:1000.00:12.50,refund:303:-250.00:0.00`."""
    (provider, name), more, _ = _split(words)
    parts = tuple(_part(each) for each in more["parts"].split(","))
    gross = {kind: sum(p.amount_minor for p in parts if p.kind is kind) for kind in LineKind}
    fees = sum(part.fee_minor for part in parts) - gross[LineKind.FEE]
    other = gross[LineKind.ADJUSTMENT] + gross[LineKind.CHARGEBACK]
    explained = gross[LineKind.SALE] - fees + gross[LineKind.REFUND] + other
    net = minor(more["net"])
    scenario.books.payouts[len(scenario.lines) + 1] = SettlementFacts(
        1, provider, name, "NOK", gross[LineKind.SALE], fees, -gross[LineKind.REFUND], other,
        net, net - explained, "reference", parts,
    )  # fmt: skip


def _credit(scenario: Scenario, words: list[str]) -> None:
    """What a customer has to its credit."""
    key = (scenario.parties[words[0]], "NOK", minor(words[1]))
    scenario.books.credits[key] = scenario.books.credits.get(key, 0) + 1


def _part(said: str) -> SettlementPart:
    kind, order, gross, fee = said.split(":")
    return SettlementPart(LineKind(kind), None, order or None, minor(gross), minor(fee))


def _booked(scenario: Scenario, words: list[str]) -> None:
    """A booked payment: its amount, what it settled, and the id by which it may come back."""
    (amount, number), more, _ = _split(words)
    item = scenario.item(number)
    payment = BookedPayment(
        line_id=900 + len(scenario.books.booked),
        account_id=1,
        booking_date=date.fromisoformat(more.get("date", ISSUED.isoformat())),
        amount_minor=minor(amount),
        settled=(Settlement(item.id, abs(minor(amount))),),
    )
    for name, kind in (("e2e", KeyKind.END_TO_END), ("ref", KeyKind.BANK_REFERENCE)):
        if name in more:
            scenario.books.booked.setdefault(Key(kind, more[name]), []).append(payment)


def _learnt(scenario: Scenario, words: list[str]) -> None:
    """What earlier payments taught: `C1 account=… times=2`, or `C1 name="Kari H"`."""
    (party, *_), more, _ = _split(words)
    party_id = scenario.parties[party]
    if "name" in more:
        scenario.books.learnt_names.setdefault(name_key(more["name"]), []).append(party_id)
    if "account" in more:
        fact = Learnt(party_id, int(more.get("times", "1")))
        scenario.books.learnt_accounts.setdefault(more["account"], []).append(fact)


def _policy(scenario: Scenario, words: list[str]) -> None:
    """What the company has chosen: `write_off=5.00/1%`, `interchangeable`, `sums=C1`.

    And what its records say: `probation=named_in_text`, `earned=account_and_amount+amount_common`.
    """
    _, more, flags = _split(words)
    chosen: dict[str, Any] = {"interchangeable": "interchangeable" in flags}
    if "write_off" in more:
        most, share = more["write_off"].removesuffix("%").split("/")
        chosen |= {"write_off_max_minor": minor(most), "write_off_max_bp": minor(share)}
    for name, key in (("probation", "on_probation"), ("earned", "earned")):
        if name in more:
            chosen[key] = frozenset(more[name].split(","))
    if "sums" in more:
        scenario.books.book_sums.add(scenario.parties[more["sums"]])
    scenario.books.policy = Policy(**chosen)


def _rule(scenario: Scenario, words: list[str]) -> None:
    (name, *_), more, _ = _split(words)
    least, _colon, most = more.pop("amount", ":").partition(":")
    said: dict[str, Any] = dict(more)
    posted = tuple(_rule_line(each) for each in said.pop("to").split(","))
    if "match" in said:
        said["text_match"] = TextMatch(said.pop("match"))
    said["direction"] = int(said.get("direction", "0"))
    said["amount_min_minor"] = minor(least) if least else None
    said["amount_max_minor"] = minor(most) if most else None
    conditions = Conditions(**said)
    check_rule(conditions, posted)
    place = len(scenario.books.rules) + 1
    scenario.books.rules.append(BookingRule(place, 3, name, conditions, posted))


def _rule_line(said: str) -> RuleLine:
    rest, _, vat_code = said.partition("@")
    account, _, part = rest.partition(":")
    fixed = int(part[2:]) if part.startswith("f=") else 0
    return RuleLine(account, 0 if fixed or not part else int(part), fixed, vat_code)


def _decided(scenario: Scenario, words: list[str]) -> None:
    """So many decisions by hand gave these payments this account, and so many another."""
    (account, count, *others), more, _ = _split(words)
    key = habits.habit_key(
        amount_minor=int(more.get("direction", "-1")),
        currency="NOK",
        counterparty=more.get("name", ""),
        text=more.get("text", ""),
    )
    assert key
    answers = [(key, habits.Answer(account, more.get("vat", "")))] * int(count)
    answers += [(key, habits.Answer("6900", ""))] * int(others[0] if others else 0)
    scenario.books.habits.update(habits.habits_of(answers))


def _off(scenario: Scenario, words: list[str]) -> None:
    scenario.books.standing_off.add(words[0])


def _line(scenario: Scenario, words: list[str]) -> None:
    (amount, *_), more, flags = _split(words)
    name, account = PARTIES.get(more.get("from", ""), ("", ""))
    place = len(scenario.lines) + 1
    scenario.lines.append(
        Line(
            id=place,
            account_id=int(more.get("on", "1")),
            booking_date=date.fromisoformat(more.get("date", PAID.isoformat())),
            amount_minor=minor(amount),
            currency=more.get("currency", "NOK"),
            bank_reference=more.get("ref", f"R{place:04}"),
            references=tuple(_references(more)),
            end_to_end_id=more.get("e2e"),
            payment_information_id=more.get("batch"),
            counterparty=more.get("name", name) or None,
            counterparty_account=more.get("account", account) or None,
            text=more.get("text", ""),
            charges_minor=minor(more.get("charges", "0")),
            is_return="returned" in flags,
            halted=more.get("halted"),
            original=_money(more["original"]) if "original" in more else None,
            exchange_rate=more.get("rate", ""),
            code=more.get("code", ""),
            undone="undone" in flags,
        )
    )


def _money(said: str) -> Money:
    """`100.00:EUR`."""
    amount, _, currency = said.partition(":")
    return Money(minor(amount), currency)


def _rate(scenario: Scenario, words: list[str]) -> None:
    """What a unit of a currency cost in kroner on a day."""
    currency, day, price = words
    rate = Rate(currency, "NOK", date.fromisoformat(day), parse_price(price))
    scenario.books.rates.append(rate)


def _references(more: dict[str, str]) -> Iterator[Reference]:
    for kind in ("kid", "invoice", "credit_note"):
        for given in filter(None, more.get(kind, "").split(",")):
            value, _, amount = given.partition(":")
            currency = more.get("currency", "NOK")
            yield Reference(kind, value, Money(minor(amount), currency) if amount else None)


def _outcome(scenario: Scenario, words: list[str]) -> None:
    verdict, *rest = words
    suggestions: list[dict[str, int]] = [{}]
    more: dict[str, str] = {}
    for word in rest:
        if word == "|":
            suggestions.append({})
        elif re.match(r"[\w/-]+:\d", word):
            number, amount = word.rsplit(":", 1)
            suggestions[-1][number] = minor(amount)
        else:
            name, _, value = word.partition("=")
            more[name] = value
    scenario.outcomes.append(Outcome(verdict, suggestions, more))


_ROWS = {
    "party": _party, "item": _item, "items": _items, "common": _common, "sent": _sent,
    "refused": _refused, "own": _own, "booked": _booked, "policy": _policy, "learnt": _learnt, "rate": _rate,
    "line": _line,
    "us": _us, "factor": _factor, "payout": _payout, "credit": _credit,
    "rule": _rule, "decided": _decided, "off": _off,
    "=>": _outcome,
}  # fmt: skip
