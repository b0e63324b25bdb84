"""Decides what lists of the payout wing are narrowed to: a treasury, an organisation, or nothing."""

from uuid import UUID

from services.chassis.authorisation import Permit

NOBODY = UUID(int=0)


def treasury(permit: Permit) -> str | None:
    """The caller's treasury; None for whoever sees all, and nobody's where he is bound to none."""
    if permit.everything:
        return None
    bound = permit.bound("treasury")
    return bound if isinstance(bound, str) else ""


def organization(permit: Permit) -> UUID | None:
    """The caller's organisation; None for whoever sees all, and nobody's where he acts for none."""
    if permit.everything:
        return None
    bound = permit.bound("own")
    return bound if isinstance(bound, UUID) else NOBODY
