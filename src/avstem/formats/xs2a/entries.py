"""One transaction of a report as an entry: parties, references, remittance, currency exchange.

Old and internal writings are read beside the standard's own (`amount` for `transactionAmount`,
`transactionInfo` around the parties, `exchangeRate` for `currencyExchange`).

Source: NextGenPSD2 XS2A implementation guidelines 1.3.12, section 14.26; docs/formats/xs2a.md.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from avstem.domain.identifiers import account_key, compact, is_creditor_reference
from avstem.domain.money import Money
from avstem.domain.statement import Entry, EntryStatus, Notice, Reference, Transaction
from avstem.formats.json_tree import JsonNode
from avstem.formats.values import notice
from avstem.formats.xs2a.direction import Amounted, Party

_KID = re.compile(r"[0-9]{2,25}\Z|[0-9]{1,24}-\Z", re.ASCII)
_NO_ID = frozenset(("NOTPROVIDED", "NOTAVAILABLE", ""))
_ACCOUNT_NAMES = ("iban", "bban", "pan", "maskedPan", "msisdn")


def account_of(node: JsonNode | None) -> str | None:
    """The number of an account, its IBAN before its national one; a card's is none."""
    number = node.text("iban", "bban") if node is not None else None
    return account_key(number) if number else None


def amounted(node: JsonNode, *, is_booked: bool, own: str | None) -> Amounted:
    """The amount of a transaction, and what tells its direction; `own` is the account's number."""
    amount = node.money("transactionAmount", "amount")
    if amount is None:
        raise node.refuse("transactionAmount", None, "an amount with its currency")
    indicator = node.text("creditDebitIndicator")
    if indicator not in (None, "CRDT", "DBIT") or (amount.minor < 0 and indicator == "CRDT"):
        raise node.refuse("creditDebitIndicator", indicator, "CRDT or DBIT, as the sign")
    if indicator == "DBIT":
        amount = -abs(amount)
    is_signed = amount.minor < 0 or indicator is not None
    return Amounted(node, amount, is_signed, is_booked, _party(_Parties(node, own)))


@dataclass(frozen=True, slots=True)
class _Parties:
    """Both sides as far as they are named; the account itself is none of them."""

    node: JsonNode
    own: str | None

    def side(self, name: str) -> tuple[str | None, str | None]:
        """Name and account of the `debtor` or the `creditor`."""
        inner = self.node.node("transactionInfo") or self.node
        account = account_of(inner.node(f"{name}Account"))
        if self.own and account == self.own:
            return None, None
        return inner.text(f"{name}Name", f"ultimate{name.capitalize()}"), account

    def other(self, amount: Money) -> tuple[str | None, str | None]:
        """The counterparty; where only the side that is not looked for is named, that one."""
        first, second = ("debtor", "creditor") if amount.minor >= 0 else ("creditor", "debtor")
        found = self.side(first)
        return found if any(found) else self.side(second)


def _party(parties: _Parties) -> Party:
    debtor, creditor = any(parties.side("debtor")), any(parties.side("creditor"))
    if debtor == creditor:
        return Party.UNCLEAR
    return Party.DEBTOR if debtor else Party.CREDITOR


