"""Decides how reconciliation's things are named outside."""

from typing import Annotated
from uuid import UUID

from services.chassis.ids import Prefixed

StatementId = Annotated[UUID, Prefixed("sta")]
StatementLineId = Annotated[UUID, Prefixed("stl")]
PayerAccountId = Annotated[UUID, Prefixed("pac")]
EXAMPLE_ID = "01990000000070008000000000000001"
