"""BAI2: balances and transactions as North American banks report them."""
