"""What our writer writes, our reader reads as the same values, whatever they are."""

import io
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from avstem.domain.money import Money, total
from avstem.domain.statement import (
    Entry,
    EntryStatus,
    Reference,
    StatementHead,
    StatementKind,
    StatementSource,
    Transaction,
)
from avstem.formats import read_statements
from avstem.formats.camt_write import FORMATS, write_camt

days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
unsigned = st.integers(1, 10**11).map(lambda minor: Money(minor, "NOK"))
words = st.text("abcæøåÆØÅ&<>\"'0123456789-/", min_size=1, max_size=30)
texts = st.lists(words, min_size=1, max_size=4).map(" ".join)
ids = st.text("ABCDEF0123456789-", min_size=1, max_size=35).filter(lambda each: each != "NONREF")
accounts = st.sampled_from(["86011117947", "NO9386011117947", "DE89370400440532013000", "123-4"])
references = st.builds(
    Reference, st.sampled_from(["kid", "invoice", "credit_note"]),
    st.text("0123456789", min_size=2, max_size=25), st.none() | unsigned,
)  # fmt: skip


@st.composite
def transactions(draw: st.DrawFn, is_out: bool) -> Transaction:
    amount = draw(unsigned)
    original = draw(st.none() | st.integers(1, 10**9).map(lambda minor: Money(minor, "EUR")))
    reason = draw(st.none() | st.sampled_from(["AC04", "MS03"]))
    optional = st.none() | ids
    return Transaction(
        -amount if is_out else amount, bank_reference=draw(optional),
        end_to_end_id=draw(optional), instruction_id=draw(optional),
        payment_information_id=draw(optional), message_id=draw(optional),
        counterparty=draw(st.none() | texts), counterparty_account=draw(st.none() | accounts),
        references=tuple(draw(st.lists(references, max_size=3))),
        remittance=tuple(draw(st.lists(texts, max_size=2))), original_amount=original,
        exchange_rate=draw(st.sampled_from([None, "11.0435"])) if original else None,
        charges=draw(st.none() | unsigned), return_reason=reason,
        is_return=reason is not None or draw(st.booleans()),
    )  # fmt: skip


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    is_out = draw(st.booleans())
    parts = tuple(draw(st.lists(transactions(is_out), max_size=4)))
    amount = total((part.amount for part in parts), "NOK") if parts else draw(unsigned)
    charges = draw(st.none() | unsigned)
    return Entry(
        amount=amount, status=draw(st.sampled_from(EntryStatus)), booking_date=draw(days),
        value_date=draw(st.none() | days), reference=draw(ids),
        entry_number=draw(st.none() | ids), reversal=draw(st.booleans()),
        code=draw(st.sampled_from(["PMNT/RCDT/DMCT", "ACMT/MDOP/CHRG", "234"])),
        text=draw(st.none() | texts),
        transactions=parts or (Transaction(amount, charges=charges),), charges=charges,
        batch_count=len(parts) if len(parts) > 1 else None, has_details=bool(parts),
    )  # fmt: skip


def head(format: str) -> StatementHead:
    is_statement = not format.startswith("camt.054")
    kinds = {"2": StatementKind.REPORT, "3": StatementKind.STATEMENT}
    return StatementHead(
        format=format,
        kind=kinds.get(format[7], StatementKind.NOTIFICATION),
        id="S-1", sequence="7", account="NO9386011117947", currency="NOK",
        from_date=date(2026, 3, 2), to_date=date(2026, 3, 6),
        opening_balance=Money(-5, "NOK") if is_statement else None,
        closing_balance=Money(1_000, "NOK") if is_statement else None,
        balances_booked=format.startswith("camt.053"), created="2026-03-06T23:00:00+01:00",
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(format=st.sampled_from(FORMATS), written=st.lists(entries(), max_size=4))
def test_a_message_comes_back_as_it_was_written(format: str, written: list[Entry]) -> None:
    stream = io.BytesIO()
    source = StatementSource(head(format), iter(written))
    write_camt(stream, [source], format=format, message_id="M", created="2026-03-06T23:00:00+01:00")
    stream.seek(0)
    found = [
        (source.head, list(source.entries)) for source in read_statements(stream, file="x.xml")
    ]
    assert found == [(replace(head(format), notices=found[0][0].notices), written)]
