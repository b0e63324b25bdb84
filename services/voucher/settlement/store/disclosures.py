"""Remembers disclosures with the lines they name: read, locked after those lines, and changed in state only."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk, pages
from services.chassis.refusals import NotFound
from services.voucher.settlement.domain.claim import LineState
from services.voucher.settlement.domain.disclosure import Disclosure, DisclosureState, Shown
from services.voucher.settlement.store.claim_tables import ClaimLines
from services.voucher.settlement.store.disclosure_tables import DisclosureLines, Disclosures
from services.voucher.settlement.store.proratas import waits

DISCLOSURES = Disclosures.__table__
SHOWN = DisclosureLines.__table__
LINES = ClaimLines.__table__
_FIELDS = tuple(name for name in Disclosure.__dataclass_fields__ if name != "lines")
_CHANGING = ("id", "state", "published_by", "published_at", "closes_on", "closes_at", "closed_at")
_SHOWN = tuple(Shown.__dataclass_fields__)
_PREPARED = DISCLOSURES.c.state == DisclosureState.PREPARED.value
_PUBLISHED = DISCLOSURES.c.state == DisclosureState.PUBLISHED.value


async def approved(connection: AsyncConnection, treasury: str, *, limit: int) -> list[UUID]:
    """Approved lines of a treasury, the longest submitted first, but those that wait for a pro-rata run; not locked."""
    wanted = (
        select(LINES.c.id)
        .where(LINES.c.treasury == treasury, LINES.c.state == LineState.APPROVED.value, ~waits())
        .order_by(LINES.c.submitted_at, LINES.c.id)
        .limit(limit)
    )
    return list((await connection.execute(wanted)).scalars())


async def read(connection: AsyncConnection, disclosure_id: UUID) -> Disclosure:
    """One disclosure; NotFound ``disclosure.unknown``."""
    return await _one(connection, select(DISCLOSURES).where(DISCLOSURES.c.id == disclosure_id))


async def lock(connection: AsyncConnection, disclosure_id: UUID) -> Disclosure:
    """One disclosure, locked until the transaction ends; its claim lines are locked before. NotFound."""
    return await _one(
        connection, select(DISCLOSURES).where(DISCLOSURES.c.id == disclosure_id).with_for_update(key_share=True)
    )


async def lock_prepared(connection: AsyncConnection, line_ids: Collection[UUID]) -> list[Disclosure]:
    """The disclosures, only prepared so far, that name any of these locked claim lines; locked in id order."""
    naming = select(SHOWN.c.disclosure_id).where(SHOWN.c.claim_line_id.in_(line_ids))
    statement = select(DISCLOSURES).where(DISCLOSURES.c.id.in_(naming), _PREPARED).order_by(DISCLOSURES.c.id)
    return await _whole(connection, statement.with_for_update(key_share=True))


async def next_closing(connection: AsyncConnection) -> datetime | None:
    """The earliest instant at which a published disclosure is over."""
    earliest: datetime | None = (
        await connection.execute(select(func.min(DISCLOSURES.c.closes_at)).where(_PUBLISHED))
    ).scalar_one()
    return earliest


async def over(connection: AsyncConnection, upto: datetime, *, limit: int) -> list[UUID]:
    """The published disclosures that are over at or before an instant, the first one first; not locked."""
    statement = (
        select(DISCLOSURES.c.id)
        .where(_PUBLISHED, DISCLOSURES.c.closes_at <= upto)
        .order_by(DISCLOSURES.c.closes_at, DISCLOSURES.c.id)
        .limit(limit)
    )
    return list((await connection.execute(statement)).scalars())


async def add(connection: AsyncConnection, disclosure: Disclosure) -> None:
    """Write a prepared disclosure with its lines."""
    await bulk.insert_all(connection, DISCLOSURES, [_row(disclosure, _FIELDS)])
    rows = [
        {"disclosure_id": disclosure.id, **{name: getattr(line, name) for name in _SHOWN}} for line in disclosure.lines
    ]
    await bulk.insert_all(connection, SHOWN, rows)


async def save(connection: AsyncConnection, *disclosures: Disclosure) -> None:
    """Write back the states of locked disclosures."""
    await bulk.update_all(connection, DISCLOSURES, [_row(one, _CHANGING) for one in disclosures])


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which disclosures to list: in one state as of an instant, or in any that the public sees; of one treasury or any.

    Whether the timer has run makes no difference.
    """

    state: DisclosureState | None = None
    treasury: str | None = None

    def condition(self, at: datetime) -> ColumnElement[bool]:
        """The same in SQL, as of an instant."""
        over = DISCLOSURES.c.closes_at <= at
        of_state = {
            None: DISCLOSURES.c.published_at.is_not(None),
            DisclosureState.PREPARED: _PREPARED,
            DisclosureState.OVERTAKEN: DISCLOSURES.c.state == DisclosureState.OVERTAKEN.value,
            DisclosureState.PUBLISHED: and_(_PUBLISHED, ~over),
            DisclosureState.CLOSED: over,
        }
        mine = true() if self.treasury is None else DISCLOSURES.c.treasury == self.treasury
        return and_(of_state[self.state], mine)


async def find(
    connection: AsyncConnection, wanted: Wanted, *, at: datetime, after: str | None, limit: int
) -> tuple[list[Disclosure], str | None]:
    """A page of disclosures, newest first, and its next cursor."""
    columns = DISCLOSURES.c
    statement = (
        select(DISCLOSURES)
        .where(wanted.condition(at))
        .order_by(columns.prepared_at.desc(), columns.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        statement = statement.where(tuple_(columns.prepared_at, columns.id) < pages.instant_and_id(after))
    found = await _whole(connection, statement)
    return pages.cut(found, limit, lambda one: (one.prepared_at.isoformat(), str(one.id)))


async def _one(connection: AsyncConnection, statement: Select[Any]) -> Disclosure:
    found = await _whole(connection, statement)
    if not found:
        raise NotFound("disclosure.unknown")
    return found[0]


async def _whole(connection: AsyncConnection, statement: Select[Any]) -> list[Disclosure]:
    rows = (await connection.execute(statement)).mappings().all()
    shown = await _shown(connection, [row["id"] for row in rows])
    return [_disclosure(row, shown[row["id"]]) for row in rows]


async def _shown(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, tuple[Shown, ...]]:
    statement = select(SHOWN).where(SHOWN.c.disclosure_id.in_(ids)).order_by(SHOWN.c.disclosure_id, SHOWN.c.position)
    found: dict[UUID, tuple[Shown, ...]] = dict.fromkeys(ids, ())
    for row in (await connection.execute(statement)).mappings():
        found[row["disclosure_id"]] += (Shown(**{name: row[name] for name in _SHOWN}),)
    return found


def _disclosure(row: Mapping[str, Any], lines: tuple[Shown, ...]) -> Disclosure:
    return Disclosure(**{**row, "state": DisclosureState(row["state"])}, lines=lines)


def _row(disclosure: Disclosure, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(disclosure, name) for name in names} | {"state": disclosure.state.value}
