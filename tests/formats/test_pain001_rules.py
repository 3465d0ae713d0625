"""The checker of outgoing files finds each fault that is planted in a file that has none."""

import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest

from avstem.domain.errors import FileTooLargeError
from avstem.formats.pain001 import rules
from avstem.formats.pain001.dialect import PAIN_001_03, PAIN_001_09, Dialect
from avstem.formats.pain001.found import VIOLATIONS_MAX, Seen, Violation
from avstem.formats.pain001.rules import check_pain001
from avstem.formats.pain001.writer import write_pain001
from tests.support.payments import KIND, SITUATIONS, file_of, order

DNB = Dialect(initiator_id="00123456", division_id="XML1")
RATES = {"EUR": Decimal("11.50"), "USD": Decimal("10.20")}
DIALECTS = [
    pytest.param(DNB, id="03"),
    pytest.param(
        Dialect(version=PAIN_001_09, account_form="IBAN", batch_booking=False), id="09, IBAN"
    ),
    pytest.param(replace(DNB, encoding="ISO-8859-1", name_length=35), id="ISO-8859-1"),
]


def written(situation: str, dialect: Dialect = DNB) -> str:
    return write_pain001(file_of(*SITUATIONS[situation]), dialect).decode(dialect.encoding)


def found_in(xml: str, dialect: Dialect = DNB) -> list[Violation]:
    return check_pain001(xml.encode(dialect.encoding), dialect, nok_rates=RATES)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_what_the_writer_writes_breaks_no_rule(situation: str, dialect: Dialect) -> None:
    assert found_in(written(situation, dialect), dialect) == []


