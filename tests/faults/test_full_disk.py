"""Fault 7: the disk is full on which PostgreSQL keeps its tables or its log; who comes later finds all as it was."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.chassis.database import Database
from services.chassis.ids import new_id
from services.standalone.postgres import DURABLE
from services.standalone.supervisor import SETTLED
from tests.faults.conftest import Prepared, RunCluster
from tests.faults.load import Load, reckoned, under_load
from tests.faults.machines import Cluster, copied, nodes

MEGABYTES = 128
PAGE = 4_096
FULL_SECONDS = 3.0
SMALL = {**DURABLE, "min_wal_size": "32MB", "max_wal_size": "64MB"}
NO_SPACE = "No space left on device"
BLIND: dict[str, Any] = {"services.chassis.database.UNSERVED": []}

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a disk")]


@pytest.fixture
def disk(server_folder: Path) -> Iterator[Path]:
    """A small disk, in memory."""
    folder = server_folder / f"disk-{new_id().hex}"
    folder.mkdir(mode=0o711)
    options = f"size={MEGABYTES}m,mode=0711"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "innovoucher-test", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", str(folder)], check=True)
    folder.rmdir()


def with_on(disk: Path, folder: Path, what: str) -> Path:
    """The cluster in a folder, with a part of its files on the small disk."""
    place = folder / "postgres" / what
    subprocess.run(["cp", "-a", str(place), str(disk / what)], check=True)
    subprocess.run(["rm", "-r", str(place)], check=True)
    place.symlink_to(disk / what)
    return folder


def fill(disk: Path) -> Path:
    """Take all that is left of a disk, whoever else takes of it meanwhile; the file that does."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(PAGE))
    return ballast


async def write_much(cluster: Cluster) -> None:
    """Use up what is left of the log's last segments, as whatever else writes to it would."""
    database = Database(cluster.urls.superuser, "voucher")
    with suppress(DBAPIError, OSError):
        for _ in range(MEGABYTES):
            async with database.begin() as connection:
                await connection.execute(text("SELECT pg_logical_emit_message(true, 'much', repeat('x', 1000000))"))
    await database.dispose()


async def spent_while_full(cluster: Cluster, disk: Path, prepared: Prepared, folder: Path, **values: Any) -> Load:
    """What clients asked for before the disk was full, meanwhile and afterwards."""
    async with nodes(folder, cluster.urls.voucher) as started:
        node = await started.start(values=values)
        async with under_load(node.url, prepared.wallet) as load:
            await asyncio.sleep(SETTLED)
            ballast = fill(disk)
            await write_much(cluster)
            await asyncio.sleep(FULL_SECONDS)
            ballast.unlink()
    return load


async def wrong_in(cluster: Cluster, load: Load) -> list[str]:
    database = Database(cluster.urls.voucher, "voucher")
    found = await reckoned(load, database)
    await database.dispose()
    return found


@pytest.mark.parametrize("what", ["base", "pg_wal"])
async def test_clients_are_asked_to_come_later_and_find_nothing_lost_halved_or_doubled(
    disk: Path, run_cluster: RunCluster, prepared: Prepared, server_folder: Path, tmp_path: Path, what: str
) -> None:
    files = copied(prepared.folder, server_folder / f"cluster-{new_id().hex}")
    cluster = run_cluster(with_on(disk, files, what), SMALL)
    load = await spent_while_full(cluster, disk, prepared, tmp_path)
    assert NO_SPACE in cluster.log.read_text()
    assert load.retried > 0
    assert load.outcomes.keys() == {"acknowledged"}
    assert await wrong_in(cluster, load) == []


async def test_if_it_was_taken_for_a_bug_they_would_be_told_so(
    disk: Path, run_cluster: RunCluster, prepared: Prepared, server_folder: Path, tmp_path: Path
) -> None:
    files = copied(prepared.folder, server_folder / f"cluster-{new_id().hex}")
    cluster = run_cluster(with_on(disk, files, "base"), SMALL)
    load = await spent_while_full(cluster, disk, prepared, tmp_path, **BLIND)
    assert [one for one in await wrong_in(cluster, load) if one.startswith("fault: ") and " 500 " in one]
