"""The tables: the only Django models and migrations, bulk writing, and queries for screens."""
