"""Remembers the runs that cut rounds to their budget, and finds the claim lines that wait for one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.chassis.database import violated
from services.chassis.refusals import NotFound, Refusal
from services.voucher.settlement.domain.claim import Leg, LineState
from services.voucher.settlement.domain.prorata import Run, RunState
from services.voucher.settlement.store.claim_tables import ClaimLines, Legs
from services.voucher.wallet.store.round_tables import RoundProratas
from services.voucher.wallet.store.tables import Rounds, Vouchers

RUNS = RoundProratas.__table__
LINES = ClaimLines.__table__
LEGS = Legs.__table__
ROUNDS = Rounds.__table__
VOUCHERS = Vouchers.__table__


async def add(connection: AsyncConnection, run: Run) -> None:
    """Write a proposed run. Refusal ``prorata.open``: another one of the round waits or was carried out."""
    try:
        await connection.execute(insert(RUNS).values(asdict(run)))
    except IntegrityError as error:
        if violated(error, "uq_round_proratas_live"):
            raise Refusal("prorata.open", rule="prorata.once") from error
        raise


async def lock(connection: AsyncConnection, round_id: UUID, run_id: UUID) -> Run:
    """One run on a round, locked after it; NotFound ``prorata.unknown``."""
    statement = select(RUNS).where(RUNS.c.id == run_id, RUNS.c.round_id == round_id)
    row = (await connection.execute(statement.with_for_update(key_share=True))).mappings().one_or_none()
    if row is None:
        raise NotFound("prorata.unknown")
    return _run(row)


async def decide(connection: AsyncConnection, run: Run) -> None:
    """Write the decision on a locked run."""
    changing = ("state", "decided_by", "decided_at", "budget", "approved", "cut", "lines")
    values = {name: getattr(run, name) for name in changing}
    await connection.execute(update(RUNS).where(RUNS.c.id == run.id).values(values))


async def of_round(connection: AsyncConnection, round_id: UUID) -> list[Run]:
    """The runs on a round, oldest first."""
    statement = select(RUNS).where(RUNS.c.round_id == round_id).order_by(RUNS.c.id)
    return [_run(row) for row in (await connection.execute(statement)).mappings()]


@dataclass(frozen=True, slots=True)
class Due:
    """What a run waits for: lines still under review, and the instant (UTC) until which more may be claimed, if any."""

    open_lines: int
    claims_end: datetime | None


async def due(connection: AsyncConnection, round_id: UUID) -> Due:
    """What may still come to be approved in a round."""
    review = LINES.c.state.in_([LineState.IN_REVIEW.value, LineState.RETURNED.value])
    lines = select(func.count()).where(_of_round(round_id), review)
    ends = select(func.max(VOUCHERS.c.claim_by_ends)).where(VOUCHERS.c.round_id == round_id)
    return Due((await connection.execute(lines)).scalar_one(), (await connection.execute(ends)).scalar_one())


async def approved(connection: AsyncConnection, round_id: UUID) -> list[UUID]:
    """The approved lines of a round by id; none of them is disclosed before the run. Not locked."""
    wanted = select(LINES.c.id).where(_of_round(round_id), LINES.c.state == LineState.APPROVED.value)
    return list((await connection.execute(wanted.order_by(LINES.c.id))).scalars())


async def awaiting(connection: AsyncConnection, line_ids: Collection[UUID]) -> set[UUID]:
    """Those of these lines whose round issued beyond its budget and was not cut yet."""
    return set((await connection.execute(select(LINES.c.id).where(LINES.c.id.in_(line_ids), waits()))).scalars())


def waits() -> ColumnElement[bool]:
    """The same in SQL, of a claim line."""
    cut_later = and_(ROUNDS.c.prorata_on.is_not(None), ROUNDS.c.prorated_at.is_(None))
    return exists().where(VOUCHERS.c.id == LINES.c.voucher_id, ROUNDS.c.id == VOUCHERS.c.round_id, cut_later)


async def reduce(connection: AsyncConnection, legs: Sequence[Leg]) -> None:
    """Write back, in one statement, how much locked legs are less, or that they are dropped."""
    rows = [{"id": leg.id, "amount": leg.amount, "state": leg.state.value} for leg in legs]
    await bulk.update_all(connection, LEGS, rows)


def _of_round(round_id: UUID) -> ColumnElement[bool]:
    return LINES.c.voucher_id.in_(select(VOUCHERS.c.id).where(VOUCHERS.c.round_id == round_id))


def _run(row: Mapping[Any, Any]) -> Run:
    return Run(**{**row, "state": RunState(row["state"])})
