"""After stage 6: what is no invoice, by the company's own rules and by those from the start.

Nothing that has a reference, comes from a party's account or names a document is taken by a rule.
Two rules that cover one line are both proposed. The company's own rule goes before a standing one.
"""

from collections.abc import Iterator, Sequence

from avstem.matching import standing_rules, vetoes
from avstem.matching.booking_rules import Match, RuleBook
from avstem.matching.decision import LedgerLine, Reason, Suggestion
from avstem.matching.facts import Line
from avstem.matching.keys import token_key
from avstem.matching.state import Desk, Reading
from avstem.matching.text import read_tokens

CONFIDENCE = 0.99
_SCORE, _SCORE_MAY_BE_AN_INVOICE = 0.7, 0.29
_MAY_BE_AN_INVOICE = {"veto.has_reference", "veto.account_of_party", "veto.text_names_another"}
_MATCHES_MAX = 5


def apply(desk: Desk, lines: Sequence[Line]) -> None:
    """Book what exactly one rule covers and nothing speaks against; keep the rest as readings."""
    book = RuleBook(desk.candidates.booking_rules)
    for line in lines:
        if not line.amount_minor:
            continue
        if found := book.matches(line):
            _by_own_rules(desk, line, found)
        else:
            _by_standing_rule(desk, line)


def _by_own_rules(desk: Desk, line: Line, found: Sequence[Match]) -> None:
    against = [*speaks_against(desk, line)]
    if len(found) > 1:
        names = ", ".join(each.rule.name for each in found[:_MATCHES_MAX])
        against.append(vetoes.veto("several_rules", rules=names))
    for match in found[:_MATCHES_MAX]:
        rule = match.rule
        facts = {"rule": rule.id, "name": rule.name, "version": rule.version}
        reasons = [Reason("booking_rule.covers", facts)]
        _decide(desk, line, rule.key, rule.version, match.ledger_lines, reasons, against)


def _by_standing_rule(desk: Desk, line: Line) -> None:
    found = standing_rules.standing_rule(line)
    if found is None or found[0] in desk.candidates.standing_off:
        return
    role, reason = found
    posted = (LedgerLine(-line.amount_minor, role=role),)
    name, version = f"{standing_rules.RULE}:{role}", standing_rules.VERSION
    _decide(desk, line, name, version, posted, [reason], [*speaks_against(desk, line)])


def _decide(
    desk: Desk, line: Line, rule: str, version: int, posted: tuple[LedgerLine, ...],
    reasons: Sequence[Reason], against: Sequence[Reason],
) -> None:  # fmt: skip
    if against:
        doubtful = any(each.code in _MAY_BE_AN_INVOICE for each in against)
        score = _SCORE_MAY_BE_AN_INVOICE if doubtful else _SCORE
        said = (*reasons, *against)
        desk.keep(line, Reading(rule, score, (), said, ledger_lines=posted, version=version))
        return
    suggestion = Suggestion(rule, version, CONFIDENCE, (), tuple(reasons), ledger_lines=posted)
    desk.book(line, suggestion)


def speaks_against(desk: Desk, line: Line) -> Iterator[Reason]:
    """What keeps a line from every rule: it may be about an invoice after all."""
    yield from vetoes.always(desk, line, ())
    if line.undone:
        yield vetoes.veto("undone_before")
    for reference in line.references[:1]:
        yield vetoes.veto("has_reference", reference=reference.value[:35])
    account = line.counterparty_account or ""
    if desk.candidates.party_accounts.get(account) or desk.candidates.learnt_accounts.get(account):
        yield vetoes.veto("account_of_party", account=line.counterparty_account)
    yield from _names_a_document(desk, line)


def _names_a_document(desk: Desk, line: Line) -> Iterator[Reason]:
    """An open item's number or KID anywhere in the text; a settled one's where it is named so."""
    for token in read_tokens(line.text):
        for item_id in desk.candidates.by_key.get(token_key(token), ()):
            item = desk.item(item_id)
            if item.remaining_minor > 0 or token.named or token.is_kid:
                yield vetoes.veto("text_names_another", item=item.number)
                return
