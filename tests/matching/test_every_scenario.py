"""Every situation that the trade's list of 53 names is held by a table or by a test of its own.

The tables in `scenarios/` have most of them under the same id; the others need files, tables or the
bank, and stand where those are tested.
"""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent
IN_TABLES = (
    "A-01 A-02 A-03 A-04 A-05 B-01 B-02 B-03 B-04 C-01 C-02 C-03 C-04 D-01 D-02 D-03 D-04 E-02 E-03 E-04 "
    "F-01 F-02 G-01 G-02 H-01 H-02 H-03 H-04 I-01 I-02 K-01 K-02 K-03 L-02 L-03 M-01 N-01 N-02"
).split()
ELSEWHERE = {
    "E-01": "matching/test_both_ledgers.py:two_invoices_and_a_suppliers_credit_note_are_proposed",
    "J-01": "cli/test_import.py:the_same_file_again_adds_nothing",
    "J-02": "cli/test_import.py:two_alike_payments_on_one_day_stay_two",
    "J-03": "cli/test_import.py:statement_ids_and_references_used_again_a_year_later",
    "J-04": "cli/test_import.py:a_pending_payment_is_replaced_by_the_booked_one",
    "J-05": "cli/test_import.py:a_reference_that_comes_with_another_amount_is_an_alarm",
    "L-01": "payments/test_life.py:a_bill_goes_to_the_bank_and_its_answers_move_it",
    "L-04": "payments/test_approval.py:what_is_odd_needs_a_person",
    "L-05": "payments/test_life.py:what_cannot_be_paid_says_why",
    "M-02": "services/test_undo.py:a_booking_in_a_closed_period_is_reversed_on_the_first_open_day",
    "M-03": "services/test_undo.py:what_a_person_has_accepted_stands",
    "O-01": "cli/test_killed.py:two_runs_at_once_settle_each_invoice_once",
    "O-02": "cli/test_chain.py:a_statement_that_does_not_add_up_is_stored_but_nothing_is_booked",
    "O-03": "cli/test_killed.py:a_killed_matching_is_taken_up_by_the_next",
    "O-04": "matching/test_booking_rules.py:hostile",
}


def test_all_of_them_are_somewhere() -> None:
    assert len({*IN_TABLES, *ELSEWHERE}) == 53


@pytest.mark.parametrize("scenario", IN_TABLES)
def test_the_table_has_it(scenario: str) -> None:
    tables = "\n".join(
        path.read_text("utf-8") for path in (TESTS / "matching" / "scenarios").glob("*.txt")
    )
    assert re.search(rf"^# {scenario} ", tables, re.MULTILINE)


@pytest.mark.parametrize("scenario", ELSEWHERE)
def test_the_test_is_there(scenario: str) -> None:
    file, _, name = ELSEWHERE[scenario].partition(":")
    found = re.findall(r"def test_(\w+)", (TESTS / file).read_text("utf-8"))
    assert any(name in each for each in found), name
