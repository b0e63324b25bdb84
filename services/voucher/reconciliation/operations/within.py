"""Decides to which treasury's statements a list is narrowed."""

from services.chassis.authorisation import Permit


def treasury(permit: Permit) -> str | None:
    """The caller's treasury; None for whoever sees all, and nobody's where he is bound to none."""
    if permit.everything:
        return None
    bound = permit.bound("treasury")
    return bound if isinstance(bound, str) else ""
