"""Decides how Chinese text reads in simplified characters, so that 區科委 and 区科委 are one bureau."""

from functools import cache

from opencc import OpenCC


def simplified(text: str) -> str:
    """Give the text with every traditional character in its simplified form; all else stays as it is."""
    converted: str = _converter().convert(text)
    return converted


@cache
def _converter() -> OpenCC:
    """Its dictionaries are read once; it keeps nothing between texts."""
    return OpenCC("t2s")
