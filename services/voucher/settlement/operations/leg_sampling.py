"""Stops a sample of claim lines until somebody has looked: one person promises the draw, another carries it out.

Locked in the house's order: round, claim lines, legs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, decisions, events, idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id, show
from services.chassis.refusals import NotFound
from services.standards.money import format_amount
from services.voucher.scheme.store import versions
from services.voucher.settlement.domain import leg_sample
from services.voucher.settlement.domain.claim import ClaimLine, Leg
from services.voucher.settlement.domain.leg_sample import LegSample, SampledLine
from services.voucher.settlement.domain.stop import Stop, StopKind
from services.voucher.settlement.store import claim_lines, leg_samples, legs, stops
from services.voucher.settlement.store.stop_records import tell
from services.voucher.wallet.domain.draw import Promised, Purpose
from services.voucher.wallet.domain.round import Round
from services.voucher.wallet.store import draws, rounds


@dataclass(frozen=True, slots=True)
class Asked:
    """A draw as it was asked for: the secret that was promised, and the public text."""

    secret: str = field(repr=False)
    public_text: str


async def promise(database: Database, keyed: Keyed, *, permit: Permit, round_id: UUID, promised: Promised) -> Answer:
    """Promise the next draw of a round's claim lines.

    NotFound ``round.unknown``; refusals ``sample.not_asked``, ``draw.promised``.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        of = await _lock(connection, permit, round_id)
        rule = leg_sample.rule_of((await versions.rules(connection, [of.scheme_version_id]))[of.scheme_version_id])
        before = await draws.last(connection, round_id, Purpose.LEGS)
        waits = bool(await leg_samples.population(connection, round_id))
        now = await clock.business_now(connection)
        asked = promised.by(permit.caller.person, at=now, round_id=round_id, purpose=Purpose.LEGS)
        made = asked.instead_of(before, known=waits)
        await draws.save(connection, made)
        numbers: dict[str, str | int] = {
            "turn": made.turn,
            "commitment": made.commitment,
            "public_source": made.public_source,
        }
        await _tell(connection, keyed, of, _Told("promised", rule.source, numbers, made.committed_by, now))
        return await idempotency.record(connection, keyed, made, round_id)


async def draw(database: Database, keyed: Keyed, *, permit: Permit, round_id: UUID, asked: Asked) -> Answer:
    """Draw of all lines that may be paid and were not drawn of before; the legs of those picked are stopped.

    NotFound ``round.unknown``, ``draw.unknown``; refusals ``sample.not_asked``, ``sample.nobody``, those of
    `Draw.drawn`.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        of = await _lock(connection, permit, round_id)
        rule = leg_sample.rule_of((await versions.rules(connection, [of.scheme_version_id]))[of.scheme_version_id])
        promised = await draws.last(connection, round_id, Purpose.LEGS)
        if promised is None or promised.seed is not None:
            raise NotFound("draw.unknown")
        lines, owed = await _population(connection, round_id)
        now, person = await clock.business_now(connection), permit.caller.person
        kept = promised.drawn(asked.secret, asked.public_text, by=person, at=now)
        made, places = leg_sample.sample(kept, rule, lines, id=new_id(), by=person, at=now)
        await draws.save(connection, kept)
        await leg_samples.add(connection, made, places)
        await _stop(connection, keyed, made, places, owed)
        await _tell(connection, keyed, of, _Told("drawn", rule.source, _numbers(made), person, now))
        return await idempotency.record(connection, keyed, made, made.id)


async def list_samples(database: Database, *, permit: Permit, round_id: UUID) -> list[LegSample]:
    """The samples of a round, oldest first; NotFound ``round.unknown``."""
    async with database.read() as connection:
        await _seen(connection, permit, round_id)
        return await leg_samples.of_round(connection, round_id)


async def list_places(
    database: Database, *, permit: Permit, round_id: UUID, sample_id: UUID, after: int, limit: int
) -> list[SampledLine]:
    """Up to `limit` places of one sample behind a place. NotFound ``round.unknown``, ``leg_sample.unknown``."""
    async with database.read() as connection:
        await _seen(connection, permit, round_id)
        return await leg_samples.places(connection, round_id, sample_id, after=after, limit=limit)


async def _lock(connection: AsyncConnection, permit: Permit, round_id: UUID) -> Round:
    of = await rounds.lock(connection, round_id)
    permit.require("round.unknown", bureau=of.bureau)
    return of


async def _seen(connection: AsyncConnection, permit: Permit, round_id: UUID) -> None:
    permit.require("round.unknown", bureau=(await rounds.read(connection, round_id)).bureau)


async def _population(
    connection: AsyncConnection, round_id: UUID
) -> tuple[list[ClaimLine], Mapping[UUID, tuple[Leg, ...]]]:
    """The lines that may be drawn, locked with their legs, without what was sent while the locks were waited for."""
    found = await leg_samples.population(connection, round_id)
    locked = await claim_lines.lock(connection, found)
    owed = await legs.lock_of_lines(connection, locked)
    still = set(await leg_samples.population(connection, round_id))
    return [line for line in locked.values() if line.id in still], owed


async def _stop(
    connection: AsyncConnection,
    keyed: Keyed,
    made: LegSample,
    places: Sequence[SampledLine],
    owed: Mapping[UUID, tuple[Leg, ...]],
) -> None:
    of_legs = {leg.id: leg for place in places if place.picked for leg in owed[place.claim_line_id]}
    set_now = [
        Stop(
            id=new_id(),
            leg_id=leg_id,
            kind=StopKind.AUDIT_SAMPLE,
            reason=f"{leg_sample.RULE} {made.turn}",
            set_by=made.drawn_by,
            since=made.drawn_at,
        )
        for leg_id in of_legs
    ]
    await stops.add(connection, set_now)
    await tell(connection, set_now, of_legs, request_id=keyed.attempt.request_id)


def _numbers(made: LegSample) -> dict[str, str | int]:
    return {
        "turn": made.turn,
        "seed": made.seed,
        "published": made.published,
        "share": str(made.share),
        "population": made.population,
        "drawn": made.drawn,
        "amount": format_amount(made.amount, made.currency),
        "drawn_amount": format_amount(made.drawn_amount, made.currency),
    }


@dataclass(frozen=True, slots=True)
class _Told:
    """What happened to a sample, by which clause, with which numbers, by which person and when (UTC)."""

    outcome: str
    clause: str
    numbers: Mapping[str, str | int]
    by: str
    at: datetime


async def _tell(connection: AsyncConnection, keyed: Keyed, of: Round, one: _Told) -> None:
    decision = Decision(
        subject_kind="round",
        subject_id=of.id,
        kind="leg_sample",
        outcome=one.outcome,
        actor=one.by,
        at=one.at,
        rule=leg_sample.RULE,
        clause=one.clause,
        numbers=one.numbers,
        scheme_version=of.scheme_version_id,
        request_id=keyed.attempt.request_id,
    )
    await decisions.record(connection, [decision])
    told = Event(f"round.leg_sample_{one.outcome}", "round", show("rnd", of.id), (), dict(one.numbers), one.at)
    await events.append(connection, [told])
