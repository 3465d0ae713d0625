"""The background worker: does what waits in the queue (ADR 53)."""
