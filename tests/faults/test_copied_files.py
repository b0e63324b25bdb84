"""Fault 13: a copy of the database's files as of one moment, as a disk of a lost machine is, starts and is complete."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.chassis.database import Database
from services.chassis.ids import new_id
from services.standalone.postgres import DidNotStart
from tests.faults.conftest import Prepared, RunCluster
from tests.faults.load import Load, as_of, reckoned, under_load
from tests.faults.machines import Cluster, copied, nodes

pytestmark = pytest.mark.slow

SECONDS = 1.5


@dataclass(frozen=True)
class Copy:
    """Files, and what clients knew to be done before they were copied."""

    folder: Path
    load: Load
    acknowledged: set[str]


@contextmanager
def standing_still(cluster: Cluster) -> Iterator[None]:
    """No process of the server moves during the block."""
    os.kill(cluster.postmaster, signal.SIGSTOP)
    stopped = cluster.processes()
    try:
        for process in stopped[1:]:
            os.kill(process, signal.SIGSTOP)
        yield
    finally:
        for process in reversed(stopped):
            os.kill(process, signal.SIGCONT)


@pytest.fixture
async def spending(run_cluster: RunCluster, prepared: Prepared, tmp_path: Path) -> AsyncGenerator[tuple[Cluster, Load]]:
    """A cluster under load."""
    cluster = run_cluster()
    async with nodes(tmp_path, cluster.urls.voucher) as started:
        node = await started.start()
        async with under_load(node.url, prepared.wallet) as load:
            await asyncio.sleep(SECONDS)
            yield cluster, load


async def wrong_in(run: Callable[[Path], Cluster], copy: Copy) -> list[str]:
    """Start the copy and reckon; a copy that does not start or cannot be read is wrong too."""
    try:
        database = Database(run(copy.folder).urls.voucher, "voucher")
        found = await reckoned(as_of(copy.load, copy.acknowledged), database)
    except (DidNotStart, DBAPIError) as broken:
        return [f"broken: {broken}"]
    await database.dispose()
    return found


async def test_it_holds_all_that_was_acknowledged_before_it(
    spending: tuple[Cluster, Load], run_cluster: RunCluster
) -> None:
    cluster, load = spending
    with standing_still(cluster):
        acknowledged = load.acknowledged
        folder = copied(cluster.folder, cluster.folder.with_name(f"copy-{new_id().hex}"))
    await asyncio.sleep(SECONDS)
    assert len(load.acknowledged) > len(acknowledged) > 0
    assert await wrong_in(run_cluster, Copy(folder, load, acknowledged)) == []


async def test_files_that_are_not_of_one_moment_do_not(spending: tuple[Cluster, Load], run_cluster: RunCluster) -> None:
    cluster, load = spending
    folder = cluster.folder.with_name(f"copy-{new_id().hex}")
    early = copied(cluster.files / "base", cluster.folder.with_name(f"early-{new_id().hex}"))
    await asyncio.sleep(SECONDS)
    await checkpoint(cluster)
    acknowledged = load.acknowledged
    copied(cluster.folder, folder)
    shutil.rmtree(folder / "postgres" / "base")
    early.rename(folder / "postgres" / "base")
    assert await wrong_in(run_cluster, Copy(folder, load, acknowledged)) != []


async def checkpoint(cluster: Cluster) -> None:
    """From here on the log need not be read from further back."""
    database = Database(cluster.urls.superuser, "voucher")
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("CHECKPOINT"))
    await database.dispose()
