"""What is odd about a SAF-T file that was taken, in words for the one who took it."""

from collections.abc import Iterator, Sequence

from avstem.domain.statement import Notice

#: A file that is odd in every voucher needs no more lines to say so.
WARNINGS_MAX = 20

_WORDS = {
    "account.check_digits": "the account {found} is no IBAN or Norwegian account, and is left out",
    "party.orgnr_not_valid": "the organisation number {found} fails its check digit",
    "saft.account_balance": "account {found}: opening balance and lines miss the closing balance",
    "saft.account_unknown": "account {found} is not in the chart",
    "saft.lines_counted": "the number of entries, {found}, is that of the lines",
    "saft.total_missing": "a control total is left out",
    "saft.version_unknown": "the version {found} is not known; it is read as 1.30",
    "saft.voucher_unbalanced": "debit and credit differ by {found}",
}


def warnings_of(notices: Sequence[Notice]) -> Iterator[str]:
    """A line each, at most `WARNINGS_MAX`, and how many more there are."""
    for each in notices[:WARNINGS_MAX]:
        yield f"{each.place}: {_WORDS[each.code].format(found=each.found)}"
    if len(notices) > WARNINGS_MAX:
        yield f"{len(notices) - WARNINGS_MAX} more oddities"
