"""Remembers in this process what was heard up to the feed's cursor: the category tree, the working days, parties."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.standards.calendar import WorkingDays
from services.voucher.directory.domain.age import Age
from services.voucher.directory.domain.categories import CategoryTree
from services.voucher.directory.domain.party import Party
from services.voucher.directory.store.feed import FACTS, FEED, STANDS_AT


@dataclass(frozen=True, slots=True)
class Outline:
    """The tree of categories and the working days of all years heard of, up to a cursor.

    parties: those that were asked for since, see `parties.heard`; when the feed moves on, so does the outline. cursor:
    None where the directory begins anew; nothing is kept by that one, for two beginnings may differ.
    """

    cursor: str | None
    categories: CategoryTree
    calendar: WorkingDays
    parties: dict[UUID, Party] = field(default_factory=dict, compare=False)


_KEPT: WeakKeyDictionary[Engine, Outline] = WeakKeyDictionary()
"""The latest outline of each database; live and sandbox hear different feeds."""

_NOW = bulk.Statement(select(STANDS_AT, func.clock_timestamp() - FEED.c.heard_at, FEED.c.distrusted_why))
_ALL = select(STANDS_AT.label("cursor"), FACTS.c.kind, FACTS.c.document).outerjoin_from(
    FEED, FACTS, FACTS.c.kind.in_(("category", "calendar"))
)
"""Cursor and documents in one statement, so that they belong together."""


async def read(connection: AsyncConnection) -> tuple[Outline, Age]:
    """The outline as it stands, and how long ago the directory was known to be complete."""
    ((cursor, since, distrusted),) = await _NOW.rows(connection, {})
    engine = connection.engine.sync_engine
    kept = _KEPT.get(engine)
    if kept is None or kept.cursor is None or kept.cursor != cursor:
        kept = _outline(list(await connection.execute(_ALL)))
        _KEPT[engine] = kept
    return kept, Age(since, distrusted)


def _outline(rows: list[Any]) -> Outline:
    categories = [row.document for row in rows if row.kind == "category"]
    years = [row.document for row in rows if row.kind == "calendar"]
    tree = CategoryTree({document["id"]: document["parent"] for document in categories})
    return Outline(rows[0].cursor, tree, WorkingDays.of(years))
