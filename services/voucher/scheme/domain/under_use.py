"""Decides whether a party used so little of what it was given that it is suspended for the next year."""

from fractions import Fraction

from services.voucher.scheme.domain.rule import Rule


def suspended(rule: Rule[Fraction | None], used: int, issued: int, lost_by_provider: int = 0) -> bool:
    """Whether less than the share was used; exactly the share is enough. A rule of None suspends nobody.

    used: captured net of refunds by `use_by`, whether or not it was then claimed and paid in full; issued: to this
    party; lost_by_provider: what a provider's failure kept it from using, which does not count as issued. All in fen;
    ValueError when more is lost or used than was issued.
    """
    if min(used, lost_by_provider, issued - used - lost_by_provider) < 0:
        raise ValueError("used and lost are at least zero, and together no more than what was issued")
    return rule.value is not None and used < rule.value * (issued - lost_by_provider)
