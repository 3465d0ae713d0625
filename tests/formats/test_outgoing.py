"""Nothing leaves unchecked: schema, rules, and what was ordered, each with a fault of its own."""

import ast
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from avstem.domain.cancellation import CancellationRequest, cancel
from avstem.domain.errors import OutgoingFaultError
from avstem.domain.payment_order import PaymentFile
from avstem.formats import outgoing
from avstem.formats.outgoing import (
    checked_cancellation,
    checked_payment_file,
    refuse_cancellation_faults,
    refuse_payment_faults,
)
from avstem.formats.pain001.dialect import PAIN_001_03, PAIN_001_09, Dialect
from avstem.formats.pain001.rules import check_pain001
from avstem.formats.pain001.writer import write_pain001
from avstem.formats.schemas import published_schema, validate
from tests.formats.test_pain001_rules import PLANTED, RATES
from tests.support.payments import CREATED, KIND, SITUATIONS, file_of, order, schema

SOURCE = Path(outgoing.__file__).parents[1]
DNB = Dialect(initiator_id="00123456", division_id="XML1")
DIALECTS = {
    "03": DNB,
    "09": Dialect(version=PAIN_001_09, account_form="IBAN", initiator_id="914512345"),
    "latin": replace(DNB, encoding="ISO-8859-1", name_length=35),
}


def refused(check: Callable[[], object]) -> OutgoingFaultError:
    with pytest.raises(OutgoingFaultError) as caught:
        check()
    return caught.value


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_situation_leaves_as_the_writer_writes_it(situation: str, dialect: str) -> None:
    file = file_of(*SITUATIONS[situation])
    checked = checked_payment_file(file, DIALECTS[dialect], nok_rates=RATES)
    assert checked == write_pain001(file, DIALECTS[dialect])


@pytest.mark.parametrize("version", [PAIN_001_03, PAIN_001_09])
def test_the_schema_that_is_asked_when_sending_says_what_the_corpus_schema_says(
    version: str,
) -> None:
    dialect = replace(DNB, version=version)
    whole = write_pain001(file_of(*SITUATIONS["kid"]), dialect)
    twice = whole.replace(b"<PmtMtd>TRF", b"<PmtMtd>TRF</PmtMtd><PmtMtd>TRF")
    for xml in (whole, twice, whole.replace(b"TRF", b"TRANSFER")):
        ours = validate(xml, published_schema(version))
        theirs = validate(xml, schema(f"pain001__{version}.xsd"))
        assert bool(ours) == bool(theirs) == (xml is not whole)


@pytest.mark.parametrize("row", range(len(PLANTED)))
def test_a_file_with_any_planted_fault_does_not_leave(row: int) -> None:
    situation, old, new, code, place = PLANTED[row]
    file = file_of(*SITUATIONS[situation])
    xml = write_pain001(file, DNB).replace(old.encode(), new.encode(), 1)
    found = refused(lambda: refuse_payment_faults(xml, file, DNB, nok_rates=RATES))
    said = check_pain001(xml, DNB, nok_rates=RATES)
    assert (found.rule, found.place) == (said[0].code, said[0].place or "Document")
    assert (code, place) in [(each.code, each.place) for each in said]
    assert (found.file, found.faults >= len(said)) == (file.message_id, True)


#: Faults that no rule of ours knows: what is replaced, and by what.
ONLY_THE_SCHEMA_SEES = {
    "an element that stands twice": ("<PmtMtd>TRF</PmtMtd>", "<PmtMtd>TRF</PmtMtd><PmtMtd>TRF</PmtMtd>"),
    "a method that is none": ("<PmtMtd>TRF", "<PmtMtd>WIRE"),
    "elements out of order": ("<InstrId>I-1</InstrId><EndToEndId>E-1</EndToEndId>",
                              "<EndToEndId>E-1</EndToEndId><InstrId>I-1</InstrId>"),
    "an unknown element": ("<PmtMtd>TRF</PmtMtd>", "<PmtMtd>TRF</PmtMtd><Hvem>x</Hvem>"),
    "a BIC of nobody": ("<BIC>DNBANOKK", "<BIC>dnbanokk"),
    "a time that is none": ("<CreDtTm>2026-11-24T09:30:00", "<CreDtTm>2026-11-24T29:30:00"),
}  # fmt: skip


@pytest.mark.parametrize("fault", ONLY_THE_SCHEMA_SEES)
def test_the_schema_catches_what_the_rules_do_not_know(fault: str) -> None:
    old, new = ONLY_THE_SCHEMA_SEES[fault]
    file = file_of(*SITUATIONS["kid"])
    xml = write_pain001(file, DNB).decode().replace(old, new, 1).encode()
    assert check_pain001(xml, DNB, nok_rates=RATES) == []
    found = refused(lambda: refuse_payment_faults(xml, file, DNB, nok_rates=RATES))
    assert found.rule == "schema"
    assert found.place.startswith("line ")


