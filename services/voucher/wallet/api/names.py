"""Decides how the wallet's things are named outside."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.chassis.ids import Prefixed
from services.chassis.models import Day

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

PlannedDay = Annotated[Day, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]
"""A day that is reckoned with: of the years in which a scheme may have dates, so that what is added to it is a day."""
