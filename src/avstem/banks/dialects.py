"""How each bank takes and gives files: versions, names, folders, what it answers.

One file a dialect in `data/dialects/`; `based_on` names the one it differs from. What a bank has
not told stands as the common ground of Norwegian banks and is named in `assumed`.

Source: docs/banks.md; the Bits profiles of ISO 20022, generation 1 (2017) and 2 (2023).

>>> dialect("dnb").pain001_version, dialect("dnb").division
('pain.001.001.03', True)
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources.abc import Traversable
from typing import Any, Literal, TypedDict

from avstem.banks.data_files import DATA, checked, read_tables
from avstem.domain.errors import NotFoundError

Pain001Version = Literal["pain.001.001.03", "pain.001.001.09"]
Scheme = Literal["CUST", "BANK"]
Level = Literal["group", "batch", "payment"]
Encoding = Literal["UTF-8", "ISO-8859-1", "ISO-8859-15"]
AccountForm = Literal["BBAN", "IBAN"]

Generation = Literal[1, 2]

#: What goes with the request of each generation: status, cancellation and its answer.
ANSWERS: Mapping[Generation, tuple[str, str, str]] = {
    1: ("pain.002.001.03", "camt.055.001.01", "camt.029.001.03"),
    2: ("pain.002.001.10", "camt.055.001.08", "camt.029.001.09"),
}
#: The order, the statement and the notification of each generation.
_FILES: Mapping[Generation, tuple[Pain001Version, str, str]] = {
    1: ("pain.001.001.03", "camt.053.001.02", "camt.054.001.02"),
    2: ("pain.001.001.09", "camt.053.001.08", "camt.054.001.08"),
}


@dataclass(frozen=True, slots=True)
class Folders:
    """Where files lie at the bank, as its customer sees it: `out` to the bank, `inn` from it."""

    out: str
    inn: str


class PaymentFile(TypedDict):
    """What a pain.001 is written by, under the names that `formats.pain001` has for it."""

    version: Pain001Version
    account_form: AccountForm
    initiator_id: str
    initiator_scheme: Scheme
    division_id: str
    batch_booking: bool | None
    encoding: Encoding
    domestic_creditor_agent: bool
    name_length: int
    remittance_length: int


Approval = Literal["always", "choice", "never"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """A bank's way with files.

    `notification` is the version of camt.054. `sender_id` says whose number stands as the sender:
    the company's organisation number or the bank's own for the customer, `sender_in_capitals` that
    small letters are not found; `division` that the bank wants a division beside it. None of
    `batch_booking` is the bank's default. `takes_cancellation`: camt.055 is answered, and not by
    e-mail alone; `cancellation_by_hand`: also where a person carries the files.
    `approval_in_bank`: `always` every payment waits for a person in the internet bank, `choice`
    the agreement says, `never` what comes in a file is approved. `outgoing_name` is filled with
    `{message_id}` and `{orgnr}`; `incoming` are patterns as `*.xml`. Lengths are in characters.
    `file_types` are the bank's own names of the kinds (`pain.001`, `camt.053`, …) where its
    channel asks for them.
    `assumed` names what the bank has not told us.
    """

    slug: str
    generation: Generation
    pain001_version: Pain001Version
    statement_versions: tuple[str, ...]
    notification: str
    ocr_giro: bool
    status_levels: tuple[Level, ...]
    sender_id_scheme: Scheme
    sender_id: Literal["orgnr", "customer_number"]
    sender_in_capitals: bool = False
    division: bool
    account_form: AccountForm
    batch_booking: bool | None = None
    approval_in_bank: Approval
    takes_cancellation: bool
    cancellation_by_hand: bool = True
    folders: Folders
    outgoing_name: str
    incoming: tuple[str, ...]
    encoding: Encoding
    character_set: Literal["ISO-8859-1"]
    domestic_creditor_agent: bool
    name_characters_max: int
    remittance_characters_max: int
    file_types: tuple[tuple[str, str], ...] = ()
    assumed: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def status_version(self) -> str:
        """The version of pain.002 that answers."""
        return ANSWERS[self.generation][0]

    @property
    def cancellation_versions(self) -> tuple[str, str]:
        """The versions of camt.055 and of the camt.029 that answers it."""
        return ANSWERS[self.generation][1:]

    def approval(self, agreed: bool | None) -> Approval:
        """Whether a payment waits for a person in the internet bank, once it is sent.

        `agreed` is what an agreement says, None: nothing; it counts only where the bank leaves a
        choice.
        """
        if self.approval_in_bank != "choice" or agreed is None:
            return self.approval_in_bank
        return "always" if agreed else "never"

    def of_generation(self, generation: Generation) -> "Dialect":
        """The same bank's way in the generation that the agreement chose."""
        if generation == self.generation:
            return self
        order, statement, notification = _FILES[generation]
        return replace(
            self,
            generation=generation,
            pain001_version=order,
            statement_versions=(statement,),
            notification=notification,
        )

    def file_name(self, *, message_id: str, orgnr: str) -> str:
        """What a file to the bank is called: the same for the same message, however often."""
        return self.outgoing_name.format(message_id=message_id, orgnr=orgnr)

    def is_incoming(self, name: str) -> bool:
        """Whether a file of that name in the folder from the bank is for us to fetch."""
        return any(fnmatchcase(name.casefold(), pattern) for pattern in self.incoming)

    def file_type(self, kind: str) -> str | None:
        """The bank's own name of a kind of file (`pain.001`); None where it asks for none."""
        return dict(self.file_types).get(kind)

    def sender(self, typed: str) -> str:
        """The sender's number as the bank wants it: no spaces, in capitals where that matters."""
        number = "".join(typed.split())
        return number.upper() if self.sender_in_capitals else number

    def payment_file(self, *, initiator_id: str, division_id: str = "") -> PaymentFile:
        """What a pain.001 for the customer of these numbers is written by."""
        return PaymentFile(
            version=self.pain001_version,
            account_form=self.account_form,
            initiator_id=self.sender(initiator_id),
            initiator_scheme=self.sender_id_scheme,
            division_id=division_id if self.division else "",
            batch_booking=self.batch_booking,
            encoding=self.encoding,
            domestic_creditor_agent=self.domestic_creditor_agent,
            name_length=self.name_characters_max,
            remittance_length=self.remittance_characters_max,
        )


