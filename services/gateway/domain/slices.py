"""Decides how a shared rate limit is spent: windows of whole minutes, leased in slices, used up from memory."""

from dataclasses import dataclass

WINDOW_SECONDS = 60


@dataclass
class Lease:
    """What one process still has of one key's limit in one window."""

    window: int
    left: int
    spent: bool = False


def window_of(seconds: float) -> int:
    """The number of the window that an instant (Unix seconds) lies in."""
    return int(seconds) // WINDOW_SECONDS


def seconds_to_next(seconds: float) -> int:
    """Whole seconds until the next window begins, at least one: the Retry-After of a refused request."""
    return max(1, (window_of(seconds) + 1) * WINDOW_SECONDS - int(seconds))


def slice_of(limit: int) -> int:
    """How much is leased at a time: a tenth of the limit, so that ten processes share it and leases stay rare."""
    return max(1, limit // 10)
