"""Fault 13: the lines of docs/runbooks/backup-and-restore.md are typed while vouchers are redeemed; then disaster."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import text

from migrations.schemas import SERVICES
from services.chassis.database import Database
from services.chassis.ids import new_id
from services.standalone import binaries, provision
from services.standalone.account import Account, database_account
from services.standalone.folders import ROOT_FOLDER, Secrets
from services.standalone.postgres import ALWAYS, HOST, SUPERUSER, free_port
from tests.databases import PASSWORD, PASSWORDS, Urls
from tests.faults.conftest import Prepared
from tests.faults.load import as_of, reckoned, under_load
from tests.faults.machines import DATABASE, copied, nodes
from tests.faults.typed import Failed, Shell, lines_of, shell
from tests.standalone.conftest import environment

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
ONCE, NIGHTLY, RESTORE, PROOF = lines_of("backup-and-restore.md")
SECONDS = 1.0


@dataclass(frozen=True)
class Site:
    """A machine with a PostgreSQL that is started by hand, a shell on it, and a folder for backups."""

    folder: Path
    port: int
    superuser_password: str
    shell: Shell

    @property
    def urls(self) -> Urls:
        """How to log in, by role."""
        server = f"{HOST}:{self.port}/{DATABASE}"
        owner = f"postgresql://{provision.OWNER}:{PASSWORD}@{server}"
        superuser = f"postgresql://{SUPERUSER}:{self.superuser_password}@{server}"
        return Urls(owner, superuser, **provision.role_urls(owner, PASSWORDS))

    async def asked(self, sql: str) -> str:
        """What the superuser is told."""
        database = Database(self.urls.superuser, "voucher")
        async with database.begin() as connection:
            told = str((await connection.execute(text(sql))).scalar_one())
        await database.dispose()
        return told


def settings(port: int) -> str:
    """What the product's own server is told on its command line."""
    return "".join(f"{name} = '{value}'\n" for name, value in {**ALWAYS, "port": str(port)}.items())


def shell_of(account: Account, folder: Path, port: int, password: str) -> Shell:
    """A shell as the page asks for it."""
    found = binaries.reachable(binaries.locate(), account, ROOT_FOLDER)
    variables = {
        "PATH": f"{found.folder}:{os.environ['PATH']}",
        "PGDATA": str(folder / "postgres"),
        "BACKUPS": str(folder / "backups"),
        "HOUSE": str(folder / "house"),
        "PGHOST": HOST,
        "PGPORT": str(port),
        "PGUSER": SUPERUSER,
        "PGPASSWORD": password,
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }
    return shell(variables, **account.spawn())


@pytest.fixture
def site(prepared: Prepared, server_folder: Path) -> Iterator[Site]:
    """A machine whose PostgreSQL is running; stopped and removed with the test."""
    account, port = database_account(), free_port()
    folder = copied(prepared.folder, server_folder / f"site-{new_id().hex}")
    with (folder / "postgres" / "postgresql.conf").open("a") as file:
        file.write(settings(port))
    (folder / "backups").mkdir()
    (folder / "house" / "deploy" / "postgres").mkdir(parents=True)
    shutil.copy(ROOT / "deploy" / "postgres" / "archive.sh", folder / "house" / "deploy" / "postgres")
    for one in (folder, folder / "backups"):
        account.own(one)
    password = Secrets(folder / "superuser.json").of(SUPERUSER)
    hand = shell_of(account, folder, port, password)
    try:
        hand.type('pg_ctl start --wait --log="$BACKUPS/postgres.log"')
        yield Site(folder, port, password, hand)
    finally:
        hand.leave("pg_ctl stop --wait --mode=immediate")
        shutil.rmtree(folder)


def prove(site: Site, folder: Path) -> str:
    """What the line of the proof prints, where Innovoucher is installed."""
    urls = {"database_url": site.urls.owner, **{f"{one}_database_url": getattr(site.urls, one) for one in SERVICES}}
    env = environment(folder, **{f"INNOVOUCHER_{name.upper()}": url for name, url in urls.items()})
    (line,) = PROOF
    words = line.split()
    assert words.pop(0) == "innovoucher"
    command = [sys.executable, "-m", "services.standalone", *words]
    return subprocess.run(command, check=False, env=env, capture_output=True, text=True).stdout


async def test_everything_is_put_back_to_how_it_was_at_a_moment(site: Site, prepared: Prepared, tmp_path: Path) -> None:
    async with nodes(tmp_path, site.urls.voucher) as started:
        node = await started.start()
        async with under_load(node.url, prepared.wallet) as load:
            await asyncio.sleep(SECONDS)
            await site.shell.types(*ONCE, *NIGHTLY)
            await asyncio.sleep(SECONDS)
            acknowledged = load.acknowledged
            moment = await site.asked("SELECT clock_timestamp()")
            begun = list(load.intents)
            await asyncio.sleep(SECONDS)
    assert len(load.acknowledged) > len(acknowledged) > 0
    await site.asked("WITH gone AS (DELETE FROM voucher.captures RETURNING 1) SELECT count(*) FROM gone")
    await site.shell.types(f"MOMENT='{moment}'", *RESTORE)
    assert "audit: ok" in await asyncio.to_thread(prove, site, tmp_path)
    database = Database(site.urls.voucher, "voucher")
    assert await reckoned(as_of(replace(load, intents=begun), acknowledged), database) == []
    await database.dispose()


async def test_without_the_log_it_is_not_pretended(site: Site) -> None:
    await site.shell.types(*ONCE, *NIGHTLY)
    moment = await site.asked("SELECT clock_timestamp()")
    await site.asked("WITH gone AS (DELETE FROM voucher.captures RETURNING 1) SELECT count(*) FROM gone")
    first, *others = RESTORE
    with pytest.raises(Failed, match=r"pg_ctl start|ALTER SYSTEM RESET"):
        await site.shell.types(f"MOMENT='{moment}'", first, 'rm -f "$BACKUPS"/wal/*', *others)
    assert "recovery ended before configured recovery target" in (site.folder / "backups" / "postgres.log").read_text()
