"""Reading entries by their shape gives what reading them one by one gives, or does not happen."""

import io
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avstem.domain.errors import RefusalError
from avstem.domain.statement import Entry, Notice, StatementHead
from avstem.formats.camt import cutter
from avstem.formats.camt.reader import claim_camt, read_camt
from avstem.formats.xml_reader import BoundedStream
from tests.formats.test_camt_refusals import BALANCE, ENTRY, NAMESPACE, document
from tests.support.corpus import FOLDER, corpus_rows

Outcome = tuple[list[tuple[StatementHead, list[Entry]]], list[Notice], str]
PART = (
    "<NtryDtls><TxDtls><Refs><EndToEndId>E-{0}</EndToEndId></Refs><RltdPties><Dbtr><Nm>Kari {0}"
    "</Nm></Dbtr></RltdPties><RmtInf><Ustrd>Faktura {0}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
)


def outcome(content: bytes, *, cutting: bool) -> Outcome:
    """All that reading tells: heads, entries and notices, or the refusal that ended it."""
    notices: list[Notice] = []
    found: list[tuple[StatementHead, list[Entry]]] = []
    name = claim_camt(content[: 64 * 1024])
    assert name is not None
    stream = BoundedStream(io.BytesIO(content), file="bank.xml")
    try:
        for source in read_camt(
            stream, file="bank.xml", name=name, notices=notices, cutting=cutting
        ):
            found.append((source.head, list(source.entries)))
    except RefusalError as refused:
        return found, notices, str(refused)
    return found, notices, ""


def read_both_ways(content: bytes) -> Outcome:
    """What is refused is refused both ways; how much was told before may differ, and the column."""
    fast, slow = outcome(content, cutting=True), outcome(content, cutting=False)
    assert bool(fast[2]) == bool(slow[2]), (fast[2], slow[2])
    if not fast[2]:
        assert fast == slow
    return fast


def was_cut(content: bytes) -> int:
    """How many runs of entries did not stream."""
    cut = 0
    original = cutter.EntryCutter.take

    def counted(self: Any, mark: Any) -> Any:
        nonlocal cut
        cut += 1
        return original(self, mark)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cutter.EntryCutter, "take", counted)
        outcome(content, cutting=True)
    return cut


@pytest.mark.parametrize("row", corpus_rows("camt052", "camt053", "camt054"))
def test_real_files(row: Any) -> None:
    content = Path(FOLDER / row["file"]).read_bytes()
    if claim_camt(content[: 64 * 1024]) is None:
        pytest.skip("another message, which other tests refuse")
    read_both_ways(content)


def payments(count: int) -> str:
    return "\n".join(ENTRY.replace("</Ntry>", PART.format(number)) for number in range(count))


def test_many_entries_are_cut_and_read_the_same() -> None:
    content = document(payments(300)).encode()
    found, _, refused = read_both_ways(content)
    assert not refused
    assert len(found[0][1]) == 300
    assert found[0][1][299].transactions[0].counterparty == "Kari 299"
    assert was_cut(content) > 0


