"""The letter to a supplier whose bill was paid more than once: it asks for the money back.

The caller makes the language (`nb`, `nn`, `en`) the one that is spoken, and names it.
"""

from datetime import date

from avstem import wording
from avstem.domain.identifiers import grouped_account, grouped_orgnr
from avstem.formats.paper import Grid, Paper, Part, Text
from avstem.store.models import Company
from avstem.store.queries.double_debits import DoubleDebit

LETTER: dict[str, str] = {
    "title": "A bill that was paid more than once",
    "intro": (
        "{company} has paid your bill {number} of {issued} more than once. The payments below left "
        "our account; the bill is {amount}."
    ),
    "ask": "Please pay {too_much} back to account {account}, marked {number}, within 14 days.",
    "unless": (
        "If you have set the money off against something else we owe, please tell us against what."
    ),
    "day": "Day",
    "amount": "Amount",
    "account": "From account",
    "reference": "Reference",
    "regards": "Kind regards",
    "orgnr": "Org. no. {orgnr}",
    "page": "Page",
}


def claim_letter(found: DoubleDebit, company: Company, day: date, language: str) -> Paper:
    """Names every debit with its day, account and reference, so that the supplier can find them."""
    item, account = found.item, grouped_account(found.debits[-1].account.iban)
    parts: list[Part] = [
        Text(
            _say(
                LETTER["intro"], company=company.name, number=item.number,
                issued=_day(item.invoice_date), amount=_money(item.amount_minor, item.currency),
            )
        ),
        Grid(
            tuple(_say(LETTER[name]) for name in ("day", "amount", "account", "reference")),
            tuple(
                (
                    _day(row.booking_date), _money(-row.amount_minor, row.currency),
                    grouped_account(row.account.iban),
                    row.bank_reference or row.end_to_end_id or "",
                )
                for row in found.debits
            ),
        ),
        Text(
            _say(
                LETTER["ask"], too_much=_money(found.too_much_minor, item.currency),
                account=account, number=item.number,
            )
        ),
        Text(_say(LETTER["unless"])),
        Text(_say(LETTER["regards"])),
        Text(company.name),
    ]  # fmt: skip
    sender = (company.name, _say(LETTER["orgnr"], orgnr=grouped_orgnr(company.orgnr)))
    return Paper(
        language, _say(LETTER["title"]), sender, (item.party.name,), _day(day),
        _say(LETTER["page"]), tuple(parts),
    )  # fmt: skip


def _money(minor: int, currency: str) -> str:
    return f"{wording.amount_text(minor, currency)} {currency}"


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def _say(text: str, **facts: str) -> str:
    return wording.translate(text).format(**facts)
