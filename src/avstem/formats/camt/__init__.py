"""camt.052, camt.053 and camt.054, versions .001.02 to .001.14, read as they stream."""
