"""Decides whether text is the number of a resident identity card 公民身份号码 (GB 11643-1999), and if not, why.

Eighteen characters: 1–6 the place of first registration, 7–14 the day of birth, 15–17 an order, 18 a check character.
"""

import re
import unicodedata
from datetime import date

from stdnum.cn import ric

_BLANKS = re.compile(r"[\s-]")
_FORM = re.compile(r"[1-9][0-9]{16}[0-9X]")
_WITHIN = re.compile(rf"(?=({_FORM.pattern}))")


class ResidentCardFault(ValueError):
    """Text that is no such number: `code` is stable; the text itself is in no message."""

    code = "resident_card.form"


class WrongBirthday(ResidentCardFault):
    """Its day of birth is no day."""

    code = "resident_card.birthday"


class WrongCheck(ResidentCardFault):
    """The check character does not fit."""

    code = "resident_card.check"


def normalise(text: str) -> str:
    """Turn full-width characters into plain ones, lower case into upper, and drop blanks and hyphens."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text)).upper()


def check(text: str) -> str:
    """Give the normalised number. Raises the ResidentCardFault that names the first fault: form, birthday, check."""
    number = normalise(text)
    if not _FORM.fullmatch(number):
        raise ResidentCardFault("seventeen digits and a check character")
    try:
        birthday(number)
    except ValueError:
        raise WrongBirthday("characters 7 to 14 are no day") from None
    if number[17] != ric.calc_check_digit(number):
        raise WrongCheck("character 18 does not check the seventeen before it")
    return number


def within(text: str) -> bool:
    """Whether text carries what looks like such a number, with whatever blanks; a mistyped check character is no way
    out.
    """
    return any(_is_born(found) for found in _WITHIN.findall(normalise(text)))


def _is_born(number: str) -> bool:
    try:
        birthday(number)
    except ValueError:
        return False
    return True


def birthday(number: str) -> date:
    """Give the day of birth in a normalised number; ValueError where it is no day."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def complete(first_seventeen: str) -> str:
    """Add the check character: how test data and demonstrations make valid numbers."""
    return first_seventeen + str(ric.calc_check_digit(f"{first_seventeen}0"))
