"""The vouchers' lines, and the proof that all of them were there."""

from collections import Counter
from collections.abc import Iterable, Sequence

from avstem.domain.errors import InvalidValueError, UnreadableFileError
from avstem.domain.money import Money, check_currency
from avstem.domain.statement import Notice
from avstem.formats.saft.model import SaftAccount, SaftLine, SaftVoucher
from avstem.formats.saft.node import Node
from avstem.formats.values import notice

TEXT_CHARACTERS_MAX = 256
ENTRIES = "AuditFile/GeneralLedgerEntries"
#: The control totals of the section, which stand before the journals.
TOTALS = ("NumberOfEntries", "TotalDebit", "TotalCredit")


def read_voucher(node: Node, journal: str) -> SaftVoucher:
    """Translate what stands before the lines of a `Transaction`."""
    return SaftVoucher(
        journal=journal,
        id=node.id("TransactionID"),
        day=node.day("TransactionDate"),
        posting_date=node.day_or_none("GLPostingDate"),
        text=_text(node),
    )


def read_line(node: Node, voucher: SaftVoucher, currency: str) -> SaftLine:
    """Translate one `Line`; exactly one of `DebitAmount` and `CreditAmount` is there."""
    side = node.side_or_none("DebitAmount", "CreditAmount")
    if side is None:
        raise node.refuse("DebitAmount", "nothing", "a debit or a credit")
    is_debit, amount = side[0] == "DebitAmount", _amount(side[1], currency)
    foreign = _foreign_amount(side[1], amount)
    return SaftLine(
        voucher=voucher,
        record_id=node.id_or_none("RecordID") or "",
        account=node.id("AccountID"),
        amount=amount if is_debit else -amount,
        currency_amount=foreign if is_debit or foreign is None else -foreign,
        customer=node.id_or_none("CustomerID"),
        supplier=node.id_or_none("SupplierID"),
        text=_text(node),
        reference=node.id_or_none("ReferenceNumber"),
        cid=node.id_or_none("CID"),
        due_date=node.day_or_none("DueDate"),
        line=node.line,
    )


def _text(node: Node) -> str:
    return (node.text_or_none("Description") or "")[:TEXT_CHARACTERS_MAX]


def _amount(node: Node, currency: str) -> Money:
    amount = node.money_or_none("Amount", currency)
    if amount is None:
        raise node.refuse("Amount", "nothing", "an amount")
    return amount


def _foreign_amount(node: Node, amount: Money) -> Money | None:
    """What the line was in another currency; None where it was in the file's own."""
    code = node.text_or_none("CurrencyCode")
    if code is None or code == amount.currency:
        return None
    try:
        found = node.money_or_none("CurrencyAmount", check_currency(code))
    except InvalidValueError as wrong:
        raise node.refuse("CurrencyCode", wrong.found, wrong.expected) from wrong
    if found is not None and found.minor * amount.minor < 0:
        # Which of the two has the right sign, nobody can say.
        raise node.refuse("CurrencyAmount", str(found), f"the same sign as {amount}")
    return found


class Totals:
    """What was read, to be held against what the file says it holds."""

    def __init__(self, currency: str, file: str, notices: list[Notice]) -> None:
        self._currency, self._file, self._notices = currency, file, notices
        self._vouchers = self._lines = self._voucher_minor = 0
        # As written; and with negative amounts turned to the other side, as some programs count.
        self._debit, self._credit = [0, 0], [0, 0]
        self._by_account: Counter[str] = Counter()
        self._stated: dict[str, str | None] = {}

    def state(self, name: str, node: Node) -> None:
        """Keep one of `TOTALS` as the file has it."""
        if name in self._stated:
            raise self._refuse(name, "two of them", "one")
        self._stated[name] = node.own_text()

    def add_line(self, line: SaftLine, *, is_debit: bool) -> None:
        """Count a line."""
        minor = line.amount.minor
        self._lines += 1
        self._voucher_minor += minor
        self._by_account[line.account] += minor
        written = self._debit if is_debit else self._credit
        written[0] += minor if is_debit else -minor
        turned = self._debit if minor > 0 else self._credit
        turned[1] += abs(minor)

    def end_voucher(self, place: str) -> None:
        """Count a voucher; one that does not balance is the program's own mistake, and kept."""
        self._vouchers += 1
        if self._voucher_minor:
            found = str(Money(self._voucher_minor, self._currency))
            notice(self._notices, "saft.voucher_unbalanced", place, found)
        self._voucher_minor = 0

    def check(self) -> None:
        """Refuse the file where a control total is another than what was read."""
        self._check_count("NumberOfEntries")
        self._check_sum("TotalDebit", self._debit)
        self._check_sum("TotalCredit", self._credit)

    def _check_count(self, name: str) -> None:
        """Of vouchers, says the schema; some programs count the lines."""
        text = self._text(name)
        if text is None:
            return
        count = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else -1
        if count == self._vouchers:
            return
        if count != self._lines:
            raise self._refuse(name, text, f"{self._vouchers}, as there are vouchers")
        notice(self._notices, "saft.lines_counted", f"{ENTRIES}/{name}", text)

    def _check_sum(self, name: str, sums: Sequence[int]) -> None:
        text = self._text(name)
        if text is None:
            return
        try:
            stated = Money.parse(text, self._currency)
        except InvalidValueError as wrong:
            raise self._refuse(name, wrong.found, wrong.expected) from wrong
        if stated.minor not in sums:
            found = Money(sums[0], self._currency)
            raise self._refuse(name, str(stated), f"{found}, as the lines come to")

    def _text(self, name: str) -> str | None:
        """What is stated; left out, a notice: then nothing can be proved by it."""
        if name not in self._stated:
            notice(self._notices, "saft.total_missing", f"{ENTRIES}/{name}")
            return None
        return self._stated[name] or "nothing"

    def _refuse(self, name: str, found: str, expected: str) -> UnreadableFileError:
        return UnreadableFileError(f"{ENTRIES}/{name}", found[:60], expected, self._file)

    def check_accounts(self, accounts: Iterable[SaftAccount]) -> None:
        """Opening balance and lines should come to the closing balance; where not, a notice.

        The balances are of the period, and a file may hold only a part of its vouchers: no value
        is uncertain by it.
        """
        known = set()
        for account in accounts:
            known.add(account.id)
            opening, closing = account.balance.opening, account.balance.closing
            if opening is None or closing is None:
                continue
            if opening.minor + self._by_account[account.id] != closing.minor:
                notice(self._notices, "saft.account_balance", "GeneralLedgerAccounts", account.id)
        for stranger in (each for each in self._by_account if known and each not in known):
            notice(self._notices, "saft.account_unknown", ENTRIES, stranger)
