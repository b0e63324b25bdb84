"""Measures redemptions a second through the gateway, once, beside the rival, and what each costs the processors.

``python -m bench.redeem --seconds 5 --connections 32`` starts a PostgreSQL and a house of its own and ends in the
audit.
"""

import argparse
import asyncio
import sys

from bench import machine, stage
from bench.processes import cpu_of_family
from bench.run import Plan, Run
from bench.world import YUAN, Size

FACE = 1_000_000 * YUAN
"""Enough for all that a crowd can take from one voucher in a run."""


async def main(plan: Plan, size: Size) -> int:
    """Play it once and print its figures; 1 where anything was refused, failed or does not add up."""
    async with machine.started() as server:
        run = Run(server, plan)
        async with stage.built(run, "redeem", size) as at:
            await at.warm()
            ours, theirs = at.house.cpu_seconds, cpu_of_family(server.postmaster)
            told = at.count(await at.load.stretch(plan.seconds, plan.connections))
            ours, theirs = at.house.cpu_seconds - ours, cpu_of_family(server.postmaster) - theirs
            each = 1e6 / max(told.created, 1)
            say(f"{told.rate:,.0f} redemptions a second over {plan.connections} connections, p50 {told.p50_ms:.1f} ms")
            say(f"processor time of each: house {ours * each:.0f} µs, PostgreSQL {theirs * each:.0f} µs")
            theirs = cpu_of_family(server.postmaster)
            rated = await at.rival.stretch(plan.seconds, plan.connections)
            theirs = cpu_of_family(server.postmaster) - theirs
            say(f"{rated.rate:,.0f} of the rival, PostgreSQL {theirs / max(rated.redeemed, 1) * 1e6:.0f} µs each")
            await at.compare()
            await at.audit()
    for line in (*run.said, *run.faults, *run.findings[:5]):
        say(line)
    say(f"refused {run.refused}, failed {run.failed}, audit: {'ok' if run.in_order else 'failed'}")
    return 0 if run.ok else 1


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--seconds", type=int, default=5)
    words.add_argument("--connections", type=int, default=32)
    words.add_argument("--vouchers", type=int, default=10_000)
    given = words.parse_args()
    once = Plan(given.vouchers, rounds=1, seconds=given.seconds, connections=given.connections)
    sys.exit(asyncio.run(main(once, Size(given.vouchers, face=FACE))))
