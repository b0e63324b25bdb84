"""Remembers applications: one live per party and round, the number drawn by the database, the queue in its order."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    exists,
    false,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk, pages
from services.chassis.attempts import reason_json
from services.chassis.database import violated
from services.chassis.refusals import NotFound, Reason, Refusal
from services.standards.holding import Kind
from services.voucher.wallet.domain.application import Application
from services.voucher.wallet.domain.queue import Method
from services.voucher.wallet.domain.states import LIVE, ApplicationState
from services.voucher.wallet.store.reach import EVERYWHERE, Within
from services.voucher.wallet.store.tables import NUMBERS, Applications

APPLICATIONS = Applications.__table__
CHANGING = (
    *("state", "queue_class", "queue_order", "number", "rank", "reasons", "submitted_at", "decided_at"),
    *("points", "project", "people", "answers", "facts", "stage", "due_at", "turn", "window_turn"),
)


async def add(connection: AsyncConnection, application: Application) -> None:
    """Write a new application.

    Refusals, held by unique keys: ``application.duplicate`` when the party has a live one in the round,
    ``client_ref.taken``.
    """
    try:
        await connection.execute(insert(APPLICATIONS).values(_row(application)))
    except IntegrityError as error:
        raise _refusal(error) or error from error


def _refusal(error: IntegrityError) -> Refusal | None:
    if violated(error, "uq_applications_live"):
        return Refusal("application.duplicate", rule="allocation.one_live_application", pointer="/holder")
    if violated(error, "uq_applications_client"):
        return Refusal("client_ref.taken", pointer="/client_ref")
    return None


async def add_unless_there(connection: AsyncConnection, applications: Sequence[Application]) -> set[UUID]:
    """Write new applications in one statement, but those to which others came first; the ids of those written."""
    await bulk.insert_all(connection, APPLICATIONS, [_row(one) for one in applications], unless_there=True)
    ids = [one.id for one in applications]
    return set((await connection.execute(select(APPLICATIONS.c.id).where(APPLICATIONS.c.id.in_(ids)))).scalars())


async def draw_number(connection: AsyncConnection) -> int:
    """The next number of the queue; what rolls back leaves a gap, never a tie."""
    (number,) = await draw_numbers(connection, 1)
    return number


async def draw_numbers(connection: AsyncConnection, count: int) -> list[int]:
    """So many numbers of the queue, rising."""
    series = func.generate_series(1, count).table_valued("place")
    return sorted((await connection.execute(select(NUMBERS.next_value()).select_from(series))).scalars())


async def read(connection: AsyncConnection, application_id: UUID) -> Application:
    """One application; NotFound ``application.unknown``."""
    return await _one(connection, select(APPLICATIONS).where(APPLICATIONS.c.id == application_id))


async def lock(connection: AsyncConnection, application_id: UUID) -> Application:
    """One application, locked until the transaction ends; NotFound ``application.unknown``."""
    return await _one(
        connection, select(APPLICATIONS).where(APPLICATIONS.c.id == application_id).with_for_update(key_share=True)
    )


async def lock_all(connection: AsyncConnection, statement: Select[Any]) -> list[Application]:
    """The applications that a statement of another store selects, in its order, locked until the transaction ends."""
    return await _all(connection, statement.with_for_update(key_share=True))


async def returned_late(connection: AsyncConnection, *, upto: datetime, limit: int) -> list[UUID]:
    """Returned applications whose time for a correction is over at an instant, the first due first, not locked."""
    late = APPLICATIONS.c.state == ApplicationState.RETURNED, APPLICATIONS.c.due_at <= upto
    statement = select(APPLICATIONS.c.id).where(*late).order_by(APPLICATIONS.c.due_at, APPLICATIONS.c.id).limit(limit)
    return list((await connection.execute(statement)).scalars())


async def next_correction(connection: AsyncConnection) -> datetime | None:
    """The earliest instant at which the time for a correction is over."""
    statement = select(func.min(APPLICATIONS.c.due_at)).where(APPLICATIONS.c.state == ApplicationState.RETURNED)
    earliest: datetime | None = (await connection.execute(statement)).scalar_one()
    return earliest


async def last_rank(connection: AsyncConnection, round_id: UUID) -> int:
    """The last rank that was given in a round; 0 when none was."""
    statement = select(func.coalesce(func.max(APPLICATIONS.c.rank), 0)).where(APPLICATIONS.c.round_id == round_id)
    rank: int = (await connection.execute(statement)).scalar_one()
    return rank


async def lock_unranked(
    connection: AsyncConnection, round_id: UUID, states: Collection[ApplicationState], method: Method, limit: int
) -> list[Application]:
    """The next applications of a round in these states as its method ranks them, locked; the round's lock keeps others
    out. The order is that of `Queued`.
    """
    number = APPLICATIONS.c.number
    order: list[ColumnElement[Any]] = [APPLICATIONS.c.queue_order, number]
    if method.by_points:
        order = [func.coalesce(APPLICATIONS.c.points, 0).desc(), number]
    elif method.seed is not None:
        lot = func.sha256(func.convert_to(method.seed + ":" + cast(number, String), "UTF8"))
        order = [lot]
    statement = (
        select(APPLICATIONS)
        .where(APPLICATIONS.c.round_id == round_id, APPLICATIONS.c.state.in_(states))
        .order_by(*order)
        .limit(limit)
        .with_for_update(key_share=True)
    )
    return await _all(connection, statement)


@dataclass(frozen=True, slots=True)
class Shut:
    """Whom the share of his class keeps from being served: what is left (fen) of each class that has one.

    whole: whether who asks for more than that gets nothing.
    """

    rooms: Mapping[str, int]
    whole: bool

    @property
    def condition(self) -> ColumnElement[bool]:
        """Which applications it keeps."""
        of_class, amount = APPLICATIONS.c.queue_class, APPLICATIONS.c.amount
        return or_(
            false(),
            *(
                and_(of_class == name, (amount > left) if self.whole and left else literal(left == 0))
                for name, left in self.rooms.items()
            ),
        )


@dataclass(frozen=True, slots=True)
class Next:
    """Who is next in line: in one of these states, not shut out by his class, only these where they are named."""

    states: Collection[ApplicationState]
    shut: Shut | None = None
    only: Collection[UUID] | None = None

    @property
    def condition(self) -> ColumnElement[bool]:
        """Which applications these are."""
        of_state = APPLICATIONS.c.state.in_(self.states)
        named = true() if self.only is None else APPLICATIONS.c.id.in_(self.only)
        return and_(of_state, named, true() if self.shut is None else not_(self.shut.condition))


async def lock_in_line(connection: AsyncConnection, round_id: UUID, wanted: Next, limit: int) -> list[Application]:
    """The next applications of a round by rank, or without one by number, locked.

    The pool's lock keeps others from the same line.
    """
    statement = (
        select(APPLICATIONS)
        .where(APPLICATIONS.c.round_id == round_id, wanted.condition)
        .order_by(APPLICATIONS.c.rank, APPLICATIONS.c.number)
        .limit(limit)
        .with_for_update(key_share=True)
    )
    return await _all(connection, statement)


async def lock_unfinished(connection: AsyncConnection, round_id: UUID, limit: int) -> list[Application]:
    """Applications of a round that its end still has to tell, locked, in the order of their ids."""
    states = [state for state in LIVE if state is not ApplicationState.ISSUED]
    statement = (
        select(APPLICATIONS)
        .where(APPLICATIONS.c.round_id == round_id, APPLICATIONS.c.state.in_(states))
        .order_by(APPLICATIONS.c.id)
        .limit(limit)
        .with_for_update(key_share=True)
    )
    return await _all(connection, statement)


async def save(connection: AsyncConnection, applications: Collection[Application]) -> None:
    """Write back, in one statement, what may change of locked applications."""
    rows = [{name: row[name] for name in ("id", *CHANGING)} for row in map(_row, applications)]
    await bulk.update_all(connection, APPLICATIONS, rows)


async def count(connection: AsyncConnection, round_id: UUID, state: ApplicationState) -> int:
    """How many applications of a round are in a state."""
    statement = select(func.count()).where(APPLICATIONS.c.round_id == round_id, APPLICATIONS.c.state == state)
    number: int = (await connection.execute(statement)).scalar_one()
    return number


async def anyone(connection: AsyncConnection, round_id: UUID, state: ApplicationState) -> bool:
    """Whether a round has an application in a state."""
    found = exists().where(APPLICATIONS.c.round_id == round_id, APPLICATIONS.c.state == state)
    return bool((await connection.execute(select(found))).scalar_one())


@dataclass(frozen=True, slots=True)
class Drawn:
    """A number that the database drew for an application, and the rank that it came to, if it was ranked."""

    number: int
    rank: int | None


async def drawn(
    connection: AsyncConnection, round_id: UUID, window_turn: int, *, after: int, limit: int
) -> list[Drawn]:
    """Up to `limit` numbers of one turn of a round's window behind one, rising: what it takes to draw them again."""
    of_turn = APPLICATIONS.c.round_id == round_id, APPLICATIONS.c.window_turn == window_turn
    columns = (APPLICATIONS.c.number, APPLICATIONS.c.rank)
    numbered = select(*columns).where(*of_turn, columns[0] > after).order_by(columns[0]).limit(limit)
    return [Drawn(*row) for row in await connection.execute(numbered)]


