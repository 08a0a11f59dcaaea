"""The clock."""

from datetime import UTC, datetime


def now() -> datetime:
    """The moment: the one place where it is read."""
    return datetime.now(UTC)
