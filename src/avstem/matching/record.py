"""How often a kind of answer has been right in a company, and whether that is enough to book.

The record of a rule is what people made of its answers: bookings and accepted proposals that
stand are right; those undone, and first proposals that a person passed over, are wrong. Answers
are counted together only where they are alike (`record_key`): what a guard held back earns its
leave by its own record, not by that of the safer bookings.

"Sure enough" is the exact lower 95 % bound (Clopper and Pearson, one-sided), not Wilson's: close
to no error at all Wilson promises more than the data hold (0 of 540 would do for 99.5 %), while
the exact bound is the rule of three that auditors know (0 of 598). ADR 46.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from math import exp, lgamma, log
from typing import Any

from avstem.matching.decision import Reason

#: The newest testimonies of a record; `WRONG_OF_RECENT` wrong ones put the rule back to proposals.
RECENT, WRONG_OF_RECENT = 50, 2
#: One automatic booking of so many is put to a person for a look.
SAMPLE_OF = 200
_ERROR = 0.05
_DOUBT = "doubt"
#: Stands in the key of what a guard holds back, before the guard.
GUARD_SIGN = "+"
#: Vetoes that a record may earn a rule leave to book without; no other veto ever yields.
GUARDS = frozenset(
    (
        "veto.amount_common",
        "veto.sum_without_leave",
        "veto.many_open_items",
        "veto.order_unknown",
    )
)
EARNED, SO_FAR, FIRST = "record.earned", "record.so_far", "record.first"
#: These speak of the rule or the account, and nothing of how sure this reading is.
_NO_DOUBT = frozenset(("veto.rule_on_probation", "veto.account_proposes_only", SO_FAR))


class Told(StrEnum):
    """What a voucher tells of a kind of answer, as one letter in `Record.recent`."""

    BOOKED = "b"
    ACCEPTED = "a"
    PASSED_OVER = "p"
    UNDONE = "u"  # a booking or an accepted proposal that was taken back
    WITHDRAWN = "w"  # passed over for a booking that was itself taken back: it says nothing


@dataclass(frozen=True, slots=True)
class Record:
    """Counts of what was told, and the newest of it as (voucher, `Told`), oldest first."""

    booked: int = 0
    accepted: int = 0
    undone: int = 0
    passed_over: int = 0
    recent: tuple[tuple[int, str], ...] = ()

    @property
    def right(self) -> int:
        """Bookings and accepted proposals that stand."""
        return self.booked + self.accepted

    @property
    def wrong(self) -> int:
        """Undone or passed over."""
        return self.undone + self.passed_over

    @property
    def count(self) -> int:
        """All that were told of."""
        return self.right + self.wrong

    @property
    def wrong_of_recent(self) -> int:
        """How many of the newest `RECENT` were wrong."""
        return sum(told in (Told.UNDONE, Told.PASSED_OVER) for _, told in self.recent)

    def told(self, voucher_id: int, what: Told) -> "Record":
        """With one more testimony, of a voucher newer than all before it."""
        counted = self._moved(what, 1)
        return replace(counted, recent=(*self.recent, (voucher_id, what.value))[-RECENT:])

    def taken_back(self, voucher_id: int, what: Told) -> "Record":
        """After the voucher that told it was undone."""
        turned = undone(what)
        counted = self._moved(what, -1)._moved(turned, 1)
        recent = tuple(
            (each, turned.value if (each, told) == (voucher_id, what.value) else told)
            for each, told in self.recent
        )
        return replace(counted, recent=recent)

    def _moved(self, what: Told, by: int) -> "Record":
        match what:
            case Told.BOOKED:
                return replace(self, booked=self.booked + by)
            case Told.ACCEPTED:
                return replace(self, accepted=self.accepted + by)
            case Told.UNDONE:
                return replace(self, undone=self.undone + by)
            case Told.PASSED_OVER:
                return replace(self, passed_over=self.passed_over + by)
        return self


Testimony = tuple[str, Told]


def undone(what: Told) -> Told:
    """What remains of a testimony when its voucher is undone."""
    return Told.WITHDRAWN if what is Told.PASSED_OVER else Told.UNDONE


def record_key(rule: str, version: int, reasons: Iterable[Reason]) -> str:
    """Which answers are alike.

    A booking rule (`name:id`) has a record for each of its versions. What one guard alone holds
    back, or held back before it was earned, and what stronger evidence speaks against, count by
    themselves.

    >>> record_key("collective", 1, [Reason("veto.sum_without_leave", agrees=False)])
    'collective+sum_without_leave'
    >>> record_key("booking_rule:7", 2, [])
    'booking_rule:7@2'
    """
    name = f"{rule}@{version}" if ":" in rule else rule
    against, earned = set(), ""
    for each in reasons:
        if each.code == EARNED:
            earned = f"{GUARD_SIGN}{each.facts['guard']}"
        elif not each.agrees and each.code not in _NO_DOUBT:
            against.add(each.code)
    if len(against) == 1 and against <= GUARDS:
        return guarded_key(name, against.pop())
    return f"{name}{GUARD_SIGN}{_DOUBT}" if against else name + earned


def guarded_key(rule: str, guard: str) -> str:
    """The record of what the veto `guard` alone holds back."""
    return f"{rule}{GUARD_SIGN}{guard.removeprefix('veto.')}"


def testimonies(content: Mapping[str, Any], *, line_id: int, automatic: bool) -> list[Testimony]:
    """What the voucher of a decision with this content tells, the passed over first.

    The two sides of a transfer are one answer: the line with the lower id tells of it.
    """
    if content.get("partner", line_id) < line_id:
        return []
    found: list[Testimony] = []
    if passed := content.get("passed_over"):
        found.append((passed, Told.PASSED_OVER))
    if agreed := content.get("agreed"):
        found.append((agreed, Told.ACCEPTED))
    elif content["suggestions"] and (key := key_of(content["suggestions"][0])):
        found.append((key, Told.BOOKED if automatic else Told.ACCEPTED))
    return found


def key_of(said: Mapping[str, Any]) -> str:
    """The record of a suggestion as a decision's content has it; "" for what a person made."""
    if said["rule"] == "by_hand":
        return ""
    reasons = (Reason(**each) for each in said["reasons"])
    return record_key(said["rule"], said["rule_version"], reasons)


