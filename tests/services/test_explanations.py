"""Every decision explains itself: on the screen, in the export and as an object they share."""

from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.utils import translation

from avstem.cli.export import match_line
from avstem.services.accept_suggestion import accept_suggestion
from avstem.services.set_aside import set_aside, take_back
from avstem.store.exports import MatchedTransaction, matched_transactions
from avstem.store.models import BankTransaction, Decision
from avstem.store.queries.transactions import find_transaction
from avstem.web.explain import why
from avstem.wording import REASONS, RULES, reason_text

from . import test_exchange
from .test_any_order import Play
from .test_undo import BY, Books

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def gaps(matched: MatchedTransaction) -> list[str]:
    """What the explanation of a transaction lacks for the state that it is in."""
    row, said = matched.row, matched.explanation.to_json()
    found = [] if said["decided_by"] else ["nobody decided it"]
    has_rule = said["rule"] and said["rule"].partition(":")[0] in RULES and said["rule_version"] > 0
    if row.state in ("booked", "suggested") and not has_rule:
        found.append(f"no rule with its version: {said['rule']} {said['rule_version']}")
    if row.state == "booked" and said["rule"] != "by_hand" and said["record"] is None:
        found.append("what became of those like it")
    if row.state in ("booked", "suggested") and not (said["agrees"] or said["notes"]):
        found.append("what agreed")
    if row.state == "open" and not (said["left_because"] or said["notes"]):
        found.append("why it is left")
    for each in (*said["agrees"], *said["disagrees"], *said["notes"]):
        if each["code"] not in REASONS or "…" in reason_text(each["code"], each["facts"], "NOK"):
            found.append(f"no words for {each['code']} with {each['facts']}")
    return found


def shown_as_exported(matched: MatchedTransaction) -> bool:
    """Whether the page and the export say the same, sentence by sentence."""
    detail = find_transaction(matched.row.company_id, matched.row.pk)
    assert detail is not None
    shown = why(detail)
    first = [*shown.best.agrees, *shown.best.disagrees] if shown.best else []
    exported = match_line(matched)
    left = [shown.left_because] if shown.left_because else []
    same_words = sorted(exported["reasons"]) == sorted([*first, *shown.notes, *left])
    explained = exported["explanation"]
    same_head = explained["decided_by"] == (shown.decided_by or None)
    same_rule = explained["rule_version"] == (shown.best.version if shown.best else None)
    return same_words and same_head and same_rule and explained["others"] == shown.others


def all_of(company_id: int) -> dict[str, int]:
    """How many transactions of each state are explained in full; a gap fails."""
    states: dict[str, int] = {}
    with translation.override("nb"):
        for matched in matched_transactions(company_id):
            assert gaps(matched) == [], (matched.row.state, matched.content)
            assert shown_as_exported(matched)
            states[matched.row.state] = states.get(matched.row.state, 0) + 1
    return states


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_was_done_is_explained(tmp_path: Path, seed: int) -> None:
    """Rules, transfers, returns, bookings by hand, switched accounts, in any order."""
    play = Play(tmp_path, Random(seed))
    for _ in range(30):
        play.step()
    play.match()
    states = all_of(play.company)
    assert states["booked"] > 1
    assert {"open", "suggested"} & states.keys()


@pytest.fixture
def books(tmp_path: Path) -> Books:
    return Books(tmp_path)


def test_what_a_person_sets_aside_says_who_and_why_and_comes_back_as_it_was(books: Books) -> None:
    books.invoice("1070", "750.00")
    row = books.paid(750_00, "Overføring")
    books.reconcile()
    asked = {"company_id": books.company, "transaction_id": row.pk}
    ola = {**BY, "actor": "ola@example.no"}
    set_aside(**asked, reason="venter på svar", **ola)
    assert all_of(books.company) == {"set_aside": 1}
    [matched] = matched_transactions(books.company)
    said: dict[str, Any] = matched.explanation.to_json()
    assert (said["decided_by"], said["automatic"]) == ("ola@example.no", False)
    assert said["notes"] == [{"code": "set_aside.by_person", "facts": {"reason": "venter på svar"}}]
    take_back(**asked, **ola)
    [matched] = matched_transactions(books.company)
    assert matched.explanation.to_json()["decided_by"] == BY["actor"]
    assert accept_suggestion(**asked, position=0, **BY)
    assert all_of(books.company) == {"booked": 1}


def test_set_aside_before_the_matching_has_seen_it_comes_back_undecided(books: Books) -> None:
    row = books.paid(750_00, "Overføring")
    asked = {"company_id": books.company, "transaction_id": row.pk, **BY}
    set_aside(**asked, reason="siden")
    take_back(**asked)
    [matched] = matched_transactions(books.company)
    assert matched.explanation.to_json()["decided_by"] is None
    books.reconcile()
    assert all_of(books.company) == {"open": 1}


def test_a_learnt_account_and_an_own_account_are_explained(books: Books) -> None:
    for number in ("1001", "1002", "1003"):
        books.invoice(number, f"{number}.00")
        row = books.paid(int(number) * 100, f"Faktura {number}" if number != "1003" else "Takk")
        BankTransaction.objects.filter(pk=row.pk).update(
            counterparty="Hilde Fredheim", counterparty_account="32012200225"
        )
        if number == "1001":
            continue
        books.reconcile()
    rules = set(Decision.objects.values_list("rule", flat=True))
    assert "learnt_account" in rules
    assert sum(all_of(books.company).values()) == 3


def test_two_currencies_are_explained(tmp_path: Path) -> None:
    books = test_exchange.Books(tmp_path)
    books.rates("EUR;NOK;SP;0;2026-02-02;11.00", "EUR;NOK;SP;0;2026-03-10;11.50")
    books.invoice(rate="11.00", value="1100.00")
    books.paid(115_000, books.nok, original="10000 EUR")
    books.reconcile()
    assert list(Decision.objects.values_list("rule", "verdict")) == [("exchanged", "book")]
    assert all_of(books.company) == {"booked": 1}
