"""What turns a booking into a proposal, each with its reason (matching.md 7.3).

`always` holds under any rule, `without_reference` where no structured reference names the item.
"""

from collections.abc import Iterator, Sequence

from avstem.matching.decision import Reason
from avstem.matching.factoring import is_from_factor
from avstem.matching.facts import Item, Line
from avstem.matching.keys import structured_keys, token_key
from avstem.matching.names import same_name
from avstem.matching.state import Desk, signed_left
from avstem.matching.subsets import the_only_subset
from avstem.matching.sums import READINGS_MAX, sums_of_few
from avstem.matching.text import is_reference, normalise_kid, read_tokens


def veto(code: str, **facts: object) -> Reason:
    """A reason that speaks against."""
    return Reason(f"veto.{code}", facts, agrees=False)


def always(desk: Desk, line: Line, items: Sequence[Item]) -> Iterator[Reason]:
    """What stops any rule."""
    if line.halted:
        yield veto(line.halted)
    if line.is_return or line.reversal:
        yield veto("returned")
    for item in items:
        if item.currency != line.currency:
            yield veto("currency", item=item.number, currency=item.currency)
        if not item.is_valued:
            yield veto("value_unknown", item=item.number, currency=item.currency)
        if item.invoice_date > line.booking_date:
            yield veto(
                "newer_than_payment",
                item=item.number,
                date=item.invoice_date.isoformat(),
            )
        if item.party_blocked:
            yield veto(
                "party_blocked",
                party=desk.candidates.party_names.get(item.party_id, ""),
            )
        if item.payment_on_its_way:
            yield veto("payment_on_its_way", item=item.number)
        if (line.id, item.id) in desk.candidates.rejected:
            yield veto("rejected_before", item=item.number)


def without_reference(desk: Desk, line: Line, items: Sequence[Item]) -> Iterator[Reason]:
    """What stops a rule that has no structured reference to go by."""
    yield from always(desk, line, items)
    if is_from_factor(desk.candidates, line):
        yield veto("factor_without_reference", payer=line.counterparty or "")
    parties = {item.party_id for item in items}
    yield from _foreign_reference(desk, line, {item.id for item in items})
    known = desk.candidates.party_accounts.get(line.counterparty_account or "", ())
    if known and not parties & set(known):
        names = [desk.candidates.party_names.get(party, "") for party in known]
        yield veto("account_of_another", party=", ".join(filter(None, names)))


def payee_unproven(
    desk: Desk, line: Line, items: Sequence[Item], *, by_kid: bool
) -> Iterator[Reason]:
    """Money out, or about a supplier's document, whose number others may use as well.

    It must go to an account that stands on the document or in the register. Where the bank names
    no account, a KID is enough; a bare number needs the supplier's own name.
    """
    if line.direction > 0 and all(item.kind.is_customer for item in items):
        return
    account = line.counterparty_account
    known = desk.candidates.party_accounts.get(account or "", ())
    for item in items:
        party = desk.candidates.party_names.get(item.party_id, "")
        if account and item.party_id not in known and item.party_account != account:
            yield veto("new_account", account=account, item=item.number)
        if not account and not by_kid and not same_name(line.counterparty or "", party):
            yield veto("only_a_number", party=party, item=item.number)


def amount_is_common(desk: Desk, line: Line) -> Iterator[Reason]:
    """Many open items have this amount: alone it says nothing."""
    policy = desk.policy
    key = (line.direction, line.currency, abs(line.amount_minor))
    count = desk.candidates.amount_counts.get(key, 0)
    share = policy.common_share * desk.candidates.open_count
    if count >= policy.common_items_min and count > share:
        yield veto("amount_common", count=count)


def fraction_of_another(desk: Desk, line: Line, item: Item) -> Iterator[Reason]:
    """The amount is a half, a third or a quarter of another open item of the party."""
    paid = abs(line.amount_minor)
    wholes = {paid * parts + off for parts in (2, 3, 4) for off in (-1, 0, 1)}
    for other in desk.open_items(item.party_id, line):
        if desk.left_of(other.id) in wholes and other.id != item.id:
            yield veto("fraction_of_another", item=other.number)
            return


def other_readings(desk: Desk, line: Line, item: Item) -> list[tuple[Item, ...]]:
    """Other open items of the party, or the sum of two or three, that are exactly the amount."""
    paid = abs(line.amount_minor)
    open_items = desk.open_items(item.party_id, line)
    found: list[tuple[Item, ...]] = [
        (other,) for other in open_items if other.id != item.id and desk.left_of(other.id) == paid
    ]
    return [*found, *sums_of_few(desk, open_items, paid)][:READINGS_MAX]


