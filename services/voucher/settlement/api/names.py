"""Decides how settlement's things are named outside."""

from typing import Annotated
from uuid import UUID

from services.chassis.ids import Prefixed

VoucherId = Annotated[UUID, Prefixed("vch")]
RedemptionId = Annotated[UUID, Prefixed("red")]
CaptureId = Annotated[UUID, Prefixed("cap")]
BudgetLineId = Annotated[UUID, Prefixed("bln")]
InvoiceId = Annotated[UUID, Prefixed("inv")]
BankSlipId = Annotated[UUID, Prefixed("slp")]
ClaimId = Annotated[UUID, Prefixed("clm")]
ClaimLineId = Annotated[UUID, Prefixed("cln")]
LegId = Annotated[UUID, Prefixed("leg")]
DisclosureId = Annotated[UUID, Prefixed("dsc")]
AwardClaimId = Annotated[UUID, Prefixed("acl")]
ObjectionId = Annotated[UUID, Prefixed("obj")]
StopId = Annotated[UUID, Prefixed("stp")]
PayoutId = Annotated[UUID, Prefixed("pyt")]
ProrataId = Annotated[UUID, Prefixed("prr")]
LegSampleId = Annotated[UUID, Prefixed("lsm")]
RoundId = Annotated[UUID, Prefixed("rnd")]
