"""Decides in which form names are compared: folded to one script and one width, and spelled in pinyin."""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, cast

from opencc import OpenCC
from pypinyin import lazy_pinyin

EDGE = "|"
"""Stands before and behind each name where several are kept as one text; no folded name has it."""
SORT_LENGTH = 64
"""Characters of a name's pinyin that its place in a list is decided by; ids decide between those that are the same."""
READINGS_MAX = 4
TWO_READINGS = {
    "埔": ("bu", "pu"),
    "曾": ("zeng", "ceng"),
    "长": ("chang", "zhang"),
    "朝": ("chao", "zhao"),
    "车": ("che", "ju"),
    "乘": ("cheng", "sheng"),
    "传": ("chuan", "zhuan"),
    "单": ("dan", "shan"),
    "调": ("diao", "tiao"),
    "番": ("fan", "pan"),
    "行": ("xing", "hang"),
    "会": ("hui", "kuai"),
    "降": ("jiang", "xiang"),
    "解": ("jie", "xie"),
    "乐": ("le", "yue"),
    "陂": ("bei", "po"),
    "朴": ("pu", "piao"),
    "厦": ("xia", "sha"),
    "盛": ("sheng", "cheng"),
    "圩": ("wei", "xu"),
    "蔚": ("wei", "yu"),
    "校": ("xiao", "jiao"),
    "涌": ("yong", "chong"),
    "藏": ("zang", "cang"),
    "重": ("zhong", "chong"),
}
"""Characters of firms' and places' names that people read in two ways, whatever stands beside them."""
_SIMPLIFIED = OpenCC("t2s")


@lru_cache(maxsize=20_000)
def _folded(character: str) -> str:
    simple = _SIMPLIFIED.convert(unicodedata.normalize("NFKC", character)).casefold()
    return "".join(one for one in simple if one.isalnum())


def fold(text: str) -> str:
    """Give the letters, characters and digits of a text: narrow, simplified, small, nothing between them.

    Character by character, so that what is part of a name is part of it folded as well.
    """
    return "".join(map(_folded, unicodedata.normalize("NFC", text)))


def edged(names: Sequence[str]) -> str:
    """Give folded names as one text, each between two edges."""
    return EDGE.join(["", *dict.fromkeys(names), ""])


def spelled(name: str) -> list[str]:
    """Give a folded name in pinyin without tones, and its initials, for each way in which people may read it."""
    forms = ["".join(form) for syllables in _readings(name) for form in (syllables, _initials(name, syllables))]
    return list(dict.fromkeys(filter(None, map(_ascii, forms))))


def sort_key(name: str) -> str:
    """Give what a name is sorted by: its syllables as they are read, in ASCII."""
    return _ascii(" ".join(_syllables(fold(name))))[:SORT_LENGTH].strip()


def _readings(name: str) -> Iterator[Sequence[str]]:
    """As a whole is read, then with one character at a time read in its other way."""
    usual = _syllables(name)
    yield usual
    ambiguous = [place for place, character in enumerate(name) if character in TWO_READINGS]
    for place in ambiguous[: READINGS_MAX - 1]:
        one, other = TWO_READINGS[name[place]]
        yield [*usual[:place], other if usual[place] == one else one, *usual[place + 1 :]]


def _syllables(name: str) -> list[str]:
    """One for each character; what is no Chinese character stands for itself."""
    return lazy_pinyin(name, errors=cast(Any, list))


def _initials(name: str, syllables: Sequence[str]) -> list[str]:
    return [syllable[:1] for _, syllable in zip(name, syllables, strict=True)]


def _ascii(text: str) -> str:
    return text.encode("ascii", "ignore").decode()
