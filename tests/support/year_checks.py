"""What must hold after a simulated time: the books are the bank's, and every fault was reported."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db.models import Sum

from avstem.services.book_transaction import BookingLine, book_transaction
from avstem.services.verify import verify
from avstem.store.chains import breaks_by_account
from avstem.store.models import (
    BankAccount,
    BankTransaction,
    Entry,
    FetchedFile,
    PaymentEvent,
    Posting,
    Statement,
)
from avstem.testbank.misbehaviour import Kind, Misdeed
from tests.support.bank_life import Client
from tests.support.year import MORNING, OPENING, Year

#: What nobody can know to be missing before a statement lacks it; then the balance tells.
_SAID_OF_A_DAY = ("camt053",)


def faults(it: Year) -> list[str]:
    """Everything that is not as it must be; empty where all is well."""
    found = [*_unreported(it), *it.seen.not_retired]
    for client in it.clients:
        found += _not_as_the_bank(it, client)
        found += [f"break {each}" for each in breaks_by_account(client.company).values()]
        _book_the_rest(client)
        found += _ledger(it, client)
        for check in verify(orgnr=client.orgnr):
            found += [f"verify {check.name}: {each}" for each in check.faults]
    return found


def _accounts(client: Client) -> Iterator[BankAccount]:
    yield from BankAccount.objects.filter(company_id=client.company).order_by("pk")


def _not_as_the_bank(it: Year, client: Client) -> Iterator[str]:
    """Each line of the account once, under the reference the bank gave it, on its day."""
    for account in _accounts(client):
        true = Counter(
            (each["entry"], each["day"], each["minor"])
            for each in it.bank.ledger.rows(
                "SELECT entry, day, sum(minor) AS minor FROM posting WHERE iban = ?"
                " GROUP BY entry, day", account.iban,
            )
        )  # fmt: skip
        rows = Entry.objects.filter(company_id=client.company, account=account, status="booked")
        ours = Counter(
            (reference, day.isoformat(), minor)
            for reference, day, minor in rows.values_list(
                "reference", "booking_date", "amount_minor"
            )
        )
        yield from (f"{account.iban} missing {each}" for each in (true - ours).elements())
        yield from (f"{account.iban} too many {each}" for each in (ours - true).elements())


def _book_the_rest(client: Client) -> None:
    """A person places what the engine left: to the account for what nobody can place."""
    rows = BankTransaction.objects.filter(
        company_id=client.company, state__in=("open", "suggested")
    )
    for row in rows.order_by("pk"):
        line = BookingLine("2990", -row.amount_minor)
        book_transaction(transaction_id=row.pk, settlements=(), lines=(line,), **client.by)


def _ledger(it: Year, client: Client) -> Iterator[str]:
    for account in _accounts(client):
        rows = Posting.objects.filter(company_id=client.company, account=account.ledger_account)
        posted = rows.aggregate(total=Sum("amount_minor"))["total"] or 0
        told = it.bank.balance(account.iban).minor
        if OPENING.minor + posted != told:
            yield f"{account.iban}: ledger {OPENING.minor + posted}, bank {told}"


def _unreported(it: Year) -> Iterator[str]:
    aside = {
        (row.agreement.bank, row.remote_name)
        for row in FetchedFile.objects.filter(state="set_aside").select_related("agreement")
    }
    wrong = {
        (each.user, each.file) for each in it.bank.misdeeds() if each.kind in (Kind.TRUNCATED,)
    }
    yield from (f"set aside, and nothing was wrong with it: {each}" for each in aside - wrong)
    for each in it.bank.misdeeds():
        if not _REPORTED[each.kind](it, each):
            yield f"not reported: {each}"


def _set_aside(it: Year, misdeed: Misdeed) -> bool:
    return misdeed.file in it.seen.set_aside


def _broken(it: Year, misdeed: Misdeed) -> bool:
    return misdeed.file in it.seen.broken


def _renumbered(it: Year, misdeed: Misdeed) -> bool:
    """Told of; or nothing came of it, for the lines that changed places are of the same amount."""
    return _broken(it, misdeed) or _is_taken(misdeed.file)


def _is_taken(name: str) -> bool:
    return FetchedFile.objects.filter(remote_name=name, state="imported").exists()


def _fetched(it: Year, misdeed: Misdeed) -> bool:
    """Both copies were taken, and the second added nothing (the books are compared elsewhere)."""
    del it
    again = misdeed.facts.get("again")
    return _is_taken(misdeed.file) and (again is None or _is_taken(str(again)))


def _cut(it: Year, misdeed: Misdeed) -> bool:
    """Fetched in the end; what was sent is seen in the payments, which the books have."""
    return misdeed.facts["direction"] == "up" or _is_taken(misdeed.file) or _set_aside(it, misdeed)


def _rejected(it: Year, misdeed: Misdeed) -> bool:
    """Some payment has that reason in its timeline."""
    code = misdeed.facts["code"]
    rows = PaymentEvent.objects.filter(kind="status").values_list("facts", flat=True)
    return any(code in str(facts) for facts in rows)


def _late(it: Year, misdeed: Misdeed) -> bool:
    """A statement that was not there the morning after it was due was called late that morning."""
    if not misdeed.file.startswith(_SAID_OF_A_DAY):
        return True
    row = it.bank.ledger.row(
        "SELECT delivered FROM outbox WHERE user = ? AND name = ?", misdeed.user, misdeed.file
    )
    assert row is not None
    due = datetime.fromisoformat(str(misdeed.facts["due"]))
    noticed = datetime.combine(due.date() + timedelta(days=1), MORNING)
    if datetime.fromisoformat(row["delivered"]) <= noticed:
        return True
    told = list(_statements(misdeed))
    days = {(each.account.iban, each.to_date) for each in told}
    if days & it.seen.faulty_days:
        return True
    # Where all of its money had been notified, or there was none, the next statement followed on.
    rows = Entry.objects.filter(confirmed_by__in=told)
    return not rows.filter(notified_by__isnull=True).exists()


def _statements(misdeed: Misdeed) -> Iterable[Statement]:
    """What a file by that name tells."""
    rows = FetchedFile.objects.filter(remote_name=misdeed.file, agreement__bank=misdeed.user)
    shas = list(rows.values_list("sha256", flat=True))
    return Statement.objects.filter(file__sha256__in=shas).select_related("account")


_REPORTED = {
    Kind.LATE: _late,
    Kind.OUT_OF_ORDER: _late,
    Kind.TWICE: _fetched,
    Kind.TRUNCATED: _set_aside,
    Kind.WRONG_BALANCE: _broken,
    Kind.RENUMBERED: _renumbered,
    Kind.CHANGED_AFTER: _broken,
    Kind.CUT: _cut,
    Kind.REJECTION: _rejected,
}
