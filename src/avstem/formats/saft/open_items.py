"""What is open in the books: per party and reference, what its lines do not settle.

An invoice and its payments share a `ReferenceNumber`; a payment that has only a KID (`CID`) is
its invoice's by that. Nothing is guessed: where the lines cannot tell, a party's closing balance
is one item, and where the balances contradict the lines, the party is refused.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from avstem.domain import kid as kids
from avstem.domain.errors import InvalidValueError, RefusalError, UnreadableFileError
from avstem.domain.identifiers import is_creditor_reference
from avstem.domain.money import Money
from avstem.domain.open_item import Document, ItemKind, Party
from avstem.formats.invoices_csv import InvoiceRow
from avstem.formats.saft.model import SaftAccount, SaftHeader, SaftLine, SaftParty, SaftRecord

#: Parties, and references not yet settled, that are kept; settled ones are forgotten at need.
PARTIES_MAX = 500_000
REFERENCES_MAX = 500_000
_NAME_CHARACTERS_MAX = 140
#: What is told of a closing balance that is one item.
_UNREFERENCED = "some of its lines have no reference, so its closing balance is one item"
_FROM_BEFORE = "what was open before the period is one item, for the file does not tell it apart"

_NO_VOUCHERS = "the file has no vouchers, so its closing balance is one item"

#: (the party is a customer, the money goes back) -> the document in the company's books.
_KINDS = {
    (True, False): ItemKind.CUSTOMER_INVOICE,
    (True, True): ItemKind.CUSTOMER_CREDIT_NOTE,
    (False, False): ItemKind.SUPPLIER_INVOICE,
    (False, True): ItemKind.SUPPLIER_CREDIT_NOTE,
}
Key = tuple[bool, str]


@dataclass(slots=True)
class _Group:
    """The lines of one party with one reference. `begins_here`: the first one is an invoice's."""

    first: date
    line: int
    text: str
    begins_here: bool
    currency: str
    minor: int = 0
    currency_minor: int = 0
    is_mixed: bool = False
    due_date: date | None = None
    cid: str | None = None

    @property
    def is_settled(self) -> bool:
        """Nothing is left in its currency; a difference of rates alone is no claim."""
        return not (self.minor if self.is_mixed else self.currency_minor)

    @property
    def open(self) -> Money:
        """What is left, in the currency it was invoiced in."""
        return Money(self.currency_minor, self.currency)

    def add(self, line: SaftLine, *, is_claim: bool) -> None:
        amount = line.currency_amount or line.amount
        self.minor += line.amount.minor
        self.currency_minor += amount.minor
        self.is_mixed = self.is_mixed or amount.currency != self.currency
        self.due_date = self.due_date or line.due_date
        if is_claim:
            self.cid = self.cid or line.cid

    def join(self, other: "_Group") -> None:
        """The lines of the other are of this reference too."""
        self.minor += other.minor
        self.currency_minor += other.currency_minor
        self.is_mixed = self.is_mixed or other.is_mixed or other.currency != self.currency


@dataclass(slots=True)
class _Lines:
    """All lines of one party on its ledger accounts."""

    minor: int = 0
    groups: dict[str, _Group] = field(default_factory=dict)


def read_open_items(
    records: Iterable[SaftRecord], *, orgnr: str, file: str
) -> Iterator[InvoiceRow]:
    """The open items of the company of that number, after the whole file has been read.

    Another company's books are refused whole.
    """
    ledger = _Ledger(orgnr, file)
    for record in records:
        ledger.take(record)
    yield from ledger.rows()


