"""Decides which rules on the holder a worked case asks: all of them once it says who holds, else those it tells of."""

from services.chassis.refusals import Reason
from services.voucher.scheme.domain import eligibility
from services.voucher.scheme.domain.case import Case
from services.voucher.scheme.domain.eligibility import UnderUse, Who

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


def reasons(who: Who, case: Case, under_use: UnderUse | None = None) -> list[Reason]:
    """What speaks against the holder of a case, of the rules that it asks."""
    found = eligibility.reasons(who, case.party("submission"), issue=case.party("issue"), under_use=under_use)
    if "holder" in case:
        return found
    return [one for one in found if any(word in case for word in ASKED_BY.get(one.rule or "", ()))]
