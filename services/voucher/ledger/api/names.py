"""Decides how the ledger's things are named outside."""

from typing import Annotated
from uuid import UUID

from services.chassis.ids import Prefixed

BudgetLineId = Annotated[UUID, Prefixed("bln")]
BudgetChangeId = Annotated[UUID, Prefixed("bch")]
JournalId = Annotated[UUID, Prefixed("jnl")]
RoundId = Annotated[UUID, Prefixed("rnd")]
