"""Draws the samples that a scheme asks for: by a published seed, and by risk, which a person names with a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, decisions, events, idempotency, tasks
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id, show
from services.chassis.refusals import NotFound, Refusal
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.scheme.store import versions
from services.voucher.wallet.domain import reviewing, sampling
from services.voucher.wallet.domain.application import Application
from services.voucher.wallet.domain.round import Round
from services.voucher.wallet.domain.sampling import Place, SampleDraw, SampleKind
from services.voucher.wallet.domain.states import RoundState
from services.voucher.wallet.operations import letting_in
from services.voucher.wallet.operations.reviewing import in_line
from services.voucher.wallet.operations.under_review import DRAWS, By, Step, cases, keep
from services.voucher.wallet.store import rounds, samples


@dataclass(frozen=True, slots=True)
class Asked:
    """A draw as it was asked for. published: where the seed could be read; picks: by risk, each with its reason."""

    kind: SampleKind
    seed: str
    published: str
    picks: Mapping[UUID, str]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A draw with everybody's place in it. reasons: whether the reader may know why risk picked somebody."""

    draw: SampleDraw
    places: Sequence[Place]
    reasons: bool


async def draw_sample(database: Database, keyed: Keyed, *, permit: Permit, round_id: UUID, asked: Asked) -> Answer:
    """Draw a sample of all that wait for one; whoever is not in an audit sample is through his review.

    NotFound ``round.unknown``; refusals ``sample.not_asked``, ``round.still_open`` unless who comes first is served at
    once, ``sample.review_first``, ``sample.nobody``, ``sample.not_among``, ``round.calendar_not_loaded``.
    """
    by = By.of(permit, keyed)
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        of = await rounds.lock(connection, round_id)
        permit.require("round.unknown", bureau=of.bureau)
        scheme = (await versions.rules(connection, [of.scheme_version_id]))[of.scheme_version_id]
        await letting_in.lock_pool(connection, of)
        waiting = await samples.lock_population(connection, round_id, asked.kind)
        now = await clock.business_now(connection)
        draw = _draw(of, scheme, asked, waiting, by=by, at=now)
        await _require_all(connection, of, asked.kind, at=now)
        places = sampling.places(draw, {one.number or 0: one.id for one in waiting}, asked.picks)
        await samples.add(connection, draw, places)
        await tasks.close_tasks(connection, [round_id], at=now, kind=DRAWS[asked.kind])
        if asked.kind is SampleKind.AUDIT:
            await _move_on(connection, of, scheme, waiting, by=by, at=now)
        await _tell(connection, of, draw, places, by=by)
        return await idempotency.record(connection, keyed, Drawn(draw, places, reasons=True), draw.id)


def _draw(
    of: Round, scheme: Scheme, asked: Asked, waiting: Sequence[Application], *, by: By, at: datetime
) -> SampleDraw:
    rule = sampling.rule_of(scheme, asked.kind)
    if not waiting:
        raise Refusal("sample.nobody", rule=sampling.RULES[asked.kind])
    return SampleDraw(
        id=new_id(),
        round_id=of.id,
        kind=asked.kind,
        seed=asked.seed,
        published=asked.published,
        share=rule.value,
        clause=rule.source,
        population=len(waiting),
        drawn=sampling.size(rule.value, len(waiting)),
        drawn_by=by.person,
        drawn_at=at,
    )


async def _require_all(connection: AsyncConnection, of: Round, kind: SampleKind, *, at: datetime) -> None:
    """Where a round is ranked, one draw is of everybody: after the window, and an audit's once all were reviewed."""
    if of.first_come:
        return
    if at < of.closes_at:
        raise Refusal("round.still_open", numbers={"closes_at": of.closes_at.isoformat()})
    if kind is SampleKind.AUDIT and await samples.in_review(connection, of.id):
        raise Refusal("sample.review_first", rule=sampling.RULES[kind])


async def _move_on(
    connection: AsyncConnection,
    of: Round,
    scheme: Scheme,
    waiting: Sequence[Application],
    *,
    by: By,
    at: datetime,
) -> None:
    steps, rule = [], sampling.rule_of(scheme, SampleKind.AUDIT)
    for case in await cases(connection, of, waiting, at=at):
        after = await in_line(connection, of, case, reviewing.drawn(case))
        steps.append(Step(case, after, kind="sample", rule=sampling.RULES[SampleKind.AUDIT], clause=rule.source))
    await keep(connection, of, steps, by=by)
    await letting_in.serve(connection, of, scheme, [step.after for step in steps], by=by, at=at)


async def _tell(connection: AsyncConnection, of: Round, draw: SampleDraw, places: Sequence[Place], *, by: By) -> None:
    numbers = {
        "kind": draw.kind.value,
        "seed": draw.seed,
        "published": draw.published,
        "share": str(draw.share),
        "population": draw.population,
        "drawn": [place.number for place in places if place.picked == sampling.SEED],
    }
    named = {str(place.number): place.reason for place in places if place.picked == sampling.RISK}
    decision = Decision(
        subject_kind="round",
        subject_id=of.id,
        kind="draw_sample",
        outcome=draw.kind.value,
        actor=by.person,
        at=draw.drawn_at,
        rule=sampling.RULES[draw.kind],
        clause=draw.clause,
        numbers={**numbers, "by_risk": named},
        scheme_version=of.scheme_version_id,
        request_id=by.request_id,
    )
    await decisions.record(connection, [decision])
    await events.append(
        connection, [Event("round.sample_drawn", "round", show("rnd", of.id), (), numbers, draw.drawn_at)]
    )


async def list_samples(database: Database, *, permit: Permit, round_id: UUID) -> list[Drawn]:
    """The draws of a round, oldest first, with everybody's place, so that anybody may draw again. ``round.unknown``.

    Why risk picked somebody is for its bureau and the auditor.
    """
    async with database.read() as connection:
        of = await rounds.read(connection, round_id)
        inside = permit.everything or permit.covers(bureau=of.bureau)
        if of.state is RoundState.DRAFT and not inside:
            raise NotFound("round.unknown")
        found = await samples.of_round(connection, round_id)
        return [Drawn(draw, places, reasons=inside) for draw, places in found]
