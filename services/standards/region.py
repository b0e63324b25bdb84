"""Decides whether one administrative region lies in another, by its code (GB/T 2260)."""

import re

SIX_DIGITS = re.compile("[0-9]{6}")


def prefix(bound: str) -> str | None:
    """What the codes of all regions in a province or city begin with; None for a bound that contains only itself.

    A six-digit code ending in 0000 is a province, one ending in 00 a city (GB/T 2260). Districts, and codes of
    another form that a scheme has made up, contain nothing below them.
    """
    if not SIX_DIGITS.fullmatch(bound) or not bound.endswith("00"):
        return None
    return bound[:2] if bound.endswith("0000") else bound[:4]


def contains(bound: str, region: str) -> bool:
    """Whether a region is the bound or lies in it."""
    head = prefix(bound)
    return region == bound if head is None else region.startswith(head)
