"""camt.055: asking the bank to cancel, whole files, whole batches and single payments.

No schema of .001.01 or .001.08 is at hand, so both are held against .001.09, the nearest: between
.08 and .09 none of the elements we write differ; .01 is first lifted (`BIC`, the bare date).
"""

import re

import pytest
from lxml import etree

from avstem.domain.cancellation import CancellationReason, CancellationRequest, cancel
from avstem.domain.errors import InvalidValueError
from avstem.formats.camt055 import write_camt055
from avstem.formats.pain001.dialect import PAIN_001_03, PAIN_001_09, Dialect
from avstem.formats.schemas import validate
from tests.support.payments import CREATED, SITUATIONS, file_of, schema

OLD = Dialect(version=PAIN_001_03, initiator_id="00123456", division_id="XML1")
NEW = Dialect(version=PAIN_001_09, initiator_id="00123456")
FILE = file_of(*SITUATIONS["salary_beside_suppliers"])
#: What is cancelled, and how the request says it.
CHOICES = {
    "file": {"E-1", "E-2", "E-3"},
    "batch": {"E-1", "E-3"},
    "payment": {"E-3"},
    "payments of two batches": {"E-1", "E-2"},
}


def request(choice: str = "file", **more: object) -> CancellationRequest:
    values: dict[str, object] = {"text": "Sendt to ganger – beklager"} | more
    return cancel(
        FILE, frozenset(CHOICES[choice]), id="C-1", created=CREATED,
        message_name=PAIN_001_03, **values,  # type: ignore[arg-type]  # a test's short form
    )  # fmt: skip


def written(choice: str, dialect: Dialect) -> str:
    return write_camt055(request(choice), dialect).decode()


def lifted(xml: str) -> bytes:
    """The message as .001.09 has it."""
    xml = re.sub(r"camt\.055\.001\.0[18]", "camt.055.001.09", xml)
    xml = xml.replace("<BIC>", "<BICFI>").replace("</BIC>", "</BICFI>")
    bare = r"<OrgnlReqdExctnDt>([0-9-]{10})</OrgnlReqdExctnDt>"
    return re.sub(bare, r"<OrgnlReqdExctnDt><Dt>\1</Dt></OrgnlReqdExctnDt>", xml).encode()


@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("dialect", [OLD, NEW], ids=["01", "08"])
def test_a_request_is_valid_against_the_nearest_schema(choice: str, dialect: Dialect) -> None:
    xml = written(choice, dialect)
    assert validate(lifted(xml), schema("moov-iso20022__camt.055.001.09.xsd")) == []


def read(xml: str) -> dict[str, list[str]]:
    """The texts of the message by the names of their elements."""
    found: dict[str, list[str]] = {}
    for element in etree.fromstring(xml.encode()).iter():
        if element.text and element.text.strip():
            found.setdefault(etree.QName(element).localname, []).append(element.text)
    return found


def test_a_whole_file_is_named_by_its_message_alone() -> None:
    found = read(written("file", OLD))
    assert found["OrgnlMsgId"] == ["914512345-000017"]
    assert found["OrgnlMsgNmId"] == ["pain.001.001.03"]
    assert found["GrpCxl"] == ["true"]
    assert "OrgnlPmtInfId" not in found
    assert found["NbOfTxs"] == ["3", "3"]
    assert found["CtrlSum"] == ["3750.00", "3750.00"]
    assert found["AddtlInf"] == ["Sendt to ganger - beklager"]


def test_a_whole_batch_is_named_by_its_id() -> None:
    found = read(written("batch", OLD))
    assert (found["GrpCxl"], found["PmtInfCxl"]) == (["false"], ["true"])
    assert found["OrgnlPmtInfId"] == ["914512345-000017-2"]
    assert found["NbOfTxs"] == ["2", "2"]
    assert "OrgnlEndToEndId" not in found
    assert found["Cd"][-1] == "CUST"


@pytest.mark.parametrize(("dialect", "bank"), [(OLD, "BIC"), (NEW, "BICFI")], ids=["01", "08"])
def test_a_single_payment_is_named_by_its_ids_amount_and_day(dialect: Dialect, bank: str) -> None:
    found = read(written("payment", dialect))
    assert found["OrgnlInstrId"] == ["I-3"]
    assert found["OrgnlEndToEndId"] == ["E-3"]
    assert found["OrgnlInstdAmt"] == ["1250.00"]
    assert found["PmtInfCxl"] == ["false"]
    assert found[bank] == ["DNBANOKK"]
    day = found["Dt"] if dialect is NEW else found["OrgnlReqdExctnDt"]
    assert day == ["2026-11-26"]


def test_the_ids_of_the_customer_are_those_of_the_file() -> None:
    found = read(written("payment", OLD))
    assert {"00123456", "XML1", "C-1"} <= set(found["Id"])


def test_the_same_request_gives_the_same_bytes() -> None:
    assert written("payment", NEW) == written("payment", NEW)


def test_the_first_version_has_no_technical_reason() -> None:
    technical = request(reason=CancellationReason.TECHNICAL)
    assert b"TECH" in write_camt055(technical, NEW)
    with pytest.raises(InvalidValueError):
        write_camt055(technical, OLD)


@pytest.mark.parametrize("text", ["x" * 106, "Ошибка"], ids=["too long", "no letters of ours"])
def test_a_text_that_no_bank_takes_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError):
        write_camt055(request(text=text), NEW)


def test_a_payment_that_was_never_sent_cannot_be_cancelled() -> None:
    with pytest.raises(InvalidValueError) as refused:
        cancel(FILE, frozenset({"E-9"}), id="C-1", created=CREATED, message_name=PAIN_001_03)
    assert refused.value.found == "E-9"


def test_a_request_asks_for_something() -> None:
    with pytest.raises(InvalidValueError):
        cancel(FILE, frozenset(), id="C-1", created=CREATED, message_name=PAIN_001_03)
