"""Fault 14: one release takes over from the one before while vouchers are redeemed, on the schema of either.

The lines are those of docs/runbooks/upgrade.md.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from migrations import runner
from migrations.schemas import SERVICES
from services.chassis.database import Database
from services.standalone import postgres
from tests.databases import TestServer, Urls
from tests.faults import founding, previous_release
from tests.faults.load import Load, reckoned, under_load
from tests.faults.machines import Node, nodes, until
from tests.faults.typed import Shell, lines_of, shell
from tests.faults.wire import Wire, wire_to
from tests.standalone.conftest import ROOT
from tests.voucher.redemption.samples import a_voucher
from tests.voucher.redemption.stored import Stored

pytestmark = pytest.mark.slow

HAS_KEY, LOOK, EXPAND, (START, UNTIL_READY, END, UNTIL_GONE), PROOF = lines_of("upgrade.md")
SOME, CLIENTS = 10, 2
TOMORROW = f"{int(runner.head('voucher') or 0) + 1:04}"
MIGRATION = '''
"""What the release after this one may bring."""

from alembic import op

revision = "{revision}"
down_revision = "{before}"


def upgrade() -> None:
    """The change."""
    op.execute("{statement}")
'''
ADDS = "ALTER TABLE redemptions ADD COLUMN of_tomorrow text NOT NULL DEFAULT 'none'"
RENAMES = "ALTER TABLE redemptions RENAME COLUMN contract_number TO number_of_contract"
LOCKS = "DO $$ BEGIN LOCK TABLE journals; LOCK TABLE stops; END $$"
WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'voucher.stops'::regclass"
BACK = "ALTER TABLE voucher.redemptions RENAME COLUMN number_of_contract TO contract_number"


@pytest.fixture(scope="session")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code of the release before."""
    return previous_release.unpacked(tmp_path_factory.mktemp("releases"))


@pytest.fixture
async def urls(postgres_server: TestServer) -> AsyncGenerator[Urls]:
    """A database that no code of ours has touched yet."""
    urls = await postgres_server.empty()
    yield urls
    await postgres_server.drop(urls)


def founded_by(tree: Path, urls: Urls) -> list[Stored]:
    """Vouchers that a release has put into a database it has migrated itself."""
    command = [sys.executable, founding.__file__, str(tree), urls.owner]
    env = {**os.environ, "PYTHONPATH": str(tree)}
    made = subprocess.run(command, cwd=tree, env=env, check=True, capture_output=True, text=True)
    database = Database(urls.voucher, "voucher")
    return [Stored(database, a_voucher(id=UUID(one)), UUID(paper)) for one, paper in json.loads(made.stdout)]


