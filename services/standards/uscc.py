"""Decides whether text is a unified social credit code 统一社会信用代码 (GB 32100-2015), and if not, why.

Eighteen characters: 1–2 the registering authority and kind, 3–8 the region, 9–17 an organisation code with a check
character of its own (GB 11714), 18 the check character of the whole.
"""

import re
import unicodedata

from stdnum.cn import uscc as standard

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Digits and capitals without I, O, S, V and Z, which are too like 1, 0, 5, U and 2."""

_ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_BLANKS = re.compile(r"[\s-]")


class UsccFault(ValueError):
    """Text that is no credit code: `code` is stable and `position` counts characters from 1 where one is to blame."""

    code = "uscc.invalid"

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.position = position


class WrongLength(UsccFault):
    """Not eighteen characters."""

    code = "uscc.length"


class WrongCharacter(UsccFault):
    """A character that the standard does not use."""

    code = "uscc.character"


class WrongRegion(UsccFault):
    """A letter among the region's six digits (positions 3–8)."""

    code = "uscc.region"


class WrongOrganisationCheck(UsccFault):
    """The organisation code's own check character (position 17) does not fit."""

    code = "uscc.organisation_check"


class WrongCheck(UsccFault):
    """The check character of the whole (position 18) does not fit."""

    code = "uscc.check"


def normalise(text: str) -> str:
    """Turn full-width characters into plain ones, lower case into upper, and drop blanks and hyphens."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text)).upper()


def check(text: str) -> str:
    """Give the normalised code. Raises the UsccFault that names the first fault: length, characters, then checks."""
    code = normalise(text)
    if len(code) != 18:
        raise WrongLength(f"a credit code has 18 characters, this has {len(code)}")
    for position, character in enumerate(code, start=1):
        if character not in ALPHABET:
            raise WrongCharacter(f"character {position} is none of {ALPHABET}", position)
        if 3 <= position <= 8 and not character.isdigit():
            raise WrongRegion(f"character {position} belongs to the region and must be a digit", position)
    if code[16] != organisation_check(code[8:16]):
        raise WrongOrganisationCheck("character 17 does not check the organisation code before it", 17)
    if code[17] != standard.calc_check_digit(code[:17]):
        raise WrongCheck("character 18 does not check the seventeen before it", 18)
    return code


def organisation_check(first_eight: str) -> str:
    """Compute the check character of an organisation code from its first eight characters (GB 11714)."""
    total = sum(
        weight * _ORGANISATION_ALPHABET.index(character)
        for weight, character in zip(_ORGANISATION_WEIGHTS, first_eight, strict=True)
    )
    return "0123456789X"[-total % 11]


def complete(first_sixteen: str) -> str:
    """Add both check characters to the first sixteen of a code: how test data and demonstrations make valid codes."""
    with_organisation = first_sixteen + organisation_check(first_sixteen[8:])
    return with_organisation + standard.calc_check_digit(with_organisation)
