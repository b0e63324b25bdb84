"""Draws the samples that a scheme asks for: by a seed that one person promised and another draws with, and by risk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, decisions, events, idempotency, tasks
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id, show
from services.chassis.pages import PAGE_MAX
from services.chassis.refusals import NotFound, Refusal
from services.standards.money import format_amount
from services.voucher.scheme.domain.rule import Rule
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.scheme.store import versions
from services.voucher.wallet.domain import reviewing, sampling
from services.voucher.wallet.domain.application import Application
from services.voucher.wallet.domain.draw import Draw, Promised, Purpose, order
from services.voucher.wallet.domain.round import Round
from services.voucher.wallet.domain.sampling import Place, SampleDraw, SampleKind
from services.voucher.wallet.domain.states import RoundState
from services.voucher.wallet.operations import letting_in
from services.voucher.wallet.operations.reviewing import in_line
from services.voucher.wallet.operations.under_review import DRAWS, By, Step, cases, keep
from services.voucher.wallet.store import draws, rounds, samples


@dataclass(frozen=True, slots=True)
class Asked:
    """A draw as it was asked for: the secret that was promised, the public text; picks: by risk, each with a reason."""

    kind: SampleKind
    secret: str = field(repr=False)
    public_text: str
    picks: Mapping[UUID, str]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A draw with the first places in it. reasons: whether the reader may know why risk picked somebody."""

    draw: SampleDraw
    places: Sequence[Place]
    reasons: bool
    currency: str

    @property
    def whole(self) -> bool:
        """Whether these are all its places."""
        return len(self.places) == self.draw.population


async def promise_sample(
    database: Database, keyed: Keyed, *, permit: Permit, round_id: UUID, kind: SampleKind, promised: Promised
) -> Answer:
    """Promise the next draw of a sample, before its public text can be known.

    NotFound ``round.unknown``; refusals ``sample.not_asked``, ``draw.promised`` to whoever would take his promise back
    while some wait for the draw.
    """
    by = By.of(permit, keyed)
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        of = await rounds.lock(connection, round_id)
        permit.require("round.unknown", bureau=of.bureau)
        scheme = (await versions.rules(connection, [of.scheme_version_id]))[of.scheme_version_id]
        rule = sampling.rule_of(scheme, kind)
        before = await draws.last(connection, round_id, Purpose(kind))
        waits = await samples.anyone_waits(connection, round_id, kind)
        now = await clock.business_now(connection)
        asked = promised.by(by.person, at=now, round_id=round_id, purpose=Purpose(kind))
        promise = asked.instead_of(before, known=waits)
        await draws.save(connection, promise)
        await _tell_promise(connection, of, promise, clause=rule.source, by=by)
        return await idempotency.record(connection, keyed, promise, round_id)


