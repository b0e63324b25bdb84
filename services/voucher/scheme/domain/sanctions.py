"""Decides until when whoever misused a scheme is banned from it."""

from datetime import date

from services.voucher.scheme.domain.rule import Rule
from services.voucher.scheme.domain.validity import After


def banned_until(rule: Rule[int], decided_on: date) -> date:
    """The last local day of a ban of so many years from the day of its decision: that day, so many years later."""
    return After(months=12 * rule.value).on(decided_on)
