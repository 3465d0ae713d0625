"""The score counts what a bookkeeper would count, and calls a wrong booking wrong."""

from typing import Any

from avstem.testbank.score import render_table, score

PARTY = {"party_orgnr": None, "party_name": "Åse Lien"}


def settles(number: str, amount: str, **more: Any) -> dict[str, Any]:
    return {"type": "customer_invoice", "number": number, "amount": amount, **PARTY, **more}


def truth(reference: str, *allocations: dict[str, Any], certain: bool = True) -> dict[str, Any]:
    return {
        "account": "A", "bank_reference": reference, "family": "right_kid",
        "certain": certain, "allocations": list(allocations),
    }  # fmt: skip


def match(
    reference: str, status: str, *allocations: dict[str, Any], suggestions: Any = ()
) -> dict[str, Any]:
    return {
        "account": "A", "bank_reference": reference, "status": status,
        "allocations": list(allocations),
        "suggestions": [{"allocations": each} for each in suggestions],
    }  # fmt: skip


def test_a_booking_on_just_the_true_invoices_is_right_in_any_order() -> None:
    one, two = settles("1", "10.00"), settles("2", "20.00")
    found = score([truth("T", one, two)], [match("T", "booked", two, one)])
    assert (found.total.booked, found.total.certain_booked, found.total.wrong) == (1, 1, 0)


def test_another_amount_on_the_true_invoice_is_wrong() -> None:
    found = score([truth("T", settles("1", "10.00"))], [match("T", "booked", settles("1", "9.99"))])
    assert found.total.wrong == len(found.wrong_bookings) == 1


def test_two_suppliers_may_use_the_same_number_and_are_told_apart() -> None:
    bill = settles("7", "5.00", type="supplier_invoice", party_orgnr="310000006")
    other = {**bill, "party_orgnr": "310000014"}
    assert score([truth("T", bill)], [match("T", "booked", other)]).total.wrong == 1


def test_an_invoice_paid_twice_may_be_booked_on_no_invoice_but_not_on_one() -> None:
    twice = truth("T", certain=False)
    assert score([twice], [match("T", "booked")]).total.wrong == 0
    assert score([twice], [match("T", "suggested")]).total.wrong == 0
    assert score([twice], [match("T", "booked", settles("1", "1.00"))]).total.wrong == 1


def test_a_proposal_counts_by_the_place_of_the_truth_in_it() -> None:
    right, wrong = [settles("1", "10.00")], [settles("2", "10.00")]
    lines = [
        match("first", "suggested", suggestions=[right, wrong]),
        match("third", "suggested", suggestions=[wrong, wrong, right]),
        match("never", "suggested", suggestions=[wrong]),
    ]
    found = score([truth(each["bank_reference"], *right) for each in lines], lines).total
    assert (found.suggested, found.truth_first, found.truth_in_five) == (3, 1, 2)


def test_lines_that_only_one_side_knows_are_counted_apart() -> None:
    found = score([truth("lost")], [match("strange", "open")])
    assert (found.total.missing, found.unknown) == (1, 1)
    assert "right_kid" in render_table(found)
