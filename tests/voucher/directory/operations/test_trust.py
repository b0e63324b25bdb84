"""A registry that was rewound or lies is not believed, and is heard anew beside what is known when a person asks."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from services.chassis.database import Database
from services.voucher.directory.domain.change import Change, Place
from services.voucher.directory.domain.trust import Lie
from services.voucher.directory.neighbours import PAGE
from services.voucher.directory.operations import listen as listening
from services.voucher.directory.operations.listen import faults, listen
from services.voucher.directory.store import feed, outline, parties, replay
from tests.voucher.directory.told import Told
from tests.voucher.redemption.samples import HOLDER, PAYEE
from tests.voucher.redemption.stored import CALENDAR, organization


def firm(version: int, of: UUID = HOLDER, **facts: Any) -> Change:
    return organization(of, **{"version": version, "name": f"第{version}名", **facts})


@pytest.fixture
async def told(voucher_db: Database) -> Told:
    """A registry whose three changes were heard."""
    told = Told([firm(1), firm(2), CALENDAR])
    assert await listen(voucher_db, told.registry)
    return told


async def distrusted(database: Database) -> str | None:
    async with database.read() as connection:
        return (await feed.age(connection)).distrusted


async def names(database: Database) -> dict[UUID, str]:
    async with database.read() as connection:
        return {one: party.name for one, party in (await parties.read(connection, [HOLDER, PAYEE])).items()}


async def heard_anew(database: Database, told: Told) -> None:
    async with database.begin() as connection:
        await replay.ask(connection)
    while not await listen(database, told.registry):
        pass


async def rewind(told: Told, changes: Sequence[Change]) -> None:
    """A backup is restored, and other things happen."""
    told.history, told.changes = "second", list(changes)


async def test_another_history_at_the_cursor_is_not_believed(voucher_db: Database, told: Told) -> None:
    await rewind(told, [firm(1), CALENDAR, firm(1, PAYEE), firm(2, PAYEE)])
    assert await listen(voucher_db, told.registry)
    assert (await distrusted(voucher_db), await names(voucher_db)) == ("rewound", {HOLDER: "第2名"})
    assert await faults(voucher_db) == ["directory: the registry is not believed (rewound)"]


async def test_a_history_that_ends_before_the_cursor_is_not_believed(voucher_db: Database, told: Told) -> None:
    await rewind(told, [firm(1)])
    await listen(voucher_db, told.registry)
    assert await distrusted(voucher_db) == "rewound"


async def test_what_is_not_believed_is_not_heard_further(voucher_db: Database, told: Told) -> None:
    await rewind(told, [firm(1)])
    await listen(voucher_db, told.registry)
    asked = len(told.asked)
    assert await listen(voucher_db, told.registry)
    assert len(told.asked) == asked


async def test_an_older_document_is_not_stored(voucher_db: Database, told: Told) -> None:
    told.changes.append(firm(1))
    await listen(voucher_db, told.registry)
    assert (await distrusted(voucher_db), await names(voucher_db)) == ("older", {HOLDER: "第2名"})


async def test_an_end_that_hides_what_is_behind_it_is_not_believed(voucher_db: Database, told: Told) -> None:
    told.lies = {"head": "4"}
    await listen(voucher_db, told.registry)
    assert await distrusted(voucher_db) == "cut"


async def test_everything_heard_anew_takes_the_place_of_what_was_known_at_once(
    voucher_db: Database, told: Told
) -> None:
    many = [firm(1, UUID(int=number)) for number in range(1_000, 1_000 + PAGE)]
    await rewind(told, [CALENDAR, *many, firm(1, PAYEE)])
    await listen(voucher_db, told.registry)
    async with voucher_db.begin() as connection:
        await replay.ask(connection)
    assert not await listen(voucher_db, told.registry)
    assert (await distrusted(voucher_db), await names(voucher_db)) == ("rewound", {HOLDER: "第2名"})
    assert await listen(voucher_db, told.registry)
    assert (await distrusted(voucher_db), await names(voucher_db)) == (None, {PAYEE: "第1名"})
    async with voucher_db.read() as connection:
        state = await replay.state(connection)
    assert (state.known, state.heard_anew, state.replays, state.replay_asked_at) == (PAGE + 2, 0, 1, None)


async def test_after_that_it_is_heard_on_from_there(voucher_db: Database, told: Told) -> None:
    await rewind(told, [firm(1)])
    await listen(voucher_db, told.registry)
    await heard_anew(voucher_db, told)
    told.changes.append(firm(2))
    assert await listen(voucher_db, told.registry)
    assert (await distrusted(voucher_db), await names(voucher_db)) == (None, {HOLDER: "第2名"})


async def test_the_same_cursor_of_another_history_is_not_taken_for_what_was_kept(
    voucher_db: Database, told: Told
) -> None:
    async with voucher_db.read() as connection:
        before, _ = await outline.read(connection)
    await rewind(told, [firm(1), firm(2), CALENDAR])
    await heard_anew(voucher_db, told)
    async with voucher_db.read() as connection:
        after, _ = await outline.read(connection)
    assert before.cursor != after.cursor


async def test_what_says_the_same_is_no_news(voucher_db: Database, told: Told) -> None:
    async with voucher_db.read() as connection:
        before = await parties.news(connection, 0, limit=9)
    await heard_anew(voucher_db, told)
    async with voucher_db.read() as connection:
        assert await parties.news(connection, 0, limit=9) == before
    told.changes.append(firm(3))
    await listen(voucher_db, told.registry)
    async with voucher_db.read() as connection:
        ((number, one),) = await parties.news(connection, before[-1][0], limit=9)
    assert (number > before[-1][0], one) == (True, HOLDER)


async def test_what_cannot_be_true_from_the_beginning_is_given_up(voucher_db: Database, told: Told) -> None:
    await rewind(told, [firm(2), firm(1)])
    await heard_anew(voucher_db, told)
    assert (await distrusted(voucher_db), await names(voucher_db)) == ("older", {HOLDER: "第2名"})
    async with voucher_db.read() as connection:
        assert await replay.place(connection) is None


async def test_a_registry_that_is_rewound_while_it_is_heard_anew_is_given_up(voucher_db: Database, told: Told) -> None:
    await rewind(told, [firm(1, UUID(int=number)) for number in range(1_000, 1_001 + PAGE)])
    async with voucher_db.begin() as connection:
        await replay.ask(connection)
    assert not await listen(voucher_db, told.registry)
    told.history = "third"
    assert await listen(voucher_db, told.registry)
    assert await distrusted(voucher_db) == "rewound"


async def test_whoever_comes_after_another_reader_judges_nothing(voucher_db: Database, told: Told) -> None:
    stale = replace(await here(voucher_db), cursor="of before")
    await listening._distrust(voucher_db, stale, Lie.REWOUND)
    told.changes += [firm(1, UUID(int=number)) for number in range(1_000, 1_001 + PAGE)]
    async with voucher_db.begin() as connection:
        await replay.ask(connection)
    assert not await listen(voucher_db, told.registry)
    assert await listening._give_up(voucher_db, stale, Lie.REWOUND)
    assert await listening._hear_anew(voucher_db, told.registry, Place())
    assert await faults(voucher_db) == []


async def here(database: Database) -> Place:
    async with database.read() as connection:
        place = await feed.place(connection)
    assert place is not None
    return place
