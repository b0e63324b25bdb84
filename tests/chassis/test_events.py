"""The feed gives everything that was committed, in order, and skips nothing that commits late."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import ProgrammingError

from services.chassis import events, pages
from services.chassis.database import Database
from services.chassis.events import Event
from services.chassis.ids import new_id
from services.chassis.refusals import Refusal

AT = datetime(2020, 9, 14, tzinfo=UTC)
FIRM = new_id()
FIELDS = {
    "id": new_id(),
    "type": "a.made",
    "subject_kind": "thing",
    "subject_id": "1",
    "audience": [],
    "data": {},
    "at": AT,
}


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


async def test_an_object_has_its_events_in_order_whoever_began_first(voucher_db: Database) -> None:
    async with voucher_db.engine.connect() as early, early.begin():
        await early.execute(select(func.pg_current_xact_id()))  # as a key that is taken before the object is locked
        async with voucher_db.begin() as late:
            await events.append(late, [event("a.confirmed")])
        await events.append(early, [event("a.lapsed")])
    assert await types_after(voucher_db) == ["a.confirmed", "a.lapsed"]


async def test_by_transaction_alone_they_would_stand_the_other_way_round(
    voucher_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "PLACE", events.EVENTS.c.xact)
    async with voucher_db.engine.connect() as early, early.begin():
        await early.execute(select(func.pg_current_xact_id()))
        async with voucher_db.begin() as late:
            await events.append(late, [event("a.confirmed")])
        await events.append(early, [event("a.lapsed")])
    assert await types_after(voucher_db) == ["a.lapsed", "a.confirmed"]


async def test_a_transaction_without_a_word_hides_what_comes_after_it_until_it_ends(voucher_db: Database) -> None:
    async with voucher_db.engine.connect() as silent, silent.begin():
        await silent.execute(select(func.pg_current_xact_id()))
        async with voucher_db.begin() as connection:
            await events.append(connection, [event("a.made")])
        assert await types_after(voucher_db) == []
    assert await types_after(voucher_db) == ["a.made"]


async def test_what_was_written_before_there_were_places_stands_by_its_transaction(
    voucher_db: Database, superuser_url: str
) -> None:
    for name in ("a.made", "b.made"):
        async with voucher_db.begin() as connection:
            await events.append(connection, [event(name)])
    root = Database(superuser_url, "voucher")
    async with root.begin() as connection:
        await connection.execute(text("UPDATE events SET place = NULL"))
        old = (await connection.execute(text("SELECT xact, position FROM events ORDER BY position LIMIT 1"))).one()
    await root.dispose()
    assert await types_after(voucher_db) == ["a.made", "b.made"]
    assert await types_after(voucher_db, pages.encode(*map(str, old))) == ["b.made"]


async def test_a_service_cannot_choose_where_an_event_stands(voucher_db: Database) -> None:
    async with voucher_db.begin() as connection:
        with pytest.raises(ProgrammingError, match="permission denied"):
            await connection.execute(insert(events.EVENTS).values(place=5, **FIELDS))


async def test_the_end_is_behind_all_there_is_and_before_all_that_comes(voucher_db: Database) -> None:
    async with voucher_db.begin() as connection:
        await events.append(connection, [event("a.made")])
    async with voucher_db.read() as connection:
        end = await events.end(connection)
    assert await types_after(voucher_db, end) == []
    async with voucher_db.begin() as connection:
        await events.append(connection, [event("b.made")])
    assert await types_after(voucher_db, end) == ["b.made"]


async def test_the_end_is_an_event_and_no_number_that_a_crash_would_give_again(voucher_db: Database) -> None:
    async with voucher_db.begin() as connection:
        await events.append(connection, [event("a.made", new_id())])
    async with voucher_db.begin() as connection:
        await connection.execute(select(func.pg_current_xact_id()))
    async with voucher_db.read() as connection:
        assert await events.end(connection) == (await events.read(connection, after=None, limit=1))[0].cursor


async def test_a_cursor_of_a_history_that_was_lost_is_refused_instead_of_waited_behind(voucher_db: Database) -> None:
    async with voucher_db.read() as connection:
        known = await events.end(connection)
        assert await events.end(connection, behind=known) == known
        place = int(pages.decode(known, 3)[1])
        with pytest.raises(Refusal, match=r"page\.cursor"):
            await events.end(connection, behind=pages.encode("2", str(place + 1), "0"))


async def test_one_subject_is_followed_by_itself(voucher_db: Database) -> None:
    async with voucher_db.begin() as connection:
        await events.append(connection, [event("a.made"), replace(event("b.made"), subject_id="thing_2")])
    async with voucher_db.read() as connection:
        found = await events.read(connection, after=None, limit=9, subject_id="thing_2")
    assert [entry.event.type for entry in found] == ["b.made"]


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