def others(file: PaymentFile) -> dict[str, tuple[PaymentFile, str]]:
    """Files that differ from this one in one thing each, and where the difference is told."""
    first, second = file.orders
    tx = "PmtInf[1]/CdtTrfTxInf"
    return {
        "another message": (file_of(first, second, message_id="M-2"), "GrpHdr/MsgId"),
        "one payment less": (file_of(first), tx),
        "payments changed about": (file_of(second, first), f"{tx}[1]/PmtId"),
        "another amount": (
            file_of(replace(first, amount=second.amount + second.amount), second),
            f"{tx}[1]/Amt/InstdAmt",
        ),
        "another account": (
            file_of(
                replace(first, creditor=replace(first.creditor, account=first.debtor.account)),
                second,
            ),
            f"{tx}[1]/CdtrAcct",
        ),
        "another KID": (file_of(replace(first, kid="000006-"), second), f"{tx}[1]/RmtInf"),
        "another day": (
            file_of(*(replace(each, execution_date=date(2026, 11, 27)) for each in file.orders)),
            "PmtInf[1]/ReqdExctnDt",
        ),
        "another payer": (
            file_of(*(
                replace(each, debtor=replace(each.debtor, account=first.creditor.account))
                for each in file.orders
            )),
            "PmtInf[1]/DbtrAcct",
        ),
    }  # fmt: skip


@pytest.mark.parametrize("change", list(others(file_of(*SITUATIONS["kid"]))))
def test_a_faultless_file_that_is_not_the_one_ordered_does_not_leave(change: str) -> None:
    file = file_of(*SITUATIONS["kid"])
    other, place = others(file)[change]
    xml = write_pain001(other, DNB)
    assert check_pain001(xml, DNB, nok_rates=RATES) == []
    found = refused(lambda: refuse_payment_faults(xml, file, DNB, nok_rates=RATES))
    assert (found.rule, found.place) == ("content.differs", place)


def test_credit_notes_are_the_ones_that_were_ordered() -> None:
    file = file_of(*SITUATIONS["invoices_and_credit_note"])
    xml = write_pain001(file, DNB)
    # Both raised by one krone: the sum still holds, so that no rule is broken.
    for amount in (b"1500.00</RmtdAmt>", b"250.00</CdtNoteAmt>"):
        xml = xml.replace(amount, amount.replace(b"0.00<", b"1.00<"))
    assert check_pain001(xml, DNB, nok_rates=RATES) == []
    found = refused(lambda: refuse_payment_faults(xml, file, DNB, nok_rates=RATES))
    assert (found.rule, found.place[-6:]) == ("content.differs", "RmtInf")


def test_an_unknown_rate_stops_the_file_and_says_where() -> None:
    file = file_of(*SITUATIONS["sepa"])
    found = refused(lambda: checked_payment_file(file, DNB, nok_rates={}))
    assert (found.rule, found.place) == (
        "report.rate_unknown",
        "PmtInf[1]/CdtTrfTxInf[1]/Amt/InstdAmt",
    )


def test_ids_with_doubled_spaces_are_the_same_when_read() -> None:
    file = file_of(replace(order(1, KIND.PENSION), end_to_end_id="E  1"))
    assert checked_payment_file(file, DNB, nok_rates={})


# Cancelling


def request(*ids: str) -> CancellationRequest:
    file = file_of(*SITUATIONS["salary_beside_suppliers"])
    return cancel(file, frozenset(ids), id="C-1", created=CREATED, message_name=PAIN_001_03)


ASKED = {
    "file": ("E-1", "E-2", "E-3"), "batch": ("E-1", "E-3"), "payment": ("E-3",),
    "parts of two": ("E-1", "E-2"),
}  # fmt: skip


@pytest.mark.parametrize("dialect", ["03", "09"])
@pytest.mark.parametrize("choice", ASKED)
def test_a_cancellation_leaves_when_it_is_faultless(choice: str, dialect: str) -> None:
    assert checked_cancellation(request(*ASKED[choice]), DIALECTS[dialect])


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("sent", ASKED)
def test_a_request_that_cancels_something_else_does_not_leave(asked: str, sent: str) -> None:
    xml = checked_cancellation(request(*ASKED[sent]), DNB)
    if asked == sent:
        refuse_cancellation_faults(xml, request(*ASKED[asked]), DNB)
        return
    found = refused(lambda: refuse_cancellation_faults(xml, request(*ASKED[asked]), DNB))
    assert found.rule == "content.differs"


def test_a_cancellation_that_breaks_a_rule_does_not_leave() -> None:
    asked = request("E-3")
    xml = checked_cancellation(asked, DNB).replace(b"<CtrlSum>1250", b"<CtrlSum>1251", 1)
    found = refused(lambda: refuse_cancellation_faults(xml, asked, DNB))
    assert (found.rule, found.place) == ("control.sum", "CtrlData/CtrlSum")


def test_nobody_but_the_checker_uses_the_writers() -> None:
    writers = {"avstem.formats.pain001.writer", "avstem.formats.camt055"}
    users = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module in writers
    }
    assert users == {"formats/outgoing.py"}