async def count_in(connection: AsyncConnection, round_id: UUID, states: Collection[ApplicationState]) -> int:
    """How many applications of a round are in any of these states."""
    statement = select(func.count()).where(APPLICATIONS.c.round_id == round_id, APPLICATIONS.c.state.in_(states))
    number: int = (await connection.execute(statement)).scalar_one()
    return number


async def anyone_waits(connection: AsyncConnection, round_id: UUID, shut: Shut, *, left_out: int | None) -> bool:
    """Whether somebody in a round keeps those behind him from being served: for want of budget, not by his class.

    Who waits does, and of the turn of its window ``left_out`` who was told at once that he is not served. Where who
    comes first is served nobody does who was told, and what is left out of an earlier turn is over.
    """
    waits = APPLICATIONS.c.state == ApplicationState.WAITLISTED
    unserved = and_(APPLICATIONS.c.state == ApplicationState.UNSERVED, APPLICATIONS.c.window_turn == left_out)
    ahead = waits if left_out is None else or_(waits, unserved)
    found = exists().where(APPLICATIONS.c.round_id == round_id, ahead, not_(shut.condition))
    return bool((await connection.execute(select(found))).scalar_one())


async def ranked_in(connection: AsyncConnection, round_id: UUID, window_turn: int) -> bool:
    """Whether somebody has a rank in a turn of a round's window."""
    of_turn = APPLICATIONS.c.round_id == round_id, APPLICATIONS.c.window_turn == window_turn
    found = exists().where(*of_turn, APPLICATIONS.c.rank.is_not(None))
    return bool((await connection.execute(select(found))).scalar_one())


