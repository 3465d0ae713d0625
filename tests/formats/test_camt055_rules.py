"""The checker of cancellations finds each fault that is planted in a request that has none."""

import re

import pytest

from avstem.domain.cancellation import cancel
from avstem.domain.errors import FileTooLargeError
from avstem.formats import camt055_rules
from avstem.formats.camt055 import write_camt055
from avstem.formats.camt055_rules import check_camt055
from avstem.formats.pain001.dialect import PAIN_001_03, PAIN_001_09, Dialect
from tests.support.payments import CREATED, SITUATIONS, file_of

OLD = Dialect(version=PAIN_001_03, initiator_id="00123456", division_id="XML1")
NEW = Dialect(version=PAIN_001_09, initiator_id="00123456", encoding="ISO-8859-1")
FILE = file_of(*SITUATIONS["salary_beside_suppliers"])
CHOICES = {
    "file": {"E-1", "E-2", "E-3"},
    "batch": {"E-1", "E-3"},
    "payments": {"E-1", "E-2"},
}


def written(choice: str, dialect: Dialect = OLD) -> str:
    request = cancel(
        FILE, frozenset(CHOICES[choice]), id="C-1", created=CREATED, message_name=PAIN_001_03,
        text="Sendt to ganger – beklager",
    )  # fmt: skip
    return write_camt055(request, dialect).decode(dialect.encoding)


@pytest.mark.parametrize("dialect", [OLD, NEW], ids=["01", "08"])
@pytest.mark.parametrize("choice", CHOICES)
def test_what_the_writer_writes_breaks_no_rule(choice: str, dialect: Dialect) -> None:
    assert check_camt055(written(choice, dialect).encode(dialect.encoding), dialect) == []


