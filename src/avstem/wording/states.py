"""What things are called: states, documents, breaks in the chain, purposes of files."""

# The states of a bank transaction.
STATES: dict[str, str] = {
    "open": "Open",
    "suggested": "Suggestion",
    "booked": "Booked",
    "set_aside": "Set aside",
    "superseded": "Replaced by its parts",
    "retired": "Retired with its statement",
}

# The documents.
KINDS: dict[str, str] = {
    "salary": "Wages",
    "tax": "Tax",
    "customer_invoice": "Customer invoice",
    "customer_credit_note": "Customer credit note",
    "supplier_invoice": "Supplier invoice",
    "supplier_credit_note": "Supplier credit note",
}

# Payment providers, as they call themselves.
PROVIDERS: dict[str, str] = {
    "vipps": "Vipps MobilePay",
    "stripe": "Stripe",
    "zettle": "Zettle",
}

# The lines of a payout (domain.settlement.LineKind).
LINE_KINDS: dict[str, str] = {
    "sale": "Sale",
    "refund": "Refund",
    "fee": "Fee",
    "adjustment": "Adjustment",
    "chargeback": "Chargeback",
    "payout": "Payout",
}

# What is wrong in the chain of an account's statements (domain.chain.BreakKind).
BREAKS: dict[str, str] = {
    "balance": (
        "The entries do not add up to the closing balance: {expected_minor} was expected, "
        "the bank says {found_minor}."
    ),
    "gap": (
        "A statement is missing before this one: it opens with {found_minor}, "
        "but the one before closed with {expected_minor}."
    ),
    "takeover": (
        "The first statement opens with {found_minor}, "
        "but the books were taken over with {expected_minor}."
    ),
    "doubled": (
        "It tells again of the same days between the same balances, but of money that was not told "
        "of before. Retire it if it is the same money under new references."
    ),
    "alarm": "The bank has changed an entry that was known. What was stored first stands.",
}

# What a file is for that is neither a statement nor an invoice, and where it belongs.
PURPOSES: dict[str, str] = {
    "payment_status": "This is {label}, the bank's answer to payments. It belongs with these.",
    "payment_order": "This is {label}, payments for the bank to make. It belongs in the bank.",
    "cancellation": "This is {label}, about taking a payment back. It belongs with the payment.",
    "settlement": (
        "This is {label}, what a payout is made of. Upload it, or use `settlement import`."
    ),
    "settlement_unread": (
        "This is {label}. How it is laid out is not known, so nothing in it is guessed. Book the "
        "payout from the bank statement, with the fees of the report, and keep it as the voucher."
    ),
    "accounting": "This is {label}, the books of an accounting program. It belongs in one.",
    "other": "This is {label}: neither a bank statement nor an invoice.",
}