def all_dialects() -> tuple[Dialect, ...]:
    """Every dialect, by slug."""
    return tuple(_dialects().values())


def dialect(slug: str) -> Dialect:
    """The dialect of that slug; refused as not found if there is none."""
    if slug not in _dialects():
        raise NotFoundError("dialect", slug[:60])
    return _dialects()[slug]


def read_dialects(folder: Traversable) -> dict[str, Dialect]:
    """The dialects of a folder, by slug: the name of the file."""
    stated = dict(read_tables(folder))
    return {slug: _dialect(slug, stated) for slug in stated}


@cache
def _dialects() -> dict[str, Dialect]:
    return read_dialects(DATA / "dialects")


def _dialect(slug: str, stated: Mapping[str, dict[str, Any]]) -> Dialect:
    facts = _with_base(slug, stated)
    facts |= {"slug": slug, "folders": Folders(**facts["folders"])}
    facts["file_types"] = [list(pair) for pair in facts.get("file_types", {}).items()]
    return Dialect(**checked(Dialect, facts, f"{slug}.toml"))


def _with_base(slug: str, stated: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    own = dict(stated[slug])
    base = own.pop("based_on", None)
    if base is None:
        return own
    assert "based_on" not in stated[base], f"{slug}.toml: a dialect is one step from common ground"
    assumed = [name for name in stated[base].get("assumed", []) if name not in own]
    return {**stated[base], "assumed": assumed, **own}
