"""Who the banks are: the directory, their dialects and how to order, as data (docs/banks.md)."""
