"""Measures a whole round: applications ranked and vouchers issued a second, beside COPY of the same rows.

``python -m bench.issue [firms]`` starts a PostgreSQL of its own, with durability on, and ends in the audit.
"""

import asyncio
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2
from pydantic import SecretStr

from services.chassis.background import alongside
from services.chassis.database import Database
from services.chassis.neighbours import Neighbour
from services.standalone import provision
from services.standalone.postgres import DURABLE
from services.voucher.app import create_app
from services.voucher.settings import Settings
from tests import databases
from tests.databases import Urls
from tests.voucher.neighbours import SECRETS, gateway_app
from tests.voucher.wallet.rush import a_rush
from tests.voucher.wallet.steps import all_is_well, issue, rank

FIRMS = 100_000
WRITTEN = ("vouchers", "journals", "entries", "cap_counters", "decisions", "events")
"""What issuing adds rows to. That it also moves each application to `issued` is not copied."""
GIVEN = """
SELECT attname AS name FROM pg_attribute
WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND NOT atthasdef AND attidentity = ''
ORDER BY attnum
"""
"""The columns that the database does not fill itself."""


def main(firms: int) -> None:
    """Play a round of so many firms and print its figures."""
    with TemporaryDirectory(prefix="innovoucher-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        asyncio.run(_measure(folder, firms))


async def _measure(folder: Path, firms: int) -> None:
    async with databases.started(folder / "data", DURABLE) as server:
        urls = await server.clone()
        database = Database(urls.voucher, "voucher")
        async with client(urls) as api:
            await _play(api, database, urls, firms=firms)
        await database.dispose()
        copied = await _copy(urls, folder)
        say("the same by COPY", firms, copied)


async def _play(api: httpx2.AsyncClient, database: Database, urls: Urls, *, firms: int) -> None:
    async def set_clock(to: datetime) -> None:
        await databases.set_clock(urls.owner, to)

    round_id = await a_rush(api, database, set_clock, firms=firms, funded=firms)
    started = time.perf_counter()
    await rank(api, database, round_id)
    ranked = time.perf_counter()
    say("applications ranked", firms, ranked - started)
    report = await issue(api, database, round_id)
    say("vouchers issued", report["issued"], time.perf_counter() - ranked)
    await all_is_well(database)


async def _copy(urls: Urls, folder: Path) -> float:
    """How many seconds COPY takes to write these rows once more, into the same tables with all that guards them."""
    async with provision.connected(urls.superuser) as connection:
        await connection.execute("SET search_path TO voucher, business")
        columns = {table: [row["name"] for row in await connection.fetch(GIVEN, table)] for table in WRITTEN}
        for table, given in columns.items():
            await connection.copy_from_table(table, columns=given, output=str(folder / table), format="binary")
        await connection.execute(f"TRUNCATE {', '.join(WRITTEN)} CASCADE")
        started = time.perf_counter()
        async with connection.transaction():
            for table, given in columns.items():
                await connection.copy_to_table(table, columns=given, source=str(folder / table), format="binary")
        return time.perf_counter() - started


def say(what: str, count: int, seconds: float) -> None:
    """Print how much was done in how long."""
    sys.stdout.write(f"{what:<20}{count:>9,} in {seconds:6.1f} s  {count / seconds:>9,.0f} a second\n")
    sys.stdout.flush()


@asynccontextmanager
async def client(urls: Urls) -> AsyncGenerator[httpx2.AsyncClient]:
    """A client of the service on a database, without its workers."""
    settings = Settings(test_database_url=SecretStr(urls.voucher), works=False, **SECRETS)
    app = create_app(settings, gateway=Neighbour("http://gateway", app=gateway_app))
    service, transport = app.state.service, httpx2.ASGITransport(app=app)
    await service.revocations.hear()
    async with (
        alongside([service.revocations.listen()], service.fallen),
        httpx2.AsyncClient(transport=transport, base_url="http://voucher") as http,
    ):
        yield http
    await service.databases.dispose()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else FIRMS)