async def live_of(connection: AsyncConnection, round_id: UUID, quota_root_id: UUID) -> UUID | None:
    """The live application of a party in a round, if there is one."""
    statement = select(APPLICATIONS.c.id).where(
        APPLICATIONS.c.round_id == round_id,
        APPLICATIONS.c.quota_root_id == quota_root_id,
        APPLICATIONS.c.state.in_(LIVE),
    )
    found: UUID | None = (await connection.execute(statement)).scalar_one_or_none()
    return found


async def live_of_all(
    connection: AsyncConnection, round_id: UUID, quota_roots: Collection[UUID]
) -> dict[UUID, Application]:
    """The live applications of parties in a round, by party."""
    statement = select(APPLICATIONS).where(
        APPLICATIONS.c.round_id == round_id,
        APPLICATIONS.c.quota_root_id.in_(quota_roots),
        APPLICATIONS.c.state.in_(LIVE),
    )
    return {one.quota_root_id: one for one in await _all(connection, statement)}


async def of_client(
    connection: AsyncConnection, client: str, client_refs: Collection[str]
) -> dict[str | None, Application]:
    """The applications to which a client gave these names of its own, by name."""
    named = APPLICATIONS.c.client == client, APPLICATIONS.c.client_ref.in_(client_refs)
    return {one.client_ref: one for one in await _all(connection, select(APPLICATIONS).where(*named))}


async def positions(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, int]:
    """The present place on the waiting list, from 1, of those applications that wait on one."""
    waiting = (
        select(
            APPLICATIONS.c.id,
            func.row_number()
            .over(partition_by=APPLICATIONS.c.round_id, order_by=APPLICATIONS.c.rank)
            .label("position"),
        )
        .where(
            APPLICATIONS.c.state == ApplicationState.WAITLISTED,
            APPLICATIONS.c.round_id.in_(select(APPLICATIONS.c.round_id).where(APPLICATIONS.c.id.in_(ids))),
        )
        .subquery()
    )
    rows = await connection.execute(select(waiting.c.id, waiting.c.position).where(waiting.c.id.in_(ids)))
    return {row.id: row.position for row in rows}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which applications to list; None means any."""

    round_id: UUID | None = None
    state: ApplicationState | None = None
    client_ref: str | None = None
    within: Within = EVERYWHERE


async def find(
    connection: AsyncConnection, wanted: Wanted, *, after: str | None, limit: int
) -> tuple[list[Application], str | None]:
    """A page of applications, newest first, and its next cursor."""
    place = tuple_(APPLICATIONS.c.created_at, APPLICATIONS.c.id)
    statement = (
        select(APPLICATIONS)
        .where(wanted.within.condition(APPLICATIONS))
        .order_by(APPLICATIONS.c.created_at.desc(), APPLICATIONS.c.id.desc())
        .limit(limit + 1)
    )
    for column, value in (
        (APPLICATIONS.c.round_id, wanted.round_id),
        (APPLICATIONS.c.state, wanted.state),
        (APPLICATIONS.c.client_ref, wanted.client_ref),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if after is not None:
        statement = statement.where(place < pages.instant_and_id(after))
    found = await _all(connection, statement)
    return pages.cut(found, limit, lambda one: (one.created_at.isoformat(), str(one.id)))


def _row(application: Application) -> dict[str, Any]:
    fields = {name: getattr(application, name) for name in Application.__dataclass_fields__}
    return fields | {"reasons": [reason_json(reason) for reason in application.reasons]}


async def _one(connection: AsyncConnection, statement: Select[Any]) -> Application:
    found = await _all(connection, statement)
    if not found:
        raise NotFound("application.unknown")
    return found[0]


async def _all(connection: AsyncConnection, statement: Select[Any]) -> list[Application]:
    return [_application(row) for row in (await connection.execute(statement)).mappings()]


def _application(row: Mapping[Any, Any]) -> Application:
    reasons = tuple(Reason(**reason) for reason in row["reasons"])
    read = {"state": ApplicationState(row["state"]), "holder_kind": Kind(row["holder_kind"]), "reasons": reasons}
    return Application(**{**row, **read})
