"""Decides when what is printed on two papers is the same: letter by letter, however wide and however spaced."""

import unicodedata


def compact(text: str) -> str:
    """The text without blanks, its full-width characters as plain ones (NFKC); upper and lower case stay apart."""
    without_blanks = "".join(unicodedata.normalize("NFKC", text).split())
    return unicodedata.normalize("NFKC", without_blanks)  # what stood apart may now be one character


def same_name(one: str, other: str) -> bool:
    """Whether two papers name the same organisation: a name is never guessed from a similar one."""
    return compact(one) == compact(other)
