"""The API, thin over services (to come)."""
