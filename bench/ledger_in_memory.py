"""A labelled ledger as the engine takes it: all on the table, no database."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from avstem.domain.identifiers import account_key
from avstem.domain.open_item import Document, Party
from avstem.domain.settlement import Settlement as PayoutReport
from avstem.matching.decision import Settlement
from avstem.matching.facts import (
    BookedPayment,
    Candidates,
    Item,
    Key,
    KeyKind,
    Line,
    SentPayment,
    SettlementFacts,
    SettlementPart,
)
from avstem.matching.keys import keys_of_document
from avstem.testbank.families.label import LabelledLine, Sent
from avstem.testbank.families.mix import LabelledLedger
from avstem.testbank.families.world import (
    CASH_ACCOUNT,
    FACTOR_ACCOUNT,
    OWN_ACCOUNTS,
    OWN_NAME,
)

_ITEMS_PER_AMOUNT_MAX = 20
Identity = tuple[str, str, str]


@dataclass
class Table:
    """The books of a ledger, with what the engine's numbers stand for."""

    lines: list[Line] = field(default_factory=list)
    items: dict[int, Item] = field(default_factory=dict)
    documents: dict[int, Document] = field(default_factory=dict)
    item_ids: dict[Identity, int] = field(default_factory=dict)
    party_ids: dict[str, int] = field(default_factory=dict)
    party_names: dict[int, str] = field(default_factory=dict)
    accounts: dict[str, list[int]] = field(default_factory=dict)
    sent: dict[Key, list[SentPayment]] = field(default_factory=dict)
    booked: dict[Key, list[BookedPayment]] = field(default_factory=dict)
    payouts: dict[int, SettlementFacts] = field(default_factory=dict)

    def party_id(self, party: Party) -> int:
        """The party's number; parties are told apart as the import does."""
        found = self.party_ids.setdefault(party.key, len(self.party_ids) + 1)
        self.party_names.setdefault(found, party.name)
        return found

    def candidates(self) -> Candidates:
        """Everything there is, as `store.candidates` would find it."""
        by_key: dict[Key, list[int]] = defaultdict(list)
        by_party: dict[int, list[int]] = defaultdict(list)
        by_amount: dict[tuple[int, str, int], list[int]] = defaultdict(list)
        for item in self.items.values():
            for key in _keys_of(self.documents[item.id]):
                by_key[key].append(item.id)
            if item.remaining_minor:
                by_party[item.party_id].append(item.id)
                by_amount[item.kind.direction, item.currency, item.remaining_minor].append(item.id)
        return Candidates(
            items=self.items,
            by_key=by_key,
            party_accounts=self.accounts,
            party_names=self.party_names,
            open_by_party=by_party,
            open_by_amount={
                key: found
                for key, found in by_amount.items()
                if len(found) <= _ITEMS_PER_AMOUNT_MAX
            },
            amount_counts={key: len(found) for key, found in by_amount.items()},
            open_count=sum(map(len, by_amount.values())),
            sent_by_key=self.sent,
            own_accounts={
                **{account_key(each): place for place, each in enumerate(OWN_ACCOUNTS, 1)},
                "KASSE": CASH_ACCOUNT + 1,
            },
            own_account_names=dict(enumerate((*OWN_ACCOUNTS, "Kasse"), 1)),
            booked_by_key=self.booked,
            payouts=self.payouts,
            factors=frozenset(self.accounts.get(account_key(FACTOR_ACCOUNT), ())),
            own_name=OWN_NAME,
            cash_accounts={CASH_ACCOUNT + 1: "NOK"},
        )


def lay_out(ledger: LabelledLedger) -> Table:
    """The table of a ledger; line n is the ledger's n-th (from 0)."""
    table = Table()
    closed = {each.document.identity for line in ledger.paid for each in line.label.settles}
    sent = {each.document.identity for each in ledger.sent if not each.is_rejected}
    for document in ledger.documents:
        _add_document(table, document, closed, sent)
    for place, payment in enumerate(ledger.sent, start=1):
        _add_sent(table, place, payment)
    for place, paid in enumerate(ledger.paid, start=1):
        _add_booked(table, -place, paid)
    table.lines = [_line(place, each) for place, each in enumerate(ledger.lines)]
    for place, each in enumerate(ledger.lines):
        if each.payout is not None:
            table.payouts[place] = _facts(place, each.payout)
    table.accounts[account_key(FACTOR_ACCOUNT)] = [table.party_id(ledger.factor)]
    return table


