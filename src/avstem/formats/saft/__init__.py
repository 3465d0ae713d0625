"""SAF-T Financial (NO): the books of an accounting program, read for its open items and written."""
