"""Decides what a voucher number looks like: twelve drawn characters and a check character, none easily misread."""

import secrets

from stdnum.iso7064 import mod_37_36

ALPHABET = "23456789ABCDEFGHJKMNPQRTUVWXYZ"
"""Without 0 and O, 1, I and L, 5's twin S: what is read aloud or copied by hand must come through."""
DRAWN = 12


def draw() -> str:
    """A new number from the operating system's randomness: 58 bits, so that guessing one is hopeless.

    The check character is that of ISO 7064 MOD 37,36, which finds every single wrong character and nearly every
    swap of neighbours; a draw whose check character is easily misread is drawn again.
    """
    while True:
        body = "".join(secrets.choice(ALPHABET) for _ in range(DRAWN))
        number = body + mod_37_36.calc_check_digit(body)
        if number[-1] in ALPHABET:
            return number


def shown(number: str) -> str:
    """A number as people read it: in groups of four, the check character last."""
    return "-".join(number[place : place + 4] for place in range(0, len(number), 4))
