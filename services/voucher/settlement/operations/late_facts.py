"""Stops what is to be paid on a redemption when the registry tells late what would have forbidden it.

It follows what the directory hears, from a cursor of its own, beside those who redeem. Each redemption is looked at
under its lock, in the house's order – redemption, lines, legs – so that a fact and an approval, or a fact and a batch,
never miss each other. A fact is noted once against a redemption; whoever lifts its stop is not asked again.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, decisions
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.ids import new_id, show
from services.chassis.refusals import Refusal
from services.standards.calendar import local_date
from services.voucher.directory.store import outline, parties
from services.voucher.ledger.domain.journal import HOUSE_ZONE
from services.voucher.redemption.domain.redemption import Redemption
from services.voucher.redemption.store import redemptions
from services.voucher.scheme.store import versions
from services.voucher.settlement.domain.claim import Leg
from services.voucher.settlement.domain.late_fact import LateFact, Matter, late_facts
from services.voucher.settlement.domain.stop import Stop, StopKind, put
from services.voucher.settlement.operations.stopping import tell
from services.voucher.settlement.store import claim_lines, legs, stops
from services.voucher.settlement.store import late_facts as store

ACTOR = "timer:settlement.late_facts"
BATCH = 100
"""How many organisations are looked at before the cursor moves."""
POLL_SECONDS = 1.0
log = structlog.get_logger(__name__)


async def keep_following(database: Database, *, poll_seconds: float = POLL_SECONDS) -> None:
    """Follow until cancelled: at once again while there is more, else after a pause; a failure is logged."""
    while True:
        more = False
        try:
            more = await follow(database)
        except Exception:
            log.exception("late_facts.failed")
        if not more:
            await asyncio.sleep(poll_seconds)


async def follow(database: Database) -> bool:
    """Look at one batch of what was heard; whether there was any.

    The cursor moves once all of it was looked at: what falls over in between is looked at again, to no effect.
    """
    async with database.read() as connection:
        news = await parties.news(connection, await store.cursor(connection), limit=BATCH)
        whose = await parties.owned(connection, {one for _, one in news}) if news else set()
        concerned = await store.concerned(connection, whose) if whose else []
    for redemption_id in concerned:
        await _look_at(database, redemption_id)
    if news:
        async with database.begin() as connection:
            await store.move(connection, news[-1][0])
    return bool(news)


async def _look_at(database: Database, redemption_id: UUID) -> None:
    """Note what is new against a redemption, and stop every leg of it that was not sent."""
    async with database.begin() as connection:
        locked = await redemptions.lock(connection, [redemption_id])
        lines = await claim_lines.lock(connection, await store.lines_of(connection, redemption_id))
        owed = await legs.lock_of_lines(connection, lines)
        now = await clock.business_now(connection)
        facts = await note(connection, locked.values(), lines, now=now)
        await stop(connection, [leg for some in owed.values() for leg in some], facts, now=now)


async def note(
    connection: AsyncConnection, found: Collection[Redemption], line_ids: Collection[UUID], *, now: datetime
) -> list[LateFact]:
    """Note what is known by now against locked redemptions, with a decision on each line; gives what is new."""
    matters = await _matters(connection, [one for one in found if one.authorised_at is not None])
    facts = await store.add(connection, [fact for matter in matters for fact in late_facts(matter)], at=now)
    lines = await claim_lines.read(connection, line_ids) if facts else {}
    noted = [
        Decision(
            subject_kind="claim_line",
            subject_id=line.id,
            kind="late_fact",
            outcome="noted",
            actor=ACTOR,
            at=now,
            rule=f"late_fact.{fact.kind}",
            clause=fact.numbers.get("clause"),
            numbers={**fact.numbers, "fact": fact.fact, "organization": show("org", fact.organization_id)},
            scheme_version=line.scheme_version_id,
        )
        for fact in facts
        for line in lines.values()
        if line.redemption_id == fact.redemption_id
    ]
    await decisions.record(connection, noted)
    return facts


async def stop_owed(
    connection: AsyncConnection, owed: Sequence[Leg], redemption_of: Mapping[UUID, UUID], now: datetime
) -> None:
    """Stop legs that arise just now by all that was noted before against their redemption, whose lock is held.

    redemption_of: the redemption of each claim line.
    """
    noted = await store.of_redemptions(connection, set(redemption_of.values())) if owed else []
    for leg in owed:
        facts = [fact for fact in noted if fact.redemption_id == redemption_of[leg.claim_line_id]]
        await stop(connection, [leg], facts, now=now)


async def stop(connection: AsyncConnection, owed: Sequence[Leg], facts: Sequence[LateFact], *, now: datetime) -> None:
    """Stop locked legs by each of these facts; one that was sent or is owed no longer is left as it is."""
    set_now = [made for leg in owed for fact in facts if (made := _stopped(leg, fact, now)) is not None]
    await stops.add(connection, set_now)
    await tell(connection, set_now, {leg.id: leg for leg in owed}, request_id=None)


def _stopped(leg: Leg, fact: LateFact, now: datetime) -> Stop | None:
    wanted = Stop(id=new_id(), leg_id=leg.id, kind=StopKind.LATE_FACT, reason=fact.reason, set_by=ACTOR, since=now)
    try:
        return put(wanted, leg=leg, today=local_date(now, HOUSE_ZONE))
    except Refusal:
        return None


async def _matters(connection: AsyncConnection, found: Sequence[Redemption]) -> list[Matter]:
    """Redemptions with their rules and their parties as they are known now; one whose party is unknown is left out."""
    if not found:
        return []
    schemes = await versions.rules(connection, {one.terms.scheme_version_id for one in found})
    outlined, _ = await outline.read(connection)
    ends = {end for one in found for end in (one.terms.holder_id, one.terms.payee_id)}
    known = await parties.with_owners(connection, await parties.heard(connection, ends, outlined), outlined)
    return [
        Matter(
            redemption_id=one.id,
            terms=one.terms,
            authorised_on=local_date(one.authorised_at, schemes[one.terms.scheme_version_id].zone),
            scheme=schemes[one.terms.scheme_version_id],
            parties=known,
            categories=outlined.categories,
        )
        for one in found
        if one.authorised_at is not None and {one.terms.holder_id, one.terms.payee_id} <= known.keys()
    ]
