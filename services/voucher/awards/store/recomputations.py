"""Remembers awards that were computed again, and finds those whose ground has shrunk since."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, cast, exists, extract, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.sums import Total
from services.voucher.awards.domain.claiming import SERVICES, UPPER
from services.voucher.awards.domain.recomputing import OWED, Recomputation
from services.voucher.awards.store.award_claims import CLAIMS
from services.voucher.awards.store.services import CAPTURES, REDEMPTIONS, lineage_of
from services.voucher.awards.store.services import OWED as PAID_FOR
from services.voucher.awards.store.tables import AwardRecomputations
from services.voucher.scheme.store.versions import VERSIONS
from services.voucher.settlement.domain.claim import ENDED, LegState
from services.voucher.settlement.domain.stop import StopState
from services.voucher.settlement.store.claim_lines import LINES
from services.voucher.settlement.store.stops import LEGS, STOPS

MADE = AwardRecomputations.__table__
_OTHER = LINES.alias("other")
_UPPER = CLAIMS.alias("upper_claim")
_OWN = VERSIONS.alias("own_version")


async def add(connection: AsyncConnection, made: Recomputation) -> None:
    """Write one."""
    row = {**asdict(made), "figures": dict(made.figures), "outcome": made.outcome.value}
    await connection.execute(insert(MADE).values(row))


async def figures_of(connection: AsyncConnection, award_claim_id: UUID) -> Mapping[str, int]:
    """The figures by which an award was computed last, after it was claimed; none where it never was."""
    statement = select(MADE.c.figures).where(MADE.c.award_claim_id == award_claim_id)
    latest = statement.order_by(MADE.c.made_at.desc(), MADE.c.id.desc()).limit(1)
    found: Mapping[str, int] | None = (await connection.execute(latest)).scalar_one_or_none()
    return found or {}


async def shrunk(connection: AsyncConnection, *, limit: int) -> list[tuple[UUID, datetime]]:
    """Awards that are owed or paid and whose ground is less by now: which, and since when at most.

    A reward rests on the work that a provider did in a year, a match on what is owed of the award it names. One that
    is owed and stopped waits for the end of its stop.
    """
    found: list[tuple[UUID, datetime]] = []
    for figure, now in _GROUNDS.items():
        statement = _less(figure, now).where(_rests_on(figure), ~_STOPPED | _MOVED)
        rows = await connection.execute(statement.order_by(CLAIMS.c.id).limit(limit))
        found += [(row.id, row.entered_at) for row in rows]
    return found


async def ground(connection: AsyncConnection, award_claim_id: UUID) -> dict[str, int]:
    """What an award rests on as it is now, by its figure, where that is ours to know."""
    found: dict[str, int] = {}
    for figure, now in _GROUNDS.items():
        statement = select(now).where(CLAIMS.c.id == award_claim_id, _rests_on(figure))
        for one in (await connection.execute(statement)).scalars():
            found[figure] = one
    return found


def _rests_on(figure: str) -> ColumnElement[bool]:
    return CLAIMS.c.figures.has_key(figure) if figure == SERVICES else CLAIMS.c.rests_on.is_not(None)


def _services() -> ColumnElement[int]:
    own = select(lineage_of(_OWN)).where(_OWN.c.id == CLAIMS.c.scheme_version_id)
    lineage = own.correlate(CLAIMS).scalar_subquery()
    paid = (
        select(func.sum(_OTHER.c.settlement))
        .join(CAPTURES, CAPTURES.c.id == _OTHER.c.capture_id)
        .join(VERSIONS, VERSIONS.c.id == _OTHER.c.scheme_version_id)
        .join(REDEMPTIONS, REDEMPTIONS.c.id == _OTHER.c.redemption_id)
        .where(
            REDEMPTIONS.c.payee_id == CLAIMS.c.payee_id,
            lineage_of(VERSIONS) == lineage,
            _OTHER.c.state.in_(PAID_FOR),
            extract("year", CAPTURES.c.completed_on) == extract("year", CLAIMS.c.on_day),
        )
        .correlate(CLAIMS)
        .scalar_subquery()
    )
    return func.coalesce(paid, 0).cast(Total())


def _upper() -> ColumnElement[int]:
    owed = func.coalesce(_OTHER.c.approved, _OTHER.c.claimed)
    upper = (
        select(owed)
        .join(_UPPER, _UPPER.c.claim_line_id == _OTHER.c.id)
        .where(_UPPER.c.id == CLAIMS.c.rests_on, _OTHER.c.state.not_in([state.value for state in ENDED]))
        .correlate(CLAIMS)
        .scalar_subquery()
    )
    return func.coalesce(upper, 0).cast(Total())


_GROUNDS = {SERVICES: _services(), UPPER: _upper()}
"""By figure: what there is of it now."""
_LEGS_OF = (LEGS.c.claim_line_id == LINES.c.id) & (LEGS.c.state != LegState.DROPPED.value)
_IS_LIVE = STOPS.c.state == StopState.LIVE.value
_STOPPED = exists().where(_LEGS_OF, STOPS.c.leg_id == LEGS.c.id, _IS_LIVE).correlate(LINES)
_MOVED = exists().where(_LEGS_OF, LEGS.c.state != LegState.PAYABLE.value).correlate(LINES)
"""Whether something of a line is on its way or paid: then nothing is taken off what is owed, stopped or not."""


def _less(figure: str, now: ColumnElement[int]) -> Select[tuple[UUID, datetime]]:
    last = (
        select(MADE.c.figures[figure].astext)
        .where(MADE.c.award_claim_id == CLAIMS.c.id)
        .order_by(MADE.c.made_at.desc(), MADE.c.id.desc())
        .limit(1)
        .correlate(CLAIMS)
        .scalar_subquery()
    )
    counted = cast(func.coalesce(last, CLAIMS.c.figures[figure].astext), BigInteger)
    return (
        select(CLAIMS.c.id, LINES.c.entered_at)
        .join(LINES, LINES.c.id == CLAIMS.c.claim_line_id)
        .where(LINES.c.state.in_([state.value for state in OWED]), counted > now)
    )
