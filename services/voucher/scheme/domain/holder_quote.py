"""Decides which rules on the holder a worked case asks: all of them once it says who holds, else those it tells of."""

from typing import Any

from services.chassis.refusals import Reason
from services.voucher.scheme.domain import eligibility
from services.voucher.scheme.domain.case import Case
from services.voucher.scheme.domain.eligibility import UnderUse, Who
from services.voucher.scheme.domain.scheme import AwardScheme, Scheme
from services.voucher.scheme.domain.telling import refused

ASKED_BY = {
    "who.registered_in": ("region", "district"),
    "who.size_class": ("size_class",),
    "who.legal_form": ("legal_form",),
    "who.ceilings": ("figures",),
    "who.trading": ("registered_on",),
    "who.listed": ("listed",),
    "who.team": ("members",),
    "who.good_standing": ("banned", "deregistered"),
    "under_use": ("suspended",),
}
"""By rule: the words that ask it where a case does not say who holds."""


def answer(scheme: Scheme | AwardScheme, case: Case) -> dict[str, Any]:
    """Whether whom the case tells of may hold a voucher or an award; nothing where it tells of nobody."""
    if "holder" not in case and not any(word in case for words in ASKED_BY.values() for word in words):
        return {}
    under_use = scheme.under_use if isinstance(scheme, Scheme) else None
    against = reasons(scheme.who, case, under_use)
    return {"may_hold": not against} | ({"refused": refused(against)} if against else {})


def reasons(who: Who, case: Case, under_use: UnderUse | None = None) -> list[Reason]:
    """What speaks against the holder of a case, of the rules that it asks."""
    found = eligibility.reasons(who, case.party("submission"), issue=case.party("issue"), under_use=under_use)
    if "holder" in case:
        return found
    return [one for one in found if any(word in case for word in ASKED_BY.get(one.rule or "", ()))]