class _Ledger:
    """The parties and what of their lines is not settled."""

    def __init__(self, orgnr: str, file: str) -> None:
        self._orgnr, self._file = orgnr, file
        self._header: SaftHeader | None = None
        self._parties: dict[Key, SaftParty] = {}
        self._lines: dict[Key, _Lines] = {}
        self._references = 0
        # The ledger accounts that customers (True) and suppliers (False) stand on.
        self._shared: dict[bool, set[str]] = {True: set(), False: set()}
        self._own: dict[Key, frozenset[str]] = {}
        self._last_day: date | None = None
        self._has_lines = False

    def take(self, record: SaftRecord) -> None:
        if isinstance(record, SaftLine):
            self._take_line(record)
        elif isinstance(record, SaftParty):
            self._take_party(record)
        elif isinstance(record, SaftHeader):
            if record.orgnr != self._orgnr:
                found = f"{record.orgnr} {record.name}"[:60]
                raise InvalidValueError("company", found, f"{self._orgnr}, the company's number")
            self._header = record
        elif isinstance(record, SaftAccount):
            self._take_account(record)

    def _take_account(self, account: SaftAccount) -> None:
        """Where no party says what it stands on, the chart does: by its standard account."""
        code = account.grouping_code or account.standard or ""
        for is_customer, prefix in ((True, "15"), (False, "24")):
            if code in (prefix, f"{prefix}00"):
                self._shared[is_customer].add(account.id)

    def _take_party(self, party: SaftParty) -> None:
        if party.key in self._parties:
            raise self._refuse(party, "the same number twice", "each party once")
        if len(self._parties) >= PARTIES_MAX:
            raise self._refuse(party, "one more", f"at most {PARTIES_MAX} parties")
        self._parties[party.key] = party
        named = frozenset(each.account for each in party.balances if each.account)
        if named:
            self._own[party.key] = named
            self._shared[party.is_customer] |= named

    def _refuse(self, party: SaftParty, found: str, expected: str) -> UnreadableFileError:
        place = f"{'Customer' if party.is_customer else 'Supplier'} {party.id}"
        return UnreadableFileError(place, found, expected, self._file)

    def _take_line(self, line: SaftLine) -> None:
        self._has_lines = True
        for is_customer, party_id in ((True, line.customer), (False, line.supplier)):
            key = (is_customer, party_id or "")
            if party_id and line.account in self._own.get(key, self._shared[is_customer]):
                self._add(key, line)

    def _add(self, key: Key, line: SaftLine) -> None:
        day = line.voucher.day
        self._last_day = max(day, self._last_day or day)
        if key not in self._lines and len(self._lines) >= PARTIES_MAX:
            raise self._too_many("parties", len(self._lines) + 1, PARTIES_MAX)
        lines = self._lines.setdefault(key, _Lines())
        lines.minor += line.amount.minor
        # A leading blank tells a KID from a number; a text has none.
        reference = line.reference or (f" {line.cid}" if line.cid else "")
        is_claim = (line.amount.minor > 0) == key[0]
        group = lines.groups.get(reference)
        if group is None:
            self._make_room()
            currency = (line.currency_amount or line.amount).currency
            group = _Group(day, line.line, line.text, is_claim, currency)
            lines.groups[reference] = group
        group.add(line, is_claim=is_claim)

    def _make_room(self) -> None:
        """Forget what is settled when too much is kept; a quarter must go, or it is refused."""
        self._references += 1
        if self._references <= REFERENCES_MAX:
            return
        for lines in self._lines.values():
            kept = [(name, each) for name, each in lines.groups.items() if not each.is_settled]
            lines.groups = dict(kept)
        self._references = sum(len(lines.groups) for lines in self._lines.values()) + 1
        if self._references > REFERENCES_MAX * 3 // 4:
            raise self._too_many("open references", self._references, REFERENCES_MAX * 3 // 4)

    def _too_many(self, what: str, found: int, most: int) -> UnreadableFileError:
        return UnreadableFileError(
            "GeneralLedgerEntries", f"{found} {what}", f"at most {most}", self._file
        )

    def rows(self) -> Iterator[InvoiceRow]:
        assert self._header is not None, "the reader refuses a file without a header"
        for key, lines in self._lines.items():
            if key not in self._parties:
                line = min((each.line for each in lines.groups.values()), default=1)
                expected = f"a {'customer' if key[0] else 'supplier'} of the file"
                yield InvoiceRow(line, None, InvalidValueError("party", key[1], expected))
        day = self._header.to_date or self._last_day or self._header.created
        for key, party in self._parties.items():
            its_lines = self._lines.get(key, _Lines()) if self._has_lines else None
            yield from _Statement(party, its_lines, day, self._header.currency).rows()


class _Statement:
    """One party's account: which of its references are open, or what its balance is.

    `lines` is None where the file has no vouchers at all.
    """

    def __init__(self, party: SaftParty, lines: _Lines | None, day: date, currency: str) -> None:
        self._party, self._lines, self._day, self._currency = party, lines, day, currency
        self._sign = 1 if party.is_customer else -1
        self._opening = _sum([each.opening for each in party.balances])
        self._closing = _sum([each.closing for each in party.balances])

    def rows(self) -> Iterator[InvoiceRow]:
        if self._lines is None:
            if self._closing:
                yield self._balance(self._closing, _NO_VOUCHERS)
            return
        contradiction = self._contradiction(self._lines.minor)
        if contradiction is not None:
            yield InvoiceRow(self._party.line, None, contradiction)
            return
        groups = _joined_by_kid(self._lines.groups)
        unsettled = {name: each for name, each in groups.items() if not each.is_settled}
        if self._closing == 0:
            yield from self._nothing(unsettled)
        elif "" in unsettled:
            yield self._balance(self._closing, _UNREFERENCED)
        elif self._opening == 0:
            yield from self._items(unsettled)
        else:
            yield from self._from_before(groups, unsettled)

    def _contradiction(self, moved_minor: int) -> RefusalError | None:
        """Opening balance and lines must come to the closing balance, where both are there."""
        if self._opening is None or self._closing is None:
            return None
        found = self._opening + moved_minor
        if found == self._closing:
            return None
        return InvalidValueError(
            "closing balance",
            f"{Money(self._closing, self._currency)} of {self._party.id}"[:60],
            f"{Money(found, self._currency)}, as its opening balance and its lines come to",
        )

    def _nothing(self, unsettled: Collection[str]) -> Iterator[InvoiceRow]:
        """Nothing is owed, whatever the references say."""
        if unsettled:
            words = f"{self._party.id}: its balance is zero, so nothing of it is taken"
            yield InvoiceRow(self._party.line, None, warnings=(words,))

    def _from_before(
        self, groups: Mapping[str, _Group], unsettled: Mapping[str, _Group]
    ) -> Iterator[InvoiceRow]:
        """The claims made in the period; the others settle what was open before it, as one item.

        Where they are more than that, they must have settled some of the claims too: which, the
        file does not tell, and the closing balance is one item.
        """
        begun = {
            name
            for name, each in groups.items()
            if each.begins_here and each.minor * self._sign >= 0
        }
        items = {name: each for name, each in unsettled.items() if name in begun}
        if self._closing is None:
            if len(items) < len(unsettled):
                yield self._balance(None, _FROM_BEFORE)
                return
            rest = 0
        else:
            rest = self._closing - sum(groups[name].minor for name in begun)
        if items and rest * self._sign < 0:
            yield self._balance(self._closing, _FROM_BEFORE)
            return
        yield from self._items(items)
        if rest:
            yield self._balance(rest, _FROM_BEFORE)

    def _items(self, groups: Mapping[str, _Group]) -> Iterator[InvoiceRow]:
        for reference, group in groups.items():
            yield self._item(reference.strip(), group)

    def _balance(self, minor: int | None, why: str) -> InvoiceRow:
        """A balance as one item; one that the file leaves out cannot be made up."""
        if minor is None:
            wrong = InvalidValueError("closing balance", "nothing", f"one of {self._party.id}")
            return InvoiceRow(self._party.line, None, wrong)
        # The number is the same however often the file is taken, and no invoice's.
        number = f"saldo {self._party.id[:50]} {self._day}"
        group = _Group(self._day, self._party.line, "", True, self._currency, minor, minor)
        row = self._item(number, group)
        return replace(row, warnings=(f"{self._party.id}: {why}", *row.warnings))

    def _item(self, reference: str, group: _Group) -> InvoiceRow:
        try:
            return self._document(reference, group)
        except RefusalError as refusal:
            return InvoiceRow(group.line, None, refusal)

    def _document(self, reference: str, group: _Group) -> InvoiceRow:
        if group.is_mixed:
            found = f"several currencies in {reference}"[:60]
            raise InvalidValueError("currency", found, "one currency, to tell what is left")
        amount, warnings = group.open, []
        goes_back = (amount.minor < 0) == self._party.is_customer
        kid = group.cid if group.cid and _is_kid(group.cid) else None
        if group.cid and kid is None:
            warnings.append(f"the CID {group.cid} is no KID, and is kept as text")
        accounts = self._party.accounts
        document = Document(
            kind=_KINDS[self._party.is_customer, goes_back],
            number=reference,
            party=_party(self._party),
            invoice_date=group.first,
            due_date=group.due_date,
            amount=abs(amount),
            # As of an EHF credit note: its KID would lead away from the invoice.
            kid=None if goes_back else kid,
            # Several accounts do not say which one the invoice is paid to.
            party_account=accounts[0] if len(accounts) == 1 else None,
            description=_description(group, kid),
        )
        if goes_back:
            warnings.append(f"{reference} is open the other way; it is taken as a credit note")
        return InvoiceRow(group.line, document, warnings=tuple(warnings))


def _sum(balances: Sequence[Money | None]) -> int | None:
    """The party's balance over all its ledger accounts; None where one is left out."""
    found = [each.minor for each in balances if each is not None]
    return sum(found) if found and len(found) == len(balances) else None


def _joined_by_kid(groups: dict[str, _Group]) -> dict[str, _Group]:
    """Lines that have only a KID go to the one invoice that has it."""
    by_kid: dict[str, list[str]] = {}
    for reference, group in groups.items():
        if group.cid and not reference.startswith(" "):
            by_kid.setdefault(group.cid, []).append(reference)
    joined = {name: replace(each) for name, each in groups.items()}
    for reference in [each for each in groups if each.startswith(" ")]:
        owners = by_kid.get(reference[1:], [])
        if len(owners) == 1:
            joined[owners[0]].join(joined.pop(reference))
    return joined


def _is_kid(text: str) -> bool:
    return kids.is_valid(text) or is_creditor_reference(text)


def _description(group: _Group, kid: str | None) -> str | None:
    parts = [group.text, group.cid if kid is None else None]
    return " · ".join(filter(None, parts)) or None


def _party(party: SaftParty) -> Party:
    name = (party.name or party.orgnr or "")[:_NAME_CHARACTERS_MAX].strip()
    while len(Party(name).key) > _NAME_CHARACTERS_MAX:  # a folded letter may be up to three
        name = name[:-1]
    if not name:
        raise InvalidValueError("party", party.id, "a name or an organisation number")
    return Party(name, party.orgnr)
