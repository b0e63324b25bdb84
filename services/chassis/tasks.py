"""Remembers what waits for somebody: every state that is not final has a task with an owner, or a timer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, select, true, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk, pages
from services.chassis.ids import new_id
from services.chassis.regions import lies_in
from services.chassis.tables import Tasks

TASKS = Tasks.__table__


@dataclass(frozen=True)
class Task:
    """Something to do for a role, of those bound to this region, bureau, treasury and organisation where given.

    due_at: UTC, None when open-ended.
    """

    kind: str
    subject_kind: str
    subject_id: UUID
    role: str
    opened_at: datetime
    due_at: datetime | None = None
    region: str | None = None
    bureau: str | None = None
    treasury: str | None = None
    organization: UUID | None = None


async def open_tasks(connection: AsyncConnection, tasks: Sequence[Task]) -> None:
    """Open tasks; one of a kind a subject is open at a time, a second is left out."""
    rows = [{**vars(task), "id": new_id()} for task in tasks]
    await bulk.insert_all(connection, TASKS, rows, unless_there=True)


async def close_tasks(
    connection: AsyncConnection, subject_ids: Sequence[UUID], *, at: datetime, kind: str | None = None
) -> None:
    """Close the open tasks of subjects, all or those of one kind; of no subjects, none."""
    if not subject_ids:
        return
    condition = and_(TASKS.c.subject_id.in_(subject_ids), TASKS.c.closed_at.is_(None))
    if kind is not None:
        condition = and_(condition, TASKS.c.kind == kind)
    await connection.execute(update(TASKS).where(condition).values(closed_at=at))


async def earliest_due(connection: AsyncConnection, kind: str, role: str) -> datetime | None:
    """When the first of a role's open tasks of a kind is due (UTC); None when none is."""
    earliest: datetime | None = (
        await connection.execute(select(func.min(TASKS.c.due_at)).where(_open(kind, role)))
    ).scalar_one()
    return earliest


async def close_due(connection: AsyncConnection, kind: str, role: str, *, upto: datetime, limit: int) -> int:
    """Close a role's open tasks of a kind that were due by an instant, each as of its own; gives how many."""
    some = (
        select(TASKS.c.id)
        .where(_open(kind, role), TASKS.c.due_at <= upto)
        .order_by(TASKS.c.due_at, TASKS.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    closed = update(TASKS).where(TASKS.c.id.in_(some)).values(closed_at=TASKS.c.due_at)
    return (await connection.execute(closed)).rowcount


def _open(kind: str, role: str) -> ColumnElement[bool]:
    return and_(TASKS.c.role == role, TASKS.c.kind == kind, TASKS.c.closed_at.is_(None))


@dataclass(frozen=True)
class Wanted:
    """Whose open tasks: those for any of these roles that are bound to nothing but what is given here.

    Without roles: all there are. A task of a region, bureau, treasury or organisation is for nobody without one.
    """

    roles: frozenset[str] | None = None
    region: str | None = None
    bureau: str | None = None
    treasury: str | None = None
    organization: UUID | None = None

    def condition(self) -> ColumnElement[bool]:
        """The same in SQL."""
        if self.roles is None:
            return true()
        region = false() if self.region is None else lies_in(TASKS.c.region, self.region)
        bounds = [
            column.is_(None) | (false() if value is None else column == value)
            for column, value in (
                (TASKS.c.bureau, self.bureau),
                (TASKS.c.treasury, self.treasury),
                (TASKS.c.organization, self.organization),
            )
        ]
        return and_(TASKS.c.role.in_(self.roles), TASKS.c.region.is_(None) | region, *bounds)


async def find(
    connection: AsyncConnection, wanted: Wanted, *, after: str | None, limit: int
) -> tuple[list[tuple[UUID, Task]], str | None]:
    """A page of open tasks, oldest first, and its next cursor."""
    statement = (
        select(TASKS)
        .where(TASKS.c.closed_at.is_(None), wanted.condition())
        .order_by(TASKS.c.opened_at, TASKS.c.id)
        .limit(limit + 1)
    )
    if after is not None:
        statement = statement.where(tuple_(TASKS.c.opened_at, TASKS.c.id) > pages.instant_and_id(after))
    found = [
        (row.id, Task(**{name: getattr(row, name) for name in Task.__dataclass_fields__}))
        for row in await connection.execute(statement)
    ]
    return pages.cut(found, limit, lambda item: (item[1].opened_at.isoformat(), str(item[0])))
