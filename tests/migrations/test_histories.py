"""The four histories: there and back, nothing left behind, nothing declared otherwise."""

import asyncio
from datetime import UTC, datetime

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError

from migrations import runner
from migrations.clock_mode import ClockMode
from migrations.schemas import HISTORIES, SERVICES
from services.standalone import checkup, provision
from tests import databases
from tests.databases import TestServer, Urls


async def test_every_history_goes_up_down_and_up_again(postgres_server: TestServer) -> None:
    urls = await postgres_server.empty()
    await provision.make_roles(urls.owner, databases.PASSWORDS)
    assert await checkup.faults(urls.owner) == []
    await postgres_server.drop(urls)


async def test_migrating_twice_changes_nothing(owner_url: str) -> None:
    before = await runner.standings(owner_url)
    await runner.upgrade(owner_url, ClockMode(sandbox=True, start=datetime(2030, 1, 1, tzinfo=UTC)))
    assert await runner.standings(owner_url) == before
    assert all(standing.at_head for standing in before)


async def test_two_who_migrate_at_once_do_not_stand_in_each_others_way(postgres_server: TestServer) -> None:
    urls = await postgres_server.empty()
    await provision.make_roles(urls.owner, databases.PASSWORDS)
    await asyncio.gather(runner.upgrade(urls.owner), runner.upgrade(urls.owner))
    assert all(standing.at_head for standing in await runner.standings(urls.owner))
    await postgres_server.drop(urls)


async def test_a_schema_that_later_code_has_added_to_is_left_as_it_is(owner_url: str) -> None:
    await databases.add_a_later_migration(owner_url)
    before = await runner.standings(owner_url)
    await runner.upgrade(owner_url)
    assert await runner.standings(owner_url) == before
    assert [standing.history for standing in before if standing.ahead] == ["voucher"]


@pytest.mark.parametrize("history", HISTORIES)
def test_migrations_are_numbered_in_the_order_in_which_they_are_played(history: str) -> None:
    script = ScriptDirectory.from_config(runner.configuration(history))
    numbers = [one.revision for one in script.walk_revisions()]
    assert numbers == [f"{number:04}" for number in range(len(numbers), 0, -1)]


async def test_an_empty_database_stands_nowhere(postgres_server: TestServer) -> None:
    urls = await postgres_server.empty()
    await provision.make_roles(urls.owner, databases.PASSWORDS)
    standings = await runner.standings(urls.owner)
    assert [standing.history for standing in standings] == list(HISTORIES)
    assert all(standing.current is None for standing in standings)
    await postgres_server.drop(urls)


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_reads_how_far_its_own_schema_is(database_urls: Urls, service: str) -> None:
    async with provision.connected(getattr(database_urls, service)) as connection:
        assert await connection.fetchval(f"SELECT version_num FROM {service}.alembic_version") == runner.head(service)


@pytest.mark.parametrize(
    ("service", "other"), [("gateway", "voucher"), ("registry", "gateway"), ("voucher", "registry")]
)
async def test_a_service_cannot_enter_another_schema(database_urls: Urls, service: str, other: str) -> None:
    async with runner.connected(getattr(database_urls, service)) as connection:
        with pytest.raises(DBAPIError, match="permission denied for schema"):
            await connection.exec_driver_sql(f"SELECT * FROM {other}.alembic_version")


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_makes_no_tables(database_urls: Urls, service: str) -> None:
    async with runner.connected(getattr(database_urls, service)) as connection:
        with pytest.raises(DBAPIError, match="permission denied for schema"):
            await connection.exec_driver_sql(f"CREATE TABLE {service}.mine (id int)")


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("table", ["events", "decisions", "attempts", "documents"])
async def test_what_is_append_only_is_so_by_grant(database_urls: Urls, service: str, table: str) -> None:
    for statement in (f"UPDATE {service}.{table} SET id = id", f"DELETE FROM {service}.{table}"):
        async with runner.connected(getattr(database_urls, service)) as connection:
            with pytest.raises(DBAPIError, match="permission denied for table"):
                await connection.exec_driver_sql(statement)


async def test_the_roles_file_may_be_run_again(owner_url: str) -> None:
    await provision.make_roles(owner_url, databases.PASSWORDS)


async def test_a_url_of_another_database_system_is_refused() -> None:
    with pytest.raises(ValueError, match="postgresql://"):
        await runner.upgrade("mysql://somewhere/else")
