"""Money that several messages tell of is joined, never added; two that are two stay two."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from avstem.domain.joining import IncomingEntry, Joiner, Outcome, StoredEntry

DAY = date(2026, 3, 10)


def incoming(
    minor: int = 100_00, *, reference: str = "", text: str = "x", **more: object
) -> IncomingEntry:
    entry = IncomingEntry(DAY, minor, reference, text, has_details=False)
    return replace(entry, **more)  # type: ignore[arg-type]  # a test's short form


def stored(
    entry_id: int, minor: int = 100_00, *, reference: str = "", **more: object
) -> StoredEntry:
    entry = StoredEntry(
        id=entry_id,
        booking_date=DAY,
        amount_minor=minor,
        reference=reference,
        fingerprint="x",
        origin="statement",
        in_statement=True,
        in_notification=False,
        has_details=False,
        booked=False,
    )
    return replace(entry, **more)  # type: ignore[arg-type]  # a test's short form


def outcomes(
    kind: str, entries: list[IncomingEntry], known: list[StoredEntry]
) -> list[tuple[str, tuple[int, ...]]]:
    answers = Joiner(kind).join(entries, known, {})
    return [(answer.outcome.value, answer.stored) for answer in answers]


def test_the_same_reference_day_and_amount_is_the_same_money() -> None:
    assert outcomes("statement", [incoming(reference="R1")], [stored(1, reference="R1")]) == [
        ("known", (1,))
    ]


def test_a_reference_used_again_a_year_later_is_other_money() -> None:
    last_year = stored(1, reference="R1", booking_date=DAY - timedelta(days=365))
    assert outcomes("statement", [incoming(reference="R1")], [last_year]) == [("new", ())]


def test_two_equal_entries_with_their_own_references_are_two() -> None:
    twins = [incoming(reference="R1"), incoming(reference="R2")]
    assert [kind for kind, _ in outcomes("statement", twins, [stored(1, reference="R1")])] == [
        "known",
        "new",
    ]


def test_two_equal_entries_without_reference_are_two_and_stay_two() -> None:
    twins = [incoming(), incoming()]
    assert [kind for kind, _ in outcomes("statement", twins, [])] == ["new", "new"]
    assert [kind for kind, _ in outcomes("statement", twins, [stored(1), stored(2)])] == [
        "known",
        "known",
    ]
    assert [kind for kind, _ in outcomes("statement", twins, [stored(1)])] == [
        "known",
        "new",
    ]


def test_an_equal_entry_of_the_statement_before_is_another_entry() -> None:
    assert outcomes("statement", [incoming()], [stored(1, before=True)]) == [("new", ())]


def test_a_statement_joins_the_notification_under_another_reference() -> None:
    notified = stored(
        1,
        reference="N-7",
        origin="notification",
        in_statement=False,
        in_notification=True,
    )
    assert outcomes("statement", [incoming(reference="R1", text="y")], [notified]) == [
        ("known", (1,))
    ]


def test_a_statement_of_the_next_day_joins_the_notification_by_reference() -> None:
    notified = stored(
        1,
        reference="R1",
        origin="notification",
        in_statement=False,
        in_notification=True,
        booking_date=DAY - timedelta(days=1),
    )
    assert outcomes("statement", [incoming(reference="R1")], [notified]) == [("known", (1,))]


def test_a_notification_with_details_refines_the_sum_of_the_statement() -> None:
    batch = incoming(reference="R1", has_details=True)
    assert outcomes("notification", [batch], [stored(1, reference="R1")]) == [("finer", (1,))]


def test_a_sum_that_is_booked_is_not_taken_apart() -> None:
    batch = incoming(reference="R1", has_details=True)
    assert outcomes("notification", [batch], [stored(1, reference="R1", booked=True)]) == [
        ("known", (1,))
    ]


def test_the_same_transactions_grouped_otherwise_are_known() -> None:
    lump = incoming(100_00, reference="SUM", details=(("D1", 30_00), ("D2", 70_00)))
    found = Joiner("statement").join([lump], [], {("D1", 30_00): 4, ("D2", 70_00): 5})
    assert (found[0].outcome, found[0].stored) == (Outcome.KNOWN, (4, 5))


def test_a_known_reference_with_another_amount_is_an_alarm() -> None:
    assert outcomes(
        "statement", [incoming(99_00, reference="R1")], [stored(1, reference="R1")]
    ) == [("alarm", (1,))]


def test_a_bank_that_repeats_a_reference_for_several_entries_raises_no_alarm() -> None:
    both = [incoming(100_00, reference="R1"), incoming(99_00, reference="R1")]
    assert [kind for kind, _ in outcomes("statement", both, [stored(1, reference="R1")])] == [
        "known",
        "new",
    ]


def test_a_row_typed_by_hand_gives_way_to_the_bank_line() -> None:
    typed = stored(1, origin="manual", in_statement=False, booking_date=DAY - timedelta(days=2))
    assert outcomes("statement", [incoming(reference="R1")], [typed]) == [("finer", (1,))]
    assert outcomes("statement", [incoming(reference="R1")], [replace(typed, booked=True)]) == [
        ("known", (1,))
    ]


def test_a_row_typed_a_week_ago_is_other_money() -> None:
    typed = stored(1, origin="manual", in_statement=False, booking_date=DAY - timedelta(days=7))
    assert outcomes("statement", [incoming(reference="R1")], [typed]) == [("new", ())]


entries = st.lists(
    st.builds(
        incoming,
        st.sampled_from([100_00, 200_00]),
        reference=st.sampled_from(["", "R1", "R2"]),
        text=st.sampled_from(["x", "y"]),
    ),
    max_size=8,
)


@given(entries)
def test_a_message_that_comes_again_adds_nothing(message: list[IncomingEntry]) -> None:
    first = Joiner("statement").join(message, [], {})
    kept = [
        stored(
            place,
            entry.amount_minor,
            reference=entry.reference,
            fingerprint=entry.fingerprint,
        )
        for place, (entry, answer) in enumerate(zip(message, first, strict=True), 1)
        if answer.outcome is Outcome.NEW
    ]
    assert len(kept) == len(message), "nothing is lost the first time"
    again = Joiner("statement").join(message, kept, {})
    assert {answer.outcome for answer in again} <= {Outcome.KNOWN}
    claimed = [entry_id for answer in again for entry_id in answer.stored]
    assert sorted(claimed) == sorted(set(claimed)), "each answers for one"
