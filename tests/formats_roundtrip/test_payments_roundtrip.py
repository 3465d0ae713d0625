"""Orders and cancellations of any kind leave checked, and read back are what was asked for."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from avstem.domain.calendar import next_bank_day
from avstem.domain.cancellation import CancellationReason, cancel
from avstem.domain.kid import Modulus, with_check_digit
from avstem.domain.money import Money
from avstem.domain.payment_order import ChargeBearer, DocumentKind, PaymentKind, PaymentOrder
from avstem.domain.statement import Notice, Reference
from avstem.formats.outgoing import checked_cancellation, checked_payment_file
from avstem.formats.pain001.dialect import PAIN_001_03, PAIN_001_09, Dialect
from avstem.formats.payment_files import read_payment_message
from avstem.formats.payment_messages import CaseMessage, OrderMessage
from tests.formats.test_pain001_rules import RATES
from tests.support.payments import (
    AT_HOME,
    CREATED,
    DAY,
    GOODS,
    IN_AMERICA,
    IN_GERMANY,
    KIND,
    credit_note,
    file_of,
    invoice,
    nok,
    order,
)

dialects = st.builds(
    Dialect,
    version=st.sampled_from([PAIN_001_03, PAIN_001_09]),
    account_form=st.sampled_from(["BBAN", "IBAN"]),
    initiator_id=st.just("00123456"),
    batch_booking=st.sampled_from([None, True, False]),
    encoding=st.sampled_from(["UTF-8", "ISO-8859-1", "ISO-8859-15"]),
    name_length=st.sampled_from([35, 70, 140]),
)
letters = st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_categories=("C", "Z"))
swift = st.sampled_from("ABCXYZabcxyz0189-?:().,'+")
ids = st.text(swift, min_size=1, max_size=20)
kids = st.from_regex(r"[0-9]{1,24}", fullmatch=True).flatmap(
    lambda payload: st.sampled_from(Modulus).map(lambda modulus: with_check_digit(payload, modulus))
)
days = st.integers(0, 400).map(lambda after: next_bank_day(DAY + timedelta(after)))
minors = st.integers(1, 10**11)


def words(alphabet: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    parts = st.lists(st.text(alphabet, min_size=1, max_size=12), min_size=1, max_size=8)
    return parts.map(" ".join)


@st.composite
def at_home(draw: st.DrawFn, number: int) -> PaymentOrder:
    kind = draw(st.sampled_from([kind for kind in PaymentKind if kind.is_domestic]))
    minor = draw(minors)
    more: dict[str, Any] = {"amount": nok(minor), "execution_date": draw(days)}
    if kind in (KIND.DOMESTIC_KID, KIND.TAX):
        more["kid"] = draw(kids)
    elif kind is KIND.DOMESTIC_DOCUMENTS:
        less = draw(st.integers(1, 10**6))
        more["documents"] = (invoice("1001", minor + less), credit_note("K-1", less))
    else:
        more["text"] = draw(words(letters))
    return order(number, kind, replace(AT_HOME, name=draw(words(letters))), **more)


@st.composite
def abroad(draw: st.DrawFn, number: int) -> PaymentOrder:
    kind = draw(st.sampled_from([KIND.SEPA, KIND.CROSS_BORDER]))
    creditor = IN_GERMANY if kind is KIND.SEPA else draw(st.sampled_from([IN_GERMANY, IN_AMERICA]))
    currency = "EUR" if kind is KIND.SEPA else draw(st.sampled_from(["EUR", "USD", "JPY", "NOK"]))
    more: dict[str, Any] = {
        "amount": Money(draw(st.integers(1, 10**9)), currency),
        "execution_date": draw(days),
        "regulatory": GOODS,
        "text": draw(words(swift)),
    }
    if creditor is IN_AMERICA:
        more["charge_bearer"] = draw(st.sampled_from([None, ChargeBearer.DEBTOR]))
    return order(number, kind, creditor, **more)


@st.composite
def lists_of_orders(draw: st.DrawFn) -> list[PaymentOrder]:
    count = draw(st.integers(1, 6))
    keys = draw(st.lists(ids, min_size=count, max_size=count, unique=True))
    return [
        replace(
            draw(st.one_of(at_home(number), abroad(number))),
            end_to_end_id=f"{key}.E",
            instruction_id=f"{key}.I",
        )
        for number, key in enumerate(keys)
    ]


def read(xml: bytes) -> OrderMessage | CaseMessage:
    notices: list[Notice] = []
    found = read_payment_message(BytesIO(xml), file="f", notices=notices)
    assert notices == []
    assert isinstance(found, OrderMessage | CaseMessage)
    return found


def references(ordered: PaymentOrder) -> tuple[Reference, ...]:
    if ordered.kid:
        return (Reference("kid", ordered.kid),)
    kinds = {DocumentKind.INVOICE: "invoice", DocumentKind.CREDIT_NOTE: "credit_note"}
    return tuple(
        Reference(kinds[each.kind], each.number, each.amount) for each in ordered.documents
    )


@settings(max_examples=80, deadline=None)
@given(orders=lists_of_orders(), dialect=dialects)
def test_orders_of_any_kind_come_back_as_they_were_ordered(
    orders: list[PaymentOrder], dialect: Dialect
) -> None:
    file = file_of(*orders)
    found = read(checked_payment_file(file, dialect, nok_rates=RATES))
    assert isinstance(found, OrderMessage)
    assert (found.message_id, found.format) == (file.message_id, dialect.version)
    paid = {
        each.end_to_end_id: (batch, each) for batch in found.batches for each in batch.instructions
    }
    assert len(paid) == len(found.amounts) == len(orders)
    for ordered in orders:
        batch, each = paid[ordered.end_to_end_id]
        assert each.instruction_id == ordered.instruction_id
        assert each.amount == ordered.amount
        assert batch.execution_date == ordered.execution_date
        account = ordered.creditor.account
        assert each.counterparty_account in (account.number, account.iban)
        assert batch.account in (ordered.debtor.account.number, ordered.debtor.account.iban)
        assert each.references == references(ordered)
        assert " ".join(each.remittance) == ordered.text
        if ordered.kind.is_domestic:
            assert each.counterparty == ordered.creditor.name[: dialect.name_length].strip()


@settings(max_examples=80, deadline=None)
@given(data=st.data(), orders=lists_of_orders(), dialect=dialects)
def test_any_choice_of_payments_is_cancelled_as_it_was_chosen(
    data: st.DataObject, orders: list[PaymentOrder], dialect: Dialect
) -> None:
    file = file_of(*orders)
    sent = [each.end_to_end_id for each in file.orders]
    chosen = data.draw(st.sets(st.sampled_from(sent), min_size=1))
    text = data.draw(st.text(letters, max_size=105))
    reasons = [each for each in CancellationReason if each is not CancellationReason.TECHNICAL]
    request = cancel(
        file, frozenset(chosen), id=data.draw(ids), created=CREATED, message_name=dialect.version,
        reason=data.draw(st.sampled_from(reasons)), text=text,
    )  # fmt: skip
    found = read(checked_cancellation(request, dialect))
    assert isinstance(found, CaseMessage)
    [group] = found.files
    whole = {each.payment_information_id for each in found.batches if each.is_whole}
    named = {each.end_to_end_id for each in found.payments}
    cancelled = {
        each.end_to_end_id
        for batch in file.batches
        for each in batch.orders
        if group.is_whole or batch.id in whole or each.end_to_end_id in named
    }
    assert cancelled == chosen
    assert found.stated.count == len(chosen)
    told = {reason for part in (group, *found.batches, *found.payments) for reason in part.reasons}
    assert {(each.code, " ".join(each.texts)) for each in told} == {(request.reason.value, text)}
