"""Remembers draws of samples: who was in them at which place, and whom they picked."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from fractions import Fraction
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.voucher.wallet.domain.application import Application
from services.voucher.wallet.domain.sampling import Place, SampleDraw, SampleKind
from services.voucher.wallet.domain.states import DRAW, INSPECTION, UNDER_REVIEW, ApplicationState
from services.voucher.wallet.store import applications
from services.voucher.wallet.store.applications import APPLICATIONS
from services.voucher.wallet.store.review_tables import SampleDraws, SamplePlaces

DRAWS, PLACES = SampleDraws.__table__, SamplePlaces.__table__


async def lock_population(connection: AsyncConnection, round_id: UUID, kind: SampleKind) -> list[Application]:
    """The applications of a round that a draw of a kind is about and none was yet, locked in the order of their ids.

    An audit sample is drawn of those that passed the reviewers, a second review of those before the last of them.
    """
    statement = select(APPLICATIONS).where(_waits(round_id, kind)).order_by(APPLICATIONS.c.id)
    return await applications.lock_all(connection, statement)


async def anyone_waits(connection: AsyncConnection, round_id: UUID, kind: SampleKind) -> bool:
    """Whether a round has an application that a draw of a kind would be about."""
    return bool((await connection.execute(select(exists().where(_waits(round_id, kind))))).scalar_one())


def _waits(round_id: UUID, kind: SampleKind) -> ColumnElement[bool]:
    drawn = exists().where(PLACES.c.application_id == APPLICATIONS.c.id, PLACES.c.kind == kind.value)
    waits = and_(APPLICATIONS.c.state == ApplicationState.IN_REVIEW, APPLICATIONS.c.stage == DRAW)
    if kind is SampleKind.SECOND_REVIEW:
        waits = and_(APPLICATIONS.c.state.in_(UNDER_REVIEW), APPLICATIONS.c.stage.not_in((DRAW, INSPECTION)))
    return and_(APPLICATIONS.c.round_id == round_id, waits, ~drawn)


async def in_review(connection: AsyncConnection, round_id: UUID) -> bool:
    """Whether some applications of a round still stand before its reviewers, or wait for a correction."""
    before = APPLICATIONS.c.state.in_(UNDER_REVIEW), APPLICATIONS.c.stage.not_in((DRAW, INSPECTION))
    found = exists().where(APPLICATIONS.c.round_id == round_id, *before)
    return bool((await connection.execute(select(found))).scalar_one())


async def add(connection: AsyncConnection, draw: SampleDraw, places: Sequence[Place]) -> None:
    """Write a draw with everybody's place in it."""
    await connection.execute(insert(DRAWS).values({**asdict(draw), "share": str(draw.share)}))
    await bulk.insert_all(connection, PLACES, [asdict(place) for place in places])


async def picked(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, dict[SampleKind, bool]]:
    """By application: whether the draws that it was in picked it; a kind that was not drawn of it is not named."""
    rows = await connection.execute(select(PLACES).where(PLACES.c.application_id.in_(ids)))
    found: dict[UUID, dict[SampleKind, bool]] = {one: {} for one in ids}
    for row in rows:
        found[row.application_id][SampleKind(row.kind)] = row.picked is not None
    return found


async def of_round(connection: AsyncConnection, round_id: UUID, *, after: UUID | None, limit: int) -> list[SampleDraw]:
    """Up to `limit` draws of a round behind the one given, oldest first."""
    statement = select(DRAWS).where(DRAWS.c.round_id == round_id).order_by(DRAWS.c.id).limit(limit)
    if after is not None:
        statement = statement.where(DRAWS.c.id > after)
    return [
        SampleDraw(**{**row, "kind": SampleKind(row["kind"]), "share": Fraction(row["share"])})
        for row in (await connection.execute(statement)).mappings()
    ]


async def is_of(connection: AsyncConnection, draw_id: UUID, round_id: UUID) -> bool:
    """Whether there is such a draw of a round."""
    found = exists().where(DRAWS.c.id == draw_id, DRAWS.c.round_id == round_id)
    return bool((await connection.execute(select(found))).scalar_one())


async def places_of(
    connection: AsyncConnection, draw_ids: Collection[UUID], *, after: int, limit: int
) -> dict[UUID, list[Place]]:
    """By draw: up to `limit` places behind one, in their order."""
    taken: dict[UUID, list[Place]] = {draw_id: [] for draw_id in draw_ids}
    within = PLACES.c.draw_id.in_(taken), PLACES.c.place > after, PLACES.c.place <= after + limit
    ordered = select(PLACES).where(*within).order_by(PLACES.c.place)
    for row in (await connection.execute(ordered)).mappings():
        taken[row["draw_id"]].append(Place(**{**row, "kind": SampleKind(row["kind"])}))
    return taken
