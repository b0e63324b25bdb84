"""Decides what the text of a cell means, however it was typed; each change that this takes is named, never silent.

What could mean two things is refused: 3/4/2018 is two days, and 1,00 one yuan or a hundred.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Generic, NamedTuple, TypeVar

from services.registry.transfer.domain.headers import fold
from services.standards.money import LARGEST, Fen
from services.standards.simplified import simplified

_Value = TypeVar("_Value")

DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They make one name look like another: left where they are, so that the name is refused."""
_INVISIBLE = frozenset({"Cc", "Cf"})
_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣－", "-"))
_WIDE = str.maketrans({chr(0xFF01 + place): chr(0x21 + place) for place in range(94) if chr(0x21 + place).isalnum()})
_BESIDE_HAN = re.compile(r"(?<=[\u3400-\u9fff（）])\s+|\s+(?=[\u3400-\u9fff（）])")
_BLANKS = re.compile(r"\s+")
_SCIENTIFIC = re.compile(r"[0-9]\.?[0-9]*E\+?[0-9]+", re.IGNORECASE)

_DAYS = (
    re.compile(r"(?P<year>[0-9]{4})[-/.](?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})"),
    re.compile(r"(?P<year>[0-9]{4})年(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})[日号]?"),
    re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"),
)
_SERIAL = re.compile(r"[1-9][0-9]{4}")
_EPOCH = date(1899, 12, 30)
"""Day nought of a spreadsheet's serial numbers: from March 1900 on they count as if 1900 had had a 29 February."""

_AMOUNT = re.compile(r"(?P<whole>[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.(?P<part>[0-9]+))?(?P<unit>[百千万亿]*元?)")
_COUNT = re.compile(r"(?P<whole>[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.0+)?[人名个家]?")
_YEAR = re.compile(r"(?P<year>[12][0-9]{3})(?:\.0+)?(?:年度?)?")
_UNITS: Mapping[str, int] = {
    "": 1,
    "元": 1,
    "百元": 100,
    "千元": 1_000,
    "万": 10_000,
    "万元": 10_000,
    "百万元": 1_000_000,
    "千万元": 10_000_000,
    "亿": 100_000_000,
    "亿元": 100_000_000,
}
_FEN = 100
_PROVINCE = re.compile(r"[^省]{2,4}省")
"""A province that is not listed says nothing that the city behind it does not."""
_MARKS = str.maketrans("", "", "¥￥")


class CellFault(ValueError):
    """What a cell cannot mean; `code` is stable."""

    def __init__(self, code: str, **numbers: str | int) -> None:
        super().__init__(code)
        self.code, self.numbers = code, numbers


class Meant(NamedTuple, Generic[_Value]):
    """What a cell means, and by which rules it was changed."""

    value: _Value
    rules: tuple[str, ...] = ()


def code_of(cell: str) -> Meant[str]:
    """Read a credit code: narrow, in capitals, without blanks and hyphens. CellFault ``cell.digits_lost``."""
    text, rules = _tidy(cell)
    if _SCIENTIFIC.fullmatch(text):
        raise CellFault("cell.digits_lost")
    narrow = unicodedata.normalize("NFKC", text).translate(_HYPHENS)
    joined = "".join(narrow.split()).replace("-", "")
    capital = unicodedata.normalize("NFKC", joined.upper())
    steps = [("full_width", text, narrow), ("separators", narrow, joined), ("capitals", joined, capital)]
    return Meant(capital, (*rules, *_changed(steps)))


def name_of(cell: str) -> Meant[str]:
    """Read a name: letters and digits narrow, no blanks beside Chinese characters, simplified characters.

    Brackets stay as they are: a registered name has its own.
    """
    text, rules = _tidy(cell)
    narrow = text.translate(_WIDE)
    joined = _BLANKS.sub(" ", _BESIDE_HAN.sub("", narrow))
    plain = unicodedata.normalize("NFC", simplified(joined))
    steps = [("full_width", text, narrow), ("blanks", narrow, joined), ("traditional", joined, plain)]
    return Meant(plain, (*rules, *_changed(steps)))


def day_of(cell: str) -> Meant[date]:
    """Read a day: 2018-03-15, 2018/3/15, 2018年3月15日, 20180315, or a spreadsheet's serial; CellFault ``cell.day``."""
    text, rules = _narrow(cell)
    for form in _DAYS:
        if (found := form.fullmatch(text)) is not None:
            return _as_written(_day(found), text, rules)
    if _SERIAL.fullmatch(text) is not None:
        return Meant(_EPOCH + timedelta(days=int(text)), (*rules, "serial_day"))
    raise CellFault("cell.day")