def so_far(record: Record) -> Reason:
    """The record as a reason: what became of the answers that were like this one."""
    if not record.count:
        return Reason(FIRST)
    well = record.wrong_of_recent < WRONG_OF_RECENT
    return Reason(SO_FAR, {"right": record.right, "of": record.count}, agrees=well)


def recount(told: Iterable[tuple[int, Sequence[Testimony], bool]]) -> dict[str, Record]:
    """The records anew from all bookings: (voucher, testimonies, undone?) by voucher."""
    found: dict[str, Record] = {}
    for voucher_id, said, is_undone in told:
        for key, what in said:
            after = undone(what) if is_undone else what
            found[key] = found.get(key, Record()).told(voucher_id, after)
    return found


def may_book(key: str, record: Record, limit_bp: int) -> bool:
    """Whether such an answer may be booked without a person.

    Two wrong of the newest fifty: no. What a guard holds back: only where it is shown to be right
    more often than the limit (hundredths of a per cent). All else is trusted from the start, for
    its keys are ours or its guards are on, until it is shown to be right less often.
    """
    _, _, guard = key.partition(GUARD_SIGN)
    if guard == _DOUBT or record.wrong_of_recent >= WRONG_OF_RECENT:
        return False
    if guard:
        return _is_shown_over(record, limit_bp)
    return not _is_shown_under(record, limit_bp)


def lower_bound(count: int, wrong: int) -> float:
    """The share that is right at least, with 95 % certainty; 0 where nothing is known.

    >>> round(lower_bound(598, 0), 4), round(lower_bound(3000, 0), 4)
    (0.995, 0.999)
    """
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        if _at_most(wrong, count, 1 - middle) <= _ERROR:
            low = middle
        else:
            high = middle
    return low


def is_sample(company_id: int, voucher_id: int) -> bool:
    """Whether this automatic booking is one of those put to a person: the same for ever."""
    seal = sha256(f"{company_id}:{voucher_id}".encode()).digest()
    return int.from_bytes(seal[:8], "big") % SAMPLE_OF == 0


def _is_shown_over(record: Record, limit_bp: int) -> bool:
    wrong_share = 1 - limit_bp / 10_000
    if record.wrong >= record.count * wrong_share:
        return False
    return _at_most(record.wrong, record.count, wrong_share) <= _ERROR


def _is_shown_under(record: Record, limit_bp: int) -> bool:
    """One mistake shows nothing, however few answers there are."""
    wrong_share = 1 - limit_bp / 10_000
    if record.wrong < WRONG_OF_RECENT or record.wrong <= record.count * wrong_share:
        return False
    return 1 - _at_most(record.wrong - 1, record.count, wrong_share) <= _ERROR


def _at_most(wrong: int, count: int, share: float) -> float:
    """The chance of at most so many wrong of `count`, each wrong with this chance."""
    if share <= 0 or wrong >= count:
        return 1.0
    if share >= 1:
        return 0.0
    return min(1.0, sum(exp(_log_chance(k, count, share)) for k in range(wrong + 1)))


def _log_chance(wrong: int, count: int, share: float) -> float:
    ways = lgamma(count + 1) - lgamma(wrong + 1) - lgamma(count - wrong + 1)
    return ways + wrong * log(share) + (count - wrong) * log(1 - share)
