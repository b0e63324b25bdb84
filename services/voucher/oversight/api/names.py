"""Decides how what oversight follows is named outside."""

from typing import Annotated
from uuid import UUID

from services.chassis.ids import Prefixed

ClaimId = Annotated[UUID, Prefixed("clm")]
ClaimLineId = Annotated[UUID, Prefixed("cln")]
RedemptionId = Annotated[UUID, Prefixed("red")]
VoucherId = Annotated[UUID, Prefixed("vch")]
JournalId = Annotated[UUID, Prefixed("jnl")]
AwardClaimId = Annotated[UUID, Prefixed("acl")]
CaptureId = Annotated[UUID, Prefixed("cap")]
InvoiceId = Annotated[UUID, Prefixed("inv")]
BankSlipId = Annotated[UUID, Prefixed("slp")]
LegId = Annotated[UUID, Prefixed("leg")]
DisclosureId = Annotated[UUID, Prefixed("dsc")]
PayoutId = Annotated[UUID, Prefixed("pyt")]
StatementLineId = Annotated[UUID, Prefixed("stl")]
