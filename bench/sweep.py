"""Measures how fast time takes back a whole round: holders reminded and vouchers swept a second, with the sweep's plan.

``python -m bench.sweep [vouchers]`` starts a PostgreSQL of its own, with durability on, and ends in the audit.
"""

import asyncio
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import httpx2
from pydantic import SecretStr
from sqlalchemy import text

from services.chassis.background import alongside
from services.chassis.database import Database
from services.chassis.ids import parse
from services.chassis.neighbours import Neighbour
from services.chassis.timers import Timetable, in_index_order
from services.standalone.postgres import DURABLE
from services.voucher.app import create_app
from services.voucher.settings import Settings
from services.voucher.wallet.operations.expiry import ExpiryTimer
from services.voucher.wallet.operations.reminding import ReminderTimer
from tests import databases
from tests.databases import Urls
from tests.voucher.neighbours import SECRETS, gateway_app
from tests.voucher.wallet.rush import a_rush
from tests.voucher.wallet.samples import USE_BY_ENDS
from tests.voucher.wallet.steps import all_is_well, issue, rank

VOUCHERS = 100_000
PLANS = {
    "when the next is due": "SELECT min(greatest(ends_at, moved_at)) FROM vouchers WHERE available > 0",
    "a batch of the sweep": """
        SELECT id FROM vouchers WHERE available > 0 AND greatest(ends_at, moved_at) <= :upto
        AND (round_id, pool_class) IN ((:round_id, 'all'))
        ORDER BY greatest(ends_at, moved_at), id LIMIT 256 FOR NO KEY UPDATE SKIP LOCKED""",
    "a batch of reminders": """
        SELECT id FROM vouchers WHERE remind_at <= :upto
        ORDER BY remind_at, id LIMIT 1000 FOR NO KEY UPDATE SKIP LOCKED""",
}
"""As the stores ask, so that the plan can be seen to read an index in due order."""


def main(vouchers: int) -> None:
    """Play the end of a round of so many vouchers and print its figures."""
    with TemporaryDirectory(prefix="innovoucher-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        asyncio.run(_measure(folder, vouchers))


async def _measure(folder: Path, vouchers: int) -> None:
    async with databases.started(folder / "data", DURABLE) as server:
        urls = await server.clone()
        database = Database(urls.voucher, "voucher")
        async with client(urls) as api:
            await _play(api, database, urls, vouchers=vouchers)
        await database.dispose()


async def _play(api: httpx2.AsyncClient, database: Database, urls: Urls, *, vouchers: int) -> None:
    async def set_clock(to: datetime) -> None:
        await databases.set_clock(urls.owner, to)

    round_id = await a_rush(api, database, set_clock, firms=vouchers, funded=vouchers)
    await rank(api, database, round_id)
    await issue(api, database, round_id)
    await set_clock(USE_BY_ENDS)
    await _explain(database, parse("rnd", round_id))
    for what, timer in (("holders reminded", ReminderTimer()), ("vouchers swept", ExpiryTimer())):
        started = time.perf_counter()
        done = await Timetable([timer]).run_due(database)
        say(what, done, time.perf_counter() - started)
    await all_is_well(database)


async def _explain(database: Database, round_id: UUID) -> None:
    given = {"upto": USE_BY_ENDS, "round_id": round_id}
    async with database.begin() as connection:
        for what, sql in PLANS.items():
            used = {name: value for name, value in given.items() if f":{name}" in sql}
            explain = text(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, BUFFERS OFF) {sql}")
            async with in_index_order(connection):
                plan = await connection.execute(explain, used)
            sys.stdout.write("\n  ".join([what, *plan.scalars()]) + "\n")


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
    main(int(sys.argv[1]) if len(sys.argv) > 1 else VOUCHERS)
