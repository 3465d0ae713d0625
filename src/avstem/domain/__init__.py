"""What is true: money, dates, identifiers, statements, open items, vouchers, refusals.

Standard library only; no clock, no files, no database.
"""
