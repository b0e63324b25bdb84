"""Gives a test of faults a stored world under load: vouchers, nodes of the service, and a PostgreSQL of its own."""

import shutil
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from migrations.clock_mode import ClockMode
from services.chassis.database import Database
from services.chassis.ids import new_id
from services.standalone import provision
from services.standalone.postgres import DURABLE
from tests import databases
from tests.conftest import SetClock
from tests.databases import PASSWORD, PASSWORDS
from tests.faults.machines import DATABASE, Cluster, Nodes, copied, nodes, running
from tests.faults.racing import AT_ONCE
from tests.voucher.redemption.stored import Stored, a_stored_voucher

NOW = datetime(2020, 9, 21, 2, 0, tzinfo=UTC)
VOUCHERS = 4


async def vouchers_in(database: Database, number: int = VOUCHERS) -> list[Stored]:
    """Some vouchers of one holder, to be spent at one provider."""
    return [await a_stored_voucher(database) for _ in range(number)]


@pytest.fixture
async def wallet(voucher_db: Database, set_clock: SetClock) -> list[Stored]:
    """Vouchers in this test's database, on a Monday on which they can be used."""
    await set_clock(NOW)
    return await vouchers_in(voucher_db)


@pytest.fixture
async def crowd_db(database_urls: databases.Urls) -> AsyncGenerator[Database]:
    """This test's database with a connection for each of twenty who race."""
    database = Database(database_urls.voucher, "voucher", pool_size=AT_ONCE)
    yield database
    await database.dispose()


@pytest.fixture
async def root_db(superuser_url: str) -> AsyncGenerator[Database]:
    """The superuser's view: who else may end connections of others, or throw something into their transactions?"""
    database = Database(superuser_url, "voucher")
    yield database
    await database.dispose()


@pytest.fixture
async def started(database_urls: databases.Urls, tmp_path: Path) -> AsyncGenerator[Nodes]:
    """Starts nodes on this test's database."""
    async with nodes(tmp_path, database_urls.voucher) as made:
        yield made


@dataclass(frozen=True)
class Prepared:
    """The files of a cluster that was stopped, with a stored world in it."""

    folder: Path
    wallet: Sequence[Stored]


@pytest.fixture(scope="session")
async def prepared(server_folder: Path) -> Prepared:
    """Made once per test worker, and copied for each test."""
    folder = server_folder / "prepared"
    with running(folder) as cluster:
        await provision.make_owner(cluster.server.url("postgres"), PASSWORD)
        owner = cluster.server.url("postgres", provision.OWNER, PASSWORD)
        await provision.make_database(owner, DATABASE)
        await provision.prepare(cluster.urls.owner, PASSWORDS, ClockMode(sandbox=True, start=databases.START))
        await databases.set_clock(cluster.urls.owner, NOW)
        database = Database(cluster.urls.voucher, "voucher")
        wallet = await vouchers_in(database)
        await database.dispose()
    return Prepared(folder, wallet)


RunCluster = Callable[..., Cluster]


@pytest.fixture
def run_cluster(prepared: Prepared, server_folder: Path) -> Iterator[RunCluster]:
    """Starts a copy of the prepared cluster, or one whose files are given; stopped and removed with the test."""
    folders: list[Path] = []
    with ExitStack() as stack:

        def run(folder: Path | None = None, durability: Any = DURABLE) -> Cluster:
            folder = folder or copied(prepared.folder, server_folder / f"cluster-{new_id().hex}")
            folders.append(folder)
            return stack.enter_context(running(folder, durability))

        yield run
    for folder in folders:
        shutil.rmtree(folder)
