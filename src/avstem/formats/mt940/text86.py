"""What `:86:` tells of a payment: free text, German subfields, or fields between slashes.

Sources: Die Deutsche Kreditwirtschaft, DFÜ-Abkommen, annex 3, chapter 8 (`?20`, `SVWZ+`); the
Dutch banks' format books (`/TRTP/`, `/REMI/`, `/CNTP/`); docs/formats/mt940.md.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from avstem.domain import kid
from avstem.domain.identifiers import compact, is_creditor_reference
from avstem.domain.statement import Reference

#: A line this long was full: the next one goes on with the same word.
_LINE_CHARS = 65
#: So with the subfields `?20` to `?29`, `?32` and `?33`.
_SUBFIELD_CHARS = 27

_SLASH_KEYS = (
    "TRTP|TRCD|IBAN|BBAN|BIC|NAME|ADDR|REMI|EREF|KREF|PREF|IREF|MARF|CSID|CNTP|ORDP|BENM|ULTC|ULTD|"
    "DBNM|CRNM|IDNM|DACT|CACT|DCID|OPRP|PURP|ISDT|RTRN|NRTX|OCMT|OAMT|EXCH|CHGS|CHRG|SVCL|IACC|FCCY|"
    "FXRT|FXDT|ROC|RFB|KID"
)
_STRUCTURED = re.compile(rf"\s?\d{{3}}[?>~<^]\d\d|\s*/(?:{_SLASH_KEYS})/", re.ASCII)
_GERMAN = re.compile(r"\s?\d{3}([?>~<^])(?=\d\d)", re.ASCII)
_SUBFIELDS = {each: re.compile(rf"{re.escape(each)}(\d\d)", re.ASCII) for each in "?>~<^"}
_GERMAN_BELOW = re.compile(r"\n\?(?=20)")
_SEPA_KEY = re.compile(
    r"(?<![A-Z0-9])(EREF|KREF|PREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|IBAN|BIC|PURP|RREF)[+]"
)
_SLASH_START = re.compile(rf"\s*/(?:{_SLASH_KEYS})/")
_SLASH_KEY = re.compile(rf"/(?=({_SLASH_KEYS})/)")
_KID_LABEL = re.compile(
    r"^[ \t]*KID\b[ .:nr]{0,6}(\d{2,25}|\d{1,24}-)[ \t]*$", re.MULTILINE | re.ASCII
)
#: The reference stands in `:86:`, or there is none.
NO_REFERENCE = frozenset({"", "NONREF", "NOREF", "EREF", "KREF", "PREF", "MREF", "MARF", "CREF"})
_NO_ID = frozenset({"", "NOTPROVIDED", "NOT PROVIDED", "NONREF"})
_NAME_LINES = ("32", "33")
_REMITTANCE = frozenset(f"{number}" for number in (*range(20, 30), *range(60, 64)))


@dataclass(slots=True)
class Details:
    """What was found; `text` is the bank's own word for the entry, `exchanged` an amount."""

    text: str | None = None
    counterparty: str | None = None
    counterparty_account: str | None = None
    end_to_end_id: str | None = None
    instruction_id: str | None = None
    payment_information_id: str | None = None
    references: list[Reference] = field(default_factory=list)
    remittance: list[str] = field(default_factory=list)
    instructed: str | None = None
    charges: str | None = None
    exchange_rate: str | None = None
    return_reason: str | None = None


def is_structured(text: str) -> bool:
    """Whether the text has fields of its own."""
    return _STRUCTURED.match(text) is not None or "\n?20" in text


def read_details(text: str) -> Details:
    """The fields of a structured text; what has no place in `Details` is left to the bank."""
    if _SLASH_START.match(text):
        return _slashes(text)
    return _german(text)


def join_lines(text: str) -> str:
    r"""The lines as one; a full one goes on without a space, and rows of blanks are one.

    >>> join_lines("INVOICE 17\nOF MAY")
    'INVOICE 17 OF MAY'
    """
    if "\n" not in text:
        return text.strip() if "  " not in text else " ".join(text.split())
    lines = text.split("\n")
    return " ".join("".join(_with_space(each, _LINE_CHARS) for each in lines).split())


def labelled_kids(text: str) -> tuple[Reference, ...]:
    """A line of free text that is `KID` and a number whose check digit fits."""
    found = (each[1] for each in _KID_LABEL.finditer(text))
    return tuple(Reference("kid", each) for each in found if kid.is_valid(each))


def _with_space(text: str, full: int) -> str:
    return text if len(text) >= full else f"{text} "


def joined(parts: Sequence[str]) -> str:
    """Subfields as one text: a full one goes on in the next."""
    if len(parts) == 1 and "  " not in parts[0]:
        return parts[0].strip()
    return " ".join("".join(_with_space(each, _SUBFIELD_CHARS) for each in parts).split())


def _german(text: str) -> Details:
    found = _GERMAN.match(text) or _GERMAN_BELOW.search(text)
    assert found is not None, "asked for only where it is so"
    mark = found[1] if found.re is _GERMAN else "?"
    before = "" if found.re is _GERMAN else text[: found.start()]
    # Lines are cut at a fixed length, inside words and inside `?20`.
    subfields = text[found.end() :].replace("\n", "")
    fields = _subfields(subfields, mark)
    details = Details(text=(joined(fields.get("00", [])) or before.strip()) or None)
    details.counterparty = joined([each for key in _NAME_LINES for each in fields.get(key, [])])
    details.counterparty_account = account_of([*fields.get("38", []), *fields.get("31", [])])
    remittance = [each for key in fields if key in _REMITTANCE for each in fields[key]]
    _read_remittance(details, remittance)
    details.counterparty = details.counterparty or None
    return details


