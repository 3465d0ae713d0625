"""Families of situations: payments of many kinds, each with the truth about it.

What a line settles is known because the line was made to settle it; the engine is never asked.
`mix.make_ledger` is the way in.
"""
