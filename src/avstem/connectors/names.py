"""File names that stay in their folder, and names for files on their way."""

from avstem.domain.carrying_errors import UnsafeNameError

NAME_BYTES_MAX = 200
#: Ends the names of our half-written files; other programs' readers leave them alone.
PART = ".part"


def safe_name(name: str) -> str:
    """The name, if it is one of a plain file in the folder itself.

    >>> safe_name("pain001-2026-0017.xml")
    'pain001-2026-0017.xml'
    """
    if not name or name in (".", ".."):
        raise UnsafeNameError(name, "it names a folder")
    if any(each in "/\\:" or not each.isprintable() for each in name):
        raise UnsafeNameError(name, "it has a path or a control character in it")
    if name.startswith(("-", ".", "~")) or name.endswith((PART, " ", ".")):
        raise UnsafeNameError(name, "it begins or ends as names of hidden or half-written files do")
    if len(name.encode("utf-8", "surrogateescape")) > NAME_BYTES_MAX:
        raise UnsafeNameError(name, f"it is longer than {NAME_BYTES_MAX} bytes")
    return name


def is_on_its_way(name: str) -> bool:
    """Whether a name in a listing is hidden or half-written by the customs of banks' folders.

    >>> [is_on_its_way(name) for name in (".x", "x.part", "x.filepart", "x.tmp", "x.xml")]
    [True, True, True, True, False]
    """
    return name.startswith((".", "~")) or name.lower().endswith((PART, ".filepart", ".tmp"))


def part_name(name: str, sha256: str) -> str:
    """The name of a file on its way: the same for the same bytes, so that sending can go on."""
    return f".{name}.{sha256[:16]}{PART}"


def shown_name(path: str) -> str:
    """The name that people know a file by, whatever it is called on its way.

    >>> shown_name("/in/" + part_name("pain.xml", "0" * 64)), shown_name("/in/pain.xml")
    ('pain.xml', 'pain.xml')
    """
    name = path.rpartition("/")[2]
    if name.startswith(".") and name.endswith(PART):
        return name[1 : -len(PART) - 17]
    return name