def readings_beside_the_reference(desk: Desk, line: Line, item: Item) -> list[tuple[Item, ...]]:
    """What fits the amount exactly where the item that the reference names does not.

    Beside `other_readings`: what the payer owes himself, all that is open on the party, and the
    only sum of a few items. A payee is saved with its first KID and used for all that comes after.
    """
    found = [
        *_payers_own(desk, line, item),
        *other_readings(desk, line, item),
        *_larger_sums(desk, line, item),
    ]
    alike = {tuple(sorted(each.id for each in few)): few for few in reversed(found)}
    return [few for few in found if alike[tuple(sorted(each.id for each in few))] is few][
        :READINGS_MAX
    ]


def meant_for_others(desk: Desk, line: Line, item: Item) -> Iterator[Reason]:
    """The money is too much for the item alone, and the party owes what the rest may be for.

    A paid item's reference with another amount than its own, or a rest that would settle another
    open item as well.
    """
    rest = abs(line.amount_minor) - desk.left_of(item.id)
    others = [each for each in desk.open_items(item.party_id, line) if each.id != item.id]
    if not others or rest <= 0:
        return
    if desk.left_of(item.id) == 0:
        if item.amount_minor != rest:
            yield veto("old_reference", item=item.number)
        return
    least = min(others, key=lambda each: (desk.left_of(each.id), each.id))
    if desk.left_of(least.id) <= rest:
        yield veto("rest_covers_another", item=least.number)


def _payers_own(desk: Desk, line: Line, item: Item) -> Iterator[tuple[Item, ...]]:
    """The open items of exactly the amount of the account's party, or of the payer's very name."""
    paid, known = abs(line.amount_minor), desk.candidates.party_accounts
    parties = known.get(line.counterparty_account or "", ())
    if item.party_id in parties:
        return
    for party_id in parties:
        yield from (
            (own,) for own in desk.open_items(party_id, line) if desk.left_of(own.id) == paid
        )
    key = (line.direction, line.currency, paid)
    for item_id in desk.candidates.open_by_amount.get(key, ()):
        own = desk.item(item_id)
        name = desk.candidates.party_names.get(own.party_id, "")
        is_other = own.party_id != item.party_id and own.party_id not in parties
        if is_other and desk.left_of(item_id) == paid and same_name(line.counterparty or "", name):
            yield (own,)


def _larger_sums(desk: Desk, line: Line, item: Item) -> Iterator[tuple[Item, ...]]:
    """All that the party owes, with or without its credit notes; the only sum of a few items."""
    owed = desk.open_items(item.party_id, line)
    credits = [
        each
        for each in desk.open_items(item.party_id, line, opposite=True)
        if each.kind.is_customer == item.kind.is_customer
    ]
    for every in (owed, [*owed, *credits]):
        if len(every) > 1 and signed_left(desk, every) == line.amount_minor:
            yield tuple(every)
    every = [*owed, *credits]
    if 2 <= len(every) <= desk.policy.sum_books_items_max:
        signed = [each.kind.direction * desk.left_of(each.id) for each in every]
        if places := the_only_subset(signed, line.amount_minor):
            yield tuple(every[place] for place in places)


def text_contradicts(desk: Desk, line: Line, item: Item) -> Iterator[Reason]:
    """The reference is one item's, and the text names only others (by KID or as invoices)."""
    tokens = [token for token in read_tokens(line.text) if token.named or token.is_kid]
    found = [
        desk.item(item_id)
        for token in tokens
        for item_id in desk.candidates.by_key.get(token_key(token), ())
    ]
    others = [
        other
        for other in found
        if other.remaining_minor > 0 and other.kind.is_customer == item.kind.is_customer
    ]
    if others and all(other.id != item.id for other in found):
        yield veto("text_names_another", item=others[0].number)


def nets_of_credit(desk: Desk, line: Line, item: Item) -> list[tuple[Item, ...]]:
    """Another open item of the party less a credit note that are exactly the amount together."""
    paid = abs(line.amount_minor)
    by_left = {desk.left_of(each.id): each for each in desk.open_items(item.party_id, line)}
    pairs = (
        (by_left.get(paid + desk.left_of(credit.id)), credit)
        for credit in desk.open_items(item.party_id, line, opposite=True)
    )
    found: list[tuple[Item, ...]] = [
        (other, credit)
        for other, credit in pairs
        if other and other.kind.is_customer == credit.kind.is_customer
    ]
    return found[:READINGS_MAX]


def _foreign_reference(desk: Desk, line: Line, items: set[int]) -> Iterator[Reason]:
    """A structured reference that is right but leads elsewhere, or one that was mistyped."""
    for key in structured_keys(line):
        if not items & set(desk.candidates.by_key.get(key, ())):
            yield veto("reference_of_another", reference=key.value)
            return
    for reference in line.references:
        if reference.kind == "kid" and not is_reference(normalise_kid(reference.value)):
            yield veto("reference_bad_check", reference=reference.value[:35])
            return
