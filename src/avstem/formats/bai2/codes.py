"""BAI2 type codes: which way a transaction goes, and which summary is which balance.

Source: BAI, Cash Management Balance Reporting Specifications Version 2, appendix A;
docs/formats/bai2.md.
"""

#: A transaction that is no money: text alone.
NON_MONETARY = 890
#: Balances of the ledger, which prove; and available ones, which do not.
OPENING_LEDGER, CLOSING_LEDGER = "010", "015"
OPENING_AVAILABLE, CLOSING_AVAILABLE = "040", "045"

#: Summaries from here on are totals; below are balances.
CREDITS_FROM = "100"

_CREDITS = (range(100, 400), range(920, 960), range(706, 707), range(708, 709), range(720, 729))
_DEBITS = (range(400, 700), range(960, 1000), range(760, 761))


def direction(code: int) -> int | None:
    """1 for money into the account, -1 for money out; None where the code does not tell.

    The ranges are the standard's, its loan codes (700 to 799) one by one, and those a bank may
    define itself (920 to 959 credit, 960 to 999 debit).

    >>> direction(142), direction(451), direction(925), direction(701)
    (1, -1, 1, None)
    """
    if any(code in codes for codes in _CREDITS):
        return 1
    return -1 if any(code in codes for codes in _DEBITS) else None
