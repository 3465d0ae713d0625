"""Avstem: the bank integration of a Norwegian small business's accounts, self-hosted."""

__version__ = "0.1.0"