def tree_of_tomorrow(folder: Path, statement: str) -> Path:
    """Today's code with one migration more."""
    tree = folder / "tomorrow"
    shutil.copytree(ROOT / "migrations", tree / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("services", "schemes", "deploy"):
        (tree / name).symlink_to(ROOT / name)
    migration = MIGRATION.format(revision=TOMORROW, before=runner.head("voucher"), statement=statement)
    (tree / "migrations" / "voucher" / "versions" / f"{TOMORROW}_tomorrow.py").write_text(migration)
    return tree


@asynccontextmanager
async def typing(release: Path, urls: Urls, node: Node) -> AsyncGenerator[Shell]:
    """A shell with a release in its path, and with what `migrate` and a node are told; what it starts ends with it."""
    known = {"database_url": urls.owner, **{f"{one}_database_url": getattr(urls, one) for one in SERVICES}}
    variables = {
        **replace(node, tree=release).environment,
        **{f"INNOVOUCHER_{name.upper()}": url for name, url in known.items()},
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "LOGS": str(node.folder),
    }
    keyboard = shell(variables)
    await keyboard.types("export INNOVOUCHER_PARENT=$$")
    try:
        yield keyboard
    finally:
        keyboard.leave("kill $(jobs -p)", "wait")


async def gives_way(old: Node, wire: Wire, keyboard: Shell) -> None:
    """One node is replaced, as the page says; it stands behind the balancer until its end, which is worse."""
    port = postgres.free_port()
    await keyboard.types(f"OLD={old.pid} PORT={port}", START, UNTIL_READY)
    wire.ports.append(port)
    await asyncio.gather(keyboard.types(END, UNTIL_GONE), until(old.ended))
    wire.ports.remove(old.port)


async def goes_on(load: Load) -> None:
    """Something more is acknowledged."""
    enough = len(load.acknowledged) + SOME

    async def done() -> bool:
        return len(load.acknowledged) > enough

    await until(done)


async def test_a_release_takes_over_from_the_one_before(urls: Urls, before: Path, tmp_path: Path) -> None:
    wallet = await asyncio.to_thread(founded_by, before, urls)
    async with nodes(tmp_path, urls.voucher) as started:
        old = [await started.start(tree=before) for _ in range(2)]
        early = await started.start()
        assert [await node.unready() for node in old] == [[], []]
        async with (
            typing(before, urls, early) as old_keyboard,
            typing(ROOT, urls, early) as keyboard,
            wire_to(old[0].url) as wire,
            under_load(wire.of(old[0].url), wallet, clients=CLIENTS) as load,
        ):
            wire.ports.append(old[1].port)
            await goes_on(load)
            assert [one for one in await early.unready() if one.startswith("migrations: at 0013, this code needs")]
            await old_keyboard.types(*LOOK)
            await keyboard.types(*HAS_KEY, *EXPAND)
            await until(early.ready_for_work)
            for node in old:
                await goes_on(load)
                await gives_way(node, wire, keyboard)
            await goes_on(load)
            await keyboard.types(*PROOF)
    assert load.outcomes.keys() == {"acknowledged"}
    assert await reckoned(load, wallet[0].database) == []
    await wallet[0].database.dispose()


async def test_a_node_works_on_the_schema_of_tomorrow_and_after_it(
    voucher_db: Database, database_urls: Urls, wallet: Sequence[Stored], tmp_path: Path
) -> None:
    tomorrow = tree_of_tomorrow(tmp_path, ADDS)
    async with nodes(tmp_path, database_urls.voucher) as started:
        node = await started.start()
        async with (
            typing(tomorrow, database_urls, node) as keyboard,
            wire_to(node.url) as wire,
            under_load(wire.of(node.url), wallet, clients=CLIENTS) as load,
        ):
            await keyboard.types(*EXPAND)
            assert await node.unready() == []
            await gives_way(node, wire, keyboard)
            await goes_on(load)
            back = await started.start()
            assert await back.unready() == []
            wire.ports = deque([back.port])
            await goes_on(load)
    assert load.outcomes.keys() == {"acknowledged"}
    assert await reckoned(load, voucher_db) == []


async def test_a_migration_that_takes_something_away_is_noticed(
    voucher_db: Database, database_urls: Urls, wallet: Sequence[Stored], tmp_path: Path
) -> None:
    tomorrow = tree_of_tomorrow(tmp_path, RENAMES)
    async with nodes(tmp_path, database_urls.voucher) as started:
        node = await started.start()
        async with (
            typing(tomorrow, database_urls, node) as keyboard,
            under_load(node.url, wallet, clients=CLIENTS) as load,
        ):
            await keyboard.types(*EXPAND)

            async def noticed() -> bool:
                return bool(load.faults)

            await until(noticed)
            async with runner.connected(database_urls.owner) as connection, connection.begin():
                await connection.exec_driver_sql(BACK)
    assert [one for one in await reckoned(load, voucher_db) if one.startswith("fault: ")]


async def test_a_migration_that_others_are_in_the_way_of_lets_them_pass_and_is_tried_again(
    owner_url: str, superuser_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "FOLDER", tree_of_tomorrow(tmp_path, LOCKS) / "migrations")
    async with runner.connected(superuser_url) as other, other.begin():
        await other.exec_driver_sql("LOCK TABLE voucher.stops")
        migrating = asyncio.create_task(runner.upgrade(owner_url))

        async def waits() -> bool:
            return bool((await other.exec_driver_sql(WAITS)).scalar_one())

        await until(waits)
        await other.exec_driver_sql("SET LOCAL deadlock_timeout TO '1min'")  # it is the migration that is ended
        await other.exec_driver_sql("LOCK TABLE voucher.journals")
    await migrating
    assert {one.history: one.current for one in await runner.standings(owner_url)}["voucher"] == TOMORROW


def test_a_checkout_without_the_release_before_says_what_it_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previous_release, "COMMIT", "0" * 40)
    with pytest.raises(previous_release.Missing, match="the whole history of main"):
        previous_release.unpacked(tmp_path)
