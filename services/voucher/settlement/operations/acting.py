"""Decides as whom a caller acts on what is settled, and what his lists are narrowed to."""

from uuid import UUID

from services.chassis.authorisation import Permit
from services.chassis.idempotency import Keyed
from services.voucher.redemption.domain.orders import Actor


def acting(permit: Permit, keyed: Keyed) -> Actor:
    """The caller in the roles that the endpoint grants him, under his request."""
    caller = permit.caller
    roles = frozenset(grant.role for grant in permit.granted)
    return Actor(caller.person, caller.subject, caller.organization, roles, request_id=keyed.attempt.request_id)


def bounds(permit: Permit) -> tuple[UUID | None, str | None]:
    """The organisation or the region that a list is narrowed to; neither for one who sees everything."""
    region = permit.bound("region")
    return (None, region) if isinstance(region, str) and not permit.everything else (permit.only_organization, None)
