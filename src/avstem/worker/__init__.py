"""The background worker (to come)."""