TX = "PmtInf[1]/CdtTrfTxInf[1]"
#: Situation, what is replaced (once), by what, the code and the place it must be found at.
PLANTED = [
    ("kid", "<CtrlSum>2500.00", "<CtrlSum>2500.01", "group.sum", "GrpHdr/CtrlSum"),
    ("kid", "<NbOfTxs>2", "<NbOfTxs>3", "group.count", "GrpHdr/NbOfTxs"),
    ("kid", "TRF</PmtMtd><NbOfTxs>2", "TRF</PmtMtd><NbOfTxs>1", "batch.count", "PmtInf[1]/NbOfTxs"),
    ("kid", "</NbOfTxs><CtrlSum>2500.00</CtrlSum><PmtTp", "</NbOfTxs><CtrlSum>9</CtrlSum><PmtTp",
     "batch.sum", "PmtInf[1]/CtrlSum"),
    ("kid", "<Id>00123456", "<Id>00123457", "initiator.not_agreed", "GrpHdr/InitgPty/Id"),
    ("kid", "<Cd>CUST", "<Cd>BANK", "initiator.not_agreed", "GrpHdr/InitgPty/Id"),
    ("kid", "<Id>XML1", "<Id>XML2", "initiator.not_agreed", "GrpHdr/InitgPty/Id"),
    ("kid", "<InitgPty><Nm>Fjellvik Rør &amp; Varme AS</Nm>", "<InitgPty>",
     "initiator.name_missing", "GrpHdr/InitgPty/Nm"),
    ("kid", "pain.001.001.03", "pain.001.001.09", "version.not_agreed", ""),
    ("kid", 'encoding="UTF-8"', 'encoding="US-ASCII"', "xml.unreadable", ""),
    ("kid", "</Document>", "", "xml.unreadable", ""),
    ("kid", "<Document", "<!DOCTYPE Document><Document", "xml.document_type", ""),
    ("kid", "CstmrCdtTrfInitn", "CstmrDrctDbtInitn", "xml.unreadable", ""),
    ("kid", "E-2", "E-1", "id.repeated", "PmtInf[1]/CdtTrfTxInf[2]/PmtId/EndToEndId"),
    ("kid", "I-2", "I-1", "id.repeated", "PmtInf[1]/CdtTrfTxInf[2]/PmtId/InstrId"),
    ("several_days", "000017-2", "000017-1", "id.repeated", "PmtInf[2]/PmtInfId"),
    ("kid", "E-1", "E_1", "id.characters", f"{TX}/PmtId/EndToEndId"),
    ("kid", "E-1", "Eø1", "id.characters", f"{TX}/PmtId/EndToEndId"),
    ("kid", "E-1", "E//1", "id.characters", f"{TX}/PmtId/EndToEndId"),
    ("kid", "E-1", "E" * 36, "id.too_long", f"{TX}/PmtId/EndToEndId"),
    ("kid", "E-1", "NOTPROVIDED", "id.missing", f"{TX}/PmtId/EndToEndId"),
    ("kid", "<MsgId>914512345-000017", "<MsgId>", "id.missing", "GrpHdr/MsgId"),
    ("kid", "NURG", "PRPT", "service_level.not_agreed", "PmtInf[1]/PmtTpInf/SvcLvl/Cd"),
    ("kid", "<PmtMtd>TRF</PmtMtd>", "<PmtMtd>TRF</PmtMtd><BtchBookg>true</BtchBookg>",
     "batch_booking.not_agreed", "PmtInf[1]/BtchBookg"),
    ("kid", 'Ccy="NOK"', 'Ccy="EUR"', "batch.mixed_currencies", "PmtInf[1]"),
    ("kid", "2026-11-26", "2026-11-28", "date.not_a_bank_day", "PmtInf[1]/ReqdExctnDt"),
    ("kid", "2026-11-26", "2026-12-24", "date.not_a_bank_day", "PmtInf[1]/ReqdExctnDt"),
    ("kid", "2026-11-26", "2026-11-23", "date.in_the_past", "PmtInf[1]/ReqdExctnDt"),
    ("kid", "2026-11-26", "2026-11-31", "date.unreadable", "PmtInf[1]/ReqdExctnDt"),
    ("kid", "<Dbtr><Nm>Fjellvik Rør &amp; Varme AS</Nm>", "<Dbtr>",
     "debtor.name_missing", "PmtInf[1]/Dbtr/Nm"),
    ("kid", "<Id>86011117947", "<Id>86011117948", "debtor.account", "PmtInf[1]/DbtrAcct/Id"),
    ("kid", "<Cd>BBAN", "<Cd>BANK", "account.form_not_agreed", "PmtInf[1]/DbtrAcct/Id"),
    ("kid", "<BIC>DNBANOKK</BIC>", "", "debtor.bank_missing", "PmtInf[1]/DbtrAgt/FinInstnId/BIC"),
    ("salary_beside_suppliers", "<BtchBookg>true</BtchBookg>", "", "salary.not_one_sum",
     "PmtInf[2]/BtchBookg"),
    ("kid", "</PmtId>", "</PmtId><PmtTpInf><CtgyPurp><Cd>SALA</Cd></CtgyPurp></PmtTpInf>",
     "type.on_two_levels", f"{TX}/PmtTpInf"),
    ("text", ">1250.00</InstdAmt>", ">0.00</InstdAmt>", "amount.not_positive", f"{TX}/Amt/InstdAmt"),
    ("text", ">1250.00</InstdAmt>", ">-1.00</InstdAmt>", "amount.not_positive", f"{TX}/Amt/InstdAmt"),
    ("text", ">1250.00</InstdAmt>", ">1250,00</InstdAmt>", "amount.not_positive", f"{TX}/Amt/InstdAmt"),
    ("text", ">1250.00</InstdAmt>", ">1250.001</InstdAmt>", "amount.decimals", f"{TX}/Amt/InstdAmt"),
    ("text", "<Nm>Åsgård Kjøkken AS</Nm>", "<Nm> </Nm>", "creditor.name_missing", f"{TX}/Cdtr/Nm"),
    ("text", "<Nm>Åsgård", "<Nm>" + "Å" * 60, "creditor.name_too_long", f"{TX}/Cdtr/Nm"),
    ("text", "<Nm>Åsgård", "<Nm>Åsgårď", "characters.at_home", f"{TX}/Cdtr/Nm"),
    ("text", "<Ctry>NO</Ctry></PstlAdr></Cdtr>",
     "<Ctry>NO</Ctry><AdrLine>a</AdrLine><AdrLine>b</AdrLine><AdrLine>c</AdrLine></PstlAdr></Cdtr>",
     "address.lines", f"{TX}/Cdtr/PstlAdr"),
    ("text", "<Id>15030001017", "<Id>15030001018", "creditor.account", f"{TX}/CdtrAcct/Id/Othr/Id"),
    ("text", "<CdtrAcct><Id><Othr><Id>15030001017</Id><SchmeNm><Cd>BBAN</Cd></SchmeNm></Othr>",
     "<CdtrAcct><Id><IBAN>NO6115030001017</IBAN>", "account.form_not_agreed", f"{TX}/CdtrAcct/Id"),
    ("text", "<CdtrAcct><Id><Othr><Id>15030001017</Id><SchmeNm><Cd>BBAN</Cd></SchmeNm></Othr>",
     "<CdtrAcct><Id>", "creditor.account_missing", f"{TX}/CdtrAcct/Id"),
    ("text", "<ChrgBr>SLEV", "<ChrgBr>DEBT", "charges.at_home", f"{TX}/ChrgBr"),
    ("text", "<Ustrd>", "<Ustrd>" + "x" * 140, "remittance.too_long", f"{TX}/RmtInf/Ustrd"),
    ("pension", "<CtgyPurp><Cd>PENS</Cd></CtgyPurp>", "", "remittance.missing", f"{TX}/RmtInf"),
    ("kid", "<RmtInf>", "<RmtInf><Ustrd>Hei</Ustrd>", "remittance.mixed", f"{TX}/RmtInf"),
    ("kid", "12345674", "12345675", "reference.check_digit",
     f"{TX}/RmtInf/Strd[1]/CdtrRefInf/Ref"),
    ("rf_reference", "RF18", "RF19", "reference.check_digit", f"{TX}/RmtInf/Strd[1]/CdtrRefInf/Ref"),
    ("rf_reference", "<Issr>ISO</Issr>", "", "reference.issuer",
     f"{TX}/RmtInf/Strd[1]/CdtrRefInf/Tp/Issr"),
    ("kid", "</CdOrPrtry>", "</CdOrPrtry><Issr>ISO</Issr>", "reference.issuer",
     f"{TX}/RmtInf/Strd[1]/CdtrRefInf/Tp/Issr"),
    ("kid", "<Cd>SCOR", "<Cd>RADM", "reference.kind", f"{TX}/RmtInf/Strd[1]/CdtrRefInf/Tp"),
    ("kid", "</Strd>", "</Strd><Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp>"
     "<Ref>12345674</Ref></CdtrRefInf></Strd>", "remittance.several_references", f"{TX}/RmtInf"),
    ("invoices_and_credit_note", "</RfrdDocAmt></Strd>",
     "</RfrdDocAmt><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>12345674</Ref>"
     "</CdtrRefInf></Strd>", "remittance.kid_with_credit_note", f"{TX}/RmtInf"),
    ("invoices_and_credit_note", ">1500.00</RmtdAmt>", ">1500.01</RmtdAmt>", "document.sum", f"{TX}/RmtInf"),
    ("invoices_and_credit_note", ">1500.00</RmtdAmt>", ">0</RmtdAmt>", "document.amount",
     f"{TX}/RmtInf/Strd[1]/RfrdDocAmt/RmtdAmt"),
    ("invoices_and_credit_note", "<Cd>CINV", "<Cd>DEBN", "document.kind",
     f"{TX}/RmtInf/Strd[1]/RfrdDocInf/Tp"),
    ("invoices_and_credit_note", "<Nb>1001</Nb>", "", "document.number_missing",
     f"{TX}/RmtInf/Strd[1]/RfrdDocInf"),
    ("sepa", 'Ccy="EUR"', 'Ccy="SEK"', "sepa.currency", f"{TX}/Amt/InstdAmt"),
    ("sepa", "<ChrgBr>SLEV", "<ChrgBr>SHAR", "sepa.charges", f"{TX}/ChrgBr"),
    ("sepa", "DE89370400440532013000", "US89370400440532013000", "sepa.account", f"{TX}/CdtrAcct/Id"),
    ("sepa", "DE89370400440532013000", "DE88370400440532013000", "creditor.account",
     f"{TX}/CdtrAcct/Id/IBAN"),
    ("sepa", "<TwnNm>Koeln</TwnNm>", "", "address.unstructured", f"{TX}/Cdtr/PstlAdr"),
    ("sepa", "Koeln", "Köln", "characters.abroad", f"{TX}/Cdtr/PstlAdr/TwnNm"),
    ("sepa", "OE-Ring", "ØRing", "characters.abroad", f"{TX}/RmtInf/Ustrd"),
    ("sepa", 'Ccy="EUR">4250.50', 'Ccy="EUR">8700.00', "report.missing", f"{TX}/RgltryRptg"),
    ("sepa", 'Ccy="EUR"', 'Ccy="PLN"', "report.rate_unknown", f"{TX}/Amt/InstdAmt"),
    ("abroad_with_report", ">100000.00</InstdAmt>", ">100000.01</InstdAmt>", "report.missing",
     f"{TX}/RgltryRptg"),
    ("abroad_with_report", "<Dtls><Cd>14", "<Dtls><Cd>15", "report.code",
     "PmtInf[2]/CdtTrfTxInf[1]/RgltryRptg/Dtls/Cd"),
    ("abroad_with_report", "<ChrgBr>SHAR", "<ChrgBr>DEBT", "charges.within_eea", f"{TX}/ChrgBr"),
    ("abroad_with_report", "<ChrgBr>SHAR", "<ChrgBr>SLEV", "charges.abroad", f"{TX}/ChrgBr"),
    ("abroad_with_report", "<CdtrAgt><FinInstnId><BIC>COBADEFFXXX</BIC></FinInstnId></CdtrAgt>", "",
     "creditor.bank_missing", f"{TX}/CdtrAgt"),
    ("abroad_with_report", "<IBAN>DE89370400440532013000</IBAN>",
     "<Othr><Id>532013000</Id></Othr>", "creditor.iban_needed", f"{TX}/CdtrAcct/Id"),
    ("abroad_with_report", "<TwnNm>Springfield</TwnNm>", "", "address.unstructured",
     "PmtInf[2]/CdtTrfTxInf[1]/Cdtr/PstlAdr"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("situation", "old", "new", "code", "place"),
    [pytest.param(*row, id=f"{row[3]} {number}") for number, row in enumerate(PLANTED)],
)
def test_a_planted_fault_is_found_at_its_place(
    situation: str, old: str, new: str, code: str, place: str
) -> None:
    before = written(situation)
    assert old in before, "the fault must be planted somewhere"
    found = found_in(before.replace(old, new, 1))
    assert (code, place) in [(each.code, each.place) for each in found]


def test_a_report_without_words_is_found() -> None:
    planted = re.sub("<Inf>.*?</Inf>", "", written("abroad_with_report"))
    assert [each.code for each in found_in(planted)] == ["report.text_missing"]


def test_a_bank_that_wants_the_payee_s_bank_at_home_is_heard() -> None:
    found = found_in(written("kid"), replace(DNB, domestic_creditor_agent=True))
    assert {each.code for each in found} == {"creditor.bank_missing"}


def test_another_encoding_than_agreed_is_found() -> None:
    latin = replace(DNB, encoding="ISO-8859-1")
    found = check_pain001(written("kid").encode(), latin, nok_rates=RATES)
    assert [each.code for each in found] == ["encoding.not_agreed"]


def test_another_message_is_not_taken_for_this_one() -> None:
    planted = written("kid").replace("CstmrCdtTrfInitn", "CstmrDrctDbtInitn")
    assert [each.code for each in found_in(planted)] == ["message.not_one"]


def test_every_code_of_the_checker_is_planted_here() -> None:
    others = ("rules_payment.py", "rules_common.py")
    sources = [rules.__file__, *(rules.__file__.replace("rules.py", other) for other in others)]
    written_codes = set()
    for source in sources:
        with open(source, encoding="utf-8") as lines:
            written_codes |= set(re.findall(r'"([a-z_]+\.[a-z_]+)"', lines.read()))
    dynamic = {"group.count", "group.sum", "batch.count", "batch.sum"}
    elsewhere = {"report.text_missing", "encoding.not_agreed", "message.not_one"}
    assert written_codes - {row[3] for row in PLANTED} - dynamic == elsewhere


def test_violations_are_bounded() -> None:
    payment = re.search("<CdtTrfTxInf>.*?</CdtTrfTxInf>", written("kid"))
    assert payment
    many = written("kid").replace(payment[0], payment[0] * 2_000, 1)
    assert len(found_in(many)) == VIOLATIONS_MAX


def test_a_batch_is_asked_no_more_often_when_it_holds_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """To look for what a batch lacks walks past all its payments: once each would be quadratic."""
    asked: Counter[str] = Counter()

    def counting(name: str) -> None:
        honest = getattr(Seen, name)

        def counted(seen: Seen, *path: str) -> object:
            asked[seen.place] += 1
            return honest(seen, *path)

        monkeypatch.setattr(Seen, name, counted)

    for name in ("text", "texts", "has", "attribute"):
        counting(name)
    counts = []
    for payments in (2, 40):
        asked.clear()
        orders = [order(number, KIND.PENSION) for number in range(payments)]
        assert found_in(write_pain001(file_of(*orders), DNB).decode()) == []
        counts.append((asked["PmtInf[1]"], asked[""], asked[f"{TX}/RmtInf/Strd[1]"]))
    assert counts[0] == counts[1]


def test_a_file_beyond_bounds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "OUTGOING_BYTES_MAX", 100)
    with pytest.raises(FileTooLargeError):
        found_in(written("kid"))


def test_the_versions_are_the_two_that_norwegian_banks_take() -> None:
    assert (PAIN_001_03, PAIN_001_09) == ("pain.001.001.03", "pain.001.001.09")
