"""Decides how the wallet's things are named outside."""

from typing import Annotated
from uuid import UUID

from services.chassis.ids import Prefixed

SchemeVersionId = Annotated[UUID, Prefixed("scv")]
RoundId = Annotated[UUID, Prefixed("rnd")]
ApplicationId = Annotated[UUID, Prefixed("app")]
VoucherId = Annotated[UUID, Prefixed("vch")]
NoticeId = Annotated[UUID, Prefixed("ntc")]
ChangeRequestId = Annotated[UUID, Prefixed("chr")]
RedemptionId = Annotated[UUID, Prefixed("red")]
ClaimLineId = Annotated[UUID, Prefixed("cln")]
JournalId = Annotated[UUID, Prefixed("jnl")]
BudgetLineId = Annotated[UUID, Prefixed("bln")]
BudgetChangeId = Annotated[UUID, Prefixed("bch")]
EXAMPLE_ID = "01990000000070008000000000000001"
