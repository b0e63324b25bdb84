"""Decides how a random code is spelled for people, and by what names that people wrote are compared.

A code has few characters, none easily misread, and the last one is a check.
"""

import unicodedata
from collections.abc import Callable

from stdnum.iso7064 import mod_37_36

ALPHABET = "23456789ABCDEFGHJKMNPQRTUVWXYZ"
"""Without 0 and O, 1, I and L, 5's twin S: what is read aloud or copied by hand must come through."""
HYPHENS = "-‐‑‒–—−"
"""What keyboards and typesetters make of the hyphen between the groups."""
_UNSAID = str.maketrans("", "", HYPHENS)


def draw(length: int, choose: Callable[[str], str]) -> str:
    """A new code: so many characters as `choose` draws them from the alphabet, and a check character.

    The check character is that of ISO 7064 MOD 37,36, which finds every single wrong character and nearly every
    swap of neighbours; a draw whose check character is easily misread is drawn again.
    """
    while True:
        body = "".join(choose(ALPHABET) for _ in range(length))
        code = body + mod_37_36.calc_check_digit(body)
        if code[-1] in ALPHABET:
            return code


def is_sound(code: str, length: int) -> bool:
    """Whether a code of so many drawn characters was copied without a slip."""
    return len(code) == length + 1 and set(code) <= set(ALPHABET) and bool(mod_37_36.is_valid(code))


def shown(code: str) -> str:
    """A code as people read it: in groups of four."""
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))


def plain(text: str) -> str:
    """A code as it was before people wrote it: without spaces and hyphens, in narrow capitals."""
    narrow = unicodedata.normalize("NFKC", text).upper()
    return "".join(narrow.split()).translate(_UNSAID)


def compared(text: str) -> str:
    """A name as it is compared with others: its letters and digits alone, whatever their width, case and separators.

    Letters that only look alike, such as a Cyrillic one for a Latin one, stay apart: neither spells the other.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(filter(str.isalnum, folded))
