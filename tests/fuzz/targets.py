"""Every reader, as a function of bytes; and what it begins with: real files, and small ones."""

import base64
import gzip
import io
import zipfile
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

from avstem.domain.errors import UnreadableFileError
from avstem.formats import read_statements
from avstem.formats.detect import HEAD_BYTES, claims
from avstem.formats.invoices import read_invoice_file
from avstem.formats.payment_files import read_payment_message
from avstem.formats.port import FormatName, StatementFormat
from avstem.formats.registry import OTHER_FORMATS, STATEMENT_FORMATS
from avstem.formats.saft.reader import read_saft
from avstem.formats.settlements.files import read_settlements
from avstem.formats.wrapped import Member, members
from avstem.formats.xml_reader import BoundedStream
from tests.support import saft, settlements
from tests.support.corpus import FOLDER

SEED_BYTES_MAX = 16 * 1024
SEEDS_MAX = 24
#: No family: files in files, which the others come in.
ARCHIVE = "archive"
FAMILIES = {each.family: each for each in STATEMENT_FORMATS}


def whole(content: bytes) -> int:
    """As a user's file: detected, unwrapped, read to the end."""
    count = 0
    for source in read_statements(io.BytesIO(content), file="fuzz"):
        count += sum(1 for _ in source.entries)
    return count


def by_reader(form: StatementFormat, default: FormatName) -> Callable[[bytes], int]:
    """Past the detection, so that a damaged head reaches the reader too."""

    def read(content: bytes) -> int:
        stream = BoundedStream(io.BytesIO(content), file="fuzz")
        name = form.claim(content[:HEAD_BYTES]) or default
        sources = form.read(stream, file="fuzz", name=name, notices=[])
        return sum(1 for source in sources for _ in source.entries)

    return read


def _invoices(content: bytes) -> int:
    return sum(1 for _ in read_invoice_file(io.BytesIO(content), file="fuzz", orgnr=saft.COMPANY))


def _settlements(content: bytes) -> int:
    found = read_settlements(io.BytesIO(content), file="fuzz", currency="SEK")
    return sum(1 for _ in found)


def _accounting(content: bytes) -> int:
    stream = BoundedStream(io.BytesIO(content), file="fuzz")
    return sum(1 for _ in read_saft(stream, file="fuzz", notices=[]))


def _message(content: bytes) -> object:
    return read_payment_message(io.BytesIO(content), file="fuzz")


def _archive(content: bytes) -> int:
    """Every file inside, whatever the others are; the last refusal of one is that of the whole."""
    size, refusal = 0, None
    for member in members(io.BytesIO(content), file="fuzz"):
        refusal = member.refusal or refusal
        try:
            size += sum(map(len, _pieces(member)))
        except UnreadableFileError as broken:
            refusal = broken
    if refusal is not None:
        raise refusal
    return size


def _pieces(member: Member) -> Iterator[bytes]:
    if member.document is not None:
        stream = member.document.stream
        # Its head was read to know it.
        stream.seek(0)
        while piece := stream.read(64 * 1024):
            yield piece


_BY_PURPOSE: dict[str, Callable[[bytes], object]] = {
    "invoices": _invoices,
    "settlement": _settlements,
    "accounting": _accounting,
}
# Of which the corpus has no file.
_OURS = {
    "vipps": [settlements.vipps()],
    "stripe": [settlements.stripe(("po_1", "2026-01-05", "97.00"))],
    "zettle": [settlements.ZETTLE],
    "saft": [saft.Saft(vouchers=(("2026-01-02", saft.sale("100.00", saft.KID)),)).xml()],
    "invoices_csv": [
        "type,number,party_name,invoice_date,due_date,currency,amount,kid\n"
        "customer_invoice,1001,Nordlys Bygg AS,2026-03-01,2026-03-15,NOK,1000.00,00010017\n"
    ],
}


def zipped(*contents: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these files, always the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for number, content in enumerate(contents, 1):
            archive.writestr(zipfile.ZipInfo(f"{number}.xml"), content, method)
    return made.getvalue()


def _packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def enveloped(content: bytes) -> bytes:
    """As the banks' web services answer."""
    inner = base64.b64encode(content)
    return b"<ApplicationResponse><Content>" + inner + b"</Content></ApplicationResponse>"


def archives() -> list[bytes]:
    """What files come in: plain, nested too deep, cut off, encrypted by its flag, and bombs."""
    files = [content for family in ("camt", "ocr_giro") for content in seeds_of(family)[-1:]]
    plain = zipped(*files)
    deep = zipped(_packed(zipped(_packed(zipped(plain)))))
    secret = plain.replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01").replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"
    )
    bomb = _packed(_packed(bytes(70 * 1024**2)))
    made = [plain, zipped(*files, method=zipfile.ZIP_STORED), _packed(plain), zipped(plain, plain)]
    made += [
        plain[: len(plain) // 2],
        secret,
        deep,
        bomb,
        zipped(bomb, *files),
        zipped(),
        b"".join(files),
    ]
    return made + [enveloped(each) for each in (files[0], plain, bomb)]


def target_of(family: str, seeds: list[bytes]) -> Callable[[bytes], object]:
    """The function that reads files of the family."""
    if family == ARCHIVE:
        return _archive
    form = ALL_FAMILIES[family]
    if isinstance(form, StatementFormat):
        return by_reader(form, name_of(form, seeds))
    return _BY_PURPOSE.get(form.purpose, _message)


def seeds_of(family: str) -> list[bytes]:
    """Small real files that the family claims; the smallest first, at most `SEEDS_MAX`.

    Of some families the corpus has none: files that the tests have made.
    """
    if family == ARCHIVE:
        return sorted(archives(), key=len)
    found = [content for content, families in _corpus() if families == {family}]
    found += [text.encode() for text in _OURS.get(family, ())]
    return sorted(found, key=len)[:SEEDS_MAX]


@lru_cache(maxsize=1)
def _corpus() -> list[tuple[bytes, set[str]]]:
    """Every small real file with the families that claim it; the corpus is read once."""
    return list(_claimed())


def _claimed() -> Iterator[tuple[bytes, set[str]]]:
    for path in sorted(Path(FOLDER).rglob("*")):
        if path.is_file() and path.suffix != ".xsd" and path.stat().st_size <= SEED_BYTES_MAX:
            content = path.read_bytes()
            yield content, {form.family for form, _ in claims(content[:HEAD_BYTES])}


def name_of(form: StatementFormat, seeds: list[bytes]) -> FormatName:
    """The name of the first seed's format."""
    claimed = (form.claim(content[:HEAD_BYTES]) for content in seeds)
    return next((name for name in claimed if name is not None), FormatName(form.family))


ALL_FORMATS = (*STATEMENT_FORMATS, *OTHER_FORMATS)
ALL_FAMILIES = {each.family: each for each in ALL_FORMATS}
#: Whose content is read; the others are refused by name.
READ = [
    *(
        family
        for family, form in ALL_FAMILIES.items()
        if isinstance(form, StatementFormat) or form.purpose != "settlement_unread"
    ),
    ARCHIVE,
]
