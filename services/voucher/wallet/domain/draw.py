"""Decides in which order a seed draws numbers, so that everybody who knows the seed comes to the same order."""

import hashlib
from collections.abc import Iterable

ALGORITHM = (
    "The lot of a number is the SHA-256 of the text <seed>:<number> in hexadecimal; the smallest lot comes first."
)
"""The draw in words, as it is published."""


def digest(text: str) -> str:
    """The SHA-256 of a text (UTF-8) in 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def seed_of(secret: str, public_text: str) -> str:
    """The seed that a secret, promised before, and a public text that nobody could know then make together."""
    return digest(f"{secret}:{public_text}")


def lot(seed: str, number: int) -> str:
    """What a number draws: 64 hexadecimal digits, compared as text."""
    return digest(f"{seed}:{number}")


def order(seed: str, numbers: Iterable[int]) -> list[int]:
    """The numbers in the order in which the seed draws them."""
    return sorted(numbers, key=lambda number: lot(seed, number))
