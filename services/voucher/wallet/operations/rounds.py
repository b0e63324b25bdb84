"""Makes rounds from published scheme versions, publishes them and reads them with their figures."""

from collections.abc import Mapping
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
from services.chassis.refusals import Refusal, refuse_all
from services.standards.calendar import CalendarNotLoaded, end_of_day
from services.voucher.directory.store import parties
from services.voucher.scheme.domain.allocation import LOTTERY
from services.voucher.scheme.domain.deadlines import windows
from services.voucher.scheme.domain.versions import may_open_round
from services.voucher.scheme.store import versions
from services.voucher.wallet.domain import payable
from services.voucher.wallet.domain.round import POOL_CLASS, Round
from services.voucher.wallet.domain.states import PROMISE, PUBLISH, RANK, RoundState
from services.voucher.wallet.store import rounds
from services.voucher.wallet.store.rounds import OfClass, Totals


@dataclass(frozen=True, slots=True)
class Asked:
    """A round as it was asked for."""

    scheme_version_id: UUID
    name: str
    client_ref: str | None
    window: int = 1


@dataclass(frozen=True, slots=True)
class Standing:
    """A round with its figures at an instant (UTC), as a whole and by class of its queue."""

    round: Round
    totals: Totals
    classes: Mapping[str, OfClass]
    at: datetime


async def make(database: Database, keyed: Keyed, *, permit: Permit, asked: Asked) -> Answer:
    """Make a draft round; its window and dates are those of the scheme version, as instants.

    NotFound ``scheme.unknown``; refusals ``scheme.not_published``, ``round.way_not_built``, ``round.window_unknown``,
    ``round.calendar_not_loaded``, ``client_ref.taken``.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        seen = await versions.get(connection, asked.scheme_version_id)
        permit.require("scheme.unknown", bureau=seen.bureau)
        # nobody withdraws it meanwhile
        every = await versions.lock_scheme(connection, seen.scheme_id)
        version = next(one for one in every if one.id == seen.id)
        may_open_round(version.state)
        refuse_all(list(payable.reasons(version.rules)))
        prorata_on = version.rules.backing.value.prorata_on
        try:
            dates = windows(version.rules, await parties.working_days(connection), window=asked.window)
        except CalendarNotLoaded as missing:
            raise Refusal("round.calendar_not_loaded", numbers={"year": missing.year}) from missing
        made = Round(
            id=new_id(),
            name=asked.name,
            client=permit.caller.subject,
            client_ref=asked.client_ref,
            scheme_version_id=version.id,
            bureau=version.bureau,
            state=RoundState.DRAFT,
            currency=version.rules.currency,
            opens_at=dates.opens_at,
            closes_at=dates.closes_at,
            results_by=dates.results_by,
            results_by_ends=dates.results_by_ends,
            allocate_until=dates.allocate_until,
            allocate_until_ends=dates.allocate_until_ends,
            budget_line_id=None,
            funding_source=None,
            created_by=permit.caller.person,
            created_at=await clock.business_now(connection),
            published_at=None,
            method=version.rules.allocation.method.value,
            scheme_window=asked.window,
            prorata_on=prorata_on,
            prorata_from=None if prorata_on is None else end_of_day(prorata_on, version.rules.zone),
        )
        await rounds.add(connection, made, [POOL_CLASS])
        await tasks.open_tasks(connection, [task(made, PUBLISH, at=made.created_at, due_at=made.opens_at)])
        await _told(connection, keyed, made, permit=permit, kind="drafted", at=made.created_at)
        return await idempotency.record(
            connection, keyed, await standing(connection, made, at=made.created_at), made.id
        )


async def publish(database: Database, keyed: Keyed, *, permit: Permit, round_id: UUID) -> Answer:
    """Publish a draft round: from now on its window opens and closes by the clock.

    NotFound ``round.unknown``; refusals ``round.not_draft``, ``round.window_passed``.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        draft = await rounds.lock(connection, round_id)
        permit.require("round.unknown", bureau=draft.bureau)
        now = await clock.business_now(connection)
        published = draft.published(at=now)
        await rounds.save(connection, published)
        await tasks.close_tasks(connection, [round_id], at=now, kind=PUBLISH)
        if published.method == LOTTERY:
            await tasks.open_tasks(connection, [task(published, PROMISE, at=now, due_at=published.closes_at)])
        if not published.first_come:
            await tasks.open_tasks(connection, [task(published, RANK, at=now, due_at=published.results_by_ends)])
        await _told(connection, keyed, published, permit=permit, kind="published", at=now)
        return await idempotency.record(connection, keyed, await standing(connection, published, at=now), round_id)


async def read_round(database: Database, *, permit: Permit, round_id: UUID) -> Standing:
    """One round with its figures; a draft is for its bureau alone. NotFound ``round.unknown``."""
    async with database.read() as connection:
        found = await rounds.read(connection, round_id)
        if found.state is RoundState.DRAFT:
            permit.require("round.unknown", bureau=found.bureau)
        return await standing(connection, found, at=await clock.business_now(connection))


async def list_rounds(
    database: Database, *, permit: Permit, after: str | None, limit: int
) -> tuple[list[Standing], str | None]:
    """A page of rounds, newest first: an operator sees his bureau's with drafts, everybody else the published ones."""
    bureau = permit.bound("bureau")
    async with database.read() as connection:
        found, cursor = await rounds.find(
            connection,
            bureau=bureau if isinstance(bureau, str) else None,
            drafts=permit.everything or isinstance(bureau, str),
            after=after,
            limit=limit,
        )
        ids = [one.id for one in found]
        totals, classes = await rounds.totals(connection, ids), await rounds.by_class(connection, ids)
        now = await clock.business_now(connection)
        return [Standing(one, totals[one.id], classes[one.id], now) for one in found], cursor


def task(of: Round, kind: str, *, at: datetime, due_at: datetime) -> tasks.Task:
    """A task of the round's operator."""
    return tasks.Task(
        kind=kind,
        subject_kind="round",
        subject_id=of.id,
        role="operator",
        opened_at=at,
        due_at=due_at,
        bureau=of.bureau,
    )


async def _told(
    connection: AsyncConnection, keyed: Keyed, of: Round, *, permit: Permit, kind: str, at: datetime
) -> None:
    person, request_id = permit.caller.person, keyed.attempt.request_id
    await tell(connection, of, kind=kind, actor=person, request_id=request_id, at=at)


async def tell(
    connection: AsyncConnection, of: Round, *, kind: str, actor: str, request_id: str | None, at: datetime
) -> None:
    """Write a step of a round into the decision log and the feed; no organisation is its audience."""
    numbers = {
        "state": of.state.value,
        "closes_at": of.closes_at.isoformat(),
        "scheme_version_id": show("scv", of.scheme_version_id),
    }
    decision = Decision(
        subject_kind="round",
        subject_id=of.id,
        kind=kind,
        outcome=of.state.value,
        actor=actor,
        at=at,
        rule="allocation.window",
        numbers=numbers,
        scheme_version=of.scheme_version_id,
        request_id=request_id,
    )
    await decisions.record(connection, [decision])
    await events.append(connection, [Event(f"round.{kind}", "round", show("rnd", of.id), (), numbers, at)])


async def standing(connection: AsyncConnection, of: Round, *, at: datetime) -> Standing:
    """A round with its figures at the instant that its transaction read."""
    totals, classes = await rounds.totals(connection, [of.id]), await rounds.standing_by_class(connection, of.id)
    return Standing(of, totals[of.id], classes, at)
