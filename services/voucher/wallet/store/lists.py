"""Remembers the lists that a bureau handed in, as they came, and which of them are still under way."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.database import violated
from services.chassis.refusals import Refusal
from services.voucher.wallet.domain.lists import ApplicationList, Row
from services.voucher.wallet.domain.states import ListState
from services.voucher.wallet.store.tables import ApplicationLists

LISTS = ApplicationLists.__table__


async def add(connection: AsyncConnection, one: ApplicationList) -> None:
    """Write a new list; Refusal ``list.under_way``, held by a unique index, while the round has one already."""
    fields = {name: getattr(one, name) for name in ApplicationList.__dataclass_fields__}
    try:
        await connection.execute(insert(LISTS).values(fields | {"rows": [asdict(row) for row in one.rows]}))
    except IntegrityError as error:
        if not violated(error, "uq_application_lists_under_way"):
            raise
        raise Refusal("list.under_way", rule="list.one_at_a_time") from error


async def lock(connection: AsyncConnection, list_id: UUID) -> ApplicationList:
    """One list that exists, locked until the transaction ends."""
    statement = select(LISTS).where(LISTS.c.id == list_id).with_for_update(key_share=True)
    row = (await connection.execute(statement)).mappings().one()
    rows = tuple(Row(**cells) for cells in row["rows"])
    return ApplicationList(**{**row, "rows": rows, "state": ListState(row["state"])})


async def end(connection: AsyncConnection, list_id: UUID, *, at: datetime) -> None:
    """Every row of a locked list was looked at, by an instant (UTC)."""
    await connection.execute(update(LISTS).where(LISTS.c.id == list_id).values(state=ListState.DONE.value, done_at=at))


async def under_way(connection: AsyncConnection, round_id: UUID) -> bool:
    """Whether a round has a list of which not every row was looked at."""
    found = exists().where(LISTS.c.round_id == round_id, LISTS.c.state == ListState.TAKEN)
    return bool((await connection.execute(select(found))).scalar_one())
