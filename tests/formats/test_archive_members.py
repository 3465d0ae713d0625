"""Each file inside an archive by itself: damaged bytes, bombs and nesting end in refusals only."""

import gzip
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avstem.domain.errors import RefusalError, UnreadableFileError
from avstem.formats import wrapped
from avstem.formats.invoices import holds_invoices
from avstem.formats.wrapped import Member, members
from tests.support.ubl import Ubl


def bill(number: str) -> bytes:
    return Ubl(number=number).xml().encode()


def zipped(*contents: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for number, content in enumerate(contents, start=1):
            archive.writestr(f"{number}.xml", content)
    return made.getvalue()


def opened(content: bytes) -> list[tuple[str, bytes | UnreadableFileError]]:
    """The files inside with their bytes, or why not; each read to its end."""
    return [(each.name, _content(each)) for each in members(io.BytesIO(content), file="f")]


def _content(member: Member) -> bytes | UnreadableFileError:
    if member.document is None:
        assert member.refusal is not None
        return member.refusal
    try:
        member.document.stream.seek(0)
        return b"".join(iter(lambda: member.document.stream.read(1000), b""))
    except UnreadableFileError as broken:
        return broken


BILLS = [bill("F-1"), bill("F-2")]
PACKED = zipped(*BILLS)


def test_a_plain_file_is_itself() -> None:
    [member] = members(io.BytesIO(BILLS[0]), file="f")
    assert (member.name, member.is_packed) == ("f", False)
    assert opened(BILLS[0]) == [("f", BILLS[0])]


@pytest.mark.parametrize(
    "content", [PACKED, zipped(*BILLS, method=zipfile.ZIP_STORED), gzip.compress(PACKED)]
)
def test_every_file_comes_whole_and_in_order(content: bytes) -> None:
    assert opened(content) == [("f/1.xml", BILLS[0]), ("f/2.xml", BILLS[1])]


def test_a_workbook_is_one_file() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert [name for name, _ in opened(made.getvalue())] == ["f"]


def test_a_bomb_is_refused_by_its_name_and_the_rest_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wrapped, "_FREE_BYTES", 1_000_000)
    found = dict(opened(zipped(BILLS[0], b"0" * 5_000_000, BILLS[1])))
    assert (found["f/1.xml"], found["f/3.xml"]) == (BILLS[0], BILLS[1])
    refusal = found["f/2.xml"]
    assert isinstance(refusal, UnreadableFileError)
    assert "when unpacked" in refusal.found


def test_nesting_ends_at_its_bound_and_says_where() -> None:
    content = bill("F-1")
    for _ in range(wrapped.LAYERS_MAX + 1):
        content = zipped(content)
    [(name, refusal)] = opened(content)
    assert name == "f" + "/1.xml" * (wrapped.LAYERS_MAX + 1)
    assert isinstance(refusal, UnreadableFileError)
    assert "layers" in refusal.found


def test_too_many_members_refuse_the_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wrapped, "MEMBERS_MAX", 1)
    with pytest.raises(UnreadableFileError) as refused:
        opened(PACKED)
    assert refused.value.expected == "at most 1"


@settings(max_examples=300, deadline=None)
@given(data=st.data(), content=st.sampled_from([PACKED, gzip.compress(PACKED), zipped(PACKED)]))
def test_only_refusals_come_out_of_damaged_archives(data: st.DataObject, content: bytes) -> None:
    places = data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4))
    damaged = bytearray(content)
    for place in places:
        damaged[place] ^= data.draw(st.integers(1, 255))
    end = data.draw(st.sampled_from([len(damaged), len(damaged) - 1, len(damaged) // 2]))
    for read in (opened, lambda part: holds_invoices(io.BytesIO(part), file="f")):
        try:
            read(bytes(damaged[:end]))
        except RefusalError:
            continue
