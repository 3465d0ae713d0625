"""OCR giro: incoming payments with KID, as Mastercard Payment Services (once BBS, Nets) tells."""
