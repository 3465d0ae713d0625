"""Who the banks are: the directory and their dialects, as data (to come)."""
