"""Files around files: what is inside is read, what is broken or grows beyond measure is refused."""

import base64
import gzip
import io
import zipfile

import pytest

from avstem.domain.errors import RefusalError, UnknownFormatError, UnreadableFileError
from avstem.domain.statement import Notice
from avstem.formats import read_statements, wrapped
from tests.formats.test_camt_cutting import payments
from tests.formats.test_camt_refusals import document

STATEMENT = '<?xml version="1.0" encoding="UTF-8"?>\n' + document(payments(3))
LONG = '<?xml version="1.0" encoding="UTF-8"?>\n' + document(payments(2000))


def zipped(**members: bytes | str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return made.getvalue()


def stored(content: str) -> bytes:
    """A ZIP whose member is not compressed."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.xml", content)
    return made.getvalue()


def envelope(content: bytes, **elements: str) -> bytes:
    more = "".join(f"<{name}>{text}</{name}>" for name, text in elements.items())
    return (
        '<?xml version="1.0"?><ApplicationResponse xmlns="http://bxd.fi/xmldata/">'
        f"<ResponseCode>00</ResponseCode>{more}<Content>{base64.encodebytes(content).decode()}"
        "</Content></ApplicationResponse>"
    ).encode()


def counts(content: bytes, notices: list[Notice] | None = None) -> list[int]:
    """How many entries each statement has."""
    sources = read_statements(io.BytesIO(content), file="bank.zip", notices=notices)
    return [len(list(source.entries)) for source in sources]


def refusal(content: bytes) -> RefusalError:
    with pytest.raises(RefusalError) as refused:
        counts(content)
    return refused.value


WRAPPED = {
    "plain": (STATEMENT.encode(), [3]),
    "gzip": (gzip.compress(STATEMENT.encode()), [3]),
    "gzip of a long one": (gzip.compress(LONG.encode()), [2000]),
    "zip": (zipped(a__xml=STATEMENT), [3]),
    "zip that packs nothing": (stored(STATEMENT), [3]),
    "zip of several": (zipped(b__xml=LONG, a__xml=STATEMENT), [3, 2000]),
    "zip in gzip": (gzip.compress(zipped(a__xml=STATEMENT)), [3]),
    "gzip in zip": (zipped(a__gz=gzip.compress(STATEMENT.encode())), [3]),
    "envelope": (envelope(STATEMENT.encode()), [3]),
    "packed envelope": (envelope(gzip.compress(LONG.encode()), Compressed="true"), [2000]),
    "two documents": ((STATEMENT + STATEMENT).encode(), [3, 3]),
    "two with a line between": ((STATEMENT + "\n" + LONG + "\r\n\r\n").encode(), [3, 2000]),
    "three in a zip": (zipped(a__xml=LONG + STATEMENT + LONG), [2000, 3, 2000]),
    "a mark": (STATEMENT.encode("utf-8-sig"), [3]),
}


@pytest.mark.parametrize("how", WRAPPED)
def test_what_is_inside_is_read(how: str) -> None:
    content, expected = WRAPPED[how]
    assert counts(content) == expected


@pytest.mark.parametrize("size", [200, 333, 1024])
def test_documents_are_parted_wherever_a_block_ends(
    monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr("avstem.formats.camt.cutter.BLOCK_BYTES", size)
    monkeypatch.setattr(wrapped, "HEAD_BYTES", 700)
    assert counts((STATEMENT * 3).encode()) == [3, 3, 3]


def test_a_text_that_looks_like_a_beginning_parts_nothing() -> None:
    inside = STATEMENT.replace("Kari 1", "<![CDATA[</Documents> <?xml version='1.0'?>]]>")
    assert counts(inside.encode()) == [3]


def test_what_no_reader_knows_is_passed_over_in_an_archive() -> None:
    notices: list[Notice] = []
    archive = zipped(les__txt="Hei", a__xml=STATEMENT, __MACOSX="x")
    assert counts(archive, notices) == [3]
    assert [(each.code, each.place) for each in notices] == [
        ("archive.passed_over", "bank.zip/.MACOSX"), ("archive.passed_over", "bank.zip/les.txt")
    ]  # fmt: skip


def test_an_archive_of_nothing_we_know_is_refused_by_what_it_holds() -> None:
    refused = refusal(zipped(les__txt="Hei på deg"))
    assert isinstance(refused, UnknownFormatError)
    assert "Hei" in refused.found
    assert refused.file == "bank.zip/les.txt"


BROKEN = {
    "a cut gzip": gzip.compress(LONG.encode())[:-200],
    "a gzip with a wrong sum": gzip.compress(STATEMENT.encode())[:-8] + b"12345678",
    "a cut zip": zipped(a__xml=LONG)[:-100],
    "a zip that is none": b"PK\x03\x04rest",
    "no base64": envelope(b"x").replace(b"<Content>", b"<Content>!!"),
    "an envelope without content": envelope(b""),
    "four layers": gzip.compress(gzip.compress(gzip.compress(gzip.compress(b"x")))),
    "a cut second document": (STATEMENT + STATEMENT[:-30]).encode(),
    "an envelope with a DTD": envelope(b"x").replace(b"?><", b"?><!DOCTYPE x><", 1),
}


@pytest.mark.parametrize("how", BROKEN)
def test_what_is_broken_is_refused(how: str) -> None:
    assert isinstance(refusal(BROKEN[how]), UnreadableFileError)


def test_a_damaged_member_is_refused() -> None:
    archive = bytearray(zipped(a__xml=LONG))
    archive[len(archive) // 2] ^= 0xFF
    assert isinstance(refusal(bytes(archive)), UnreadableFileError)


def test_an_encrypted_member_is_refused() -> None:
    archive = bytearray(zipped(a__xml=STATEMENT))
    archive[6] |= 1
    archive[archive.rindex(b"PK\x01\x02") + 8] |= 1
    assert "encrypted" in str(refusal(bytes(archive)))


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wrapped, "_FREE_BYTES", 1024**2)
    bomb = document("<Ntry>" + " " * 20_000_000)
    for packed in (gzip.compress(bomb.encode()), zipped(a__xml=bomb)):
        assert "when unpacked" in str(refusal(packed))


def test_too_many_members_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wrapped, "MEMBERS_MAX", 2)
    assert "3 members" in str(refusal(zipped(a=b"", b=b"", c=b"")))
