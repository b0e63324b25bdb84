"""Remembers which budget lines bear awards: proposed, decided, and replaced by the next one for the same."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.refusals import NotFound
from services.voucher.awards.domain.award_funding import AwardFunding, AwardFundingState, Backing, bearing
from services.voucher.awards.store.tables import AwardFundings
from services.voucher.ledger.store.tables import BudgetLines

FUNDINGS = AwardFundings.__table__


async def add(connection: AsyncConnection, funding: AwardFunding) -> None:
    """Write a proposal."""
    await connection.execute(insert(FUNDINGS).values(asdict(funding)))


async def read(connection: AsyncConnection, funding_id: UUID) -> AwardFunding:
    """One funding; NotFound ``award_funding.unknown``."""
    return await _one(connection, select(FUNDINGS).where(FUNDINGS.c.id == funding_id))


async def lock(connection: AsyncConnection, funding_id: UUID) -> AwardFunding:
    """One funding, locked until the transaction ends; NotFound ``award_funding.unknown``."""
    return await _one(connection, select(FUNDINGS).where(FUNDINGS.c.id == funding_id).with_for_update(key_share=True))


async def _one(connection: AsyncConnection, statement: Select[Any]) -> AwardFunding:
    row = (await connection.execute(statement)).mappings().one_or_none()
    if row is None:
        raise NotFound("award_funding.unknown")
    return _funding(row)


async def decide(connection: AsyncConnection, funding: AwardFunding) -> None:
    """Write the decision on a locked funding; one that is approved takes the place of the one before."""
    if funding.state is AwardFundingState.APPROVED:
        same = [FUNDINGS.c[name] == getattr(funding, name) for name in ("scheme_id", "award", "part", "region")]
        standing = FUNDINGS.c.state == AwardFundingState.APPROVED.value
        await connection.execute(update(FUNDINGS).where(standing, *same).values(state=AwardFundingState.REPLACED.value))
    decided = {name: getattr(funding, name) for name in ("decided_by", "decided_at", "reason")}
    changed = update(FUNDINGS).where(FUNDINGS.c.id == funding.id)
    await connection.execute(changed.values(state=funding.state.value, **decided))


async def standing(connection: AsyncConnection, scheme_id: str) -> int:
    """How many fundings of a scheme's awards are proposed or approved; every claim to one has its approved funding."""
    stand = FUNDINGS.c.state.in_([AwardFundingState.PROPOSED.value, AwardFundingState.APPROVED.value])
    statement = select(func.count()).select_from(FUNDINGS).where(FUNDINGS.c.scheme_id == scheme_id, stand)
    number: int = (await connection.execute(statement)).scalar_one()
    return number


async def backing(connection: AsyncConnection, scheme_id: str, award: str, *, region: str) -> list[Backing]:
    """The budget lines that bear the parts of an award for a region, as they are approved now."""
    of_award = (FUNDINGS.c.scheme_id == scheme_id) & (FUNDINGS.c.award == award)
    statement = (
        select(FUNDINGS, BudgetLines.c.treasury, BudgetLines.c.funding_source)
        .join(BudgetLines, BudgetLines.c.id == FUNDINGS.c.budget_line_id)
        .where(of_award, FUNDINGS.c.state == AwardFundingState.APPROVED.value)
    )
    rows = list((await connection.execute(statement)).mappings())
    lines = {row["budget_line_id"]: row for row in rows}
    found = bearing([_funding(row) for row in rows], region)
    return [
        Backing(
            part, one.budget_line_id, lines[one.budget_line_id]["treasury"], lines[one.budget_line_id]["funding_source"]
        )
        for part, one in found.items()
    ]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which fundings to list; None means any."""

    bureau: str | None = None
    scheme_id: str | None = None
    state: AwardFundingState | None = None


async def find(connection: AsyncConnection, wanted: Wanted, *, before: UUID | None, limit: int) -> list[AwardFunding]:
    """Up to `limit` fundings, newest first, proposed before the one given."""
    statement = select(FUNDINGS).order_by(FUNDINGS.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(FUNDINGS.c.id < before)
    for name in ("bureau", "scheme_id", "state"):
        if (value := getattr(wanted, name)) is not None:
            statement = statement.where(FUNDINGS.c[name] == value)
    return [_funding(row) for row in (await connection.execute(statement)).mappings()]


def _funding(row: Mapping[Any, Any]) -> AwardFunding:
    fields = {name: row[name] for name in AwardFunding.__dataclass_fields__}
    return AwardFunding(**{**fields, "state": AwardFundingState(row["state"])})