def amount_of(cell: str, unit: str = "") -> Meant[Fen]:
    """Read an amount of yuan in its unit, or in that of its column, as whole fen.

    CellFault ``cell.amount``, ``cell.unit`` where cell and column name different ones, ``cell.not_whole_fen``,
    ``amount.too_large``.
    """
    text, rules = _narrow(cell)
    bare = simplified(text).translate(_MARKS).removeprefix("人民币").removeprefix("RMB").removeprefix("CNY")
    found = _AMOUNT.fullmatch(bare)
    column = simplified(unit)
    if found is None or found["unit"] not in _UNITS or column not in _UNITS:
        raise CellFault("cell.amount")
    if found["unit"] and column and _UNITS[found["unit"]] != _UNITS[column]:
        raise CellFault("cell.unit", unit=found["unit"], column=column)
    digits = found["whole"].replace(",", "")
    fen = Fraction(f"{digits}.{found['part'] or '0'}") * _UNITS[found["unit"] or column] * _FEN
    if fen.denominator != 1:
        raise CellFault("cell.not_whole_fen")
    if fen > LARGEST:
        raise CellFault("amount.too_large")
    steps = [("currency", text, bare), ("grouping", found["whole"], digits), ("unit", found["unit"] or column, "")]
    return Meant(int(fen), (*rules, *_changed(steps)))


def count_of(cell: str) -> Meant[int]:
    """Read a whole number, such as 1,200人; CellFault ``cell.count``."""
    text, rules = _narrow(cell)
    found = _COUNT.fullmatch(text)
    if found is None:
        raise CellFault("cell.count")
    return _as_written(int(found["whole"].replace(",", "")), text, rules)


def year_of(cell: str) -> Meant[int]:
    """Read a year, such as 2019年度; CellFault ``cell.year``."""
    text, rules = _narrow(cell)
    found = _YEAR.fullmatch(simplified(text))
    if found is None:
        raise CellFault("cell.year")
    return _as_written(int(found["year"]), text, rules)


def choice_of(cell: str, words: Mapping[str, str], known: Sequence[str]) -> Meant[str]:
    """Read one of several words, folded, as what it stands for; CellFault ``cell.choice`` with those to choose from."""
    text, rules = _tidy(cell)
    meant = words.get(fold(text))
    if meant is None:
        raise CellFault("cell.choice", given=text[:40], known="、".join(known))
    return _as_written(meant, text, rules, rule="word")


def region_of(cell: str, places: Mapping[str, Sequence[str]]) -> Meant[str]:
    """Read a region by its code or its folded name; CellFault ``region.unlisted``, ``cell.region_ambiguous``."""
    text, rules = _tidy(cell)
    word = fold(text)
    found = places.get(word) or places.get(_PROVINCE.sub("", word), ())
    if len(found) > 1:
        raise CellFault("cell.region_ambiguous", region=text[:40], regions=", ".join(found))
    if not found:
        raise CellFault("region.unlisted", region=text[:40])
    return _as_written(found[0], text, rules, rule="region_name")


def _tidy(cell: str) -> tuple[str, tuple[str, ...]]:
    """The text in NFC without what nobody sees, and without blanks at either end."""
    composed = unicodedata.normalize("NFC", cell)
    visible = "".join(one for one in composed if not _unseen(one))
    bare = unicodedata.normalize("NFC", visible).strip()
    return bare, _changed([("composed", cell, composed), ("invisible", composed, visible), ("blanks", visible, bare)])


def _unseen(character: str) -> bool:
    is_blank, is_direction = character.isspace(), character in DIRECTIONS
    return unicodedata.category(character) in _INVISIBLE and not (is_blank or is_direction)


def _narrow(cell: str) -> tuple[str, tuple[str, ...]]:
    """A number's text: narrow, without any blanks."""
    text, rules = _tidy(cell)
    narrow = unicodedata.normalize("NFKC", text)
    joined = "".join(narrow.split())
    return joined, (*rules, *_changed([("full_width", text, narrow), ("blanks", narrow, joined)]))


def _changed(steps: Sequence[tuple[str, str, str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(rule for rule, before, after in steps if before != after))


def _as_written(value: _Value, text: str, rules: tuple[str, ...], *, rule: str = "form") -> Meant[_Value]:
    """What was meant; changed by one more rule where the house writes it in another way."""
    return Meant(value, rules if str(value) == text else (*rules, rule))


def _day(found: re.Match[str]) -> date:
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        raise CellFault("cell.day") from None
