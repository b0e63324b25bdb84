"""Decides by which reference a payment is recognised on its way through a bank: short, unique, with a check character.

The check character is that of ISO 7064 MOD 37,36, which finds every single wrong character and nearly every swap of
neighbours, so that a reference that was typed off wrongly matches nothing.
"""

import re

from stdnum.iso7064 import mod_37_36

LONGEST = 35
"""Characters that a bank carries from end to end (ISO 20022, EndToEndId)."""
_SPAN = 10**12
_FORM = re.compile(r"[PFDR]\d{10,33}[0-9A-Z]", re.ASCII)


def of_payout(batch_number: int, position: int) -> str:
    """The reference of one payment of a batch, such as P0000170003U; batches and positions count from 1."""
    return _checked(f"P{batch_number:06d}{position:04d}")


def of_funding(identity: int) -> str:
    """The reference of a credit that is announced, such as F004711203344R, from any number that is unique to it."""
    return _checked(f"F{identity % _SPAN:012d}")


def of_deposit(identity: int) -> str:
    """The reference that a holder writes on a transfer to an escrow account, such as D004711203344L."""
    return _checked(f"D{identity % _SPAN:012d}")


def of_refund(identity: int) -> str:
    """The reference of what goes back of such a transfer."""
    return _checked(f"R{identity % _SPAN:012d}")


def is_ours(word: str) -> bool:
    """Whether a word can be one of these references: its form and its check character fit."""
    return bool(_FORM.fullmatch(word)) and mod_37_36.is_valid(word)


def _checked(body: str) -> str:
    return body + mod_37_36.calc_check_digit(body)
