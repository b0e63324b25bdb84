"""Decides how redemption's things are named outside, and who a caller is on a redemption."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.chassis.authorisation import Permit
from services.chassis.ids import Prefixed
from services.voucher.redemption.domain.orders import Actor

VoucherId = Annotated[UUID, Prefixed("vch")]
ProviderId = Annotated[UUID, Prefixed("prv")]
RedemptionId = Annotated[UUID, Prefixed("red")]
ChangeRequestId = Annotated[UUID, Prefixed("chr")]
CaptureId = Annotated[UUID, Prefixed("cap")]
ProviderCodeId = Annotated[UUID, Prefixed("pcd")]
OfferingId = Annotated[UUID, Prefixed("off")]
Quantity = Annotated[int, Field(strict=True, ge=1, le=10_000)]
"""How many units of an offering are ordered."""
Category = Annotated[str, Field(max_length=64, pattern=r"^[a-z][a-z0-9_.-]*$")]


def actor_of(permit: Permit, request_id: str | None) -> Actor:
    """The caller in the roles that the endpoint grants him, with the region in which it lets him decide."""
    caller = permit.caller
    roles = frozenset(grant.role for grant in permit.granted)
    region = permit.bound("region")
    return Actor(
        caller.person,
        caller.subject,
        caller.organization,
        roles,
        region=region if isinstance(region, str) else None,
        request_id=request_id,
    )
