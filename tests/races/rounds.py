"""The races: each makes what can be claimed once, lets several claim it, and says how it stands."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from avstem.services.accept_suggestion import accept_suggestion
from avstem.services.book_transaction import BookingLine, book_transaction
from avstem.services.import_statement import import_statement
from avstem.services.reconcile import reconcile
from avstem.services.set_aside import set_aside
from avstem.services.undo_booking import undo_booking
from avstem.services.verify import verify
from avstem.store.models import BankTransaction, OpenItem, Voucher
from tests.cli.files import Line, statement_xml
from tests.races.process import KARI, NOW, OLA, WORKER, together
from tests.services.test_undo import Books


class Track:
    """One company for all rounds of a race."""

    def __init__(self, folder: Path) -> None:
        self.books = Books(folder)
        self.company = self.books.company
        self.balance = 0

    def accept(self, row: BankTransaction, who: str) -> Callable[[], Any]:
        return lambda: accept_suggestion(
            company_id=self.company, transaction_id=row.pk, position=0, actor=who, now=NOW
        )

    def undo(self, row: BankTransaction, who: str) -> Callable[[], Any]:
        return lambda: undo_booking(
            company_id=self.company, transaction_id=row.pk, actor=who, now=NOW
        )

    def by_hand(self, row: BankTransaction, who: str) -> Callable[[], Any]:
        return lambda: book_transaction(
            company_id=self.company, transaction_id=row.pk, settlements=[],
            lines=[BookingLine("7770", -row.amount_minor)], actor=who, now=NOW,
        )  # fmt: skip

    def match(self, who: str = WORKER) -> Callable[[], Any]:
        return lambda: reconcile(company_id=self.company, actor=who, now=NOW)

    def take(self, path: Path) -> Callable[[], Any]:
        return lambda: import_statement(
            company_id=self.company, path=path, name=path.name, source="test", actor=WORKER, now=NOW
        )

    def suggested(self, number: int, payments: int = 1) -> list[BankTransaction]:
        """An invoice, and so many payments that may be it; each has it as its suggestion."""
        minor = (5_000 + number) * 100
        self.books.invoice(str(7_000 + number), f"{5_000 + number}.00")
        rows = [self.books.paid(minor, "Overføring") for _ in range(payments)]
        self.match(OLA)()
        return rows

    def statement(self, number: int) -> Path:
        """Four payments of four invoices with their numbers in the text."""
        day, lines = f"2026-04-{number + 1:02}", list[Line]()
        for place in range(4):
            amount = f"{100 + 10 * number + place}.00"
            document = str(9_000 + 10 * number + place)
            self.books.invoice(document, amount)
            lines.append(Line(amount, f"{day}-{place}", text=f"Faktura {document}"))
        opening = self.balance
        self.balance += sum(int(line.amount.removesuffix(".00")) for line in lines)
        path = self.books.folder / f"{day}.xml"
        path.write_text(
            statement_xml("15030001017", day, f"{opening}.00", f"{self.balance}.00", lines,
                          id=day, message=day)
        )  # fmt: skip
        return path

    def faults(self) -> list[str]:
        return [f"{each.name}: {each.faults[:2]}" for each in verify() if each.faults]


def standing(row: BankTransaction) -> dict[str, Any]:
    """How a transaction stands: its state and its vouchers, forward and back."""
    row.refresh_from_db()
    vouchers = Voucher.objects.filter(transaction=row)
    back = vouchers.filter(reverses__isnull=False).count()
    return {"state": row.state, "forward": vouchers.count() - back, "back": back}


def left(number: int) -> int:
    return OpenItem.objects.get(number=str(7_000 + number)).remaining_minor


def two_accept(track: Track, number: int) -> dict[str, Any]:
    """Two people and the matching want the same transaction."""
    [row] = track.suggested(number)
    said = together(kari=track.accept(row, KARI), ola=track.accept(row, OLA), run=track.match())
    return {"said": said, "left": left(number), **standing(row)}


def two_payments(track: Track, number: int) -> dict[str, Any]:
    """Two payments, one invoice: two people accept it for one each."""
    one, other = track.suggested(number, payments=2)
    said = together(kari=track.accept(one, KARI), ola=track.accept(other, OLA))
    return {"said": said, "left": left(number), "rows": [standing(one), standing(other)]}


def two_undo(track: Track, number: int) -> dict[str, Any]:
    """Two people undo the same booking."""
    [row] = track.suggested(number)
    track.accept(row, KARI)()
    said = together(kari=track.undo(row, KARI), ola=track.undo(row, OLA), run=track.match())
    return {"said": said, "left": left(number), **standing(row)}


def undo_and_accept(track: Track, number: int) -> dict[str, Any]:
    """One booking is undone while another payment is accepted for the same invoice."""
    one, other = track.suggested(number, payments=2)
    track.accept(one, KARI)()
    said = together(kari=track.undo(one, KARI), ola=track.accept(other, OLA))
    return {"said": said, "left": left(number), "rows": [standing(one), standing(other)]}


def accept_book_aside(track: Track, number: int) -> dict[str, Any]:
    """One is accepted, booked to an account and set aside at once."""
    [row] = track.suggested(number)
    aside = lambda: set_aside(  # noqa: E731  # beside its two rivals
        company_id=track.company, transaction_id=row.pk, reason="siden", actor=OLA, now=NOW
    )
    said = together(kari=track.accept(row, KARI), ola=track.by_hand(row, OLA), aside=aside)
    return {"said": said, "left": left(number), **standing(row)}


def all_at_once(track: Track, number: int) -> dict[str, Any]:
    """The same file twice, two workers that match, and a person who accepts."""
    path = track.statement(number)
    [row] = track.suggested(number)
    before = BankTransaction.objects.count()
    said = together(
        file=track.take(path), same=track.take(path), one=track.match(), two=track.match(),
        kari=track.accept(row, KARI),
    )  # fmt: skip
    track.match()()
    new = BankTransaction.objects.filter(bank_reference__startswith=path.stem)
    return {
        "said": said, "left": left(number), "stored": BankTransaction.objects.count() - before,
        "rows": [standing(each) for each in new], **standing(row),
    }  # fmt: skip


RACES = {
    each.__name__: each
    for each in (
        two_accept, two_payments, two_undo, undo_and_accept, accept_book_aside, all_at_once,
    )
}  # fmt: skip
