"""A table of an unknown layout in words: what a column may be, and how a day is written."""

from avstem.wording import translate

# formats.bank_csv.plan.Columns -> what stands in the column.
COLUMN_ROLES: dict[str, str] = {
    "booking_date": "The day",
    "text": "Text",
    "amount": "Amount, with minus for money out",
    "paid_in": "Money in",
    "paid_out": "Money out",
    "marker": "A word that tells money in from money out",
    "balance": "Balance after the row",
    "currency": "Currency",
    "account": "Our account",
    "counterparty": "Whom it is from or to",
    "counterparty_account": "Their account",
    "kid": "KID",
    "reference": "The bank's reference",
    "value_date": "Value date",
    "executed_date": "Day of the purchase",
    "status": "Booked or reserved",
    "type": "Kind of transaction",
    "from_account": "From account",
    "to_account": "To account",
    "from_name": "Name of the payer",
    "to_name": "Name of the payee",
    "original_amount": "Amount in another currency",
    "original_currency": "The other currency",
}

# formats.bank_csv.cells.DateForm -> how a day is written.
DATE_FORMS: dict[str, str] = {
    "norwegian": "31.12.2026 or 2026-12-31",
    "dmy": "Day first: 31/12/2026",
    "mdy": "Month first: 12/31/2026",
    "ymd": "Year first: 2026-12-31",
}


def role_text(role: str) -> str:
    """What stands in such a column."""
    return translate(COLUMN_ROLES[role])


def date_form_text(form: str) -> str:
    """How a day is written."""
    return translate(DATE_FORMS[form])