async def draw_sample(database: Database, keyed: Keyed, *, permit: Permit, round_id: UUID, asked: Asked) -> Answer:
    """Draw a sample of all that wait for one; whoever is not in an audit sample is through his review.

    NotFound ``round.unknown``, ``draw.unknown`` where nobody promised it; refusals ``sample.not_asked``,
    ``round.still_open`` unless who comes first is served at once, ``sample.review_first``, ``sample.nobody``,
    ``sample.not_among``, ``round.calendar_not_loaded``, those of `Draw.drawn`.
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
        promised = await draws.last(connection, round_id, Purpose(asked.kind))
        now = await clock.business_now(connection)
        rule = sampling.rule_of(scheme, asked.kind)
        if not waiting:
            raise Refusal("sample.nobody", rule=sampling.RULES[asked.kind])
        await _require_all(connection, of, asked.kind, at=now)
        kept = _kept(promised, asked, by=by, at=now)
        draw = _draw(kept, rule, waiting, by=by, at=now)
        await draws.save(connection, kept)
        places = sampling.places(draw, {one.number or 0: one.id for one in waiting}, asked.picks)
        await samples.add(connection, draw, places)
        await tasks.close_tasks(connection, [round_id], at=now, kind=DRAWS[asked.kind])
        if asked.kind is SampleKind.AUDIT:
            await _move_on(connection, of, scheme, waiting, by=by, at=now)
        await _tell(connection, of, draw, places, by=by)
        return await idempotency.record(
            connection, keyed, Drawn(draw, places[:PAGE_MAX], reasons=True, currency=of.currency), draw.id
        )


def _kept(promised: Draw | None, asked: Asked, *, by: By, at: datetime) -> Draw:
    """The last promise, carried out. One that was carried out before belongs to another draw."""
    if promised is None or promised.seed is not None:
        raise NotFound("draw.unknown")
    return promised.drawn(asked.secret, asked.public_text, by=by.person, at=at)


def _draw(kept: Draw, rule: Rule[Fraction], waiting: Sequence[Application], *, by: By, at: datetime) -> SampleDraw:
    kind, amounts = SampleKind(kept.purpose), {one.number or 0: one.amount for one in waiting}
    in_order = [amounts[number] for number in order(kept.known_seed, amounts)]
    count = sampling.taken(kind, rule.value, in_order)
    return SampleDraw(
        id=new_id(),
        round_id=kept.round_id,
        kind=kind,
        seed=kept.known_seed,
        published=f"{kept.public_source}: {kept.public_text}",
        share=rule.value,
        clause=rule.source,
        population=len(waiting),
        drawn=count,
        drawn_by=by.person,
        drawn_at=at,
        turn=kept.turn,
        amount=sum(in_order),
        drawn_amount=sum(in_order[:count]),
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
    drawn = [(case, reviewing.drawn(case)) for case in await cases(connection, of, waiting, at=at)]
    for case, after in await in_line(connection, of, drawn):
        steps.append(Step(case, after, kind="sample", rule=sampling.RULES[SampleKind.AUDIT], clause=rule.source))
    await keep(connection, of, steps, by=by)
    await letting_in.serve(connection, of, scheme, [step.after for step in steps], by=by, at=at)


async def _tell_promise(connection: AsyncConnection, of: Round, promise: Draw, *, clause: str, by: By) -> None:
    numbers = {
        "kind": promise.purpose.value,
        "turn": promise.turn,
        "commitment": promise.commitment,
        "public_source": promise.public_source,
    }
    decision = Decision(
        subject_kind="round",
        subject_id=of.id,
        kind="promise_sample",
        outcome=promise.purpose.value,
        actor=by.person,
        at=promise.committed_at,
        rule=sampling.RULES[SampleKind(promise.purpose)],
        clause=clause,
        numbers=numbers,
        scheme_version=of.scheme_version_id,
        request_id=by.request_id,
    )
    await decisions.record(connection, [decision])
    told = Event("round.sample_promised", "round", show("rnd", of.id), (), numbers, promise.committed_at)
    await events.append(connection, [told])


async def _tell(connection: AsyncConnection, of: Round, draw: SampleDraw, places: Sequence[Place], *, by: By) -> None:
    numbers = {
        "kind": draw.kind.value,
        "seed": draw.seed,
        "published": draw.published,
        "share": str(draw.share),
        "population": draw.population,
        "amount": format_amount(draw.amount or 0, of.currency),
        "drawn_amount": format_amount(draw.drawn_amount or 0, of.currency),
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


async def list_samples(
    database: Database, *, permit: Permit, round_id: UUID, after: UUID | None, limit: int
) -> list[Drawn]:
    """Up to `limit` draws of a round, oldest first, each with its first places. NotFound ``round.unknown``.

    Why risk picked somebody is for its bureau and the auditor.
    """
    async with database.read() as connection:
        of, inside = await _published(connection, permit, round_id)
        found = await samples.of_round(connection, round_id, after=after, limit=limit)
        places = await samples.places_of(connection, [draw.id for draw in found], after=0, limit=PAGE_MAX)
        return [Drawn(draw, places[draw.id], reasons=inside, currency=of.currency) for draw in found]


async def list_places(
    database: Database, *, permit: Permit, round_id: UUID, draw_id: UUID, after: int, limit: int
) -> tuple[list[Place], bool]:
    """Up to `limit` places of a draw behind one, so that anybody may draw again; whether reasons may be told.

    NotFound ``round.unknown``, ``draw.unknown``.
    """
    async with database.read() as connection:
        _, inside = await _published(connection, permit, round_id)
        if not await samples.is_of(connection, draw_id, round_id):
            raise NotFound("draw.unknown")
        found = await samples.places_of(connection, [draw_id], after=after, limit=limit)
        return found[draw_id], inside


async def _published(connection: AsyncConnection, permit: Permit, round_id: UUID) -> tuple[Round, bool]:
    """A round that the caller may know of, and whether he belongs to its bureau or sees all. ``round.unknown``."""
    of = await rounds.read(connection, round_id)
    inside = permit.everything or permit.covers(bureau=of.bureau)
    if of.state is RoundState.DRAFT and not inside:
        raise NotFound("round.unknown")
    return of, inside
