"""Answers are what their readers read, and what the published definitions know."""

import io
import warnings
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from xsdata.formats.dataclass.parsers import XmlParser

from avstem.domain.cancellation import cancel
from avstem.domain.cancellation_answer import CancellationResolution, PaymentCancellation
from avstem.domain.payment_status import (
    BatchStatus,
    PaymentStatusReport,
    StatusReason,
    TransactionStatus,
)
from avstem.formats.camt055 import write_camt055
from avstem.formats.pain001.dialect import Dialect
from avstem.formats.payment_files import read_payment_message
from avstem.testbank.backoffice.answers_write import write_camt029, write_pain002
from avstem.testbank.bank import Ways
from tests.support.payments import file_of
from tests.support.practice_bank import (
    TODAY,
    files,
    nok,
    open_bank,
    pay,
    send,
    upload,
    ways_of,
    written,
)

CREATED = "2026-11-24T08:00:00+01:00"
REASONS = (StatusReason("AC03", texts=("Ugyldig konto <&>",)), StatusReason(None, "EGEN"))


@pytest.mark.parametrize("format", ["pain.002.001.03", "pain.002.001.10"])
def test_a_status_report_comes_back_as_it_was_written(format: str) -> None:
    payment = TransactionStatus(
        "I-1",
        "E-1",
        "B-1",
        "RJCT",
        REASONS,
        nok(1_250_00),
        TODAY,
        "S-1",
        bank_reference="100000001",
    )
    report = PaymentStatusReport(
        format, "S1", CREATED, "M-1", "pain.001.001.03", "PART", REASONS, (),
        (BatchStatus("B-1", "PART", REASONS), BatchStatus("B-2", None)), (payment,),
    )  # fmt: skip
    content = write_pain002(report, bic="AVSTNO22")
    assert read_payment_message(io.BytesIO(content), file="x.xml") == report


@pytest.mark.parametrize("format", ["camt.029.001.03", "camt.029.001.09"])
def test_an_answer_about_cancellation_comes_back_as_it_was_written(format: str) -> None:
    payments = tuple(
        PaymentCancellation(f"I-{n}", f"E-{n}", batch, message, status, REASONS, nok(n), TODAY)
        for n, batch, message, status in [
            (1, "B-1", "M-1", "ACCR"), (2, "B-1", "M-1", "RJCR"), (3, "B-2", "M-2", "RJCR"),
        ]
    )  # fmt: skip
    answer = CancellationResolution(format, "C1", CREATED, ("X-1",), "PECR", payments=payments)
    content = write_camt029(answer, bic="AVSTNO22", customer="Øvelse & Sønn AS")
    found = read_payment_message(io.BytesIO(content), file="x.xml")
    assert isinstance(found, CancellationResolution)
    assert (found.payments, found.case_ids, found.confirmation) == (payments, ("X-1",), "PECR")


@pytest.mark.parametrize("generation", [1, 2])
def test_the_published_definitions_know_every_element_and_code(
    tmp_path: Path, generation: int
) -> None:
    bank = open_bank(tmp_path, Ways(generation=generation))
    later = TODAY + timedelta(days=2)
    file = file_of(pay(1), pay(2, day=later), message_id="M-1")
    upload(bank, written(file, ways_of(bank)))
    send(bank, pay(1), pay(3), id="M-2")
    bank.advance_to(datetime(2026, 11, 24, 12, 0))
    dialect = Dialect(version="pain.001.001.09" if generation == 2 else "pain.001.001.03")
    request = cancel(file, frozenset({"E-1", "E-2"}), id="C-1", created=datetime(2026, 11, 24, 12),
                     message_name=dialect.version)  # fmt: skip
    upload(bank, write_camt055(request, dialect), "stopp.xml")
    bank.advance_to(later)
    for kind, message in (("pain002", "pain.002"), ("camt029", "camt.029")):
        version = ways_of(bank).version(message)
        family, name = version[:4], version.replace(".", "_")
        module = import_module(f"pyiso20022.{family}.{name}.{name}")
        assert files(bank, kind)
        for path in files(bank, kind):
            with warnings.catch_warnings():
                # A code that is not in the list is only warned of.
                warnings.simplefilter("error")
                assert XmlParser().from_bytes(path.read_bytes(), module.Document)
