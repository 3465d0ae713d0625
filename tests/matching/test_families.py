"""The engine held against the labelled families: no wrong booking, what is certain booked."""

from collections import Counter
from dataclasses import replace

import pytest

from avstem.matching.decision import Settlement, Verdict
from avstem.matching.engine import decide
from avstem.matching.policy import Policy
from avstem.testbank.families.label import Answer, signed_minor
from avstem.testbank.families.mix import FAMILIES, LabelledLedger, make_ledger
from bench.families import score_seeds
from bench.family_score import FamilyScores, judge
from bench.ledger_in_memory import lay_out


@pytest.fixture(scope="module")
def ledger() -> LabelledLedger:
    return make_ledger(7, 2_000)


@pytest.fixture(scope="module")
def scores() -> FamilyScores:
    return score_seeds(2_000, 2)


def test_no_booking_is_wrong(scores: FamilyScores) -> None:
    assert scores.wrong == []


def test_what_is_certain_is_booked_and_the_right_answer_comes_first(scores: FamilyScores) -> None:
    assert scores.missed() == []
    assert scores.total.certain_share >= 0.97
    assert scores.total.first_share >= 0.95


def test_there_are_forty_families_and_each_is_met(scores: FamilyScores) -> None:
    assert len(FAMILIES) >= 40
    assert scores.families.keys() == FAMILIES.keys()
    assert scores.total.lines >= 4_000


def test_the_same_seed_makes_the_same_ledger_and_another_seed_another(
    ledger: LabelledLedger,
) -> None:
    assert make_ledger(7, 2_000) == ledger
    assert make_ledger(8, 2_000) != ledger


def test_the_labels_come_to_the_amounts_and_the_documents_are_told_apart(
    ledger: LabelledLedger,
) -> None:
    for line in ledger.lines:
        label, said = line.label, line.transaction
        if label.settles and not label.rest_of:
            charge = said.charges.minor if said.charges else 0
            is_euro = any(each.amount.currency != "NOK" for each in label.settles)
            beside = sum(minor for _, minor in label.beside)
            net = signed_minor(label.settles) - charge - beside
            assert is_euro or net == said.amount.minor, label
    identities = Counter(each.identity for each in ledger.documents)
    assert identities.most_common(1)[0][1] == 1
    references = Counter(
        (line.account, line.transaction.bank_reference)
        for line in ledger.lines
        if not line.transaction.is_return
    )
    assert references.most_common(1)[0][1] == 1


def test_nothing_is_settled_beyond_its_amount_by_what_is_certain(ledger: LabelledLedger) -> None:
    settled: Counter[tuple[str, str, str]] = Counter()
    owed = {each.identity: each.amount.minor for each in ledger.documents}
    for line in (*ledger.paid, *ledger.lines):
        if line.label.answer is Answer.CERTAIN:
            for each in line.label.settles:
                settled[each.document.identity] += each.amount.minor
    assert {key for key, minor in settled.items() if minor > owed[key]} == set()


def test_the_score_sees_a_booking_that_is_not_the_truth(ledger: LabelledLedger) -> None:
    table = lay_out(ledger)
    decisions = decide(table.lines, table.candidates(), Policy())
    labels = [line.label for line in ledger.lines]
    place = next(n for n, label in enumerate(labels) if label.family == "right_kid")
    best = decisions[place].best
    assert best is not None
    short = Settlement(best.settlements[0].item_id, best.settlements[0].amount_minor - 1)
    decisions[place] = replace(decisions[place], best=replace(best, settlements=(short,)))
    found = FamilyScores()
    judge(found, table, labels, decisions)
    assert found.total.wrong == 1
    assert "wrong" in found.missed()[0]


def test_the_score_sees_what_was_booked_without_being_asked_about(ledger: LabelledLedger) -> None:
    table = lay_out(ledger)
    decisions = decide(table.lines, table.candidates(), Policy())
    labels = [line.label for line in ledger.lines]
    place = next(n for n, label in enumerate(labels) if label.family == "bill_to_new_account")
    assert decisions[place].verdict is Verdict.PROPOSE
    decisions[place] = replace(decisions[place], verdict=Verdict.BOOK, others=())
    found = FamilyScores()
    judge(found, table, labels, decisions)
    assert found.families["bill_to_new_account"].wrong == 1
