"""EHF and Peppol BIS Billing 3: an invoice or a credit note in UBL 2.1."""
