"""Stage 1b: an invoice in another currency than the money that names it.

The bank has exchanged the money. Where the line says how much it was in the invoice's currency, and
that is exactly what is left, it is certain; else a person decides, who sees what rate it would be
and how far that is from the day's.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from avstem.domain.exchange import distance_bp, implied_price, price_text, written_price
from avstem.domain.money import Money, minor_digits
from avstem.matching import vetoes
from avstem.matching.decision import Reason, Settlement, Suggestion
from avstem.matching.facts import Item, Line
from avstem.matching.keys import structured_keys, token_key
from avstem.matching.lookup import gross_minor
from avstem.matching.state import Desk, Reading
from avstem.matching.text import read_tokens

RULE, VERSION, CONFIDENCE = "exchanged", 1, 0.99
#: A rate so far from the day's (in hundredths of a per cent) hides something: never booked.
BOOKED_BP_MAX = 1_000
#: And one so far is another amount altogether: not even proposed.
_PROPOSED_BP_MAX = 2_500


@dataclass(frozen=True, slots=True)
class _Named:
    """A line and the one item in another currency that it names."""

    line: Line
    item: Item
    by_reference: bool
    by_kid: bool
    is_introduced: bool


def apply(desk: Desk, lines: Sequence[Line]) -> None:
    """Book what the bank has told the original amount of; keep the rest as readings."""
    currencies = {item.currency for item in desk.candidates.items.values()}
    if len(currencies | {line.currency for line in lines}) < 2:
        return
    named = [found for line in lines if line.amount_minor and (found := _named(desk, line))]
    claims = Counter(each.item.id for each in named)
    for each in named:
        _decide(desk, each, contested=claims[each.item.id] > 1)


def _named(desk: Desk, line: Line) -> _Named | None:
    """The only item that the references lead to, or else the text; None where there is another."""
    by_key = desk.candidates.by_key
    keys = structured_keys(line)
    found = {item_id for key in keys for item_id in by_key.get(key, ())}
    if found:
        item = _only(desk, line, found)
        by_kid = any(reference.kind == "kid" for reference in line.references)
        return _Named(line, item, True, by_kid, True) if item else None
    hits = [(token, by_key.get(token_key(token), ())) for token in read_tokens(line.text)]
    hits = [(token, ids) for token, ids in hits if any(map(desk.left_of, ids))]
    item = _only(desk, line, {item_id for _, ids in hits for item_id in ids})
    if item is None or line.references:
        return None
    introduced = all(token.named or token.is_kid for token, _ in hits)
    return _Named(line, item, False, any(token.is_kid for token, _ in hits), introduced)


def _only(desk: Desk, line: Line, ids: set[int]) -> Item | None:
    open_ids = [item_id for item_id in ids if desk.left_of(item_id) > 0]
    item = desk.item(open_ids[0]) if len(open_ids) == 1 else None
    if item is None or item.currency == line.currency:
        return None
    return item if item.kind.direction == line.direction else None


def _decide(desk: Desk, named: _Named, *, contested: bool) -> None:
    line, item, left = named.line, named.item, desk.left_of(named.item.id)
    original = line.original if line.original and line.original.currency == item.currency else None
    settled = min(original.minor, left) if original else left
    charge, unclear = charge_in(line, original)
    rate = rate_of(desk, line, Money(settled, item.currency), charge)
    reasons = [rate.reason(item)]
    if original:
        facts = {"original": str(original), "item": item.number}
        reasons.insert(0, Reason("exchange.original", facts))
    against = [*_against(desk, named, original, rate), *unclear]
    if contested:
        against.append(vetoes.veto("claimed_by_several"))
    if not against:
        settles = (Settlement(item.id, left),)
        desk.book(
            line,
            Suggestion(RULE, VERSION, CONFIDENCE, settles, tuple(reasons), charge_minor=charge),
        )
        return
    if rate.is_near(_PROPOSED_BP_MAX):
        everything = (*reasons, *against)
        desk.keep(line, Reading(RULE, 0.6, (item.id,), everything, (settled,), item.party_id))
        desk.withhold(line)


def _against(
    desk: Desk, named: _Named, original: Money | None, rate: "ImpliedRate"
) -> Iterator[Reason]:
    line, item = named.line, named.item
    doubts = vetoes.always if named.by_reference else vetoes.without_reference
    yield from (each for each in doubts(desk, line, [item]) if each.code != "veto.currency")
    yield from vetoes.payee_unproven(desk, line, [item], by_kid=named.by_kid)
    if named.by_reference:
        yield from vetoes.text_contradicts(desk, line, item)
    if not named.is_introduced:
        yield vetoes.veto("only_a_number", party=desk.candidates.party_names.get(item.party_id, ""))
    if original is None:
        yield vetoes.veto("original_unknown", currency=item.currency)
    elif original.minor != desk.left_of(item.id):
        yield vetoes.veto("sum_differs")
    if original is not None and not rate.is_near(BOOKED_BP_MAX):
        yield vetoes.veto("rate_far")


@dataclass(frozen=True, slots=True)
class ImpliedRate:
    """What the payment comes to: a price of `currency` in `base`, and the day's own, if known."""

    currency: str
    base: str
    price: Fraction
    known: Fraction | None
    day: str

    def is_near(self, bp_max: int) -> bool:
        """Whether it is within that of the day's; where nobody knows the day's it may be."""
        return self.known is None or abs(distance_bp(self.price, self.known)) <= bp_max

    def reason(self, item: Item) -> Reason:
        """The rate in words, with its distance from the day's."""
        facts = {
            "item": item.number,
            "rate": f"{price_text(self.price, 4)} {self.base}/{self.currency}",
        }
        if self.known is None:
            return Reason("exchange.implied", facts)
        distance = f"{distance_bp(self.price, self.known) / 100:+.2f}"
        facts |= {"known": price_text(self.known, 4), "day": self.day, "distance": distance}
        return Reason("exchange.implied_near", facts)


