"""Cash ahead: balances day by day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from avstem.domain.cash_ahead import Flow, FlowKind, first_short, look_ahead

TODAY = date(2026, 11, 23)


def flow(days: int, minor: int, kind: FlowKind = FlowKind.DUE) -> Flow:
    return Flow(TODAY + timedelta(days=days), minor, kind)


def test_the_first_day_that_falls_short_is_told_with_and_without_what_customers_owe() -> None:
    flows = [flow(1, -80), flow(2, 50, FlowKind.EXPECTED), flow(3, -40), flow(5, -40)]
    ahead = look_ahead(100, flows, today=TODAY, days=6)
    assert ahead.short is not None
    assert ahead.short.day == TODAY + timedelta(days=5)
    assert ahead.short.balance_minor == -10
    assert ahead.short_without_expected is not None
    assert ahead.short_without_expected.day == TODAY + timedelta(days=3)


def test_what_should_have_left_before_today_leaves_today() -> None:
    ahead = look_ahead(100, [flow(-4, -30), flow(-1, -20, FlowKind.SENT)], today=TODAY, days=1)
    assert (ahead.days[0].due_minor, ahead.days[0].sent_minor) == (-30, -20)
    assert ahead.days[0].balance_minor == ahead.days[1].balance_minor == 50


def test_an_account_that_never_falls_short_says_so() -> None:
    ahead = look_ahead(0, [], today=TODAY, days=3)
    assert ahead.short is None
    assert ahead.short_without_expected is None
    assert not any(day.moves for day in ahead.days)


_FLOWS = st.lists(
    st.builds(
        flow, st.integers(-5, 12), st.integers(-(10**12), 10**12), st.sampled_from(list(FlowKind))
    )
)


@given(_FLOWS, st.integers(-(10**12), 10**12))
def test_the_last_balance_is_the_first_and_all_that_moves_until_then(
    flows: list[Flow], start: int
) -> None:
    ahead = look_ahead(start, flows, today=TODAY, days=10)
    last = TODAY + timedelta(days=10)
    within = [each for each in flows if each.day <= last]
    assert ahead.days[-1].balance_minor == start + sum(each.minor for each in within)
    certain = [each.minor for each in within if each.kind is not FlowKind.EXPECTED]
    assert ahead.days[-1].without_expected_minor == start + sum(certain)


@given(_FLOWS, st.integers(-(10**12), 10**12))
def test_the_short_way_to_the_first_day_that_falls_short_says_the_same(
    flows: list[Flow], start: int
) -> None:
    whole = look_ahead(start, flows, today=TODAY, days=10).short
    said = (whole.day, whole.balance_minor) if whole else None
    assert first_short(start, flows, today=TODAY, days=10) == said
