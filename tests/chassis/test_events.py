"""The feed gives everything that was committed, in order, and skips nothing that commits late."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.chassis import events
from services.chassis.database import Database
from services.chassis.events import Event
from services.chassis.ids import new_id
from services.chassis.refusals import Refusal

AT = datetime(2020, 9, 14, tzinfo=UTC)
FIRM = new_id()


def event(name: str, *audience: UUID) -> Event:
    return Event(name, "thing", "thing_1", audience, {"n": 1}, AT)


async def types_after(database: Database, cursor: str | None = None, audience: UUID | None = None) -> list[str]:
    async with database.read() as connection:
        return [entry.event.type for entry in await events.read(connection, after=cursor, limit=100, audience=audience)]


async def test_events_are_read_in_the_order_written(voucher_db: Database) -> None:
    async with voucher_db.begin() as connection:
        await events.append(connection, [event("a.made"), event("b.made")])
        await events.append(connection, [])
    assert await types_after(voucher_db) == ["a.made", "b.made"]


async def test_an_event_of_a_rolled_back_transaction_never_was(voucher_db: Database) -> None:
    async with voucher_db.engine.connect() as connection, connection.begin() as transaction:
        await events.append(connection, [event("a.made")])
        await transaction.rollback()
    assert await types_after(voucher_db) == []


async def test_a_transaction_that_commits_late_is_not_skipped(voucher_db: Database) -> None:
    async with voucher_db.engine.connect() as early, early.begin():
        await events.append(early, [event("early.made")])
        async with voucher_db.begin() as late:
            await events.append(late, [event("late.made")])
        assert await types_after(voucher_db) == []
    assert await types_after(voucher_db) == ["early.made", "late.made"]


async def test_a_cursor_goes_on_where_it_stopped(voucher_db: Database) -> None:
    async with voucher_db.begin() as connection:
        await events.append(connection, [event("a.made"), event("b.made")])
    async with voucher_db.read() as connection:
        first = (await events.read(connection, after=None, limit=1))[0]
    assert await types_after(voucher_db, first.cursor) == ["b.made"]


async def test_an_organisation_reads_its_own_events_only(voucher_db: Database) -> None:
    async with voucher_db.begin() as connection:
        await events.append(connection, [event("mine.made", FIRM), event("others.made", new_id())])
    assert await types_after(voucher_db, audience=FIRM) == ["mine.made"]


@pytest.mark.parametrize("cursor", ["", "x", "W10", "WyIxIiwgIngiXQ", "é", "WzEsMl0"])
async def test_a_foreign_cursor_is_refused(voucher_db: Database, cursor: str) -> None:
    with pytest.raises(Refusal, match=r"page\.cursor"):
        await types_after(voucher_db, cursor)
