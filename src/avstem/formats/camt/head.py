"""What stands before the entries: identity, account, period and balances."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from avstem.domain.errors import UnreadableFileError
from avstem.domain.identifiers import account_key, is_iban
from avstem.domain.money import Money
from avstem.domain.statement import Notice, StatementHead, StatementKind
from avstem.formats.camt.values import (
    read_amount,
    read_day,
    read_day_or_none,
    read_signed,
)
from avstem.formats.values import Refuse, notice

Balances = Sequence[tuple[str, Money, date | None]]

KINDS = {
    "Stmt": StatementKind.STATEMENT,
    "Rpt": StatementKind.REPORT,
    "Ntfctn": StatementKind.NOTIFICATION,
}
#: Balances that can open and close a statement, the first present of each; ITBD is both.
_OPENING = ("OPBD", "PRCD", "OPAV", "ITBD")
_CLOSING = ("CLBD", "ITBD", "CLAV")


class HeadReader:
    """Reads a statement element's children; `refuse` makes the refusal of one of them."""

    def __init__(
        self,
        element: Any,
        namespace: str,
        refuse: Refuse,
        notices: list[Notice],
        place: str,
    ) -> None:
        self._element = element
        self._namespace = namespace
        self._refuse = refuse
        self._notices, self._place = notices, place

    def read(self, format_name: str) -> StatementHead:
        """The head; what is not there is None, what cannot be read is refused."""
        balances = self._balances()
        opening, closing = choose_balances(balances)
        return StatementHead(
            format=format_name,
            kind=KINDS[self._element.tag.rpartition("}")[2]],
            id=self._text("Id"),
            sequence=self._text("ElctrncSeqNb"),
            account=self._account(),
            currency=self._text("Acct/Ccy"),
            from_date=self._day("FrDtTm") or _day_of(opening),
            to_date=self._day("ToDtTm") or _day_of(closing) or self._created_day(),
            opening_balance=opening[1] if opening else None,
            closing_balance=closing[1] if closing else None,
            balances_booked=_provable(opening, closing),
            is_copy=self._text("CpyDplctInd") is not None,
            created=self._text("CreDtTm"),
        )

    def _find(self, inside: Any, path: str) -> Any:
        if not self._namespace:
            return inside.find(path)
        steps = (f"{{{self._namespace}}}{step}" for step in path.split("/"))
        return inside.find("/".join(steps))

    def _text_in(self, inside: Any, path: str) -> str:
        found = self._find(inside, path)
        return "" if found is None else " ".join((found.text or "").split())

    def _text(self, path: str) -> str | None:
        return self._text_in(self._element, path) or None

    def _day(self, name: str) -> date | None:
        text = self._text(f"FrToDt/{name}") or ""
        return read_day_or_none(text, f"FrToDt/{name}", self._refuse)

    def _created_day(self) -> date | None:
        return read_day_or_none(self._text("CreDtTm") or "", "CreDtTm", self._refuse)

    def _account(self) -> str | None:
        iban = self._text("Acct/Id/IBAN")
        other = self._text("Acct/Id/Othr/Id") or self._text("Acct/Id/PrtryAcct/Id")
        if iban:
            return iban.replace(" ", "")
        if other and is_iban(account_key(other)):
            return account_key(other)
        return other

    def _balances(self) -> Balances:
        found = []
        prefix = f"{{{self._namespace}}}" if self._namespace else ""
        for place, balance in enumerate(self._element.findall(f"{prefix}Bal"), 1):
            kind = self._text_in(balance, "Tp/CdOrPrtry/Cd")
            if kind in {*_OPENING, *_CLOSING}:
                found.append((kind, *self._balance(balance, f"Bal[{place}]")))
        return found

    def _balance(self, balance: Any, place: str) -> tuple[Money, date | None]:
        def refuse(element: str, found: str, expected: str) -> UnreadableFileError:
            return self._refuse(f"{place}/{element}", found, expected)

        amount = self._find(balance, "Amt")
        currency = "" if amount is None else amount.get("Ccy", "")
        if len(currency) != 3:
            raise refuse("Amt/@Ccy", currency or "nothing", "a currency, as NOK")
        unsigned = read_amount(self._text_in(balance, "Amt"), currency, "Amt", refuse)
        sign = self._text_in(balance, "CdtDbtInd")
        if not sign:
            # Seen at a Lithuanian bank: a balance without its sign is in credit; the proof tells.
            notice(self._notices, "balance.no_sign", f"{self._place}/{place}")
        day = self._text_in(balance, "Dt/Dt") or self._text_in(balance, "Dt/DtTm")
        return (
            read_signed(unsigned, sign or "CRDT", "CdtDbtInd", refuse),
            read_day(day, "Dt", refuse) if day else None,
        )


Balance = tuple[str, Money, date | None]


def choose_balances(balances: Balances) -> tuple[Balance | None, Balance | None]:
    """The opening and the closing balance: the first present of each list.

    An ITBD that opens the statement is not also its closing balance.
    """
    opening = _first(balances, _OPENING, None)
    closing = _first(balances, _CLOSING, opening)
    return opening, closing


def _first(balances: Balances, kinds: Sequence[str], taken: Balance | None) -> Balance | None:
    for kind in kinds:
        for balance in balances:
            if balance[0] == kind and balance is not taken:
                return balance
    return None


def _provable(opening: Balance | None, closing: Balance | None) -> bool:
    if opening is None or closing is None:
        return False
    return opening[0] in ("OPBD", "PRCD") and closing[0] == "CLBD"


def _day_of(balance: Balance | None) -> date | None:
    return balance[2] if balance else None


def head_currency(head: StatementHead) -> str | None:
    """The one currency of the account, as far as the head tells."""
    balance = head.opening_balance or head.closing_balance
    return balance.currency if balance else head.currency
