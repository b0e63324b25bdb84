"""Decides which fapiao 发票 text names, so that one invoice has one identity however its number was typed.

A digital one 数电票 has a number of twenty digits and nothing else: 1–2 the year, 3–4 the tax bureau, 5 the channel,
6–20 the sequence. An old one has a code of ten or twelve digits and a number of eight; only the pair is its identity.
"""

from dataclasses import dataclass
from enum import StrEnum

from services.standards.digits import all_digits, normalise

DIGITAL_NUMBER, OLD_NUMBER, OLD_CODES = 20, 8, (10, 12)


class FapiaoFault(ValueError):
    """Text that names no fapiao; `code` is stable."""

    code = "fapiao.invalid"


class WrongNumber(FapiaoFault):
    """A number that is not all digits."""

    code = "fapiao.number_digits"


class WrongNumberLength(FapiaoFault):
    """A number of neither twenty digits nor eight."""

    code = "fapiao.number_length"


class CodeMissing(FapiaoFault):
    """The number of an old fapiao without the code that it needs."""

    code = "fapiao.code_missing"


class CodeUnasked(FapiaoFault):
    """A code beside the number of a digital fapiao, which has none."""

    code = "fapiao.code_unasked"


class WrongCode(FapiaoFault):
    """A code that is not all digits."""

    code = "fapiao.code_digits"


class WrongCodeLength(FapiaoFault):
    """A code of neither ten digits nor twelve."""

    code = "fapiao.code_length"


class FapiaoKind(StrEnum):
    """Digital ones are known by their number alone, old ones by code and number."""

    DIGITAL = "digital"
    OLD = "old"


@dataclass(frozen=True, slots=True)
class Fapiao:
    """One fapiao by its identity, as plain digits. `code` is None for a digital one."""

    kind: FapiaoKind
    code: str | None
    number: str

    @property
    def key(self) -> str:
        """The identity as one text; a digital number that is written as code (12) and number (8) is the same one."""
        return f"{self.code or ''}{self.number}"


def read(number: str, code: str | None = None) -> Fapiao:
    """Give the fapiao that a number names, with its code if it is an old one; a blank code is none.

    Raises the FapiaoFault that names the first fault: of the number, then of the code.
    """
    number, code = normalise(number), normalise(code or "")
    if not all_digits(number):
        raise WrongNumber("a fapiao number has digits only")
    if len(number) == DIGITAL_NUMBER:
        if code:
            raise CodeUnasked("a digital fapiao has no code")
        return Fapiao(FapiaoKind.DIGITAL, None, number)
    if len(number) != OLD_NUMBER:
        raise WrongNumberLength(f"a fapiao number has {DIGITAL_NUMBER} or {OLD_NUMBER} digits, this has {len(number)}")
    return Fapiao(FapiaoKind.OLD, _old_code(code), number)


def _old_code(code: str) -> str:
    if not code:
        raise CodeMissing("the number of an old fapiao is no identity without its code")
    if not all_digits(code):
        raise WrongCode("a fapiao code has digits only")
    if len(code) not in OLD_CODES:
        raise WrongCodeLength(f"a fapiao code has {OLD_CODES[0]} or {OLD_CODES[1]} digits, this has {len(code)}")
    return code
