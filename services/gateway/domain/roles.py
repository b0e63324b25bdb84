"""Decides which roles there are, who gives them, and which roles one person may hold together.

A person acts for an organisation (member), decides for the state (staff) or administers accounts (admin), and only
one of the three: an admin of accounts holds no deciding or money role.
"""

from enum import StrEnum


class Duty(StrEnum):
    """The one kind of work a person's account is for."""

    NONE = "none"
    MEMBER = "member"
    STAFF = "staff"
    ADMIN = "admin"


MEMBER_ROLES = ("holder", "provider", "space")
"""What an organisation's people may be, given by membership."""

STAFF_ROLES = ("reviewer", "operator", "finance_maker", "finance_checker", "auditor", "admin")
"""What the state's people may be, proposed by one admin and seconded by another."""

SERVICE_ROLE = "service"
"""What the services themselves are."""

_OFFICES = {"finance_maker": "finance", "finance_checker": "finance"}
_BOUND_TO = {
    "reviewer": ("region", "stage"),
    "operator": ("bureau",),
    "finance_maker": ("treasury",),
    "finance_checker": ("treasury",),
    "auditor": (),
    "admin": (),
}

BOUNDS = ("region", "stage", "bureau", "treasury")
"""What a staff role can be bound to."""


def office(role: str) -> str:
    """One person holds an office once: maker and checker are one office, so nobody is both."""
    return _OFFICES.get(role, role)


def duty(role: str) -> Duty:
    """The kind of work that a staff role is."""
    return Duty.ADMIN if role == "admin" else Duty.STAFF


def bound_to(role: str) -> tuple[str, ...]:
    """The bounds a staff role must name, such as region and stage for a reviewer."""
    return _BOUND_TO[role]
