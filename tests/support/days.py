"""Days for programs that go by the real clock."""

from datetime import UTC, date, datetime, timedelta


def soon() -> date:
    """A day ahead that a payment may be asked for on."""
    return datetime.now(UTC).date() + timedelta(days=30)
