"""Judges rows of a list as the holder's own application would be judged, and makes applications of the good ones."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, decisions, events
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.ids import new_id, show
from services.chassis.refusals import Reason, refuse_all
from services.standards.calendar import local_date
from services.standards.money import format_amount
from services.voucher.directory.domain.party import Party
from services.voucher.directory.store import parties
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.scheme.store import versions
from services.voucher.wallet.domain import eligibility, form, queue
from services.voucher.wallet.domain.allowance import Allowance
from services.voucher.wallet.domain.application import Application, behind
from services.voucher.wallet.domain.eligibility import Days
from services.voucher.wallet.domain.facts import facts_of
from services.voucher.wallet.domain.frozen_facts import frozen
from services.voucher.wallet.domain.lists import ApplicationList, Others, Read, SoundRow, collisions, is_there
from services.voucher.wallet.domain.round import Round
from services.voucher.wallet.domain.states import ApplicationState, RoundState, rankable
from services.voucher.wallet.operations import allowances, entering, serving
from services.voucher.wallet.operations.issuing import Order
from services.voucher.wallet.store import applications


@dataclass(frozen=True, slots=True)
class Judged:
    """What a row came to: faults, or that it was there already, or neither: it is good."""

    row: int
    reasons: tuple[Reason, ...] = ()
    there: bool = False

    @property
    def good(self) -> bool:
        """Whether an application is to be made of it."""
        return not self.reasons and not self.there


@dataclass(frozen=True, slots=True)
class Scene:
    """What rows are judged upon at an instant (UTC); counters of what is issued are read, as at any submission."""

    round: Round
    list: ApplicationList
    scheme: Scheme
    parties: Mapping[UUID, Party]
    allowed: Mapping[UUID, Allowance]
    live: Mapping[UUID, Application]
    named: Mapping[str | None, Application]
    now: datetime

    def others(self, row: Read) -> Others:
        """The applications that a row may collide with."""
        party = None if row.holder_id is None else self.parties.get(row.holder_id)
        live = None if party is None else self.live.get(party.quota_root)
        return Others(live, self.named.get(row.client_ref))


async def carry_out(
    connection: AsyncConnection, of: Round, one: ApplicationList, rows: Sequence[Read], *, request_id: str
) -> list[Judged]:
    """Judge rows and, unless the list is only looked at, submit the good ones; in the order given.

    A row that somebody else came first to while it was written is judged again. Refusal ``directory.too_old``.
    """
    came: dict[int, Judged] = {}
    while left := [row for row in rows if row.row not in came]:
        scene = await _scene(connection, of, one, left)
        judged = {row.row: _judge(scene, row) for row in left}
        good = [sound for row in left if (sound := row.sound) is not None and judged[row.row].good]
        lost = set() if one.dry_run else await _submit(connection, scene, good, request_id=request_id)
        came |= {row: found for row, found in judged.items() if row not in lost}
    return [came[row.row] for row in rows]


async def _scene(connection: AsyncConnection, of: Round, one: ApplicationList, rows: Sequence[Read]) -> Scene:
    refuse_all((await parties.age(connection)).reasons())
    scheme = (await versions.rules(connection, [of.scheme_version_id]))[of.scheme_version_id]
    holders = {row.holder_id for row in rows if row.holder_id is not None}
    known = await parties.read(connection, holders)
    allowed, now = await _allowed(connection, of, scheme, known.values())
    roots = {party.quota_root for party in known.values()}
    return Scene(
        round=of,
        list=one,
        scheme=scheme,
        parties=known,
        allowed=allowed,
        live=await applications.live_of_all(connection, of.id, roots),
        named=await applications.of_client(connection, one.client, {row.client_ref for row in rows}),
        now=now,
    )


async def _allowed(
    connection: AsyncConnection, of: Round, scheme: Scheme, holders: Collection[Party]
) -> tuple[Mapping[UUID, Allowance], datetime]:
    """What the caps leave those named, and the instant; locked where an application takes of it."""
    if of.first_come or scheme.caps_on("applications"):
        locked = await allowances.hold(connection, scheme, holders)
        return locked.allowances, locked.now
    now = await clock.business_now(connection)
    return await allowances.look(connection, scheme, holders, at=now), now


def _judge(scene: Scene, row: Read) -> Judged:
    others = scene.others(row)
    if not row.faults and is_there(row, scene.list.client, others):
        return Judged(row.row, there=True)
    reasons = (
        *row.faults,
        *_closed(scene),
        *_holder(scene, row),
        *_amount(scene, row),
        *_form(scene),
        *collisions(others),
    )
    return Judged(row.row, reasons)


def _closed(scene: Scene) -> list[Reason]:
    """The window was open when the list was handed in; only the end of the round comes too early for its rows."""
    of, state = scene.round, scene.round.state_at(scene.now)
    if state is RoundState.PUBLISHED or (state is RoundState.PAUSED and of.resumes_to is RoundState.PUBLISHED):
        return []
    return [Reason("round.not_open", rule="allocation.window", numbers={"state": state})]


def _holder(scene: Scene, row: Read) -> list[Reason]:
    if row.holder_id is None:
        return []
    party = scene.parties.get(row.holder_id)
    if party is None:
        return [Reason("application.holder_unknown", pointer="/holder_id")]
    zone = scene.scheme.zone
    days = Days(submission=local_date(scene.list.handed_in_at, zone), issue=local_date(scene.now, zone))
    against = eligibility.reasons(scene.scheme, party, days)
    return [
        *(replace(reason, pointer="/holder_id") for reason in against),
        *scene.allowed[party.quota_root].reasons(scene.scheme),
    ]


def _amount(scene: Scene, row: Read) -> list[Reason]:
    party = None if row.holder_id is None else scene.parties.get(row.holder_id)
    if row.amount is None or party is None:
        return []
    facts = facts_of(party, local_date(scene.list.handed_in_at, scene.scheme.zone))
    return eligibility.amount_reasons(scene.scheme, row.amount, facts)


def _form(scene: Scene) -> list[Reason]:
    """A list has no answers: where the form asks for some, each holder applies himself."""
    asks = scene.scheme.applications
    if asks is None:
        return []
    missing = form.faults(asks.form, {}, currency=scene.scheme.currency, own=(), whole=True)
    return [replace(reason, pointer=None) for reason in missing]


async def _submit(connection: AsyncConnection, scene: Scene, good: Sequence[SoundRow], *, request_id: str) -> set[int]:
    """Make submitted applications of good rows; the rows that others came first to."""
    drawn = await applications.draw_numbers(connection, len(good))
    submitted = [_application(scene, row, number) for row, number in zip(good, drawn, strict=True)]
    entered = await entering.entered(connection, scene.scheme, submitted, at=scene.now)
    made = {row.row: one for row, one in zip(good, entered, strict=True)}
    # by reference, so that two lists of one client never wait for each other crosswise
    written = await applications.add_unless_there(
        connection, sorted(made.values(), key=lambda one: one.client_ref or "")
    )
    kept = {row: one for row, one in made.items() if one.id in written}
    await entering.open_tasks(connection, scene.round, scene.scheme, list(kept.values()), at=scene.now)
    await decisions.record(connection, [_decision(scene, row, one, request_id=request_id) for row, one in kept.items()])
    await events.append(connection, [_event(scene, one) for one in kept.values()])
    await allowances.take(connection, scene.scheme, kept.values())
    await _serve(connection, scene, list(kept.values()), request_id=request_id)
    return made.keys() - kept.keys()


async def _serve(connection: AsyncConnection, scene: Scene, kept: Sequence[Application], *, request_id: str) -> None:
    """Where who comes first is served, those of a list are, in the order in which it names them."""
    ready = [one.id for one in kept if one.state in rankable(scene.scheme)]
    if scene.round.first_come and ready:
        order = Order(scene.round.id, scene.list.handed_in_by, request_id, backfill=False)
        await serving.serve(connection, order, scene.round, only=ready)


def _application(scene: Scene, sound: SoundRow, number: int) -> Application:
    """A submitted application of the holder, made by the operator who handed the list in, as of when he did."""
    of, one, party = scene.round, scene.list, scene.parties[sound.holder_id]
    priority = scene.scheme.allocation.priority.value
    facts = facts_of(party, local_date(one.handed_in_at, scene.scheme.zone))
    standing = queue.standing(party, priority, facts.as_of)
    draft = Application(
        id=new_id(),
        round_id=of.id,
        holder_id=sound.holder_id,
        holder_kind=party.kind,
        quota_root_id=party.quota_root,
        region=party.region,
        client=one.client,
        client_ref=sound.client_ref,
        state=ApplicationState.DRAFT,
        amount=sound.amount,
        created_by=one.handed_in_by,
        created_at=one.handed_in_at,
        people=behind(party, facts.as_of),
    )
    return draft.submitted(
        standing, facts=frozen(facts), number=number, window_turn=of.window_turn, at=one.handed_in_at
    )


def _numbers(scene: Scene, one: Application) -> dict[str, Any]:
    return {
        "number": one.number,
        "queue_class": one.queue_class,
        "amount": format_amount(one.amount, scene.round.currency),
        "list_id": show("lst", scene.list.id),
        "document": scene.list.document,
    }


def _decision(scene: Scene, row: int, one: Application, *, request_id: str) -> Decision:
    return Decision(
        subject_kind="application",
        subject_id=one.id,
        kind="submit",
        outcome=one.state.value,
        actor=scene.list.handed_in_by,
        at=scene.now,
        rule="allocation.priority",
        clause=scene.scheme.allocation.priority.source,
        numbers={**_numbers(scene, one), "row": row},
        scheme_version=scene.round.scheme_version_id,
        request_id=request_id,
    )


def _event(scene: Scene, one: Application) -> Event:
    told = {**_numbers(scene, one), "round_id": show("rnd", scene.round.id), "state": one.state.value}
    return Event("application.submitted", "application", show("app", one.id), (one.holder_id,), told, scene.now)
