"""The reconciliation report in words: what each difference is, and the paper for the binder.

The caller makes the language the one that is spoken, and names it.
"""

from collections.abc import Iterator
from datetime import date

from avstem import wording
from avstem.domain.identifiers import grouped_account, grouped_orgnr
from avstem.domain.reconciliation import DayBalances, Difference, Reconciliation
from avstem.formats.paper import Facts, Grid, Heading, Paper, Part, Signatures, Text
from avstem.store.models import BankAccount, Company

# By domain.reconciliation.DifferenceKind.
DIFFERENCES: dict[str, str] = {
    "unbooked": "In the bank, not booked",
    "booked_later": "In the bank by this day, booked or undone on a later one",
    "booked_earlier": "Booked by this day, in the bank on a later one",
    "typed": "Booked from rows typed by hand that the bank has not told of",
    "posted_alone": "Posted on the account without a bank transaction",
    "not_told": "The bank's own balance is another than the sum of what it has told",
}

#: What to do about each.
REMEDIES: dict[str, str] = {
    "unbooked": "Book them in Cash and bank, or set them aside with the reason.",
    "booked_later": "Nothing: they meet on the day they are booked.",
    "booked_earlier": "Nothing: they meet on the bank's day.",
    "typed": "Wait for the bank's statement, or undo what never came.",
    "posted_alone": "Look at the voucher; reverse it if the money is not on the account.",
    "not_told": "A statement is missing: see the statements, and upload it.",
}

PAPER: dict[str, str] = {
    "title": "Bank reconciliation",
    "account": "Account",
    "ledger_account": "Ledger account",
    "day": "Day",
    "bank": "Balance in the bank",
    "statement": "The bank's last statement by then",
    "no_statement": "none",
    "ledger": "Balance in the ledger",
    "difference": "Difference",
    "between": "What lies between them",
    "agrees": "The bank and the ledger agree.",
    "unexplained": "Unexplained",
    "date": "Date",
    "what": "What",
    "amount": "Amount",
    "voucher": "Voucher",
    "more": "and {count} more, in all {amount}",
    "days": "Day by day",
    "bank_column": "Bank",
    "ledger_column": "Ledger",
    "prepared": "Prepared by",
    "approved": "Approved by",
    "page": "Page",
    "place": "Place and date",
    "orgnr_short": "Org. no. {orgnr}",
}

#: How many lines of one difference, and how many days, stand on the paper.
LINES_ON_PAPER, DAYS_ON_PAPER = 60, 62


def difference_text(kind: str) -> str:
    """What the difference is."""
    return wording.translate(DIFFERENCES[kind])


def remedy_text(kind: str) -> str:
    """What to do about it."""
    return wording.translate(REMEDIES[kind])


def reconciliation_paper(
    found: Reconciliation, account: BankAccount, company: Company, language: str
) -> Paper:
    """The report as a paper to sign and keep."""
    sender = _say("orgnr_short", orgnr=grouped_orgnr(company.orgnr))
    return Paper(
        language=language,
        title=_say("title"),
        sender=(company.name, sender),
        receiver=(str(account), grouped_account(account.iban)),
        day=_day(found.day),
        page=_say("page"),
        parts=tuple(_parts(found, account)),
    )


def _parts(found: Reconciliation, account: BankAccount) -> Iterator[Part]:
    yield Facts(tuple(_facts(found, account)))
    yield Heading(_say("between"))
    if found.difference_minor == 0 and not found.differences:
        yield Text(_say("agrees"))
    for each in found.differences:
        yield from _difference(each, account.currency)
    if found.unexplained_minor:
        amount = wording.amount_text(found.unexplained_minor, account.currency)
        yield Facts(((_say("unexplained"), amount),))
    days = [each for each in found.days if each.difference_minor][-DAYS_ON_PAPER:]
    if days:
        yield Heading(_say("days"))
        yield _days(days, account.currency)
    yield Signatures((_say("place"), _say("prepared"), _say("approved")), 1)


def _facts(found: Reconciliation, account: BankAccount) -> Iterator[tuple[str, str]]:
    def amount(minor: int) -> str:
        return f"{wording.amount_text(minor, account.currency)} {account.currency}"

    yield _say("account"), grouped_account(account.iban)
    yield _say("ledger_account"), account.ledger_account
    yield _say("day"), _day(found.day)
    yield _say("bank"), amount(found.bank_minor)
    said = _say("no_statement")
    if found.statement_day is not None:
        said = f"{_day(found.statement_day)}: {amount(found.statement_minor or 0)}"
    yield _say("statement"), said
    yield _say("ledger"), amount(found.ledger_minor)
    yield _say("difference"), amount(found.difference_minor)


def _difference(each: Difference, currency: str) -> Iterator[Part]:
    whole = wording.amount_text(each.minor, currency)
    yield Heading(f"{difference_text(each.kind.value)}: {whole}")
    yield Text(remedy_text(each.kind.value))
    lines = each.lines[:LINES_ON_PAPER]
    rows = [
        (_day(line.day), line.text, wording.amount_text(line.minor, currency), line.voucher)
        for line in lines
    ]
    if each.count > len(lines):
        rows.append(("", _say("more", count=str(each.count - len(lines)), amount=whole), "", ""))
    yield Grid(tuple(_say(name) for name in ("date", "what", "amount", "voucher")), tuple(rows))


def _days(days: list[DayBalances], currency: str) -> Grid:
    head = tuple(_say(name) for name in ("date", "bank_column", "ledger_column", "difference"))
    return Grid(
        head,
        tuple(
            (
                _day(each.day),
                wording.amount_text(each.bank_minor, currency),
                wording.amount_text(each.ledger_minor, currency),
                wording.amount_text(each.difference_minor, currency),
            )
            for each in days
        ),
    )


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def _say(name: str, **facts: str) -> str:
    return wording.translate(PAPER[name]).format(**facts)
