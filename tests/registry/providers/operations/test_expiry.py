"""A provider expires as of the end of its last day, not of when the timer ran."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import event

from services.chassis import decisions
from services.chassis.database import Database
from services.chassis.timers import Timetable
from services.registry.feed.operations.changes import read_changes
from services.registry.parties.store import organizations
from services.registry.providers.operations.expiry import ProviderExpiry
from services.registry.providers.store import providers
from tests.conftest import SetClock
from tests.databases import START
from tests.registry.samples import admitted, asked, organization

ZONE = "Asia/Shanghai"
TIMETABLE = Timetable([ProviderExpiry(ZONE)])
END = datetime(2020, 9, 20, 16, 0, tzinfo=UTC)
"""Midnight after 20 September in Shanghai."""


async def ending(registry: Database, number: int, until: date) -> UUID:
    return await admitted(registry, await organization(registry, number), until)


async def stored(registry: Database, provider_id: UUID) -> str:
    async with registry.read() as connection:
        found = await providers.read(connection, provider_id)
    assert found is not None
    return found.state.value


@contextmanager
def counted(registry: Database) -> Iterator[list[str]]:
    """The statements that are sent while the block runs, a batch of rows counted once."""
    sent: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(registry.engine.sync_engine, "before_cursor_execute", note)
    yield sent
    event.remove(registry.engine.sync_engine, "before_cursor_execute", note)


async def due(registry: Database) -> datetime | None:
    async with registry.read() as connection:
        return await ProviderExpiry(ZONE).next_due(connection)


async def test_nothing_falls_due_while_admissions_are_open(registry: Database) -> None:
    await admitted(registry, await organization(registry))
    assert await due(registry) is None


async def test_the_earliest_last_day_falls_due_at_its_local_end(registry: Database) -> None:
    await ending(registry, 1, date(2020, 12, 31))
    await ending(registry, 2, date(2020, 9, 20))
    assert await due(registry) == END


async def test_what_is_due_expires_as_of_its_due_instant_however_late_the_timer_runs(
    registry: Database, set_clock: SetClock
) -> None:
    gone, kept = await ending(registry, 1, date(2020, 9, 20)), await ending(registry, 2, date(2020, 12, 31))
    await set_clock(datetime(2020, 11, 1, tzinfo=UTC))
    assert await TIMETABLE.run_due(registry) == 1
    assert (await stored(registry, gone), await stored(registry, kept)) == ("expired", "admitted")
    async with registry.read() as connection:
        *_, decision = await decisions.of_subject(connection, gone)
    assert (decision.outcome, decision.at) == ("expired", END)
    heard = await read_changes(asked(registry, "list_changes", "service"), after=None, seen=None, limit=200)
    last = heard.entries[-1]
    assert (last.event.at, last.event.data["provider"]["state"]) == (END, "expired")


async def test_a_batch_takes_as_many_statements_as_one_provider(registry: Database, set_clock: SetClock) -> None:
    taken = []
    for number, many in ((1, 1), (10, 5)):
        made = [await ending(registry, number + extra, date(2020, 9, 20)) for extra in range(many)]
        await set_clock(END)
        with counted(registry) as statements:
            assert await ProviderExpiry(ZONE).run(registry, END) == many
        assert {await stored(registry, one) for one in made} == {"expired"}
        taken.append(len(statements))
        await set_clock(START)
    assert taken[0] == taken[1]


async def test_providers_with_different_last_days_expire_each_as_of_its_own(
    registry: Database, set_clock: SetClock
) -> None:
    early, late = await ending(registry, 1, date(2020, 9, 19)), await ending(registry, 2, date(2020, 9, 20))
    await set_clock(END)
    assert await ProviderExpiry(ZONE).run(registry, END) == 2
    async with registry.read() as connection:
        at = [(await decisions.of_subject(connection, one))[-1].at for one in (early, late)]
    assert at == [END - timedelta(days=1), END]


async def test_a_provider_that_somebody_holds_is_left_for_the_next_run(registry: Database, set_clock: SetClock) -> None:
    firm = await organization(registry)
    made = await admitted(registry, firm, date(2020, 9, 20))
    await set_clock(END)
    async with registry.begin() as connection:
        await organizations.lock(connection, [firm])
        assert await TIMETABLE.run_due(registry) == 0
    assert await TIMETABLE.run_due(registry) == 1
    assert await stored(registry, made) == "expired"
