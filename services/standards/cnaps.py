"""Decides whether text is a bank branch code 支付系统行号 of CNAPS, and if not, why.

Twelve digits: 1–3 the bank, 4–7 the place, 8–11 the branch, 12 the check digit of the eleven before it (ISO 7064
MOD 11,10).
"""

from stdnum.iso7064 import mod_11_10 as standard

from services.standards.digits import all_digits, normalise


class CnapsFault(ValueError):
    """Text that is no branch code; `code` is stable."""

    code = "cnaps.invalid"


class WrongLength(CnapsFault):
    """Not twelve characters."""

    code = "cnaps.length"


class WrongCharacter(CnapsFault):
    """Something that is no digit."""

    code = "cnaps.digits"


class WrongCheck(CnapsFault):
    """The check digit (position 12) does not fit."""

    code = "cnaps.check"


def check(text: str) -> str:
    """Give the code in plain digits. Raises the CnapsFault that names the first fault: length, digits, then check."""
    code = normalise(text)
    if len(code) != 12:
        raise WrongLength(f"a branch code has 12 digits, this has {len(code)} characters")
    if not all_digits(code):
        raise WrongCharacter("a branch code has digits only")
    if code != complete(code[:11]):
        raise WrongCheck("digit 12 does not check the eleven before it")
    return code


def complete(first_eleven: str) -> str:
    """Add the check digit to the first eleven of a code: how test data and demonstrations make valid codes."""
    return first_eleven + standard.calc_check_digit(first_eleven)
