"""Remembers claims: added once and never changed, found by whoever may see one of their lines."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, exists, false, insert, or_, select, true, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import pages
from services.chassis.database import violated
from services.chassis.refusals import NotFound, Refusal
from services.chassis.regions import lies_in
from services.voucher.settlement.domain.claim import Claim, LineState
from services.voucher.settlement.store import objections
from services.voucher.settlement.store.claim_tables import ClaimLines, Claims

CLAIMS = Claims.__table__
LINES = ClaimLines.__table__


async def add(connection: AsyncConnection, claim: Claim) -> None:
    """Write a new claim; Refusal ``client_ref.taken``."""
    fields = {name: getattr(claim, name) for name in Claim.__dataclass_fields__}
    try:
        await connection.execute(insert(CLAIMS).values(**fields))
    except IntegrityError as error:
        if violated(error, "uq_claims_client"):
            raise Refusal("client_ref.taken", pointer="/client_ref") from error
        raise


async def read(connection: AsyncConnection, claim_id: UUID) -> Claim:
    """One claim; NotFound ``claim.unknown``."""
    found = await _all(connection, select(CLAIMS).where(CLAIMS.c.id == claim_id))
    if not found:
        raise NotFound("claim.unknown")
    return found[0]


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose lines: those of an organisation on either side, a region, or a treasury; any of these given, or all."""

    organization: UUID | None = None
    region: str | None = None
    treasury: str | None = None
    everywhere: bool = False

    @property
    def condition(self) -> ColumnElement[bool]:
        """The same as SQL upon a claim line."""
        if self.everywhere:
            return true()
        reaches: list[ColumnElement[bool]] = []
        if self.organization is not None:
            reaches += [LINES.c.payee_id == self.organization, LINES.c.holder_id == self.organization]
        if self.region is not None:
            reaches.append(lies_in(LINES.c.region, self.region))
        if self.treasury is not None:
            reaches.append(LINES.c.treasury == self.treasury)
        return or_(false(), *reaches)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which claims to list; None means any. state: that a line within reach is in, whether or not timers have run."""

    reach: Reach
    state: LineState | None = None
    client_ref: str | None = None


async def find(
    connection: AsyncConnection, wanted: Wanted, *, at: datetime, after: str | None, limit: int
) -> tuple[list[Claim], str | None]:
    """A page of claims as of an instant, newest first, and its next cursor."""
    columns = CLAIMS.c
    seen = exists().where(LINES.c.claim_id == columns.id, wanted.reach.condition)
    if wanted.state is not None:
        seen = seen.where(_state_at(at) == wanted.state.value)
    statement = select(CLAIMS).where(seen).order_by(columns.submitted_at.desc(), columns.id.desc()).limit(limit + 1)
    if wanted.client_ref is not None:
        statement = statement.where(columns.client_ref == wanted.client_ref)
    if after is not None:
        statement = statement.where(tuple_(columns.submitted_at, columns.id) < pages.instant_and_id(after))
    found = await _all(connection, statement)
    return pages.cut(found, limit, lambda one: (one.submitted_at.isoformat(), str(one.id)))


def _state_at(at: datetime) -> ColumnElement[str]:
    """As `ClaimLine.state_at`."""
    over = LINES.c.due_at <= at
    unanswered = over & (LINES.c.state == LineState.RETURNED.value)
    free = over & (LINES.c.state == LineState.DISCLOSED.value) & ~objections.objects_to(LINES.c.id)
    return case((unanswered, LineState.REJECTED.value), (free, LineState.RELEASED.value), else_=LINES.c.state)


async def _all(connection: AsyncConnection, statement: Select[Any]) -> list[Claim]:
    return [Claim(**row) for row in (await connection.execute(statement)).mappings()]
