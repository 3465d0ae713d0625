"""How one table is read: which column holds what, and how its values are written.

A known layout and a mapping made by the user both end as a plan.
"""

from dataclasses import dataclass, fields

from avstem.formats.bank_csv.cells import DateForm


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column, counted from 0, holds what; None where there is none.

    `paid_out` may be signed or not. `from_account` and `to_account` are one of ours and one of
    theirs, by direction; `account` is ours, `counterparty_account` theirs. `executed_date` is the
    day of a purchase that may not be booked yet. `marker` tells money out from money in by a word.
    """

    booking_date: int
    text: tuple[int, ...] = ()
    value_date: int | None = None
    executed_date: int | None = None
    amount: int | None = None
    paid_in: int | None = None
    paid_out: int | None = None
    marker: int | None = None
    currency: int | None = None
    balance: int | None = None
    account: int | None = None
    from_account: int | None = None
    to_account: int | None = None
    from_name: int | None = None
    to_name: int | None = None
    counterparty: int | None = None
    counterparty_account: int | None = None
    kid: int | None = None
    reference: int | None = None
    status: int | None = None
    type: int | None = None
    original_amount: int | None = None
    original_currency: int | None = None

    def last(self) -> int:
        """The column furthest to the right that is read."""
        single: list[int | None] = [getattr(self, name) for name in SINGLE_COLUMNS]
        return max([*self.text, *(each for each in single if each is not None)])


#: Every role that one column at most may have.
SINGLE_COLUMNS = tuple(each.name for each in fields(Columns) if each.name != "text")


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is needed to read the rows below the header.

    `width` is how many cells a whole row has. `decimal_mark` is empty where it is not known.
    `currency` and `account` are those of every row, where no column says it. `booked_statuses`, if
    any, are the only ones that are money on the account; all words here are in small letters.
    """

    name: str
    columns: Columns
    width: int
    date_form: DateForm = DateForm.NORWEGIAN
    decimal_mark: str = ""
    currency: str | None = None
    account: str | None = None
    inverse: bool = False
    out_words: tuple[str, ...] = ()
    in_words: tuple[str, ...] = ()
    reserved_texts: tuple[str, ...] = ()
    reserved_dates: tuple[str, ...] = ()
    reserved_statuses: tuple[str, ...] = ()
    booked_statuses: tuple[str, ...] = ()
    ignored_rows: tuple[str, ...] = ()
