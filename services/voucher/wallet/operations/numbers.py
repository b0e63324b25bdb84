"""Decides what a voucher number looks like: twelve drawn characters and a check character, none easily misread."""

import secrets
from collections.abc import Iterator

from services.standards import spelling

DRAWN = 12
BYTES = 4096
FAIR = 256 - 256 % len(spelling.ALPHABET)
"""How many bytes are whole turns of the alphabet. One beyond is thrown away, so that no character is favoured."""
CHARACTERS = bytes(ord(spelling.ALPHABET[byte % len(spelling.ALPHABET)]) for byte in range(256))
UNFAIR = bytes(range(FAIR, 256))


def draw(count: int) -> set[str]:
    """So many new numbers from the operating system's randomness: 58 bits each, so that guessing one is hopeless."""
    characters = _characters()
    drawn: set[str] = set()
    while len(drawn) < count:
        drawn.add(spelling.draw(DRAWN, lambda _: next(characters)))
    return drawn


def _characters() -> Iterator[str]:
    while True:
        yield from secrets.token_bytes(BYTES).translate(CHARACTERS, UNFAIR).decode("ascii")


def shown(number: str) -> str:
    """A number as people read it: in groups of four, the check character last."""
    return spelling.shown(number)
