"""Decides what an account at a bank is called: digits of a plain length, and a bank code that checks."""

import unicodedata
from dataclasses import dataclass, replace

from services.chassis.refusals import Reason
from services.standards import cnaps
from services.standards.cnaps import CnapsFault

SHORTEST, LONGEST = 8, 32
"""Digits of an account number."""
FORMULA = ("=", "+", "-", "@", "\t")
"""How a cell begins that a spreadsheet calculates instead of showing; bank files are opened in spreadsheets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """An account as its owner names it; bank_code: the branch's twelve digits (CNAPS, 联行号)."""

    name: str
    number: str
    bank_code: str
    bank_name: str


def normalised(asked: Particulars) -> tuple[Particulars, list[Reason]]:
    """The particulars in the form in which they are kept, and what is wrong with them.

    Reasons `account.number`, `account.bank_code`, and `account.formula` for a name that a spreadsheet would calculate.
    Full-width digits, blanks and hyphens are how people write numbers and are read as meant.
    """
    faults = []
    number = unicodedata.normalize("NFKC", asked.number).replace(" ", "").replace("-", "")
    if not (number.isascii() and number.isdecimal() and SHORTEST <= len(number) <= LONGEST):
        numbers = {"shortest": SHORTEST, "longest": LONGEST}
        faults.append(Reason("account.number", rule="account_number", pointer="/number", numbers=numbers))
    bank_code = asked.bank_code
    try:
        bank_code = cnaps.check(asked.bank_code)
    except CnapsFault as fault:
        faults.append(Reason("account.bank_code", rule=fault.code, pointer="/bank_code"))
    for pointer, words in (("/name", asked.name), ("/bank_name", asked.bank_name)):
        if unicodedata.normalize("NFKC", words).startswith(FORMULA):
            faults.append(Reason("account.formula", rule="account_words", pointer=pointer))
    return replace(asked, number=number, bank_code=bank_code), faults