GROUP = "Undrlyg/OrgnlGrpInfAndCxl[1]"
BATCH = "Undrlyg/OrgnlPmtInfAndCxl[1]"
TX = "Undrlyg/OrgnlPmtInfAndCxl[2]/TxInf[1]"
REASON = (
    "<CxlRsnInf><Rsn><Cd>CUST</Cd></Rsn><AddtlInf>Sendt to ganger - beklager</AddtlInf></CxlRsnInf>"
)
#: What is cancelled, what is replaced (once), by what, the code and the place it is found at.
PLANTED = [
    ("file", "camt.055.001.01", "camt.055.001.08", "version.not_agreed", ""),
    ("file", 'encoding="UTF-8"', 'encoding="ISO-8859-1"', "encoding.not_agreed", ""),
    ("file", "</Document>", "", "xml.unreadable", ""),
    ("file", "<Document", "<!DOCTYPE Document><Document", "xml.document_type", ""),
    ("file", "<CtrlData>", "<CtrlData/><CtrlData>", "element.order", "CstmrPmtCxlReq"),
    ("file", "<Id>C-1</Id>", "", "id.missing", "Assgnmt/Id"),
    ("file", "<Id>C-1</Id>", f"<Id>{'C' * 36}</Id>", "id.too_long", "Assgnmt/Id"),
    ("file", "<Id>C-1</Id>", "<Id>C_1</Id>", "id.characters", "Assgnmt/Id"),
    ("file", "<Nm>Fjellvik Rør &amp; Varme AS</Nm>", "", "initiator.name_missing",
     "Assgnmt/Assgnr/Pty/Nm"),
    ("file", "00123456", "00123457", "initiator.not_agreed", "Assgnmt/Assgnr/Pty/Id"),
    ("file", "<BIC>DNBANOKK</BIC>", "", "bank.missing", "Assgnmt/Assgne/Agt/FinInstnId/BIC"),
    ("file", "2026-11-24T09:30:00", "2026-11-31T09:30:00", "date.unreadable", "Assgnmt/CreDtTm"),
    ("file", "<GrpCxl>true", "<GrpCxl>yes", "flag.unreadable", f"{GROUP}/GrpCxl"),
    ("file", "<GrpCxl>true", "<GrpCxl>false", "file.whole_or_in_parts", f"{GROUP}/GrpCxl"),
    ("batch", "<GrpCxl>false", "<GrpCxl>true", "file.whole_or_in_parts", f"{GROUP}/GrpCxl"),
    ("file", "pain.001.001.03</Orgnl", "pain.001.001.3</Orgnl", "message_name.unknown",
     f"{GROUP}/OrgnlMsgNmId"),
    ("file", "<CtrlSum>3750.00", "<CtrlSum>3750.01", "group.sum", f"{GROUP}/CtrlSum"),
    ("file", "<NbOfTxs>3", "<NbOfTxs>4", "group.count", f"{GROUP}/NbOfTxs"),
    ("file", REASON, "", "reason.misplaced", f"{GROUP}/CxlRsnInf"),
    ("file", "<Cd>CUST</Cd></Rsn>", "<Cd>TECH</Cd></Rsn>", "reason.unknown",
     f"{GROUP}/CxlRsnInf/Rsn/Cd"),
    ("file", "Sendt to", "S" * 106, "reason.too_long", f"{GROUP}/CxlRsnInf/AddtlInf"),
    ("file", "Sendt to", "Sendtě to", "characters.at_home", f"{GROUP}/CxlRsnInf/AddtlInf"),
    ("file", "</OrgnlGrpInfAndCxl>", "</OrgnlGrpInfAndCxl><OrgnlGrpInfAndCxl/>", "file.not_one",
     "Undrlyg/OrgnlGrpInfAndCxl"),
    ("batch", "<CtrlSum>2500.00", "<CtrlSum>2500.01", "control.sum", "CtrlData/CtrlSum"),
    ("batch", "<NbOfTxs>2", "<NbOfTxs>1", "control.count", "CtrlData/NbOfTxs"),
    ("batch", "<PmtInfCxl>true", "<PmtInfCxl>false", "batch.whole_or_in_parts",
     f"{BATCH}/PmtInfCxl"),
    ("payments", "000017-2", "000017-1", "id.repeated",
     "Undrlyg/OrgnlPmtInfAndCxl[2]/OrgnlPmtInfId"),
    ("payments", ">1250.00</OrgnlInstdAmt>", ">0.00</OrgnlInstdAmt>", "amount.not_positive",
     f"{TX}/OrgnlInstdAmt"),
    ("payments", ">1250.00</OrgnlInstdAmt>", ">1250.001</OrgnlInstdAmt>", "amount.decimals",
     f"{TX}/OrgnlInstdAmt"),
    ("payments", "<OrgnlReqdExctnDt>2026-11-26", "<OrgnlReqdExctnDt>26.11.2026",
     "date.unreadable", f"{TX}/OrgnlReqdExctnDt"),
    ("payments", "<PmtInfCxl>false", "<PmtInfCxl>true", "batch.whole_or_in_parts",
     "Undrlyg/OrgnlPmtInfAndCxl[2]/PmtInfCxl"),
    ("payments", ">1250.00</OrgnlInstdAmt>", ">1250.10</OrgnlInstdAmt>", "batch.sum",
     "Undrlyg/OrgnlPmtInfAndCxl[2]/CtrlSum"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("choice", "old", "new", "code", "place"),
    [pytest.param(*row, id=f"{row[3]} {number}") for number, row in enumerate(PLANTED)],
)
def test_a_planted_fault_is_found_at_its_place(
    choice: str, old: str, new: str, code: str, place: str
) -> None:
    before = written(choice)
    assert old in before, "the fault must be planted somewhere"
    found = check_camt055(before.replace(old, new, 1).encode(), OLD)
    assert (code, place) in [(each.code, each.place) for each in found]


def test_another_message_is_not_taken_for_this_one() -> None:
    planted = written("file").replace("CstmrPmtCxlReq", "CstmrCdtTrfInitn").encode()
    assert "message.not_one" in {each.code for each in check_camt055(planted, OLD)}


def test_a_batch_that_counts_its_payments_wrong_is_found() -> None:
    head, _, tail = written("payments").rpartition("<NbOfTxs>1")
    found = check_camt055(f"{head}<NbOfTxs>2{tail}".encode(), OLD)
    assert "batch.count" in {each.code for each in found}


def test_every_code_of_the_checker_is_planted_here() -> None:
    with open(camt055_rules.__file__, encoding="utf-8") as lines:
        codes = set(re.findall(r'"([a-z_]+\.[a-z_]+)"', lines.read()))
    elsewhere = {"message.not_one", "batch.count"}
    assert codes - {row[3] for row in PLANTED} == elsewhere


def test_a_file_beyond_bounds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camt055_rules, "OUTGOING_BYTES_MAX", 100)
    with pytest.raises(FileTooLargeError):
        check_camt055(written("file").encode(), OLD)
