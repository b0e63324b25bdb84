"""Decides as whom a caller acts on awards."""

from services.chassis.authorisation import Permit
from services.chassis.idempotency import Keyed
from services.voucher.redemption.domain.orders import Actor


def acting(permit: Permit, keyed: Keyed) -> Actor:
    """The caller in the roles that the endpoint grants him, under his request."""
    caller = permit.caller
    roles = frozenset(grant.role for grant in permit.granted)
    return Actor(caller.person, caller.subject, caller.organization, roles, request_id=keyed.attempt.request_id)