def _subfields(text: str, mark: str) -> dict[str, list[str]]:
    """Each `?nn` with its texts; a mark without digits behind it is text."""
    _, *parts = _SUBFIELDS[mark].split(mark + text)
    fields: dict[str, list[str]] = {}
    for key, value in zip(parts[::2], parts[1::2], strict=True):
        fields.setdefault(key, []).append(value)
    return fields


def _read_remittance(details: Details, parts: list[str]) -> None:
    """Plain lines, or one text with SEPA keys in it."""
    text = "\n".join(parts)
    keys = list(_SEPA_KEY.finditer(text))
    before = text[: keys[0].start()] if keys else text
    details.remittance += [each.strip() for each in before.split("\n") if each.strip()]
    ends = [each.start() for each in keys[1:]] + [len(text)]
    for key, end in zip(keys, ends, strict=False):
        _take_sepa(details, key[1], text[key.end() : end])


def _take_sepa(details: Details, key: str, value: str) -> None:
    code = value.replace("\n", "").strip()
    if key == "SVWZ":
        # The key counts: it stands in the same subfield.
        said = joined(f"SVWZ+{value}".rstrip("\n").split("\n")).removeprefix("SVWZ+").strip()
        details.remittance += [said] if said else []
    elif key == "EREF":
        details.end_to_end_id = id_of(code)
    elif key in ("KREF", "PREF"):
        details.payment_information_id = id_of(code) or details.payment_information_id
    elif key == "IBAN":
        details.counterparty_account = account_of([code]) or details.counterparty_account
    elif key in ("ABWA", "ABWE"):
        details.counterparty = details.counterparty or joined([code]) or None
    elif key == "OAMT":
        details.instructed = code


def _slashes(text: str) -> Details:
    """`/KEY/value`; a slash that begins no known key is the value's own."""
    text = "".join(_with_space(each, _LINE_CHARS) for each in text.split("\n"))
    details = Details()
    keys = list(_SLASH_KEY.finditer(text))
    ends = [each.start() for each in keys[1:]] + [len(text)]
    for key, end in zip(keys, ends, strict=False):
        _take_slash(details, key[1], text[key.end() + len(key[1]) + 1 : end].strip())
    return details


def _take_slash(details: Details, key: str, value: str) -> None:
    plain = " ".join(value.strip("/ ").split())
    if not plain:
        return
    if key in _SIMPLE:
        setattr(details, _SIMPLE[key], getattr(details, _SIMPLE[key]) or id_of(plain))
    elif key in ("IBAN", "BBAN", "DACT", "CACT"):
        details.counterparty_account = details.counterparty_account or account_of([plain])
    elif key == "REMI":
        _take_remittance(details, value.strip())
    elif key == "CNTP":
        _take_party(details, value.split("/"), name_at=2)
    elif key in ("ORDP", "BENM") and not value.startswith(("/", "ID/")):
        _take_party(details, value.split("/"), name_at=1)
    elif key == "KID":
        details.references.append(Reference("kid", plain.replace(" ", "")))


_SIMPLE = {
    "NAME": "counterparty",
    "DBNM": "counterparty",
    "CRNM": "counterparty",
    "EREF": "end_to_end_id",
    "ROC": "end_to_end_id",
    "IREF": "instruction_id",
    "PREF": "payment_information_id",
    "KREF": "payment_information_id",
    "TRTP": "text",
    "OCMT": "instructed",
    "CHGS": "charges",
    "CHRG": "charges",
    "EXCH": "exchange_rate",
    "RTRN": "return_reason",
}


def _take_party(details: Details, parts: list[str], *, name_at: int) -> None:
    """`account/BIC/name/city` (ING), or `account/name/more` as SWIFT has it."""
    parts = [each.strip() for each in parts]
    details.counterparty_account = details.counterparty_account or account_of(parts[:1])
    if len(parts) > name_at and parts[name_at]:
        details.counterparty = details.counterparty or parts[name_at]
    if name_at == 1:
        details.remittance += filter(None, [" ".join("/".join(parts[2:]).strip("/ ").split())])


def _take_remittance(details: Details, value: str) -> None:
    """`STRD/CUR/…` and `STRD/ISO/…` are structured references, all else is text."""
    kind, _, rest = value.partition("/")
    issuer, _, reference = rest.partition("/")
    if kind in ("STRD", "SCOR") and issuer in ("CUR", "ISO", "SCOR"):
        reference = reference.strip("/ ").replace(" ", "")
        if issuer == "CUR" or is_creditor_reference(reference):
            details.references.append(Reference("kid", reference))
            return
    text = rest if kind in ("USTD", "STRD") else value
    details.remittance += filter(None, [" ".join(text.strip("/ ").split())])


def account_of(parts: list[str]) -> str | None:
    """The first that is an account: it holds a digit."""
    found = (compact(each) for each in parts)
    return next((each for each in found if any(char.isdecimal() for char in each)), None)


def id_of(text: str) -> str | None:
    """An identification, or None where the text says that there is none."""
    return None if text.upper() in _NO_ID else text
