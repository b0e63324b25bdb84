"""Measures how fast a round's vouchers are issued, beside COPY of the same rows.

``python -m bench.issue [firms]`` starts a PostgreSQL and a house of its own and ends in the audit.
"""

import asyncio
import sys
import time
from pathlib import Path

from bench import house, machine, rounds
from bench.figures import Figure, table
from bench.machine import Urls
from bench.office import Office
from bench.run import QUICK, Run
from services.standalone import provision

FIRMS = 100_000
WRITTEN = ("vouchers", "journals", "entries", "cap_counters", "decisions", "events")
"""What issuing adds rows to. That it also moves each application to `issued` is not copied."""
GIVEN = """
SELECT attname AS name FROM pg_attribute
WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attidentity = '' AND attgenerated = ''
AND atttypid <> 'xid8'::regtype ORDER BY attnum
"""
"""The columns that the product fills: all but numbers in turn and of transactions, which the database gives."""
ISSUED = "SELECT count(*) FROM voucher.vouchers"


async def measure(run: Run, firms: int) -> Figure:
    """Vouchers a second, issued in one round to so many firms, and copied; in a quick run once."""
    ours, theirs = [], []
    for number in range(1 if run.plan.quick else run.plan.rounds):
        urls = await run.machine.database(f"issue_{number}")
        ours.append(firms / await _issued(run, urls, firms))
        theirs.append(firms / await _copied(urls, run.machine.folder))
        await run.machine.drop(urls)
    return Figure(f"issue, {firms:,} vouchers", ours, theirs)


async def _issued(run: Run, urls: Urls, firms: int) -> float:
    """The seconds that the house takes to issue; a fault where not everybody was served."""
    of = await rounds.closed(urls, firms)
    await machine.settle(urls)
    async with house.one_machine(run.machine, urls) as served:
        office = Office(served, urls, of)
        await office.job("rank")
        await served.quiet()
        seconds = await office.job("issue")
    async with provision.connected(urls.superuser) as connection:
        issued = await connection.fetchval(ISSUED)
    if issued != firms:
        run.fault(f"{issued} of {firms} vouchers were issued")
    await run.audit(urls)
    return seconds


async def _copied(urls: Urls, folder: Path) -> float:
    """The seconds that COPY takes to write these rows once more, into the same tables with all that guards them."""
    async with provision.connected(urls.superuser) as connection:
        await connection.execute("SET search_path TO voucher, business")
        columns = {one: [row["name"] for row in await connection.fetch(GIVEN, one)] for one in WRITTEN}
        for one, given in columns.items():
            await connection.copy_from_table(one, columns=given, output=str(folder / one), format="binary")
        await connection.execute(f"TRUNCATE {', '.join(WRITTEN)} CASCADE")
        started = time.perf_counter()
        async with connection.transaction():
            for one, given in columns.items():
                await connection.copy_to_table(one, columns=given, source=str(folder / one), format="binary")
        return time.perf_counter() - started


async def main(firms: int) -> int:
    """Play one round and print its figure; 1 where it does not add up."""
    async with machine.started() as server:
        run = Run(server, QUICK)
        figure = await measure(run, firms)
    sys.stdout.write("\n".join([table([figure]), *run.faults, *run.findings[:5], ""]))
    return 0 if run.ok else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else FIRMS)))
