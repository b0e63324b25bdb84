"""Decides what a voucher number looks like: twelve drawn characters and a check character, none easily misread."""

import secrets
from collections.abc import Iterator

from services.standards import spelling

DRAWN = 12
BYTES = 4096


def draw(count: int) -> set[str]:
    """So many new numbers from the operating system's randomness: 58 bits each, so that guessing one is hopeless."""
    stream = _bytes()

    def choose(alphabet: str) -> str:
        """Without favour: a byte beyond the last whole turn of the alphabet is thrown away."""
        turns = 256 - 256 % len(alphabet)
        return alphabet[next(byte for byte in stream if byte < turns) % len(alphabet)]

    drawn: set[str] = set()
    while len(drawn) < count:
        drawn.add(spelling.draw(DRAWN, choose))
    return drawn


def _bytes() -> Iterator[int]:
    while True:
        yield from secrets.token_bytes(BYTES)


def shown(number: str) -> str:
    """A number as people read it: in groups of four, the check character last."""
    return spelling.shown(number)
