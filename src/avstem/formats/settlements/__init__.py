"""Settlement reports of payment providers: which sales, fees and refunds a payout is made of.

`files.read_settlements` reads any of them; one module a provider.
"""
