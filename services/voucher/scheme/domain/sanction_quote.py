"""Answers a worked case on misuse: until when whoever misused a scheme is banned from it."""

from typing import Any

from services.voucher.scheme.domain.case import Case
from services.voucher.scheme.domain.sanctions import banned_until
from services.voucher.scheme.domain.scheme import AwardScheme, Scheme
from services.voucher.scheme.domain.telling import Decided


def answer(scheme: Scheme | AwardScheme, case: Case) -> dict[str, Any]:
    """The last day of a ban (of the longest, where a file says up to so many years) and what it rests on."""
    rule = scheme.sanctions
    if rule is None or "sanctioned_on" not in case:
        return {}
    day = case.get("sanctioned_on")
    numbers = {"sanctioned_on": day.isoformat(), "years": rule.value}
    decided = Decided("sanctions", rule.source, numbers)
    return {"banned_until": banned_until(rule, day).isoformat(), "decisions": [decided.told()]}
