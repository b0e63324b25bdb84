"""Decides how a shared rate limit is spent: windows of whole minutes, leased in slices, used up from memory."""

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address, ip_network

WINDOW_SECONDS = 60


@dataclass
class Lease:
    """What one process still has of one key's limit in one window."""

    window: int
    left: int
    spent: bool = False


@lru_cache(maxsize=10_000)
def payer_of(address: str) -> str:
    """Whose limit a public call is taken from: an IPv4 address, or the /64 that one IPv6 subscriber has."""
    try:
        known = ip_address(address)
    except ValueError:
        return "address:unknown"
    if known.version == 4:
        return f"address:{known}"
    return f"address:{ip_network((known, 64), strict=False)}"


def window_of(seconds: float) -> int:
    """The number of the window that an instant (Unix seconds) lies in."""
    return int(seconds) // WINDOW_SECONDS


def seconds_to_next(seconds: float) -> int:
    """Whole seconds until the next window begins, at least one: the Retry-After of a refused request."""
    return max(1, (window_of(seconds) + 1) * WINDOW_SECONDS - int(seconds))


def slice_of(limit: int) -> int:
    """How much is leased at a time: a tenth of the limit, so that ten processes share it and leases stay rare."""
    return max(1, limit // 10)
