"""A file that is not whole and certain is refused, with the place, what stands there, and what should."""

import io

import pytest

from avstem.domain.errors import FileTooLargeError, RefusalError
from avstem.domain.statement import Entry, Notice
from avstem.formats import read_statements
from avstem.store.entry_rows import transactions_of

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"
STATEMENT = "Document/BkToCstmrStmt/Stmt[1]"
BALANCE = (
    '<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="NOK">0.00</Amt>'
    "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-02</Dt></Dt></Bal>"
)
ENTRY = (
    '<Ntry><Amt Ccy="NOK">12.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>'
    "<BookgDt><Dt>2026-03-02</Dt></BookgDt></Ntry>"
)


def document(entries: str = ENTRY, *, before: str = "", name: str = NAMESPACE) -> str:
    return (
        f'{before}<Document xmlns="{name}"><BkToCstmrStmt><Stmt><Id>1</Id>'
        f"<Acct><Id><IBAN>NO9386011117947</IBAN></Id></Acct>{BALANCE}{entries}"
        "</Stmt></BkToCstmrStmt></Document>"
    )


def entry_with(old: str, new: str) -> str:
    assert old in ENTRY
    return document(ENTRY + ENTRY.replace(old, new))


def read(content: str | bytes, notices: list[Notice] | None = None) -> list[Entry]:
    raw = content if isinstance(content, bytes) else content.encode()
    sources = read_statements(io.BytesIO(raw), file="bank.xml", notices=notices)
    return [entry for source in sources for entry in source.entries]


def refusal_of(content: str | bytes) -> RefusalError:
    with pytest.raises(RefusalError) as refused:
        read(content)
    assert refused.value.facts()["file"] == "bank.xml"
    return refused.value


def test_the_document_the_refusals_start_from_is_read() -> None:
    assert [str(entry.amount) for entry in read(document())] == ["12.50 NOK"]


WRONG_VALUES = [
    ("a day that does not exist", "2026-03-02", "2026-02-30", "BookgDt", "2026-02-30", "a date"),
    ("a comma", "12.50", "12,50", "Amt", "12,50", "with a dot"),
    ("an exponent", "12.50", "1e5", "Amt", "1e5", "with a dot"),
    ("a sign", "12.50", "-5.00", "Amt", "-5.00", "with a dot"),
    ("no amount", "12.50", "", "Amt", "nothing", "with a dot"),
    ("three decimals", "12.50", "12.505", "Amt", "12.505", "at most 2 decimals in NOK"),
    ("no direction", "<CdtDbtInd>CRDT</CdtDbtInd>", "", "CdtDbtInd", "nothing", "CRDT or DBIT"),
    ("another direction", "CRDT", "KREDIT", "CdtDbtInd", "KREDIT", "CRDT or DBIT"),
    ("no currency", ' Ccy="NOK"', "", "Amt", "", "three capital letters"),
    ("another status", "BOOK", "DONE", "Sts", "DONE", "BOOK, PDNG, FUTR, INFO"),
    ("a field divider in a text", "<Sts>", "<NtryRef>a\ue001b</NtryRef><Sts>", "*",
     "a private-use character", "text"),
    ("a record divider in a currency", '"NOK"', '"NOK\ue000"', "*",
     "a private-use character", "text"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "element", "found", "expected"),
    [pytest.param(*case, id=name) for name, *case in WRONG_VALUES],
)
def test_a_wrong_value_is_refused_with_the_number_of_its_entry(
    old: str, new: str, element: str, found: str, expected: str
) -> None:
    facts = refusal_of(entry_with(old, new)).facts()
    assert facts["place"] == f"{STATEMENT}/Ntry[2]/{element}"
    assert facts["found"] == found
    assert expected in facts["expected"]


