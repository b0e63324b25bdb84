"""Decides how the awards' things are named outside."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.chassis.ids import Prefixed

AwardClaimId = Annotated[UUID, Prefixed("acl")]
AwardAppealId = Annotated[UUID, Prefixed("aap")]
AwardFundingId = Annotated[UUID, Prefixed("afd")]
SpendingReportId = Annotated[UUID, Prefixed("spr")]
ClawbackProposalId = Annotated[UUID, Prefixed("cbp")]
BudgetLineId = Annotated[UUID, Prefixed("bln")]
ClaimId = Annotated[UUID, Prefixed("clm")]
ClaimLineId = Annotated[UUID, Prefixed("cln")]
LegId = Annotated[UUID, Prefixed("leg")]
SchemeVersionId = Annotated[UUID, Prefixed("scv")]
SpaceId = Annotated[UUID, Prefixed("spc")]

Slug = Annotated[str, Field(max_length=64, pattern=r"^[a-z0-9][a-z0-9_-]*$")]
"""A name as scheme files write it."""

RegionCode = Annotated[str, Field(pattern=r"^\d{6}$")]
"""A region (GB/T 2260); a province's or a city's covers what lies inside it."""