@pytest.mark.parametrize("size", [64, 257, 1000, 5000])
def test_blocks_may_end_anywhere(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(cutter, "BLOCK_BYTES", size)
    read_both_ways(document(payments(40)).encode())


PLANTED = {
    "a comment with an entry": f"<!-- {ENTRY} -->",
    "a comment that hides the end": "<Ntry><!-- </Ntry><Ntry> --></Ntry>",
    "a section": ENTRY.replace("12.50", "<![CDATA[12.50]]>"),
    "an instruction": "<?ask </Ntry> ?>" + ENTRY,
    "an escape": ENTRY.replace("</Ntry>", PART.format("&amp; S&#248;nn")),
    "an escaped mark": ENTRY.replace("</Ntry>", PART.format("&#xE001;")),
    "a mark": ENTRY.replace("</Ntry>", PART.format("\ue010" + "1\ue011")),
    "a per cent sign": ENTRY.replace("</Ntry>", PART.format("%s %d 100%")),
    "a stray >": ENTRY.replace("</Ntry>", PART.format("a>b</c>"[:3])),
    "odd white space": ENTRY.replace("</Ntry>", PART.format(" to\t rom\r\n ")),
    "a hard space": ENTRY.replace("</Ntry>", PART.format("a\u00a0b\u2028c")),
    "an unbalanced entry": "<Ntry><Amt></Ntry>",
    "an entry in an entry": ENTRY.replace("</Ntry>", ENTRY + "</Ntry>"),
    "something between entries": "<TxsSummry><TtlNtries>3</TtlNtries></TxsSummry>",
    "text between entries": "mellom",
    "an entry in something else": f"<SplmtryData>{ENTRY}</SplmtryData>",
    "a balance after entries": BALANCE,
    "an empty entry": "<Ntry/>",
    "an entry with an attribute": ENTRY.replace("<Ntry>", '<Ntry a="x>y">'),
    "an end with a space": ENTRY.replace("</Ntry>", "</Ntry >"),
    "an undeclared prefix": ENTRY.replace("<Sts>BOOK</Sts>", "<x:Sts>BOOK</x:Sts>"),
    "another namespace": ENTRY.replace("<Sts>", '<Sts xmlns="urn:other">'),
    "a mark of avstem's own": '<a:run xmlns:a="urn:avstem:run" n="1"/>',
    "its number guessed": '<a:run xmlns:a="urn:avstem:run" n="2"/>',
    "a control character": ENTRY.replace("</Ntry>", PART.format("\x07")),
    "a wrong amount": ENTRY.replace("12.50", "12,50"),
    "a day that is none": ENTRY.replace("2026-03-02", "2026-02-30"),
    "an amount of nothing": ENTRY.replace("12.50", ""),
    "an unknown entity": ENTRY.replace("BOOK", "&book;"),
    "the end of the statement": "</Stmt>",
    "the end of everything": "</Stmt></BkToCstmrStmt></Document>",
}


@pytest.mark.parametrize("what", PLANTED)
@pytest.mark.parametrize("size", [100, 256 * 1024])
def test_what_is_odd_is_read_or_refused_the_same(
    monkeypatch: pytest.MonkeyPatch, what: str, size: int
) -> None:
    monkeypatch.setattr(cutter, "BLOCK_BYTES", size)
    read_both_ways(document(payments(20) + PLANTED[what] + payments(20)).encode())


def test_nothing_is_taken_for_a_mark_of_ours() -> None:
    planted = PLANTED["a mark of avstem's own"]
    for entries in (planted, payments(3) + planted, planted + payments(3)):
        assert "avstem" in outcome(document(entries).encode(), cutting=True)[2]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1", "iso-8859-15", "utf-16"])
def test_encodings(encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    before = f'<?xml version="1.0" encoding="{declared}"?>'
    content = document(payments(5).replace("Kari", "Bjørg Åse"), before=before).encode(encoding)
    found, _, refused = read_both_ways(content)
    assert not refused
    assert found[0][1][0].transactions[0].counterparty == "Bjørg Åse 0"


def test_a_prefix_and_several_statements() -> None:
    stem = document(payments(8)).replace("</Stmt>", "</Stmt>" + "<Stmt><Id>2</Id>" + BALANCE
                                         + payments(8) + "</Stmt>")  # fmt: skip
    prefixed = stem.replace("</", "\x01").replace("<", "<b:").replace("\x01", "</b:")
    prefixed = prefixed.replace(f'xmlns="{NAMESPACE}"', f'xmlns:b="{NAMESPACE}"')
    plain, other = read_both_ways(stem.encode()), read_both_ways(prefixed.encode())
    assert [entries for _, entries in plain[0]] == [entries for _, entries in other[0]]
    assert len(other[0]) == 2
    assert was_cut(prefixed.encode()) > 1


@pytest.mark.parametrize("count", [2, 199, 200, 201, 202, 401])
def test_a_large_batch_is_read_a_few_details_at_a_time(
    monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    detail = '<TxDtls><Amt Ccy="NOK">1.00</Amt><AddtlTxInf>Del {0}</AddtlTxInf></TxDtls>'
    details = "".join(detail.format(number) for number in range(count))
    entry = ENTRY.replace("12.50", f"{count}.00").replace(
        "</Ntry>", f"<NtryDtls><Btch><NbOfTxs>{count}</NbOfTxs></Btch>{details}</NtryDtls></Ntry>"
    )
    content = document(ENTRY + entry + ENTRY).encode()
    whole = read_both_ways(content)
    monkeypatch.setattr("avstem.formats.camt.reader._LARGE_BYTES", 10)
    assert outcome(content, cutting=False) == whole
    assert len(whole[0][0][1][1].transactions) == count


def test_lines_are_counted_across_what_was_cut() -> None:
    lines = document("\n" + payments(50) + "\n<Ntry>\n<Amt>\n</Ntry>" + payments(2))
    assert "line 53" in read_both_ways(lines.encode())[2]


def test_more_shapes_than_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("avstem.formats.camt.shapes._SHAPES_MAX", 3)
    many = [ENTRY.replace("</Ntry>", f"{'<X/>' * (n % 7)}</Ntry>") for n in range(400)]
    read_both_ways(document("".join(many)).encode())


@given(st.integers(0, 2**32), st.integers(1, 6))
def test_damaged_files_are_refused_or_read_the_same(seed: int, hits: int) -> None:
    rng = random.Random(seed)
    content = bytearray(document(payments(6)).encode())
    for _ in range(hits):
        place = rng.randrange(200, len(content))
        content[place : place + rng.randrange(3)] = rng.choice(
            [b"<", b">", b"&", b"</", b"/>", b"\n", b" ", b"<!--", b"-->", b"</Ntry>", b"<Ntry>",
             b"\xee\x80\x81", b"\xff", b"\x00", b'"', b"x", b"]]>"])  # fmt: skip
    if claim_camt(bytes(content)) is not None:
        read_both_ways(bytes(content))