def _facts(place: int, payout: PayoutReport) -> SettlementFacts:
    parts = tuple(
        SettlementPart(each.kind, each.reference, each.order_id, each.gross.minor, each.fee.minor)
        for each in payout.lines
    )
    return SettlementFacts(
        id=place,
        provider=payout.provider,
        payout_id=payout.id,
        currency=payout.currency,
        gross_minor=payout.gross.minor,
        fees_minor=payout.fees.minor,
        refunds_minor=payout.refunds.minor,
        other_minor=payout.other.minor,
        net_minor=payout.net.minor,
        unexplained_minor=payout.unexplained.minor,
        found_by="reference",
        lines=parts,
    )


def _add_document(
    table: Table, document: Document, closed: set[Identity], sent: set[Identity]
) -> None:
    party_id = table.party_id(document.party)
    item_id = table.item_ids[document.identity] = len(table.items) + 1
    table.documents[item_id] = document
    table.items[item_id] = Item(
        id=item_id,
        kind=document.kind,
        number=document.number,
        party_id=party_id,
        invoice_date=document.invoice_date,
        currency=document.amount.currency,
        amount_minor=document.amount.minor,
        remaining_minor=0 if document.identity in closed else document.amount.minor,
        kid=document.kid,
        party_account=_key(document.party_account),
        payment_on_its_way=document.identity in sent,
        vat_code=document.vat_code,
        discounts=document.discounts,
    )
    if account := _key(document.party_account):
        known = table.accounts.setdefault(account, [])
        if party_id not in known:
            known.append(party_id)


def _add_sent(table: Table, place: int, sent: Sent) -> None:
    item_id = table.item_ids[sent.document.identity]
    payment = SentPayment(place, item_id, sent.amount.minor, sent.is_rejected)
    keys = ((KeyKind.END_TO_END, sent.end_to_end_id), (KeyKind.PAYMENT_INFORMATION, sent.batch))
    for kind, value in keys:
        table.sent.setdefault(Key(kind, value), []).append(payment)


def _add_booked(table: Table, line_id: int, paid: LabelledLine) -> None:
    said = paid.transaction
    settled = tuple(
        Settlement(table.item_ids[each.document.identity], each.amount.minor)
        for each in paid.label.settles
    )
    payment = BookedPayment(line_id, 1, paid.booking_date, said.amount.minor, settled)
    keys: Iterable[tuple[KeyKind, str | None]] = (
        (KeyKind.END_TO_END, said.end_to_end_id),
        (KeyKind.BANK_REFERENCE, said.bank_reference),
    )
    for kind, value in keys:
        if value:
            table.booked.setdefault(Key(kind, value), []).append(payment)


def _line(line_id: int, labelled: LabelledLine) -> Line:
    said = labelled.transaction
    return Line(
        id=line_id,
        account_id=labelled.account + 1,
        booking_date=labelled.booking_date,
        amount_minor=said.amount.minor,
        currency=said.amount.currency,
        bank_reference=said.bank_reference or "",
        references=said.references,
        end_to_end_id=said.end_to_end_id,
        payment_information_id=said.payment_information_id,
        counterparty=said.counterparty,
        counterparty_account=_key(said.counterparty_account),
        text=" ".join(said.remittance),
        charges_minor=said.charges.minor if said.charges else 0,
        is_return=said.is_return,
        code=labelled.code,
    )


def _key(account: str | None) -> str | None:
    return account_key(account) if account else None


def _keys_of(document: Document) -> list[Key]:
    return keys_of_document(document.kind, document.number, document.kid, document.order_number)