def rate_of(desk: Desk, line: Line, settled: Money, charge: int) -> ImpliedRate:
    """The foreign currency's price in the company's own; of two foreign ones, the item's."""
    rates = desk.candidates.rates
    paid = Money(abs(line.amount_minor) + line.direction * charge, line.currency)
    base, other = (settled, paid) if settled.currency == rates.own else (paid, settled)
    of_base = rates.price(base.currency, line.booking_date)
    of_other = rates.price(other.currency, line.booking_date)
    known = of_other.price / of_base.price if of_other and of_base else None
    day = of_other.day.isoformat() if of_other else ""
    return ImpliedRate(other.currency, base.currency, implied_price(base, other), known, day)


def charge_in(line: Line, original: Money | None) -> tuple[int, list[Reason]]:
    """What the bank took out of the exchanged money, where its own rate proves it."""
    if not line.charges_minor:
        return 0, []
    fits = [
        charge
        for charge, paid in ((line.charges_minor, gross_minor(line)), (0, abs(line.amount_minor)))
        if original is not None and _is_worth(original, Money(paid, line.currency), line)
    ]
    if len(fits) == 1:
        return fits[0], []
    return 0, [vetoes.veto("charge_unclear")]


def _is_worth(original: Money, paid: Money, line: Line) -> bool:
    """Whether the rate on the line, as many decimals as it has, makes the one amount the other."""
    price = written_price(line.exchange_rate)
    if price is None:
        return False
    step = Fraction(1, 10 ** len(line.exchange_rate.strip().replace(",", ".").partition(".")[2]))
    whole = Fraction(paid.minor, 10 ** minor_digits(paid.currency))
    wanted = Fraction(original.minor, 10 ** minor_digits(original.currency))
    return abs(wanted * price - whole) <= wanted * step or abs(whole * price - wanted) <= (
        whole * step
    )
