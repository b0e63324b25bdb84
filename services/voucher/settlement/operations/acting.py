"""Decides who acts: the caller under a key, as the history of what he touches names him."""

from services.chassis.authorisation import Permit
from services.chassis.idempotency import Keyed
from services.voucher.redemption.domain.orders import Actor


def actor_of(permit: Permit, keyed: Keyed) -> Actor:
    """The caller in the roles that the endpoint grants him, with the region in which it lets him decide."""
    caller, region = permit.caller, permit.bound("region")
    return Actor(
        caller.person,
        caller.subject,
        caller.organization,
        frozenset(grant.role for grant in permit.granted),
        region=region if isinstance(region, str) else None,
        request_id=keyed.attempt.request_id,
    )
