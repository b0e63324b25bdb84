"""Decides who stands behind a call, and to which treasury's statements a list is narrowed."""

from services.chassis.authorisation import Permit


def treasury(permit: Permit) -> str | None:
    """The caller's treasury; None for whoever sees all, and nobody's where he is bound to none."""
    if permit.everything:
        return None
    bound = permit.bound("treasury")
    return bound if isinstance(bound, str) else ""


def person_of(permit: Permit) -> str:
    """The natural person, or the bank's or treasury's own system where none is behind it."""
    return permit.caller.person or permit.caller.subject