@dataclass(frozen=True, slots=True)
class EntryReader:
    """Makes entries of one report; `own` is the account's number."""

    own: str | None
    notices: list[Notice]

    def entry(self, stated: Amounted, amount: Money) -> Entry:
        """The entry, with the sign that was decided for the whole report."""
        node = stated.node
        booked, value_date = _days(node, is_booked=stated.is_booked)
        parts = self._parts(node, amount)
        code = node.text("bankTransactionCode", "bankTransactionCodeCode")
        return Entry(
            amount=amount,
            status=EntryStatus.BOOKED if stated.is_booked else EntryStatus.PENDING,
            booking_date=booked,
            value_date=value_date,
            reference=node.text("entryReference"),
            entry_number=node.text("transactionId", "cardTransactionId"),
            reversal=False,
            code=code.replace("-", "/") if code else node.text("proprietaryBankTransactionCode"),
            text=node.text("additionalInformation", "transactionDetails"),
            transactions=parts or (self._transaction(node, amount),),
            has_details=bool(parts),
            details_count=len(parts),
        )

    def _parts(self, node: JsonNode, amount: Money) -> tuple[Transaction, ...]:
        """The payments of a batch, where they add up to it; else the entry is taken as one."""
        details = list(node.nodes("entryDetails"))
        stated = [detail.money("transactionAmount", "amount") for detail in details]
        amounts = [abs(each) if amount.minor >= 0 else -abs(each) for each in stated if each]
        if not details or len(amounts) < len(details):
            return ()
        if {each.currency for each in amounts} != {amount.currency} or (
            sum(each.minor for each in amounts) != amount.minor
        ):
            notice(self.notices, "entry.details_differ", node.path, amount.decimal())
            return ()
        pairs = zip(details, amounts, strict=True)
        return tuple(self._transaction(detail, each) for detail, each in pairs)

    def _transaction(self, node: JsonNode, amount: Money) -> Transaction:
        inner = node.node("transactionInfo") or node
        name, account = _Parties(node, self.own).other(amount)
        references, texts = self._structured(inner)
        rate = next(node.nodes("currencyExchange", "exchangeRate"), None)
        original = _original(node, rate, amount)
        end_to_end = node.text("endToEndId") or ""
        code = node.text("bankTransactionCode") or ""
        return Transaction(
            amount=amount,
            end_to_end_id=None if compact(end_to_end) in _NO_ID else end_to_end,
            counterparty=name,
            counterparty_account=account,
            references=references,
            remittance=tuple(dict.fromkeys((*_unstructured(inner), *texts))),
            original_amount=original,
            exchange_rate=rate.text("exchangeRate") if rate is not None else None,
            is_return="RRTN" in code,
        )

    def _structured(self, inner: JsonNode) -> tuple[tuple[Reference, ...], tuple[str, ...]]:
        """References that are KIDs or creditor references; others are text, with a notice."""
        stated = tuple(dict.fromkeys(_references(inner)))
        good = [each for each in stated if _is_reference(compact(each))]
        odd = tuple(each for each in stated if each not in good)
        for each in odd:
            notice(self.notices, "kid.not_a_kid", inner.path, each)
        return tuple(Reference("kid", compact(each)) for each in good), odd


def _days(node: JsonNode, *, is_booked: bool) -> tuple[date | None, date | None]:
    """Booking and value date; a card's day of purchase is the value date of what is pending."""
    booked, value_date = node.day("bookingDate"), node.day("valueDate")
    bought = node.day("transactionDate")
    if not is_booked:
        return booked, value_date or bought
    booked = booked or (bought if value_date is None else None)
    if booked is None and value_date is None:
        raise node.refuse("bookingDate", None, "a booking date")
    return booked, value_date


def _is_reference(text: str) -> bool:
    return bool(_KID.match(text)) or is_creditor_reference(text)


def _references(inner: JsonNode) -> Iterator[str]:
    """In the first versions a text, then an object, then a list of them."""
    for name in ("remittanceInformationStructured", "remittanceInformationStructuredArray"):
        if isinstance(inner.value.get(name), str):
            yield from inner.texts(name)
            continue
        for each in inner.nodes(name):
            if (text := each.text("reference")) is not None:
                yield text


def _unstructured(inner: JsonNode) -> Iterator[str]:
    yield from inner.texts("remittanceInformationUnstructured")
    yield from inner.texts("remittanceInformationUnstructuredArray")


def _original(node: JsonNode, rate: JsonNode | None, amount: Money) -> Money | None:
    """What was paid in another currency, unsigned."""
    stated = rate.money("instructedAmount") if rate is not None else None
    stated = stated or node.money("originalAmount")
    return abs(stated) if stated is not None and stated.currency != amount.currency else None
