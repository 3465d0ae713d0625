"""Money between the company's own accounts, seen on both sides: neither income nor cost.

One side names the other account (as counterparty or in its text), the other side has the opposite
amount within a few days and does not name somebody else. Where a bank shows only the company's own
name, both sides must. Cash taken to the bank or fetched there names the company's one cash account.
Both are booked together against the account for transfers, which the pair brings back to zero.
Seen on one side only it is a proposal; such a line is never taken for the payment of an invoice.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from avstem.domain.identifiers import account_key, is_norwegian_account
from avstem.domain.voucher import LedgerRole
from avstem.matching.decision import LedgerLine, Reason, Suggestion
from avstem.matching.facts import Line
from avstem.matching.names import name_words, same_name
from avstem.matching.state import Desk, Reading
from avstem.matching.vetoes import veto

RULE, VERSION, CONFIDENCE = "own_transfer", 1, 0.99
DAYS_APART_MAX = 5
_TEXT_CHARACTERS_MAX = 500
#: ISO 20022 sub-families: cash deposit and cash withdrawal.
_CASH_CODES = ("CDPT", "CWDL")
_CASH_WORDS = re.compile(
    r"\b(?:kontant(?:innskudd|innskot|uttak)|innskudd kontant|uttak kontant|nattsafe|night safe|"
    r"cash (?:deposit|withdrawal))\b",
    re.IGNORECASE,
)
_ACCOUNT_IN_TEXT = re.compile(r"(?<!\d)(\d{4})[ .]?(\d{2})[ .]?(\d{5})(?!\d)")


@dataclass(frozen=True, slots=True)
class _Side:
    """A line and the own account that it names, if it names one; or only the company's name."""

    line: Line
    names: int | None
    names_us: bool = False

    @property
    def is_ours(self) -> bool:
        """Whether it says that the other side is the company itself."""
        return self.names is not None or self.names_us


Pot = dict[tuple[str, int], list[_Side]]


def apply(desk: Desk, lines: Sequence[Line]) -> None:
    """Pair the two sides; whatever names an own account is kept from the rules for invoices."""
    if len(set(desk.candidates.own_accounts.values())) < 2:
        return
    shown = _showing_us(desk, lines)
    sides = [
        _Side(line, names := _named(desk, line), names is None and line.id in shown)
        for line in lines
        if line.amount_minor
    ]
    named = [side for side in sides if side.is_ours]
    wanted = {(side.line.currency, -side.line.amount_minor) for side in named}
    pot: Pot = defaultdict(list)
    for side in sides:
        key = (side.line.currency, side.line.amount_minor)
        if key in wanted or side.is_ours:
            pot[key].append(side)
    _pair_all(desk, named, pot)
    for side in named:
        if side.line.id not in desk.decisions:
            _one_side(desk, side)


def _named(desk: Desk, line: Line) -> int | None:
    """The other own account that the line names: as its counterparty, else in its text."""
    own = desk.candidates.own_accounts
    if line.counterparty_account:
        found = own.get(line.counterparty_account)
        return found if found != line.account_id else None
    for match in _ACCOUNT_IN_TEXT.finditer(line.text[:_TEXT_CHARACTERS_MAX]):
        number = "".join(match.groups())
        found = own.get(account_key(number)) if is_norwegian_account(number) else None
        if found is not None and found != line.account_id:
            return found
    return _cash_named(desk, line)


def _cash_named(desk: Desk, line: Line) -> int | None:
    """The company's one cash account in the currency, where the bank says that it was cash."""
    known = desk.candidates.cash_accounts
    cash = [account_id for account_id, currency in known.items() if currency == line.currency]
    if len(cash) != 1 or line.account_id == cash[0]:
        return None
    said = line.text[:_TEXT_CHARACTERS_MAX]
    is_told = line.code.endswith(_CASH_CODES) or _CASH_WORDS.search(said)
    return cash[0] if is_told else None


