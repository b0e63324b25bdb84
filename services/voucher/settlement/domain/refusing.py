"""For what a claim to an award may be rejected: the reasons that its scheme lists, and no other."""

from collections.abc import Iterator

from services.chassis.refusals import Reason
from services.voucher.scheme.domain.applications import Applications
from services.voucher.scheme.domain.scheme import AwardScheme
from services.voucher.settlement.domain.line_case import LineCase

RULE = "applications.refusal_reasons"


def asks(case: LineCase) -> Applications | None:
    """What the scheme asks of those who apply for its awards; None for the line of a voucher, which was applied for
    before it was issued, and where the file asks nothing.
    """
    scheme = case.scheme
    return scheme.applications if isinstance(scheme, AwardScheme) else None


def faults(case: LineCase, refused_for: str | None, *, rejects: bool) -> Iterator[Reason]:
    """A rejection names one of the listed reasons, beside its words; nothing else names any.

    ``claim.reason_unlisted``, ``claim.reason_unasked``.
    """
    said = asks(case)
    if said is None or not rejects:
        if refused_for is not None:
            yield Reason("claim.reason_unasked", RULE, "/refused_for")
    elif refused_for not in said.refusal_reasons.value:
        rule = said.refusal_reasons
        yield Reason("claim.reason_unlisted", RULE, "/refused_for", {"reasons": ", ".join(rule.value)}, rule.source)
