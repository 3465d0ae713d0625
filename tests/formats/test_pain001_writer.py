"""pain.001 as it is written: valid, read back as ordered, and what Norwegian banks ask for.

`pytest tests/formats/test_pain001_writer.py --rewrite-golden` writes the golden files anew.
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avstem.domain.calendar import next_bank_day
from avstem.domain.errors import InvalidValueError
from avstem.domain.identifiers import norwegian_iban
from avstem.domain.kid import Modulus, with_check_digit
from avstem.domain.money import Money
from avstem.domain.payment_order import (
    ChargeBearer,
    PaymentKind,
    PaymentOrder,
    RegulatoryReport,
    Urgency,
    execution_date,
)
from avstem.domain.payment_party import Account, Address, Bank, Creditor
from avstem.domain.statement import Notice
from avstem.formats.pain001.dialect import Dialect
from avstem.formats.pain001.rules import check_pain001
from avstem.formats.pain001.writer import write_pain001
from avstem.formats.schemas import validate
from tests.support.pain001_reader import Paid, read_pain001
from tests.support.payments import (
    AT_HOME,
    CREATED,
    DAY,
    DEBTOR,
    GOODS,
    IN_AMERICA,
    IN_GERMANY,
    KIND,
    SITUATIONS,
    credit_note,
    file_of,
    invoice,
    nok,
    order,
    schema,
)

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "pain001"
DIALECTS = {
    "03": Dialect(initiator_id="00123456", division_id="XML1"),
    "09": Dialect(version="pain.001.001.09", account_form="IBAN", initiator_id="914512345",
                  initiator_scheme="BANK", batch_booking=False),
}  # fmt: skip
RATES = {"EUR": Decimal("11.50"), "USD": Decimal("10.20")}
BOTH = pytest.mark.parametrize("version", DIALECTS)


def written(orders: list[PaymentOrder], version: str = "03", **more: Any) -> bytes:
    return write_pain001(file_of(*orders), replace(DIALECTS[version], **more))


def read(orders: list[PaymentOrder], version: str = "03", **more: Any) -> list[Paid]:
    return read_pain001(written(orders, version, **more))


@BOTH
@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_situation_is_written_as_the_golden_file_beside(
    situation: str, version: str, rewrite_golden: bool
) -> None:
    xml = written(SITUATIONS[situation], version)
    beside = GOLDEN / f"{situation}_{version}.xml"
    if rewrite_golden:
        beside.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(xml)
    assert xml == beside.read_bytes()


@BOTH
@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_situation_is_valid_against_the_published_schema(
    situation: str, version: str
) -> None:
    rules = schema(f"pain001__pain.001.001.{version}.xsd")
    assert validate(written(SITUATIONS[situation], version), rules) == []


def test_no_golden_file_is_left_over() -> None:
    expected = {f"{situation}_{version}" for situation in SITUATIONS for version in DIALECTS}
    assert {file.stem for file in GOLDEN.glob("*.xml")} == expected


# What banks ask for


def test_payments_are_batched_by_day_account_kind_and_currency() -> None:
    found = [(each.batch[-2:], each.day, each.ids[1]) for each in read(SITUATIONS["several_days"])]
    assert found == [
        ("-1", "2026-11-26", "E-3"), ("-2", "2026-11-26", "E-2"), ("-3", "2026-11-30", "E-1"),
    ]  # fmt: skip


def test_salary_is_a_batch_of_its_own_and_booked_as_one_sum() -> None:
    found = {each.ids[1]: each for each in read(SITUATIONS["salary_beside_suppliers"], "09")}
    assert found["E-1"].batch == found["E-3"].batch != found["E-2"].batch
    assert (found["E-1"].category, found["E-1"].one_sum) == ("SALA", "true")
    assert (found["E-2"].category, found["E-2"].one_sum) == ("", "false")


def test_a_kid_has_no_issuer_and_an_rf_reference_is_iso_s() -> None:
    assert read(SITUATIONS["kid"])[1].reference == ("000006-", "")
    assert read(SITUATIONS["rf_reference"])[0].reference == ("RF18539007547034", "ISO")


def test_invoices_and_credit_notes_stand_with_their_amounts() -> None:
    assert read(SITUATIONS["invoices_and_credit_note"])[0].documents == [
        ("CINV", "1001", "2026-10-30", "1500.00"), ("CREN", "K-7", "", "250.00"),
    ]  # fmt: skip


def test_at_home_norwegian_letters_stay_and_abroad_they_are_written_out() -> None:
    assert read(SITUATIONS["text"])[0].creditor == "Åsgård Kjøkken AS"
    sepa = read(SITUATIONS["sepa"])[0]
    assert (sepa.creditor, sepa.debtor[0]) == ("Mueller + Soehne GmbH", "Fjellvik Roer + Varme AS")


def test_a_payment_abroad_carries_bank_address_and_purpose() -> None:
    german, american = read(SITUATIONS["abroad_with_report"])
    assert (german.bank, german.charges, german.report) == ("COBADEFFXXX", "SHAR", ("", ""))
    assert (american.bank, american.charges) == ("021000021", "DEBT")
    assert american.report == ("14", "Maskindeler til verkstedet, ordre 4711")
    assert american.address["TwnNm"] == ["Springfield"]
    assert american.address["AdrLine"] == ["Suite 3"]


@pytest.mark.parametrize(("form", "number"), [("BBAN", "15030001017"), ("IBAN", "NO6115030001017")])
def test_an_account_at_home_is_named_as_the_bank_wants_it(form: str, number: str) -> None:
    found = read(SITUATIONS["kid"], account_form=form)[0]
    assert found.account == (form, number)


def test_within_sepa_both_sides_are_named_by_iban() -> None:
    found = read(SITUATIONS["sepa"])[0]
    assert (found.account[0], found.debtor[1]) == ("IBAN", "NO9386011117947")


@pytest.mark.parametrize(
    ("urgency", "level"),
    [(Urgency.NORMAL, "NURG"), (Urgency.URGENT, "URGP"), (Urgency.SAME_DAY, "SDVA")],
)
def test_urgency_is_a_service_level(urgency: Urgency, level: str) -> None:
    [found] = read([order(1, KIND.DOMESTIC_TEXT, text="Hei", urgency=urgency)])
    assert found.service == level


def test_a_bank_that_asks_for_the_payee_s_bank_gets_it_or_refuses() -> None:
    known = replace(AT_HOME, bank=Bank("DNBANOKK"))
    [found] = read(
        [order(1, KIND.DOMESTIC_KID, known, kid="12345674")], domestic_creditor_agent=True
    )
    assert found.bank == "DNBANOKK"
    assert read([order(1, KIND.DOMESTIC_KID, known, kid="12345674")])[0].bank == ""
    with pytest.raises(InvalidValueError):
        read(SITUATIONS["kid"], domestic_creditor_agent=True)


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "ISO-8859-15"])
def test_every_letter_of_the_repertoire_survives_every_encoding(encoding: str) -> None:
    letters = "".join(map(chr, [*range(0xA1, 0xAD), *range(0xAE, 0x100)]))
    name = replace(AT_HOME, name=letters)
    [found] = read([order(1, KIND.DOMESTIC_KID, name, kid="12345674")], encoding=encoding,
                   name_length=140)  # fmt: skip
    assert found.creditor == letters


def test_what_is_altered_is_told_with_its_place() -> None:
    notices: list[Notice] = []
    long = replace(AT_HOME, name="A" * 71)
    orders = [
        order(1, KIND.DOMESTIC_TEXT, long, text="Hei"),
        order(2, KIND.DOMESTIC_TEXT, text="“Hei”"),
    ]
    write_pain001(file_of(*orders), DIALECTS["03"], notices=notices)
    assert [(each.code, each.place) for each in notices] == [
        ("payment.name_shortened", "PmtInf[1]/CdtTrfTxInf[1]/Cdtr/Nm"),
        ("payment.characters_replaced", "PmtInf[1]/CdtTrfTxInf[2]/RmtInf"),
    ]


def test_a_long_text_is_cut_between_words_where_the_bank_takes_it() -> None:
    text = "Faktura 1001 " * 20
    [found] = read([order(1, KIND.DOMESTIC_TEXT, text=text)], remittance_length=300)
    assert " ".join(found.text) == text.strip()
    assert max(map(len, found.text)) <= 140


# What is refused

REFUSED: dict[str, tuple[PaymentKind, Creditor, dict[str, Any]]] = {
    "nothing to pay": (KIND.DOMESTIC_TEXT, AT_HOME, {"text": "x", "amount": nok(0)}),
    "less than nothing": (KIND.DOMESTIC_TEXT, AT_HOME, {"text": "x", "amount": nok(-1)}),
    "19 digits": (KIND.DOMESTIC_TEXT, AT_HOME, {"text": "x", "amount": nok(10**18)}),
    "a Saturday": (KIND.DOMESTIC_KID, AT_HOME, {"kid": "12345674", "execution_date": date(2026, 11, 28)}),
    "Christmas Eve": (KIND.DOMESTIC_KID, AT_HOME, {"kid": "12345674", "execution_date": date(2026, 12, 24)}),
    "no KID": (KIND.DOMESTIC_KID, AT_HOME, {}),
    "a wrong KID": (KIND.DOMESTIC_KID, AT_HOME, {"kid": "12345675"}),
    "a wrong RF reference": (KIND.DOMESTIC_KID, AT_HOME, {"kid": "RF19539007547034"}),
    "an RF reference with spaces": (KIND.DOMESTIC_KID, AT_HOME, {"kid": "RF18 5390 0754 7034"}),
    "KID and text": (KIND.DOMESTIC_KID, AT_HOME, {"kid": "12345674", "text": "x"}),
    "KID and a credit note": (KIND.DOMESTIC_DOCUMENTS, AT_HOME,
                              {"kid": "12345674", "documents": (credit_note("1", 1),)}),
    "no text": (KIND.DOMESTIC_TEXT, AT_HOME, {"text": " "}),
    "documents of another sum": (KIND.DOMESTIC_DOCUMENTS, AT_HOME, {"documents": (invoice("1", 1),)}),
    "documents in salary": (KIND.SALARY, AT_HOME, {"documents": (invoice("1", 125_000),)}),
    "euro at home": (KIND.DOMESTIC_TEXT, AT_HOME, {"text": "x", "amount": Money(1, "EUR")}),
    "an account abroad at home": (KIND.DOMESTIC_TEXT, IN_GERMANY, {"text": "x"}),
    "charges to the payee at home": (KIND.DOMESTIC_TEXT, AT_HOME,
                                     {"text": "x", "charge_bearer": ChargeBearer.CREDITOR}),
    "kroner in SEPA": (KIND.SEPA, IN_GERMANY, {"regulatory": GOODS}),
    "no IBAN in SEPA": (KIND.SEPA, IN_AMERICA, {"amount": Money(1, "EUR"), "regulatory": GOODS}),
    "a KID in SEPA": (KIND.SEPA, IN_GERMANY,
                      {"amount": Money(1, "EUR"), "regulatory": GOODS, "kid": "12345674"}),
    "shared charges in SEPA": (KIND.SEPA, IN_GERMANY, {"amount": Money(1, "EUR"), "regulatory": GOODS,
                                                       "charge_bearer": ChargeBearer.SHARED}),
    "urgent in SEPA": (KIND.SEPA, IN_GERMANY,
                       {"amount": Money(1, "EUR"), "regulatory": GOODS, "urgency": Urgency.URGENT}),
    "a billion in SEPA": (KIND.SEPA, IN_GERMANY,
                          {"amount": Money(10**11, "EUR"), "regulatory": GOODS}),
    "kroner abroad to an account at home": (KIND.CROSS_BORDER, AT_HOME, {}),
    "no address abroad": (KIND.CROSS_BORDER, replace(IN_GERMANY, address=None), {}),
    "no town abroad": (KIND.CROSS_BORDER, replace(IN_GERMANY, address=Address("DE")), {}),
    "no bank abroad": (KIND.CROSS_BORDER, replace(IN_GERMANY, bank=None), {}),
    "no IBAN where it is used": (KIND.CROSS_BORDER, replace(IN_GERMANY, account=Account.other("5320")), {}),
    "service level charges abroad": (KIND.CROSS_BORDER, IN_GERMANY,
                                     {"charge_bearer": ChargeBearer.SERVICE_LEVEL}),
    "above 100 000 without purpose": (KIND.CROSS_BORDER, IN_GERMANY, {"amount": nok(100_000_01)}),
    "an unknown value without purpose": (KIND.CROSS_BORDER, IN_GERMANY, {"amount": Money(1, "EUR")}),
    "a value above 100 000": (KIND.CROSS_BORDER, IN_GERMANY,
                              {"amount": Money(1, "EUR"), "nok_equivalent": nok(100_000_01)}),
    "an unknown purpose": (KIND.CROSS_BORDER, IN_GERMANY, {"regulatory": RegulatoryReport("15", "x")}),
    "a purpose without words": (KIND.CROSS_BORDER, IN_GERMANY, {"regulatory": RegulatoryReport("14", " ")}),
}  # fmt: skip


@pytest.mark.parametrize("reason", REFUSED)
def test_an_order_that_a_bank_would_reject_does_not_exist(reason: str) -> None:
    kind, creditor, more = REFUSED[reason]
    with pytest.raises(InvalidValueError):
        order(1, kind, creditor, **more)


@pytest.mark.parametrize(
    "text", ["", "x" * 36, "NOTPROVIDED", "/x", "x/", "a//b", "æ", "a_b", " a", "a\n", "a\0"]
)
def test_an_id_that_some_bank_rejects_is_refused(text: str) -> None:
    good = order(1, KIND.PENSION)
    with pytest.raises(InvalidValueError):
        replace(good, end_to_end_id=text)
    with pytest.raises(InvalidValueError):
        replace(good, instruction_id=text)


def test_an_id_is_used_once_in_a_file() -> None:
    with pytest.raises(InvalidValueError):
        file_of(order(1, KIND.PENSION), order(1, KIND.PENSION))


def test_a_day_before_the_file_is_refused() -> None:
    with pytest.raises(InvalidValueError):
        file_of(order(1, KIND.PENSION, execution_date=date(2026, 11, 23)))


def test_a_file_without_payments_is_none() -> None:
    with pytest.raises(InvalidValueError):
        file_of()


def test_a_message_id_leaves_room_for_its_batches() -> None:
    with pytest.raises(InvalidValueError):
        file_of(order(1, KIND.PENSION), message_id="M" * 30)


@pytest.mark.parametrize(
    "address",
    [
        pytest.param({"town": "", "lines": ("Main Street 1",)}, id="lines without a town"),
        pytest.param({"town": "Köln", "lines": ("a", "b", "c")}, id="three lines"),
        pytest.param({"country": "Germany"}, id="a country by name"),
    ],
)
def test_an_unstructured_address_is_refused(address: dict[str, Any]) -> None:
    with pytest.raises(InvalidValueError):
        Address(**({"country": "DE"} | address))


@pytest.mark.parametrize(
    "bank", [{}, {"bic": "DNBA"}, {"bic": "DNBANOKK", "clearing_number": "1"}, {"clearing_system": "USABA"}],
)  # fmt: skip
def test_a_bank_is_a_bic_or_a_clearing_number(bank: dict[str, str]) -> None:
    with pytest.raises(InvalidValueError):
        Bank(**bank)


UNWRITABLE = {
    "Cyrillic at home": (KIND.DOMESTIC_KID, replace(AT_HOME, name="Иван"), {"kid": "12345674"}),
    "a control character": (KIND.DOMESTIC_TEXT, AT_HOME, {"text": "a\x01b"}),
    "half a letter": (KIND.DOMESTIC_TEXT, AT_HOME, {"text": "a\ud800"}),
    "a smile abroad": (KIND.CROSS_BORDER, IN_GERMANY, {"text": "Takk 😀"}),
    "a text too long at home": (KIND.DOMESTIC_TEXT, AT_HOME, {"text": "x" * 141}),
    "a text too long abroad": (KIND.CROSS_BORDER, IN_GERMANY, {"text": "x" * 141}),
    "a text too long when written out": (KIND.CROSS_BORDER, IN_GERMANY, {"text": "ø" * 71}),
    "a town too long": (KIND.CROSS_BORDER, replace(IN_GERMANY, address=Address("DE", "x" * 36)), {}),
    "charges to the payee within the EEA": (KIND.CROSS_BORDER, IN_GERMANY,
                                            {"charge_bearer": ChargeBearer.CREDITOR}),
}  # fmt: skip


@pytest.mark.parametrize("reason", UNWRITABLE)
def test_what_the_bank_cannot_carry_is_refused(reason: str) -> None:
    kind, creditor, more = UNWRITABLE[reason]
    with pytest.raises(InvalidValueError):
        written([order(1, kind, creditor, **more)])


def test_a_sum_beyond_18_digits_is_refused() -> None:
    large = [order(number, KIND.PENSION, amount=nok(9 * 10**17)) for number in (1, 2)]
    with pytest.raises(InvalidValueError):
        written(large)


# Any orders

letters = st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_categories=("C", "Z"))
words = st.lists(st.text(letters, min_size=1, max_size=12), min_size=1, max_size=8).map(" ".join)
days = st.integers(0, 400).map(lambda after: next_bank_day(DAY + timedelta(after)))
minors = st.integers(1, 10**15)
kids = st.from_regex(r"[0-9]{1,24}", fullmatch=True).flatmap(
    lambda payload: st.sampled_from(Modulus).map(lambda modulus: with_check_digit(payload, modulus))
)


@st.composite
def remittances(draw: st.DrawFn) -> dict[str, Any]:
    """A kind at home with what it settles."""
    kind = draw(st.sampled_from([kind for kind in PaymentKind if kind.is_domestic]))
    amount = draw(minors)
    found: dict[str, Any] = {"kind": kind, "amount": nok(amount)}
    if kind in (KIND.DOMESTIC_KID, KIND.TAX):
        return found | {"kid": draw(kids)}
    if kind is KIND.DOMESTIC_DOCUMENTS:
        drawn_off = draw(st.integers(1, 10**6))
        documents = (invoice("1001", amount + drawn_off), credit_note("K-1", drawn_off))
        return found | {"documents": documents}
    return found | {"text": draw(words)}


@st.composite
def lists_of_orders(draw: st.DrawFn) -> list[PaymentOrder]:
    """Orders of every kind, in any order of days."""
    found = []
    for number in range(draw(st.integers(1, 6))):
        more = draw(remittances()) | {"execution_date": draw(days)}
        creditor = replace(AT_HOME, name=draw(words))
        if draw(st.booleans()):
            euro = Money(draw(st.integers(1, 10**9)), "EUR")
            more = {
                "amount": euro,
                "regulatory": GOODS,
                "execution_date": draw(days),
                "kind": KIND.SEPA,
            }
            creditor = IN_GERMANY
        found.append(order(number, creditor=creditor, **more))
    return found


def expected(each: PaymentOrder) -> dict[str, Any]:
    """What must stand in the file, by the standard."""
    iban = each.kind is KIND.SEPA
    name = "Mueller + Soehne GmbH" if iban else each.creditor.name
    amount = each.amount.decimal()
    return {
        "day": str(each.execution_date),
        "ids": (each.instruction_id, each.end_to_end_id),
        "amount": (amount, each.amount.currency),
        "creditor": name,
        "account": ("IBAN", each.creditor.account.number) if iban else ("BBAN", "15030001017"),
        "reference": (each.kid, ""),
        "words": each.text,
        "documents": [
            (str(part.kind), part.number, str(part.issued or ""), part.amount.decimal())
            for part in each.documents
        ],
        "one_sum": "true" if each.kind in (KIND.SALARY, KIND.PENSION) else "",
    }  # fmt: skip


def stands(paid: Paid) -> dict[str, Any]:
    fields = ("day", "ids", "amount", "creditor", "account", "reference", "documents", "one_sum")
    return {name: getattr(paid, name) for name in fields} | {"words": " ".join(paid.text)}


@BOTH
@settings(max_examples=60, deadline=None)
@given(orders=lists_of_orders())
def test_any_orders_are_read_back_as_they_were_given(
    version: str, orders: list[PaymentOrder]
) -> None:
    dialect = replace(DIALECTS["03"], version=f"pain.001.001.{version}", name_length=140)
    xml = write_pain001(file_of(*orders), dialect)
    by_id = {paid.ids: stands(paid) for paid in read_pain001(xml)}
    assert by_id == {(each.instruction_id, each.end_to_end_id): expected(each) for each in orders}
    assert check_pain001(xml, dialect, nok_rates=RATES) == []
    assert validate(xml, schema(f"pain001__pain.001.001.{version}.xsd")) == []


@given(orders=lists_of_orders())
@settings(max_examples=30, deadline=None)
def test_the_same_orders_give_the_same_bytes(orders: list[PaymentOrder]) -> None:
    assert written(orders, name_length=140) == written(list(orders), name_length=140)


@given(due=st.dates(date(2026, 1, 1), date(2030, 1, 1)))
def test_a_payment_due_leaves_in_time_and_never_before_it_may(due: date) -> None:
    day = execution_date(due, earliest=CREATED.date())
    assert day == next_bank_day(day)
    assert day >= CREATED.date()
    assert day <= due or next_bank_day(CREATED.date()) == day


@given(text=st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_name_and_text_is_written_within_its_letters_or_refused(text: str) -> None:
    at_home = replace(AT_HOME, name=f"A{text}")
    foreign = replace(IN_GERMANY, name=f"A{text}")
    for kind, creditor in ((KIND.PENSION, at_home), (KIND.CROSS_BORDER, foreign)):
        try:
            xml = written([order(1, kind, creditor, text=text)])
        except InvalidValueError:
            continue
        assert check_pain001(xml, DIALECTS["03"], nok_rates={}) == []


def test_a_debtor_is_at_home() -> None:
    with pytest.raises(InvalidValueError):
        replace(DEBTOR, account=IN_GERMANY.account)


def test_an_account_typed_as_iban_or_as_digits_is_one_account() -> None:
    assert Account.parse("NO61 1503 0001 017") == Account.parse("1503.00.01017")
    assert Account.parse("1503.00.01017").iban == norwegian_iban("15030001017")
