"""CODA: the coded statement of account of Belgian banks."""
