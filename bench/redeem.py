"""Measures redemptions a second through the gateway of one machine, and what each costs the processors.

``python -m bench.redeem --seconds 5 --connections 32`` starts a PostgreSQL and a house of its own and ends in the
audit.
"""

import argparse
import asyncio
import sys

from bench import house, machine, world
from bench.house import House
from bench.load import Load, Told
from bench.machine import Machine
from bench.processes import cpu_of_family
from bench.world import Size
from services.chassis.database import Database
from services.voucher.app import run_audit

WARM_SECONDS = 2


async def main(seconds: float, connections: int, size: Size) -> int:
    """Play one stretch and print its figures; 1 where anything was refused, failed or does not add up."""
    async with machine.started() as at:
        urls = await at.database("redeem")
        there = await world.put(urls, size)
        await machine.settle(urls)
        async with house.one_machine(at, urls) as served:
            load = Load(served, there, at.folder)
            warm = await load.stretch(WARM_SECONDS, connections)
            told = await _measured(at, served, load, seconds, connections)
        database = Database(urls.voucher, "voucher")
        report = await run_audit(database)
        await database.dispose()
    for finding in report.findings[:5]:
        say(str(finding))
    say(f"audit: {'ok' if report.ok else 'failed'}, {report.counted.operations:,} operations")
    return 0 if report.ok and not any((warm.refused, warm.failed, told.refused, told.failed)) else 1


async def _measured(at: Machine, served: House, load: Load, seconds: float, connections: int) -> Told:
    ours, theirs = served.cpu_seconds, cpu_of_family(at.postmaster)
    told = await load.stretch(seconds, connections)
    ours, theirs = served.cpu_seconds - ours, cpu_of_family(at.postmaster) - theirs
    each = 1e6 / max(told.created, 1)
    say(f"{told.rate:,.0f} redemptions a second over {connections} connections, p50 {told.p50_ms:.1f} ms")
    say(f"processor time of each: house {ours * each:.0f} µs, PostgreSQL {theirs * each:.0f} µs")
    say(f"refused {told.refused}, failed {told.failed} {told.said}")
    return told


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--seconds", type=float, default=5)
    words.add_argument("--connections", type=int, default=32)
    words.add_argument("--vouchers", type=int, default=10_000)
    words.add_argument("--holders", type=int, default=500)
    words.add_argument("--providers", type=int, default=50)
    told = words.parse_args()
    sys.exit(asyncio.run(main(told.seconds, told.connections, Size(told.vouchers, told.holders, told.providers))))
