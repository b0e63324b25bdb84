"""Decides what a voucher number looks like: twelve drawn characters and a check character, none easily misread."""

import secrets

from services.standards import spelling

DRAWN = 12


def draw() -> str:
    """A new number from the operating system's randomness: 58 bits, so that guessing one is hopeless."""
    return spelling.draw(DRAWN, secrets.choice)


def shown(number: str) -> str:
    """A number as people read it: in groups of four, the check character last."""
    return spelling.shown(number)
