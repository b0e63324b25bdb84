"""Tells how long each line of a claim has been where, what it waits for, and when its payee may expect the money."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.voucher.directory.store import parties
from services.voucher.oversight.domain.timeline import Course, Entered, Published
from services.voucher.oversight.operations.sight import lines_of_claim
from services.voucher.oversight.store import payments, progress
from services.voucher.payout.domain.payout import Payout
from services.voucher.redemption.domain.world import last_day
from services.voucher.scheme.domain.scheme import Rulebook
from services.voucher.scheme.store import rulebooks
from services.voucher.settlement.domain.claim import ClaimLine, LineState
from services.voucher.settlement.store import legs, line_steps, objections
from services.voucher.settlement.store.line_steps import Kept


@dataclass(frozen=True, slots=True)
class TimedLine:
    """A line's course. ahead: how many lines the reviewers have before it; None when it is not in review."""

    course: Course
    ahead: int | None
    published: Published | None
    payouts: tuple[Payout, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A claim as of an instant (UTC), as far as the caller sees it."""

    claim_id: UUID
    at: datetime
    lines: tuple[TimedLine, ...]


async def read_timeline(database: Database, *, permit: Permit, claim_id: UUID) -> Timeline:
    """The course of each line of a claim over one snapshot; NotFound ``claim.unknown``."""
    async with database.read() as connection:
        seen = await lines_of_claim(connection, claim_id, permit=permit)
        ids = [line.id for line in seen]
        now = await clock.business_now(connection)
        courses = await _courses(connection, seen, now)
        ahead = await progress.ahead(connection, ids)
        published = await progress.published(connection, ids)
        paid = await payments.of_lines(connection, ids)
    lines = tuple(TimedLine(courses[one], ahead.get(one), published.get(one), paid[one]) for one in ids)
    return Timeline(claim_id, now, lines)


async def _courses(connection: AsyncConnection, lines: Sequence[ClaimLine], now: datetime) -> dict[UUID, Course]:
    """The course of each of these lines, with as many queries for all of them as for one."""
    ids = [line.id for line in lines]
    schemes = await rulebooks.read(connection, {line.scheme_version_id for line in lines})
    calendar = await parties.working_days(connection)
    history = await line_steps.of_lines(connection, ids)
    objected = await objections.objected(connection, ids)
    owed = await legs.read_of_lines(connection, ids)
    return {
        line.id: Course(
            line=line,
            scheme=schemes[line.scheme_version_id],
            calendar=calendar,
            history=_entered(history[line.id], schemes[line.scheme_version_id]),
            legs=owed[line.id],
            objected=line.id in objected,
            now=now,
        )
        for line in lines
    }


def _entered(history: Sequence[Kept], scheme: Rulebook) -> tuple[Entered, ...]:
    return tuple(
        Entered(
            state=LineState(kept.to_state),
            stage=kept.stage,
            at=kept.at,
            due_at=kept.due_at,
            due_on=last_day(kept.due_at, scheme) if kept.due_at is not None else None,
            reason=kept.reason,
        )
        for kept in history
    )
