"""Booking rules in words: those from the start, ways to match a text, VAT codes."""

# matching.standing_rules.STANDING -> its name.
STANDING_RULES: dict[str, str] = {
    "bank_charges": "The bank's charges",
    "interest_received": "Interest received",
    "interest_paid": "Interest paid",
}

# matching.booking_rules.TextMatch -> what it asks of the text.
TEXT_MATCHES: dict[str, str] = {
    "words": "has all the words",
    "begins": "begins with the words",
    "whole": "has these words and no others",
}

# domain.vat.VAT_CODES -> what it is.
VAT_LABELS: dict[str, str] = {
    "0": "no VAT",
    "1": "input, 25 %",
    "11": "input, 15 %",
    "13": "input, 12 %",
    "3": "output, 25 %",
    "31": "output, 15 %",
    "33": "output, 12 %",
    "5": "zero-rated sale",
    "6": "exempt",
}
