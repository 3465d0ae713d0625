"""SWIFT MT940 customer statements and MT942 interim reports, in the banks' dialects."""