def _showing_us(desk: Desk, lines: Sequence[Line]) -> set[int]:
    """The lines that show the company's own name and no account.

    None where a customer or supplier has the very name: then it says nothing.
    """
    own = name_words(desk.candidates.own_name)
    found = {
        line.id
        for line in lines
        if line.counterparty and not line.counterparty_account
        if own and name_words(line.counterparty) == own
    }
    if found and any(name_words(name) == own for name in desk.candidates.party_names.values()):
        return set()
    return found


def _pair_all(desk: Desk, named: Sequence[_Side], pot: Pot) -> None:
    """Pair each side with its only partner.

    Several equal transfers between the same two accounts are taken by date: which goes with which
    makes no difference, as long as there are as many on one side as on the other.
    """
    taken: set[int] = set()
    for side in named:
        if side.line.id in taken:
            continue
        partners = _partners(side, pot, taken)
        rivals = _partners(partners[0], pot, taken) if partners else []
        if partners and len(partners) == len(rivals):
            taken |= {side.line.id, partners[0].line.id}
            _book_pair(desk, side, partners[0])


def _partners(side: _Side, pot: Pot, taken: set[int]) -> list[_Side]:
    found = pot.get((side.line.currency, -side.line.amount_minor), ())
    return [other for other in found if other.line.id not in taken and _fit(side, other)]


def _fit(one: _Side, other: _Side) -> bool:
    """Two different accounts, near in time, one names the other and none names a third."""
    days = abs((one.line.booking_date - other.line.booking_date).days)
    if one.line.account_id == other.line.account_id or days > DAYS_APART_MAX:
        return False
    if not _same_company(one, other):
        return False
    told = [_tells(one, other), _tells(other, one)]
    both_show_us = one.names_us and other.names_us
    return False not in told and (True in told or both_show_us)


def _same_company(one: _Side, other: _Side) -> bool:
    """Whether the side that names no account may be ours: no payer is named, or the same on both.

    What has the right amount may be anybody's deposit.
    """
    for side, partner in ((one, other), (other, one)):
        name = side.line.counterparty
        if name and not side.line.counterparty_account and not side.names_us:
            return same_name(name, partner.line.counterparty or "")
    return True


def _tells(side: _Side, other: _Side) -> bool | None:
    """True: it names the other's account. False: it names somebody else. None: it says nothing."""
    if side.names is not None:
        return side.names == other.line.account_id
    return False if side.line.counterparty_account else None


def _book_pair(desk: Desk, one: _Side, other: _Side) -> None:
    stopped = one.line.halted or other.line.halted
    refused = one.line.is_return or other.line.is_return
    if stopped or refused:
        return
    for side, partner in ((one, other), (other, one)):
        facts = {
            "account": desk.candidates.own_account_names.get(partner.line.account_id, ""),
            "date": partner.line.booking_date.isoformat(),
        }
        suggestion = Suggestion(
            rule=RULE,
            rule_version=VERSION,
            confidence=CONFIDENCE,
            settlements=(),
            reasons=(Reason("own_transfer.both_sides", facts),),
            ledger_lines=(_against_transfers(side.line),),
        )
        desk.book(side.line, suggestion, partner=partner.line)


def _against_transfers(line: Line) -> LedgerLine:
    return LedgerLine(-line.amount_minor, role=LedgerRole.OWN_TRANSFERS.value)


def _one_side(desk: Desk, side: _Side) -> None:
    account = desk.candidates.own_account_names.get(side.names or 0, "")
    reasons = (
        Reason("own_transfer.own_name", {"name": side.line.counterparty or ""})
        if side.names_us
        else Reason("own_transfer.named", {"account": account}),
        veto(side.line.halted) if side.line.halted else veto("other_side_not_seen"),
    )
    lines = (_against_transfers(side.line),)
    desk.keep(side.line, Reading(RULE, 0.6, (), reasons, ledger_lines=lines))
    desk.withhold(side.line)
