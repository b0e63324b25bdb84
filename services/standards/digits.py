"""Decides which digits a typed number has: full-width ones are plain ones, and blanks are none."""

import re

_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
_BLANKS = re.compile(r"\s")
_DIGITS = re.compile(r"[0-9]*")


def normalise(text: str) -> str:
    """Turn full-width digits into plain ones and drop blanks; whatever else stands there is left."""
    return _BLANKS.sub("", text.translate(_FULL_WIDTH))


def all_digits(text: str) -> bool:
    """Tell whether text is plain digits and nothing else, which text of no characters also is."""
    return _DIGITS.fullmatch(text) is not None