DTD = "<!DOCTYPE Document SYSTEM 'x.dtd'>"
BOMB = "<!DOCTYPE Document [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>"
BROKEN = [
    ("cut off", document()[:-40], "line 1"),
    ("a tag that does not close", document("<Ntry></Stmt>"), "line 1"),
    ("bytes that are not UTF-8", document().replace(">1<", ">æ<").encode("latin-1"), "line 1"),
    ("a document type", document(before=DTD), "line 1"),
    ("an entity bomb", document(ENTRY.replace("12.50", "&b;"), before=BOMB), "line 1"),
    ("a thousand levels", document("<a>" * 1000 + "</a>" * 1000), "line 1"),
    ("eleven megabytes of text", document(f"<a>{'x' * 11_000_000}</a>"), "line 1"),
    ("an entry in an element", document(f"{ENTRY}<a>{ENTRY}</a>"), f"{STATEMENT}/Ntry"),
    ("a balance after the entries", document(ENTRY + BALANCE), f"{STATEMENT}/Bal"),
    ("no statement", f'<Document xmlns="{NAMESPACE}"><BkToCstmrStmt/></Document>',
     "Document/BkToCstmrStmt"),
    ("a statement in another message", document().replace("BkToCstmrStmt", "Other"), "Document"),
    ("a currency-less balance", document().replace(' Ccy="NOK"', "", 1),
     f"{STATEMENT}/Bal[1]/Amt/@Ccy"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "place"), [pytest.param(*case, id=name) for name, *case in BROKEN]
)
def test_a_file_that_is_not_whole_is_refused_with_its_place(
    content: str | bytes, place: str
) -> None:
    refused = refusal_of(content)
    assert refused.code == "file.unreadable"
    assert refused.facts()["place"].startswith(place)
    assert len(refused.facts()["found"]) <= 60


OTHERS = [
    (b"", "an empty file"),
    (b"<html><body>Logg inn</body></html>", "a web page"),
    (b"Dato;Tekst;Inn", "text that begins"),
    (b"<Faktura/>", "XML with the root element Faktura"),
    (document(name="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03").encode(),
     "the message pain.001.001.03"),
    (document(name="urn:iso:std:iso:20022:tech:xsd:camt.053.001.99").encode(),
     "the message camt.053.001.99"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "words"), OTHERS)
def test_a_file_of_another_kind_is_refused_by_what_it_is(content: bytes, words: str) -> None:
    refused = refusal_of(content)
    assert refused.code == "file.unknown_format"
    assert refused.facts()["found"].startswith(words)


def test_a_file_larger_than_the_bound_is_refused_while_it_streams() -> None:
    with pytest.raises(FileTooLargeError) as refused:
        list(read_statements(io.BytesIO(document().encode()), file="bank.xml", bytes_max=100))
    assert refused.value.bytes_max == 100


def test_an_entry_in_another_currency_is_read_with_a_notice_of_its_place() -> None:
    notices: list[Notice] = []
    read(entry_with("NOK", "EUR"), notices)
    assert notices == [Notice("entry.other_currency", f"{STATEMENT}/Ntry[2]/Amt/@Ccy", "EUR")]


def test_a_file_that_is_odd_everywhere_keeps_a_thousand_notices() -> None:
    notices: list[Notice] = []
    assert len(read(document(ENTRY.replace("NOK", "EUR") * 1001), notices)) == 1001
    assert len(notices) == 1000


def test_details_that_do_not_add_up_are_shown_as_the_bank_said_them_with_a_notice() -> None:
    part = '<TxDtls><AmtDtls><TxAmt><Amt Ccy="NOK">5.00</Amt></TxAmt></AmtDtls></TxDtls>'
    details = f"<NtryDtls>{part}{part}</NtryDtls></Ntry>"
    notices: list[Notice] = []
    [entry] = read(document(ENTRY.replace("</Ntry>", details)), notices)
    assert [part.amount.decimal() for part in entry.transactions] == ["5.00", "5.00"]
    assert [part.amount for part in transactions_of(entry)] == [entry.amount], "what is booked"
    assert (entry.has_details, entry.details_count) == (True, 2)
    assert notices == [Notice("entry.details_differ", f"{STATEMENT}/Ntry[1]", "12.50")]


@pytest.mark.parametrize("junk", ["<Junk/>", "text"])
def test_what_stands_between_the_entries_is_passed_over(junk: str) -> None:
    assert len(read(document((ENTRY + junk) * 2500))) == 2500


def test_ten_thousand_empty_statements_are_read_past() -> None:
    many = "<Stmt><Id>1</Id></Stmt>" * 10_000
    whole = f'<Document xmlns="{NAMESPACE}"><BkToCstmrStmt>{many}</BkToCstmrStmt></Document>'
    sources = read_statements(io.BytesIO(whole.encode()), file="bank.xml")
    assert sum(source.head.id == "1" for source in sources) == 10_000


def test_more_tags_than_the_bound_in_no_entry_are_refused_before_they_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("avstem.formats.xml_reader.HELD_MARKS_MAX", 100_000)
    monkeypatch.setattr("avstem.formats.xml_reader._UNCOUNTED_BYTES", 0)
    refused = refusal_of(document("<a/>" * 110_000))
    assert refused.facts()["place"] == "byte 0"
    assert refused.facts()["expected"] == "smaller entries"
