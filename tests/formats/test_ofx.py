"""OFX: real files read to what an independent reader found in them, and what is odd is refused."""

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from avstem.domain.errors import RefusalError
from avstem.domain.identifiers import account_key
from avstem.domain.statement import Entry, Notice, StatementHead
from avstem.formats import read_statements
from tests.support.corpus import FOLDER, corpus_rows

FRACTIONS = "a fraction of a cent is no amount of money"
#: Valid files that are refused, and why.
REFUSED = {
    "ofx/beancount-import__investment_buy_sell_income.ofx": FRACTIONS,
    "ofx/ofxgo__inv_v202.ofx": FRACTIONS,
    "ofx/ofxgo__ira_v202.ofx": FRACTIONS,
    "ofx/ofxgo__moneymrkt1_v203.ofx": FRACTIONS,
}
#: Invalid files that are read with a notice, and which.
READ_WITH_NOTICE = {"ofx/ofxparse__empty_balance.ofx": "ofx.empty_balance"}


def read(
    content: bytes, notices: list[Notice] | None = None
) -> list[tuple[StatementHead, list[Entry]]]:
    sources = read_statements(io.BytesIO(content), file="bank.ofx", notices=notices)
    return [(source.head, list(source.entries)) for source in sources]


@pytest.mark.parametrize("row", corpus_rows("ofx", valid="yes"))
def test_real_files(row: Any) -> None:
    content = Path(FOLDER / row["file"]).read_bytes()
    if row["file"] in REFUSED:
        with pytest.raises(RefusalError, match="line"):
            read(content)
        return
    found, expected = read(content), row["expected"]["read"]["statements"]
    assert len(found) == len(expected)
    for (head, entries), told in zip(found, expected, strict=True):
        assert head.account == account_key(told["account"])
        assert head.currency == told["ccy"]
        assert len(entries) == told["entries"]
        amounts = [Decimal(entry.amount.decimal()) for entry in entries]
        assert sum(a for a in amounts if a > 0) == Decimal(told["sum_credit"])
        assert -sum(a for a in amounts if a < 0) == Decimal(told["sum_debit"])
        balance = head.closing_balance and Decimal(head.closing_balance.decimal())
        assert balance == (told["ledger_balance"] and Decimal(told["ledger_balance"]))
        if told["dtstart"] and head.from_date:
            assert f"{head.from_date:%Y%m%d}" == told["dtstart"][:8]
        references = [entry.reference for entry in entries if entry.reference]
        assert len(set(references)) == told["fitids"]


@pytest.mark.parametrize("row", corpus_rows("ofx", valid="no"))
def test_files_that_are_wrong(row: Any) -> None:
    content, notices = Path(FOLDER / row["file"]).read_bytes(), []
    if row["file"] in READ_WITH_NOTICE:
        read(content, notices)
        assert READ_WITH_NOTICE[row["file"]] in {each.code for each in notices}
    else:
        with pytest.raises(RefusalError, match="line"):
            read(content)


SGML = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
ENCODING:USASCII
CHARSET:1252

<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>NOK
<BANKACCTFROM><BANKID>8601<ACCTID>86011117947<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20260101<DTEND>20260131
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260115120000.000[+1:CET]<TRNAMT>-1250,50<FITID>F1<NAME>Bjørg &amp; Sønn<MEMO></STMTTRN>
</BANKTRANLIST>
<LEDGERBAL><BALAMT>99.00<DTASOF>20260131</LEDGERBAL>
</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""


def test_one_of_our_own() -> None:
    for encoding in ("utf-8", "cp1252", "utf-8-sig"):
        [(head, [entry])] = read(SGML.encode(encoding))
        assert (head.account, head.format) == ("NO9386011117947", "ofx.1")
        assert str(head.closing_balance) == "99.00 NOK"
        assert str(entry.amount) == "-1250.50 NOK"
        assert str(entry.booking_date) == "2026-01-15"
        assert entry.transactions[0].counterparty == "Bjørg & Sønn"
        assert entry.transactions[0].bank_reference == "F1"


def test_xml_reads_the_same() -> None:
    body = SGML[SGML.index("<OFX>") :]
    for leaf in ("CURDEF", "BANKID", "ACCTID", "ACCTTYPE", "DTSTART", "DTEND", "TRNTYPE", "NAME",
                 "DTPOSTED", "TRNAMT", "FITID", "MEMO", "BALAMT", "DTASOF"):  # fmt: skip
        before, _, rest = body.partition(f"<{leaf}>")
        text, bracket, after = rest.partition("<")
        body = f"{before}<{leaf}>{text.strip()}</{leaf}>{bracket}{after}"
    xml = '<?xml version="1.0"?>\n<?OFX OFXHEADER="200" VERSION="211"?>\n' + body
    [(head, entries)] = read(xml.encode())
    [(_, same)] = read(SGML.encode())
    assert entries == same
    assert head.format == "ofx.2"


WRONG = [
    ("a day that is none", "20260115", "20260230", "20260230"),
    ("no day", "<DTPOSTED>20260115120000.000[+1:CET]", "", "nothing"),
    ("thousands or decimals", "-1250,50", "1,000", "1,000"),
    ("words", "-1250,50", "mange", "mange"),
    ("two amounts", "<FITID>", "<TRNAMT>5.00<FITID>", "5.00"),
    ("no currency", "<CURDEF>NOK", "<CURDEF>kroner", "kroner"),
    ("a cut-off file", "</STMTTRNRS></BANKMSGSRSV1></OFX>", "", "the end of the file"),
    ("an end that ends nothing", "</STMTTRN>", "", "</BANKTRANLIST>"),
    ("text behind an end", "</BANKTRANLIST>", "</BANKTRANLIST>hei", "hei"),
]


@pytest.mark.parametrize(("what", "old", "new", "found"), WRONG, ids=lambda each: each[:30])
def test_what_is_uncertain_refuses_the_file_at_its_line(
    what: str, old: str, new: str, found: str
) -> None:
    assert old in SGML
    with pytest.raises(RefusalError) as refused:
        read(SGML.replace(old, new, 1).encode())
    facts = refused.value.facts()
    assert facts["place"].startswith("line ")
    assert found in facts["found"], what


def test_an_answer_with_an_error_is_refused() -> None:
    failed = "<OFX><STMTTRNRS><STATUS><CODE>2000<SEVERITY>ERROR</STATUS></STMTTRNRS></OFX>"
    with pytest.raises(RefusalError, match="error"):
        read(failed.encode())
