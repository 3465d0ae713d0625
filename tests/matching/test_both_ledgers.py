"""A company that is customer and supplier at once: what crosses the ledgers is a person's."""

from dataclasses import replace

from avstem.matching.decision import Decision

from .table import read_scenario


def _decide(*rows: str) -> tuple[Decision, dict[str, int]]:
    """Decide one payment; what S1 has issued is taken as party C1's, the same company."""
    scenario = read_scenario(["# T one company", *rows, "=> LEAVE"])
    one, other = scenario.parties["C1"], scenario.parties["S1"]
    scenario.books.items = [
        replace(item, party_id=one) if item.party_id == other else item
        for item in scenario.books.items
    ]
    decision = scenario.books.decide(scenario.lines)[0]
    settled = decision.best.settlements if decision.best else ()
    return decision, {scenario.number_of(s.item_id): s.amount_minor for s in settled}


def test_two_invoices_and_a_suppliers_credit_note_are_proposed_together() -> None:
    decision, settled = _decide(
        "item 1036 C1 100.00",
        "item 1037 C1 200.00",
        "item 88 S1 300.00 credit",
        "line +600.00 from=C1",
    )
    assert decision.verdict.name == "PROPOSE"
    assert settled == {"1036": 10000, "1037": 20000, "88": 30000}


def test_an_invoice_and_a_suppliers_credit_note_named_in_the_text_are_not_booked_together() -> None:
    decision, settled = _decide(
        "item 1036 C1 100.00",
        "item 88 S1 300.00 credit",
        'line +400.00 from=C1 text="Faktura 1036 og kreditnota 88"',
    )
    assert decision.verdict.name == "PROPOSE"
    assert settled == {"1036": 10000, "88": 30000}


def test_an_invoice_and_the_same_amount_of_suppliers_credit_are_not_told_apart_by_amount() -> None:
    decision, _ = _decide(
        "item 1036 C1 300.00",
        "item 88 S1 300.00 credit",
        "line +300.00 from=C1",
    )
    assert decision.verdict.name == "PROPOSE"
    assert len(decision.others) == 1
